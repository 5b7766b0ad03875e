"""What the pages share: who asks, what they may see, money and curves for the eye."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.scope import scope_of
from anju.kernel.files import open_original
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.models import Finding, Grade, State
from anju.kernel.values.refusal import Refusal
from anju.packs.budget import presentation
from anju.packs.budget.models import BudgetFile, Line

OPEN = (State.OPEN, State.IN_CASE)
GRADE_WORDS = tuple((sign, word) for _, sign, word in presentation.SEVERITIES)

# The grades of monitoring, in words.
GRADES = {
    "crit": gettext_lazy("严重"),
    "high": gettext_lazy("预警"),
    "warn": gettext_lazy("关注"),
    "ok": gettext_lazy("正常"),
    "na": gettext_lazy("不可评"),
}


class Refused(Refusal):
    """What a person filled in cannot be taken: one sentence and a next step."""


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


def gravest_first(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """In the order of the scale, which is not that of its letters."""
    rank = Case(*(When(grade=grade, then=place) for place, grade in enumerate(Grade.values)))
    return findings.order_by(rank, "rule", "id")


def marks(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """(sign, word, count) of the grades that occur, gravest first."""
    return [(sign, word, counts[sign]) for sign, word in GRADE_WORDS if counts.get(sign)]


def last_day(year: int | None) -> date:
    """Today, but the end of a year that is over and the beginning of one that is to come."""
    today = timezone.localdate()
    return min(max(today, date(year, 1, 1)), date(year, 12, 31)) if year else today


def day_asked(request: HttpRequest, year: int | None) -> tuple[date, Refused | None]:
    """The day of ``?day=``, or the last one with the reason why the one asked for was not taken."""
    last, text = last_day(year), request.GET.get("day", "")
    if not text:
        return last, None
    day = day_of(text)
    if day is None or not date(last.year, 1, 1) <= day <= last:
        return last, Refused(
            gettext("“{text}”不是这一年里已经到的日子。").format(text=text[:20]),
            gettext("以下按{day}显示，请另选一天。").format(day=last),
        )
    return day, None


def day_of(text: str) -> date | None:
    """A day as a form sends it; None for anything else."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@contextmanager
def plain_copy(stored: StoredFile) -> Iterator[Path]:
    """The original under its own name, for readers that want a path; gone afterwards."""
    with TemporaryDirectory() as folder:
        path = Path(folder, stored.name)
        path.write_bytes(open_original(stored).read())
        yield path
