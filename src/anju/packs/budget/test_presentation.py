from __future__ import annotations

from decimal import Decimal

import pytest

from anju.packs.budget.presentation import (
    by_line,
    money,
)

LINES = [
    {"code": "801002B16DX0001", "name": "甲", "budget_wan_yuan": Decimal("0.1")},
    {"code": "801002B16DX0002", "name": "乙", "budget_wan_yuan": Decimal("0.2")},
    {"code": None, "name": "丙", "budget_wan_yuan": None},
]


def finding(line: str | None, rule: str, severity: str) -> dict[str, object]:
    return {"line": line, "target": None, "rule": rule, "severity": severity, "message": "", "cites": []}


FINDINGS = [
    finding("801002B16DX0001", "unit_missing", "ask"),
    finding("801002B16DX0001", "unit_missing", "ask"),
    finding("801002B16DX0001", "wrong_year", "warn"),
    finding("801002B16DX0002", "arithmetic", "block"),
    finding("丙", "unit_missing", "ask"),
    finding(None, "citation_conflict", "warn"),
]


def test_the_worst_line_comes_first_and_the_file_as_a_whole_before_its_lines() -> None:
    groups = by_line(FINDINGS, LINES, {})
    assert [group.label for group in groups] == ["801002B16DX0002", "", "801002B16DX0001", "丙"]
    assert [group.line["name"] if group.line else None for group in groups] == ["乙", None, "甲", "丙"]


def test_repeats_of_a_rule_in_a_line_are_one_row_worst_first() -> None:
    first = by_line(FINDINGS, LINES, {"unit_missing": "缺单位"})[2]
    assert [(row.name, row.word, len(row.findings), row.is_open) for row in first.rules] == [
        ("wrong_year", "警告", 1, True),
        ("缺单位", "询问", 2, False),
    ]
    assert first.counts == [("warn", "警告", 1), ("info", "询问", 2)]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (Decimal("156473.1"), "156,473.10"),
        ("615.58", "615.58"),
        (Decimal("12.345600"), "12.3456"),
        (5820, "5,820.00"),
        (None, "—"),
    ],
)
def test_money_shows_all_decimals_of_the_file(amount: object, words: str) -> None:
    assert money(amount) == words
