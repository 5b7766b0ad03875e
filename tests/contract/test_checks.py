"""What every rule of every pack keeps: it finds its planted fault, and has nothing to say on the clean file.

A pack with checks has ``checks.check(file)`` and a ``sample`` with ``clean()``, ``planted(code)`` and
``honest_echoes(code)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from anju import enabled
from anju.kernel import packs

REGISTRY = packs.load(enabled.PACKS)
RULES = [pytest.param(pack.code, rule, id=f"{pack.code}-{rule.code}") for pack, rule in REGISTRY.checks()]
PACKS = sorted({pack.code for pack, _ in REGISTRY.checks()})


def part(pack: str, name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = packs.resolve(f"anju.packs.{pack}.{name}")
    return found


@cache
def findings(pack: str, code: str) -> list[Any]:
    """Of the file with the fault planted for ``code``; of the clean file for an empty one."""
    file = part(pack, "sample.planted")(code) if code else part(pack, "sample.clean")()
    found: list[Any] = part(pack, "checks.check")(file)
    return found


def told(found: list[Any]) -> list[tuple[str, ...]]:
    return [(f.rule, f.line, f.target, f.message) for f in found]


def test_there_are_rules_to_hold() -> None:
    assert RULES


@pytest.mark.parametrize("pack", PACKS)
def test_the_clean_file_raises_nothing(pack: str) -> None:
    assert told(findings(pack, "")) == []


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_rule_finds_its_planted_fault(pack: str, rule: packs.Check) -> None:
    own = [f for f in findings(pack, rule.code) if f.rule == rule.code]
    assert own
    assert {f.severity for f in own} == {rule.severity}


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_fault_trips_no_other_rule_than_its_echoes(pack: str, rule: packs.Check) -> None:
    new = set(told(findings(pack, rule.code))) - set(told(findings(pack, "")))
    assert {code for code, *_ in new} - {rule.code} <= part(pack, "sample.honest_echoes")(rule.code)


@pytest.mark.parametrize(("pack", "rule"), RULES)
def test_finding_is_a_chinese_sentence_with_two_quotes_and_their_places(pack: str, rule: packs.Check) -> None:
    for finding in findings(pack, rule.code):
        assert re.search(r"[一-鿿].*。$", finding.message, re.S)
        assert len(finding.cites) >= 2
        assert all(quote.text.strip() and quote.position for quote in finding.cites)
        assert finding.severity in packs.SEVERITIES
