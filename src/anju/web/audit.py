"""审计记录: who did what, and is the chain whole?"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date

from anju.kernel.access.permissions import requires
from anju.kernel.audit import Filter, rows
from anju.kernel.audit.models import AuditRow

PER_PAGE = 100


@requires("audit.view")
def audit_page(request: HttpRequest) -> HttpResponse:
    """Audit rows, newest first, by actor, action and day."""
    asked = {name: request.GET.get(name, "").strip() for name in ("actor", "action", "since", "until")}
    wanted = Filter(
        since=_morning(asked["since"]),
        until=_morning(asked["until"], days=1),
        actor=asked["actor"],
        action=asked["action"],
    )
    context = {
        "rows": Paginator(rows(wanted), PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "sealed": AuditRow.objects.filter(sequence__isnull=False).count(),
        "unsealed": AuditRow.objects.filter(sequence__isnull=True).count(),
    }
    return render(request, "web/audit.html", context)


def _morning(text: str, days: int = 0) -> datetime | None:
    """The beginning of a day, or of the one after; None for anything that is no date."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(days=days) if day else None
