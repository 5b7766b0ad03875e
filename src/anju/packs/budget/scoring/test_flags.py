"""Integrity flags: fired by the cases of section 5, silent on an honest form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from anju.kernel.values.target_value import parse
from anju.packs.budget.scoring.entries import Entry, Execution, Figure
from anju.packs.budget.scoring.flags import Flag
from anju.packs.budget.scoring.schemes import scheme_for
from anju.packs.budget.scoring.sheet import score

D = Decimal
GENERAL = scheme_for("general-50-30-10", date(2021, 12, 31))


def flags(*rows: Entry, execution: Execution | None = None) -> list[Flag]:
    return list(score(rows, execution or Execution(D(100), D(100), 2021), GENERAL).flags)


def row(text: str, actual: Figure | None, class2: str = "quantity", **more: Any) -> Entry:
    given = {"key": "a", "name": "改造户数", "class1": "output"} | more
    return Entry(class2=class2, value=parse(text), actual=actual, **given)


def test_an_honest_row_raises_nothing() -> None:
    told = "目标200户，实际180户，完成率90%"
    assert flags(row("≥200户", Figure(D(180)), actual_words="180户", reason=told)) == []


def test_an_actual_value_that_copies_the_target() -> None:
    (flag,) = flags(row("≥200户", Figure(D(200)), actual_words="≥200户"))
    assert (flag.code, flag.key) == ("actual_copies_target", "a")
    assert flags(row("200户", Figure(D(200)), actual_words="200户")) == []


def test_points_deducted_with_every_target_met() -> None:
    met = row("200户", Figure(D(200)), weight=D(90), claimed=D(88))
    (flag,) = flags(met)
    assert flag.code == "deducted_though_met"
    assert flag.message == "各项目标都已达到，改造户数却扣了分，请说明理由或改回。"
    assert flags(row("200户", Figure(D(199)), weight=D(90), claimed=D(88))) == []


def test_money_as_a_quantity() -> None:
    (flag,) = flags(row("200万元", Figure(D(2_000_000))))
    assert flag.code == "money_as_quantity"
    assert flags(row("≤200万元", Figure(D(2_000_000)), "cost")) == []


def test_a_payment_rate_is_scored_after_a_warning() -> None:
    paid = row("100%", Figure(D(100)), "cost", name="预算资金支付率")
    assert [flag.code for flag in flags(paid)] == ["payment_rate_scored"]


def test_a_part_larger_than_its_whole() -> None:
    """8,402 paid of 5,820 is 144.364…, said to two decimals."""
    (flag,) = flags(row("100%", Figure(D(8402) * 100 / 5820), "quality"))
    assert flag.code == "rate_over_100"
    assert "144.36%" in flag.message


def test_66_86_of_200_called_100_per_cent() -> None:
    (flag,) = flags(row("100%", Figure(D(100), D("66.86"), D(200)), "quality"))
    assert flag.code == "rate_contradicts_numbers"
    assert "66.86/200＝33.43%" in flag.message
    assert flags(row("100%", Figure(D("33.4"), D("66.86"), D(200)), "quality")) == []


@pytest.mark.parametrize(
    ("target", "actual", "told", "true"),
    [
        ("≥115个", "264", "计划完成115个，实际完成264个，超出43%。", "264/115，超出129.57%"),
        ("≥115个", "264", "因任务增加，超额完成43%", "264/115，超出129.57%"),
        ("200万元", "668600", "年初目标200万元，实际支出66.86万元，完成率100%", "66.86/200＝33.43%"),
    ],
)
def test_a_narrative_that_contradicts_its_own_numbers(target: str, actual: str, told: str, true: str) -> None:
    class2 = "cost" if "元" in target else "quantity"
    found = flags(row(target, Figure(D(actual)), class2, reason=told))
    assert [flag.code for flag in found] == ["rate_contradicts_numbers"]
    assert true in found[0].message


@pytest.mark.parametrize(
    "told",
    [
        "超额完成129.57%",
        "计划115个，实际264个，超出约129.6%",
        "超过10%的用户提出延期",
        "涉及12个小区，完成率229.6%",
        "因雨停工，已完成80%的入户调查",
        "计划0.0115万个，实际264个，完成率229.57%",
        "",
    ],
)
def test_a_true_or_unrelated_narrative_is_passed_over(told: str) -> None:
    assert flags(row("≥115个", Figure(D(264)), reason=told)) == []
