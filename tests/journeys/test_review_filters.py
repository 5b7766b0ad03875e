"""The review page filters by severity and rule, and pages by line, in the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from anju.kernel.findings.models import Finding
from anju.packs.budget.models import BudgetFile
from journeys.budgets import city_with_desk as city

__all__ = ["city"]  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance(sign_in: Any) -> Client:
    return sign_in("finance")  # type: ignore[no-any-return]


def latest() -> BudgetFile:
    """The file that was imported last: the desk's, not the one whose year is over."""
    return BudgetFile.objects.latest("recorded_at")


def findings() -> QuerySet[Finding]:
    return Finding.objects.filter(subject=latest().subject)


def shown(client: Client, query: str) -> tuple[int, set[str]]:
    """How many findings the page says it shows, and the rules named in it."""
    page = client.get(f"/budget/files/{latest().pk}/?{query}").content.decode()
    count = re.search(r"(\d+)处，重的在前", page)
    assert count
    return int(count[1]), set(re.findall(r'<span class="name">([^<]+)', page))


def test_by_severity_and_rule(finance: Client) -> None:
    still = findings().filter(state__in=("open", "in_case"))
    assert shown(finance, "")[0] == still.count()
    blocking = shown(finance, "severity=block")
    assert blocking[0] == still.filter(grade="crit").count()
    assert blocking[1] == {"时限早于预算年度", "金额前后不一", "缺满意度指标"}
    assert shown(finance, "rule=budget.unit_missing") == (5, {"缺计量单位"})
    assert shown(finance, "severity=block&rule=budget.unit_missing")[0] == 0


def test_settled_findings_stand_apart(finance: Client) -> None:
    assert shown(finance, "settled=1")[0] == findings().exclude(state__in=("open", "in_case")).count() == 1


def test_the_gravest_lines_come_first(finance: Client) -> None:
    page = finance.get(f"/budget/files/{latest().pk}/").content.decode()
    codes = re.findall(r'<span class="mono">(\d{6}[A-Z]\w+)</span>', page)
    grave = set(findings().filter(grade="crit").values_list("part", flat=True))
    assert set(codes[: len(grave)]) == grave
