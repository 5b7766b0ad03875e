"""Roll-up to sub-goals and the department: by money, by number, and what cannot be counted apart."""

from __future__ import annotations

from decimal import Decimal

from anju.packs.budget.scoring.rollup import LineScore, roll_up

D = Decimal
LINES = [
    LineScore("a", "一", D(300), D(90)),
    LineScore("b", "一", D(100), D(50)),
    LineScore("c", "一", D(999), None),
    LineScore("d", "二", None, D(80)),
    LineScore("e", "", D(600), D(100)),
]


def test_weighted_by_budget_and_unweighted() -> None:
    first = roll_up(LINES).groups[0]
    assert (first.sub_goal, first.weighted.numerator, first.weighted.denominator) == ("一", 32_000, 400)
    assert (first.weighted.value, first.unweighted.value) == (80, 70)
    assert first.not_assessable == ("c",)
    assert first.largest == ("a", D("0.75"))


def test_a_line_without_budget_counts_unweighted_only() -> None:
    second = roll_up(LINES).groups[1]
    assert (second.weighted.value, second.unweighted.value, second.unpriced) == (None, 80, ("d",))
    assert second.largest is None


def test_the_department_has_all_lines_and_lines_without_sub_goal_stand_apart() -> None:
    found = roll_up(LINES)
    assert [group.sub_goal for group in found.groups] == ["一", "二", ""]
    assert found.whole.weighted.value == 92  # (32,000 + 60,000) / 1,000
    assert found.whole.unweighted.value == 80  # 320 / 4
    assert found.whole.largest == ("e", D("0.6"))


def test_nothing_assessable_has_no_mean() -> None:
    whole = roll_up([LineScore("a", "一", D(1), None)]).whole
    assert (whole.weighted.value, whole.unweighted.value, whole.not_assessable) == (None, None, ("a",))
