"""What the audit administrator looks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from .models import AuditRow


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold; None and "" ask for nothing. ``until`` is the first moment no longer wanted.

    ``action`` also finds the codes below it: ``budget`` finds ``budget.import``. ``what`` is part of the
    object's label, or the whole of its id.
    """

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    object_type: str = ""
    what: str = ""
    result: str = ""


def rows(wanted: Filter) -> QuerySet[AuditRow]:
    """The rows that fit, newest first."""
    exact = {"actor": wanted.actor, "object_type": wanted.object_type, "result": wanted.result}
    times = {"recorded_at__gte": wanted.since, "recorded_at__lt": wanted.until}
    found = AuditRow.objects.filter(**{name: value for name, value in (exact | times).items() if value})
    if wanted.action:
        found = found.filter(Q(action=wanted.action) | Q(action__startswith=f"{wanted.action}."))
    if wanted.what:
        found = found.filter(Q(object_id=wanted.what) | Q(object_label__contains=wanted.what))
    return found.order_by("-recorded_at", "-id")
