"""Milestones of a target: dated shares that go before the payment plan, for work that is no straight line.

A heating season, or a contract with stages, is written as lines of a day and a percentage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.funds.positions import as_of
from anju.kernel.values.dates import span
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.models import BudgetFile, LineTarget, Milestone
from anju.packs.budget.monitoring.curve import DatedCurve

_LINE = re.compile(r"(?P<day>[^\s,，:：]+)[\s,，:：]+(?P<percent>\d{1,3}(?:\.\d{1,2})?)\s*[%％]?")


def curves(file: BudgetFile, moment: datetime | None = None) -> dict[UUID, DatedCurve]:
    """The expected curve of each target of a file that has milestones, as they stood at ``moment``."""
    points: dict[UUID, list[tuple[date, Decimal]]] = {}
    rows = as_of(Milestone.objects.filter(file=file), moment).order_by("target_key", "day")
    for key, day, percent in rows.values_list("target_key", "day", "percent"):
        points.setdefault(key, []).append((day, percent))
    return {key: DatedCurve(tuple(some), stepped=True) for key, some in points.items()}


def read(text: str, year: int | None) -> tuple[tuple[date, Decimal], ...]:
    """Lines such as ``2021-06-30 40``. Raises ``Refusal`` naming the line, and where the curve falls."""
    points = []
    for number, line in enumerate((one.strip() for one in text.splitlines() if one.strip()), 1):
        match = _LINE.fullmatch(line)
        days = span(match["day"]) if match else None
        if match is None or days is None or (year is None and days[1].year is None):
            raise Refusal(
                gettext("第{number}行“{text}”看不懂。").format(number=number, text=line[:30]),
                gettext("请每行写日期和百分比，如2021-06-30 40。"),
            )
        points.append((days[1].on(year or 0), Decimal(match["percent"])))
    if points:
        DatedCurve(tuple(points), stepped=True)  # refuses what falls, or passes 100
    return tuple(points)


@transaction.atomic
def put(target: LineTarget, points: Sequence[tuple[date, Decimal]], *, actor: str) -> None:
    """These milestones in place of those that the target has; none takes them away."""
    for row in Milestone.objects.select_for_update().current().filter(target_key=target.key):
        row.supersede()
    Milestone.objects.bulk_create(
        [
            Milestone(file=target.file, target_key=target.key, day=day, percent=percent, entered_by=actor)
            for day, percent in points
        ]
    )
    audit.record(
        "budget.milestones", target, actor=actor, after={str(day): str(percent) for day, percent in points}
    )
