"""The scoring rules of section 5, with figures worked by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.packs.budget.scoring import rules
from anju.packs.budget.scoring.schemes import Step

D = Decimal
TEN = D(10)
DUE = date(2021, 6, 30)
STEPS = (Step(D("1.3"), D("0.1")), Step(D(2), D("0.2")), Step(D(3), D("0.3")))
BANDS = (D("0.8"), D("0.6"))

quick = settings(max_examples=150, deadline=None)
weights = st.decimals(0, 100, places=3)
amounts = st.decimals(0, 10**7, places=3)
shares = st.decimals(0, 1, places=3)


def test_execution_of_langfang_2019() -> None:
    assert rules.execution(TEN, D("37.24"), D("43.2")) == D("8.62")  # 0.86203…, not the 9 written


def test_execution_above_the_budget_earns_no_more_and_without_a_budget_nothing_can_be_said() -> None:
    assert rules.execution(TEN, D(50), D(43)) == TEN
    assert rules.execution(TEN, D(0), D(43)) == 0
    assert rules.execution(TEN, D(5), D(0)) is None
    assert rules.execution(TEN, None, D(43)) is None


@pytest.mark.parametrize(
    ("actual", "floor", "points"),
    [
        ("1000", "0", "10.00"),
        ("1200", "0", "10.00"),
        ("855", "0", "8.55"),
        ("600", "0.6", "6.00"),  # the floor itself is not below it
        ("599", "0.6", "0.00"),
        ("599", "0", "5.99"),
    ],
)
def test_at_least(actual: str, floor: str, points: str) -> None:
    assert rules.at_least(TEN, D(actual), D(1000), D(floor)) == D(points)


def test_half_a_hundredth_is_rounded_up() -> None:
    assert rules.at_least(D(5), D("0.241"), D(1)) == D("1.21")  # 1.205


@pytest.mark.parametrize(
    ("actual", "target", "points"),
    [
        ("8", "10", "10.00"),
        ("10", "10", "10.00"),
        ("16", "10", "6.25"),
        ("0", "0", "10.00"),
        ("1", "0", "0.00"),
    ],
)
def test_at_most_is_all_or_nothing_only_for_target_0(actual: str, target: str, points: str) -> None:
    assert rules.at_most(TEN, D(actual), D(target)) == D(points)


@pytest.mark.parametrize(
    ("actual", "points"), [("100", "10.00"), ("90", "9.00"), ("110", "9.00"), ("300", "0.00")]
)
def test_exactly_costs_the_same_either_way(actual: str, points: str) -> None:
    assert rules.exactly(TEN, D(actual), D(100)) == D(points)


@pytest.mark.parametrize(("actual", "points"), [("100", "10.00"), ("97.5", "9.75"), ("105", "10.00")])
def test_a_rate_of_100(actual: str, points: str) -> None:
    assert rules.rate(TEN, D(actual)) == D(points)


@pytest.mark.parametrize(
    ("reached", "points"), [("1.3", "0"), ("1.31", "1.00"), ("2", "1.00"), ("2.5", "2.00"), ("9", "3.00")]
)
def test_over_achievement_takes_the_highest_step_exceeded(reached: str, points: str) -> None:
    assert rules.over_achievement(TEN, D(reached), STEPS) == D(points)


@pytest.mark.parametrize(
    ("degrees", "plain", "warm_is_fine"),
    [("15.9", False, False), ("16", True, True), ("20", True, True), ("20.1", False, True)],
)
def test_18_plus_minus_2_is_16_to_20_and_warmer_need_not_be_a_failure(
    degrees: str, plain: bool, warm_is_fine: bool
) -> None:
    assert rules.holds(D(degrees), D(16), D(20)) is plain
    assert rules.holds(D(degrees), D(16), D(20), frozenset({"high"})) is warm_is_fine


def test_within_is_the_share_of_valid_measurements_over_the_declared_share() -> None:
    assert rules.within(D(8), D(981), D(1000), D("0.95")) == D("8.00")
    assert rules.within(D(8), D(475), D(1000), D("0.95")) == D("4.00")
    assert rules.within(D(8), D(981), D(1000), None) is None
    assert rules.within(D(8), D(0), D(0), D("0.95")) is None


@pytest.mark.parametrize(
    ("late", "points"),
    [(-30, "10.00"), (0, "10.00"), (1, "9.89"), (45, "5.00"), (89, "0.11"), (90, "0"), (400, "0")],
)
def test_a_late_deadline_loses_its_points_evenly_over_90_days(late: int, points: str) -> None:
    assert rules.deadline(TEN, DUE, DUE + timedelta(days=late)) == D(points)


def test_without_an_acceptance_record_a_deadline_earns_nothing() -> None:
    assert rules.deadline(TEN, DUE, None) == 0
    assert rules.deadline(TEN, None, DUE) is None
    assert rules.deadline(TEN, DUE, DUE + timedelta(days=15), 30) == D("5.00")


@pytest.mark.parametrize(
    ("actual", "failed", "points"),
    [
        ("80", False, "10.00"),
        ("80", True, "8.00"),  # no saving but a fifth of the work not delivered
        ("80", None, None),
        ("100", True, "10.00"),
        ("100", None, "10.00"),
        ("125", False, "8.00"),
    ],
)
def test_cost(actual: str, failed: bool | None, points: str | None) -> None:
    assert rules.cost(TEN, D(actual), D(100), failed) == (None if points is None else D(points))


@pytest.mark.parametrize(
    ("satisfied", "floor", "points"),
    [
        ("95", "0.6", "10.00"),
        ("90", "0.6", "10.00"),
        ("72", "0.6", "8.00"),
        ("60", "0.6", "6.67"),
        ("59", "0.6", "0"),
        ("45", "0", "5.00"),
    ],
)
def test_satisfaction_of_100_valid_answers_against_90_per_cent(
    satisfied: str, floor: str, points: str
) -> None:
    assert rules.satisfaction(TEN, D(satisfied), D(100), D("0.9"), D(floor)) == D(points)


def test_a_satisfaction_target_below_the_floor_can_be_met() -> None:
    assert rules.satisfaction(TEN, D(55), D(100), D("0.5"), D("0.6")) == TEN
    assert rules.satisfaction(TEN, D(5), D(0), D("0.5")) is None


@pytest.mark.parametrize(
    ("part", "grade"), [("1", 0), ("0.8", 0), ("0.79", 1), ("0.6", 1), ("0.59", 2), ("0", 2)]
)
def test_bands_of_a_judgement_include_their_lower_bound(part: str, grade: int) -> None:
    assert rules.band(D(part), BANDS) == grade


def test_a_judgement_earns_its_share_of_the_weight() -> None:
    assert rules.qualitative(TEN, D("0.75")) == D("7.50")
    assert rules.qualitative(TEN, None) is None


@quick
@given(weights, amounts, amounts, shares, st.integers(-400, 400))
def test_points_lie_between_0_and_the_weight(
    w: Decimal, a: Decimal, b: Decimal, part: Decimal, late: int
) -> None:
    found = [
        rules.execution(w, a, b),
        rules.at_least(w, a, b, part),
        rules.at_most(w, a, b),
        rules.exactly(w, a, b),
        rules.rate(w, a),
        rules.within(w, a, b, part),
        rules.deadline(w, DUE, DUE + timedelta(days=late)),
        rules.cost(w, a, b, True),
        rules.satisfaction(w, a, b, part, D("0.6")),
        rules.qualitative(w, part),
    ]
    for points in found:
        assert points is None or (0 <= points <= w and points == points.quantize(rules.CENT))


@quick
@given(weights, amounts, amounts, amounts, shares)
def test_more_never_earns_less_where_at_least_is_asked(
    w: Decimal, a: Decimal, b: Decimal, target: Decimal, floor: Decimal
) -> None:
    fewer, more = (rules.at_least(w, x, target, floor) for x in sorted((a, b)))
    assert fewer is not None
    assert more is not None
    assert fewer <= more


@quick
@given(weights, amounts, amounts, amounts)
def test_more_never_earns_more_where_at_most_is_asked(
    w: Decimal, a: Decimal, b: Decimal, target: Decimal
) -> None:
    fewer, more = (rules.at_most(w, x, target) for x in sorted((a, b)))
    assert fewer is not None
    assert more is not None
    assert fewer >= more
