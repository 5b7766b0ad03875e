"""检修窗口: planned work on an asset, and ending it early."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.audit.models import AuditRow
from anju.kernel.packs import Panel
from anju.kernel.places.writing import write
from anju.kernel.telemetry.models import MaintenanceWindow
from anju.web.telemetry.common import actor, one_of


def of_window(request: HttpRequest, row: Any) -> list[Panel]:
    """Who asked for it, and the button that ends it."""
    asked = AuditRow.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    first = asked.order_by("recorded_at").values_list("actor", flat=True).first()
    open_now = row.ended_at is None and row.until > timezone.now()
    told = {"row": row, "asked_by": first, "may_end": open_now and may(request.user, "telemetry.window")}
    return [Panel("web/telemetry/window_panel.html", told)]


@requires("telemetry.window")
@require_http_methods(["POST"])
def end_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """End it now: alarms that still stand are raised with the next snapshot. One that is over stays as it was."""
    with transaction.atomic():
        one_of(request, MaintenanceWindow.objects.all(), key)
        row = MaintenanceWindow.objects.select_for_update().get(pk=key)
        if row.ended_at is None and row.until > timezone.now():
            row.ended_at, row.ended_by = timezone.now(), actor(request)
            write(row, actor=actor(request), context=context_of(request))
    return redirect(f"/r/maintenance-windows/{key}/")
