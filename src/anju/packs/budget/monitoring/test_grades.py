"""Grades of double monitoring: thresholds as data, red at once, and money ahead of work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.values.datarows import RowError
from anju.packs.budget.monitoring.grades import grade, load, thresholds_for, worst

D = Decimal
LIMITS = thresholds_for(date(2021, 7, 31))
SCALE = ["ok", "warn", "high", "crit"]
ROW = """
[[grade]]
code = "standard"
basis = "试"
basis_en = "trial"
valid_from = 2020-01-01
warn = "10"
high = "20"
crit = "30"
forecast_crit = "60"
"""


@pytest.mark.parametrize(
    ("execution", "goal", "expected"),
    [
        ("0", "0", "ok"),
        ("-10", "-10", "ok"),
        ("-10.01", "0", "warn"),
        ("0", "-20", "warn"),
        ("0", "-20.01", "high"),
        ("-30", "0", "high"),
        ("-5", "-30.01", "crit"),
        ("15", "0", "warn"),  # money ahead, work on time
        ("40", "40", "ok"),  # money ahead as far as the work
        ("0", "50", "ok"),
    ],
)
def test_the_larger_deviation_grades(execution: str, goal: str, expected: str) -> None:
    assert grade(D(execution), D(goal), LIMITS).grade == expected


def test_money_ahead_of_work_is_worse_than_both_late() -> None:
    late = grade(D(-15), D(-15), LIMITS)
    ahead = grade(D(15), D(-15), LIMITS)
    assert (late.grade, ahead.grade) == ("warn", "high")
    assert ahead.reasons == ("支付超前15个百分点。", "目标落后15个百分点。", "钱付在了工作前面，提高一级。")


@settings(max_examples=150, deadline=None)
@given(st.decimals("0.01", 60, places=2), st.decimals("0.01", 60, places=2))
def test_money_ahead_is_always_one_grade_worse_unless_both_are_red(money: Decimal, work: Decimal) -> None:
    late = SCALE.index(grade(-money, -work, LIMITS).grade)
    ahead = SCALE.index(grade(money, -work, LIMITS).grade)
    assert ahead == min(late + 1, 3)


def test_a_passed_deadline_or_a_forecast_below_60_is_red() -> None:
    assert grade(D(0), D(0), LIMITS, passed=True).grade == "crit"
    assert grade(None, None, LIMITS, forecast=D("59.99")).grade == "crit"
    assert grade(D(0), D(0), LIMITS, forecast=D(60)).grade == "ok"


def test_green_needs_both_sides() -> None:
    assert grade(None, None, LIMITS).grade == "na"
    assert grade(D(0), None, LIMITS).grade == "na"
    assert grade(D(-25), None, LIMITS).grade == "high"
    assert grade(None, D(-25), LIMITS).reasons == ("支付进度不可评。", "目标落后25个百分点。")


def test_the_worst_of_several() -> None:
    assert worst(["ok", "na", "high", "warn"]) == "high"
    assert worst(["ok", "na"]) == "na"
    assert worst(["ok", "ok"]) == "ok"
    assert worst([]) == "na"


def test_thresholds_say_that_they_are_ours() -> None:
    assert LIMITS.basis_en == "our design, no national threshold known"
    assert load(ROW)[0].crit == 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('high = "20"', 'high = "35"', "分级「standard」的crit、high、warn应有3个由高到低的数。"),
        ('high = "20"', "high = 20", "分级「standard」的high写成了20，不是带引号的非负数。"),
        ('basis = "试"', 'basis = "试"\nnote = ""', "分级「standard」有不认识的键：note。"),
        ("2020-01-01", "2020-01-01\nvalid_to = 2019-01-01", "早于生效日"),
        ("[[grade]]", "grade = 1\n[x]", "分级文件有不认识的键：x。"),
    ],
)
def test_wrong_thresholds_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(RowError) as caught:
        load(ROW.replace(old, new))
    assert said in caught.value.sentence
    assert caught.value.next_step.endswith("。")
