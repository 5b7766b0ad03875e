"""What the pages share: who asks, what they may see, money and curves for the eye."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from anju.kernel.access.scope import scope_of
from anju.kernel.findings.models import Finding, State
from anju.packs.budget import presentation
from anju.packs.budget.models import BudgetFile, Line

OPEN = (State.OPEN, State.IN_CASE)
GRADE_WORDS = tuple((sign, word) for _, sign, word in presentation.SEVERITIES)


def actor(request: HttpRequest) -> str:
    """The name under which the audit knows the person who asks."""
    return request.user.get_username()


def files(request: HttpRequest) -> QuerySet[BudgetFile]:
    """The files that the person may see, without their long prose until it is asked for."""
    return BudgetFile.objects.within(scope_of(request.user)).select_related("organisation").defer("content")


def lines(request: HttpRequest) -> QuerySet[Line]:
    return Line.objects.current().within(scope_of(request.user))


def one(queryset: QuerySet[Any], **wanted: object) -> Any:
    """A row that the person may see, or 404: what is out of scope does not exist for them."""
    row = queryset.filter(**wanted).first()
    if row is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return row


def wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 1_000_000


def grade_counts(findings: QuerySet[Finding]) -> dict[str, int]:
    """Open findings by grade."""
    rows = findings.filter(state__in=OPEN).values_list("grade").annotate(n=Count("id"))
    return dict(rows)


def open_by_line(subjects: list[str]) -> dict[tuple[str, str], dict[str, int]]:
    """Open findings of each line, as (subject, part) → grade → count, in one query."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    rows = (
        Finding.objects.filter(Q(subject__in=subjects), state__in=OPEN)
        .values_list("subject", "part", "grade")
        .annotate(n=Count("id"))
    )
    for subject, part, grade, n in rows:
        found.setdefault((subject, part), {})[grade] = n
    return found


def marks(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(sign, word, count) of the grades that occur, gravest first."""
    return [(sign, word, counts[sign]) for sign, word in GRADE_WORDS if counts.get(sign)]
