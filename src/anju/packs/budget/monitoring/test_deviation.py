"""dE, G and expected G by kind of target value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anju.kernel.values.target_value import parse
from anju.packs.budget.monitoring.curve import DatedCurve, QuarterPlan
from anju.packs.budget.monitoring.deviation import Standing, execution_deviation, nature_of, standing
from anju.packs.budget.scoring.entries import Actual, Dated, Entry, Figure, Judged

D = Decimal
JULY = date(2021, 7, 31)
PLAN = QuarterPlan(2021, (D(20), D(50), D(80), D(100)))  # 60 on 31 July
MILESTONES = DatedCurve(((date(2021, 6, 30), D(40)), (date(2021, 12, 31), D(100))), stepped=True)


def entry(text: str, actual: Actual = None, **more: Any) -> Entry:
    given = {"key": "a", "name": "安装户数", "class1": "output", "class2": "quantity"} | more
    return Entry(value=parse(text), actual=actual, **given)


def at_july(row: Entry, milestones: DatedCurve | None = None) -> Standing:
    return standing(row, JULY, 2021, PLAN, milestones)


def test_execution_deviation() -> None:
    assert execution_deviation(D(27), D(60), D(60)) == -15
    assert execution_deviation(D(27), D(0), D(60)) is None
    assert execution_deviation(None, D(60), D(60)) is None


def test_a_quantity_follows_the_plan_and_milestones_go_before_it() -> None:
    row = entry("20万户", Figure(D(90_000)))
    assert at_july(row).deviation == -15
    assert at_july(row, MILESTONES).deviation == 5


def test_a_ceiling_is_kept_or_broken_on_any_day() -> None:
    complaints = entry("≤10次", Figure(D(3)), name="投诉")
    assert (at_july(complaints).attained, at_july(complaints).deviation) == (100, 0)
    assert at_july(entry("≤10次", Figure(D(16)), name="投诉")).deviation == D("-37.5")
    assert at_july(entry("0次", Figure(D(1)), name="事故")).deviation == -100


def test_a_pass_rate_should_hold_all_year_and_not_follow_the_plan() -> None:
    row = entry("100%", Figure(None, D(72), D(80)), name="验收合格率", class2="quality")
    assert at_july(row) == Standing("level", D(90), D(100))


def test_a_tolerance_is_the_share_that_holds_over_the_required_share() -> None:
    row = entry("18±2℃", Figure(None, D(855), D(1000)), required=D("0.95"))
    assert at_july(row).deviation == -10
    assert at_july(entry("18±2℃", Figure(None, D(855), D(1000)))).attained is None


@pytest.mark.parametrize(
    ("text", "actual", "attained", "expected", "passed"),
    [
        ("2021年6月底", Dated(date(2021, 6, 20)), 100, 100, False),
        ("2021年6月底", Dated(None), 0, 100, True),
        ("6月底", None, 0, 100, True),
        ("2021年6月底", Dated(date(2021, 8, 2)), 0, 100, True),  # a record of next month is none yet
        ("2021年6月底", Judged(D("0.7")), 70, 100, True),
        ("2021年7月31日", Dated(None), 0, 0, False),  # its own day is not over
        ("2021年12月底", Dated(None), 0, 0, False),
    ],
)
def test_a_deadline(text: str, actual: Actual, attained: int, expected: int, passed: bool) -> None:
    assert at_july(entry(text, actual)) == Standing("event", D(attained), D(expected), passed)


def test_a_deadline_with_milestones_compares_judged_progress() -> None:
    assert at_july(entry("2021年12月底", Judged(D("0.3"))), MILESTONES).deviation == -10


def test_what_is_missing_has_no_deviation() -> None:
    assert standing(entry("20万户", Figure(D(90_000))), JULY, 2021, None).deviation is None
    assert at_july(entry("20万户")).deviation is None
    assert at_july(entry("有效提升", Judged(D("0.5")))).deviation == -10


@pytest.mark.parametrize(
    ("text", "name", "nature"),
    [
        ("16500户", "任务户数", "cumulative"),
        ("100%", "任务完成率", "cumulative"),
        ("100%", "预算执行率", "cumulative"),
        ("100%", "改造后房屋验收合格率", "level"),
        ("100%", "安装合格率", "level"),
        ("每月≥2次", "检查次数", "level"),
        ("20次/年", "检查次数", "cumulative"),
        ("≤7元/平方米", "单位成本", "ceiling"),
        ("2021年底", "完成时限", "event"),
        ("明显改善", "面貌", "cumulative"),
    ],
)
def test_how_a_target_fills_over_the_year(text: str, name: str, nature: str) -> None:
    assert nature_of(entry(text, name=name)) == nature
