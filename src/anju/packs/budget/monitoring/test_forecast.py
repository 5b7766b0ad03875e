"""Forecasts with their method, the day of a predicted miss, and how early it is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from anju.kernel.values.target_value import parse
from anju.packs.budget.monitoring.curve import DatedCurve, QuarterPlan
from anju.packs.budget.monitoring.forecast import (
    NONE,
    Forecast,
    Track,
    by_milestones,
    forecast,
    plan_shaped,
    run_rate,
)
from anju.packs.budget.scoring.entries import Actual, Dated, Entry, Figure, Judged

D = Decimal
START, JULY, END = date(2021, 1, 1), date(2021, 7, 31), date(2021, 12, 31)
PLAN = QuarterPlan(2021, (D(20), D(50), D(80), D(100)))  # 60 on 31 July
LATE_PLAN = QuarterPlan(2021, (D(0), D(0), D(0), D(100)))
MILESTONES = DatedCurve(
    ((date(2021, 4, 10), D(50)), (date(2021, 7, 19), D(100))), stepped=True
)  # 100 days each


def entry(text: str, actual: Actual = None, **more: Any) -> Entry:
    given = {"key": "a", "name": "安装户数", "class1": "output", "class2": "quantity"} | more
    return Entry(value=parse(text), actual=actual, **given)


def test_run_rate_since_the_start_of_the_year() -> None:
    found = run_rate(Track(D(212), D(400), START, JULY, END))  # one a day
    assert found == Forecast("run_rate", D(365), D("91.25"), END)
    assert run_rate(Track(D(212), D(365), START, JULY, END)).miss_on is None


def test_a_run_rate_of_a_few_days_says_nothing() -> None:
    assert run_rate(Track(D(1), D(400), START, date(2021, 1, 27), END)) == NONE
    assert run_rate(Track(D(1), D(400), START, date(2021, 1, 28), END)).method == "run_rate"


def test_the_day_on_which_a_ceiling_breaks() -> None:
    """Half a case a day: the 150th is allowed on day 300, 27 October; on the day after it is 150.5."""
    found = run_rate(Track(D(106), D(150), START, JULY, END, ceiling=True))
    assert (found.at_due, found.miss_on) == (D("182.5"), date(2021, 10, 28))
    assert run_rate(Track(D(0), D(0), START, JULY, END, ceiling=True)).miss_on is None


def test_the_shape_of_the_plan() -> None:
    found = plan_shaped(Track(D(54), D(100), START, JULY, END), PLAN)
    assert found == Forecast("plan_shaped", D(90), D(90), END)
    assert plan_shaped(Track(D(54), D(100), START, JULY, END), LATE_PLAN) == NONE


def test_a_ceiling_breaks_in_the_shape_of_the_plan() -> None:
    """75 of 100 with 60 planned: 80 planned, on 30 September, brings exactly 100; the next day more."""
    found = plan_shaped(Track(D(75), D(100), START, JULY, END, ceiling=True), PLAN)
    assert (found.at_due, found.attained, found.miss_on) == (125, 80, date(2021, 10, 1))


def test_milestones_carry_the_delay_of_today_on() -> None:
    """40 % was asked for on day 80 (21 March); on 10 April that is 20 days late, so 90 % when all is due."""
    late = by_milestones(Track(D(40), D(100), START, date(2021, 4, 10), date(2021, 7, 19)), MILESTONES)
    assert late == Forecast("milestone", D(90), D(90), date(2021, 7, 19))
    ahead = by_milestones(Track(D(60), D(100), START, date(2021, 4, 10), date(2021, 7, 19)), MILESTONES)
    assert (ahead.attained, ahead.miss_on) == (100, None)
    on_time = by_milestones(Track(D(50), D(100), START, date(2021, 4, 10), date(2021, 7, 19)), MILESTONES)
    assert on_time.miss_on is None


def test_a_standstill_between_milestones_is_no_delay() -> None:
    pause = DatedCurve(((date(2021, 3, 1), D(50)), (date(2021, 9, 1), D(50)), (END, D(100))), stepped=True)
    assert by_milestones(Track(D(50), D(100), START, JULY, END), pause).miss_on is None


@pytest.mark.parametrize(
    ("row", "plan", "milestones", "method", "attained", "miss_on"),
    [
        (entry("≥100个", Figure(D(54))), PLAN, None, "plan_shaped", "90", END),
        (entry("≥400个", Figure(D(212))), LATE_PLAN, None, "run_rate", "91.25", END),
        (entry("≥400个", Figure(D(212))), None, None, "run_rate", "91.25", END),
        (entry("明显改善", Judged(D("0.6"))), PLAN, None, "plan_shaped", "100", None),
        (entry("≤150次", Figure(D(106)), name="投诉"), PLAN, None, "run_rate", None, date(2021, 10, 28)),
        (entry("≤150次", Figure(D(151)), name="投诉"), PLAN, None, "none", None, JULY),
        (
            entry("≤100万元", Figure(D(750_000)), class2="cost"),
            PLAN,
            None,
            "plan_shaped",
            "80",
            date(2021, 10, 1),
        ),
        (entry("≤7元/平方米", Figure(D(6)), class2="cost"), PLAN, None, "none", None, None),
        (entry("100%", Figure(D(90)), name="合格率"), PLAN, None, "none", None, None),
        (entry("2021年6月底", Dated(None)), PLAN, None, "none", None, date(2021, 6, 30)),
        (entry("2021年6月底", Dated(date(2021, 6, 1))), PLAN, None, "none", None, None),
        (entry("2021年底", Dated(None)), PLAN, MILESTONES, "none", None, None),
        (entry("≥100个"), PLAN, None, "none", None, None),
        (entry("≥100个", Figure(D(0))), LATE_PLAN, None, "none", None, None),
    ],
)
def test_the_method_follows_the_target(
    row: Entry,
    plan: QuarterPlan | None,
    milestones: DatedCurve | None,
    method: str,
    attained: str | None,
    miss_on: date | None,
) -> None:
    found = forecast(row, JULY, 2021, plan, milestones)
    assert (found.method, found.miss_on) == (method, miss_on)
    assert attained is None or found.attained == D(attained)


def test_a_deadline_with_progress_goes_by_its_milestones() -> None:
    found = forecast(entry("2021年7月19日", Judged(D("0.4"))), date(2021, 4, 10), 2021, PLAN, MILESTONES)
    assert found == Forecast("milestone", D(90), D(90), date(2021, 7, 19))


@pytest.mark.parametrize(
    ("ahead", "notice"),
    [(60, "early"), (14, "early"), (13, "soon"), (1, "soon"), (0, "missed"), (-5, "missed")],
)
def test_a_miss_is_told_early_when_it_is_14_days_ahead_or_more(ahead: int, notice: str) -> None:
    assert Forecast("run_rate", miss_on=JULY + timedelta(days=ahead)).warning(JULY) == notice
    assert NONE.warning(JULY) is None
