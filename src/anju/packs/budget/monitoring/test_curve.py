"""Expected progress by day: three real payment plans, milestones."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.values.datarows import RowError
from anju.packs.budget.monitoring.curve import DatedCurve, QuarterPlan, first_day

D = Decimal
NEW_YEAR = date(2021, 1, 1)


def plan(*percents: str) -> QuarterPlan:
    return QuarterPlan(2021, tuple(map(Decimal, percents)))


GAS = plan("25.00", "50.00", "75.00", "100.00")  # 801002B21DX0043
DUST = plan("20.00", "50.00", "80.00", "100.00")  # 801002B21DX0031
HOUSES = plan("0.00", "0.00", "0.00", "100.00")  # 801002B16DX0011


def rounded(figure: Decimal) -> Decimal:
    return figure.quantize(D("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(("curve", "percent"), [(GAS, "58.33"), (DUST, "60.00"), (HOUSES, "0.00")])
def test_planned_on_31_july(curve: QuarterPlan, percent: str) -> None:
    assert rounded(curve.at(date(2021, 7, 31))) == D(percent)


@pytest.mark.parametrize(
    ("on", "percent"),
    [
        (date(2020, 12, 31), "0"),
        (date(2021, 1, 31), "6.67"),
        (date(2021, 2, 14), "10.00"),  # half of February, the second third of 20
        (date(2021, 2, 28), "13.33"),
        (date(2021, 3, 31), "20.00"),
        (date(2021, 7, 15), "54.84"),  # 50 + 30·15/93
        (date(2021, 8, 31), "70.00"),
        (date(2021, 12, 31), "100.00"),
        (date(2022, 5, 1), "100.00"),
    ],
)
def test_months_are_thirds_of_a_quarter(on: date, percent: str) -> None:
    assert rounded(DUST.at(on)) == D(percent)


@pytest.mark.parametrize(
    "percents", [("25", "50", "75"), ("25", "50", "40", "100"), ("25", "50", "75", "101")]
)
def test_an_impossible_plan_is_refused_in_words(percents: tuple[str, ...]) -> None:
    with pytest.raises(RowError) as caught:
        plan(*percents)
    assert caught.value.sentence.endswith("。")
    assert caught.value.next_step.endswith("。")


def test_a_milestone_counts_from_its_day_on() -> None:
    steps = DatedCurve(((date(2021, 6, 30), D(50)), (date(2021, 11, 30), D(100))), stepped=True)
    days = [date(2021, 6, 29), date(2021, 6, 30), date(2021, 11, 29), date(2021, 11, 30)]
    assert [steps.at(day) for day in days] == [0, 50, 50, 100]
    assert steps.linear(NEW_YEAR).at(date(2020, 12, 31)) == 0
    assert steps.linear(NEW_YEAR).at(date(2021, 6, 30)) == 50


def test_points_of_a_curve_stand_in_order() -> None:
    for points in ((), ((NEW_YEAR, D(1)), (NEW_YEAR, D(2))), ((NEW_YEAR, D(2)), (date(2021, 2, 1), D(1)))):
        with pytest.raises(RowError):
            DatedCurve(points)


def test_first_day_on_which_a_curve_reaches_a_figure() -> None:
    assert first_day(GAS, D(50), NEW_YEAR, date(2021, 12, 31)) == date(2021, 6, 30)
    assert first_day(HOUSES, D(1), NEW_YEAR, date(2021, 9, 30)) is None


percents = st.lists(st.decimals(0, 100, places=2), min_size=4, max_size=4).map(sorted)
days = st.integers(-40, 400).map(lambda n: NEW_YEAR + timedelta(days=n))


@settings(max_examples=150, deadline=None)
@given(percents, days, days)
def test_no_curve_falls(figures: list[Decimal], one: date, other: date) -> None:
    early, late = sorted((one, other))
    quarters = QuarterPlan(2021, tuple(figures))
    dated = DatedCurve(tuple((date(2021, 3 * i, 28), percent) for i, percent in enumerate(figures, 1)))
    for curve in (quarters, dated, DatedCurve(dated.points, stepped=True), dated.linear(NEW_YEAR)):
        assert 0 <= curve.at(early) <= curve.at(late) <= 100
