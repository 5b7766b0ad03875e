"""告警台: which alarm is to be dealt with first?"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.places.writing import write
from anju.kernel.telemetry import history
from anju.kernel.telemetry.models import Acknowledgement, Alarm, Applied, RuleGrade
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.scope import Scope
from anju.kernel.watching.alarms import tell
from anju.web.map import drawing, frame_of, units
from anju.web.outlines import WIDTH, Frame
from anju.web.telemetry.alarms import detail
from anju.web.telemetry.alarms.rows import board_rows, ordered, standing
from anju.web.telemetry.common import WRONG, actor, demand, field_of, one_of

# A board longer than this is no board; the ledger has the rest.
MOST = 100


class SigningError(Refusal):
    """An alarm that cannot be signed."""


@requires("telemetry.view")
@require_http_methods(["GET", "HEAD"])
def board_page(request: HttpRequest) -> HttpResponse:
    """What stands now, the gravest first, with the chosen one beside it; ``?field=`` narrows, ``?alarm=`` chooses."""
    now, scope = timezone.now(), scope_of(request.user)
    position = Applied.objects.filter(log="gateway").first()
    every = ordered(standing(scope))
    fields = Counter(alarm.rule.partition(".")[0] for alarm in every)
    asked = request.GET.get("field", "")
    shown = [alarm for alarm in every if not asked or alarm.rule.partition(".")[0] == asked]
    rows = board_rows(shown[:MOST], now)
    chosen = next((row for row in rows if str(row.alarm.pk) == request.GET.get("alarm")), None)
    chosen = chosen or (rows[0] if rows else None)
    counts = Counter(alarm.grade for alarm in shown)
    context = {
        "rows": rows,
        "more": max(0, len(shown) - MOST),
        "grades": [(code, words, counts[code]) for code, words in RuleGrade.choices],
        "fields": [(code, field_of(code), n) for code, n in sorted(fields.items())],
        "asked": asked,
        "total": len(every),
        "chosen": chosen,
        "urgent": _urgent(rows),
        "last": history.last_commit(),
        "after": f"{position.file}:{position.byte}" if position else "0:0",
        "may_sign": may(request.user, "telemetry.sign"),
        **(detail.panel(chosen, now) if chosen else {}),
        **_map(rows, chosen, scope),
    }
    return render(request, "web/telemetry/board.html", context)


def _urgent(rows: list[Any]) -> Any:
    """The first alarm of the two upper grades that nobody has signed."""
    return next((row for row in rows if row.rank < 2 and not hasattr(row.alarm, "acknowledgement")), None)


def _map(rows: list[Any], chosen: Any, scope: Scope) -> dict[str, Any]:
    """The areas with a mark for each alarm that has a place, the gravest drawn last."""
    areas = units(scope)
    frame = frame_of(areas)
    if frame is None:
        return {"map": None}
    marks = [
        _mark(row, frame, row is chosen)
        for row in reversed(rows)
        if row.alarm.asset and row.alarm.asset.position
    ]
    drawn = [drawing(area, frame) | {"name": area.name} for area in areas]
    return {
        "map": {
            "areas": drawn,
            "marks": marks,
            "width": WIDTH,
            "height": frame.height,
            "elsewhere": len(rows) - len(marks),
            "schematic": any(area.schematic for area in areas),
        }
    }


# Corners of the status shapes around (0, 0): square, triangle, diamond; a disc has none.
_SHAPES = {
    "crit": ((-13, -13), (13, -13), (13, 13), (-13, 13)),
    "high": ((0, -17), (17, 14), (-17, 14)),
    "warn": ((0, -17), (17, 0), (0, 17), (-17, 0)),
}


def _mark(row: Any, frame: Frame, chosen: bool) -> dict[str, Any]:
    x, y = frame.place(*row.alarm.asset.position)
    corners = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in _SHAPES.get(row.alarm.grade, ()))
    return {"row": row, "x": f"{x:.1f}", "y": f"{y:.1f}", "corners": corners, "chosen": chosen}


@requires("telemetry.sign")
@require_http_methods(["POST"])
def sign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Sign an alarm: seen, and what is done about it. The first one counts."""
    alarm: Alarm = one_of(request, Alarm.objects.select_related("asset"), key)
    try:
        _sign(request, alarm, timezone.now())
    except SigningError as error:
        return render(request, "web/telemetry/refused.html", {"trouble": error, "alarm": alarm}, status=WRONG)
    return redirect(f"/telemetry/?alarm={alarm.pk}" if alarm.stands else f"/telemetry/alarms/{alarm.pk}/")


def _sign(request: HttpRequest, alarm: Alarm, now: datetime) -> None:
    demand(request, "telemetry.sign")
    note = request.POST.get("note", "").strip()
    if len(note) > 300:
        raise SigningError(gettext("处置最多写300个字。"), gettext("请写短一些。"))
    signed = Acknowledgement(alarm=alarm, by=actor(request), note=note)
    try:
        with transaction.atomic():
            if Acknowledgement.objects.filter(alarm=alarm).exists():
                raise SigningError(gettext("这条告警已经有人签收。"), gettext("请看处置记录。"))
            write(signed, actor=actor(request), reason=note, context=context_of(request))
            if alarm.finding:
                words = gettext_noop("{who}签收告警。{note}").format(who=actor(request), note=note)
                tell(alarm.finding, words, actor(request))
    except IntegrityError as error:
        raise SigningError(gettext("这条告警已经有人签收。"), gettext("请看处置记录。")) from error
