"""One alarm: what shows it, what is done about it, what it stands for; and its case from assignment to acceptance."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.assets.models import Asset
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.findings.models import Finding
from anju.kernel.telemetry import history
from anju.kernel.telemetry.models import Alarm, Series
from anju.kernel.telemetry.wording import figure
from anju.kernel.watching import alarms
from anju.web.telemetry import drawing
from anju.web.telemetry.alarms.rows import BoardRow, board_rows, row_of
from anju.web.telemetry.common import WRONG, actor, one_of, parts, span_of

_BEFORE, _AFTER = timedelta(hours=2), timedelta(minutes=30)
_MOST = 50


def panel(row: BoardRow, now: datetime) -> dict[str, Any]:
    """The chart of the series around the alarm, its newest value, and the steps of its case."""
    alarm = row.alarm
    return {
        "chart": _chart(alarm, now),
        "value": _value(alarm),
        "steps": list(row.case.steps.order_by("-recorded_at", "-id")[:6]) if row.case else [],
        "stages": stages(alarm, row.case),
    }


def _value(alarm: Alarm) -> str:
    if alarm.series is None:
        return ""
    newest = history.latest([alarm.series.number]).get(alarm.series.number)
    return figure(newest.value, alarm.unit) if newest else figure(alarm.value, alarm.unit)


def _chart(alarm: Alarm, now: datetime) -> Any:
    series = alarm.series
    if series is None:
        return None
    until = min(now, (alarm.cleared_at or now) + _AFTER)
    since = min(alarm.raised_at - timedelta(minutes=30), until - _BEFORE)
    since = max(since, until - timedelta(days=2))
    line = history.lines([series.number], since, until).get(series.number)
    if line is None:
        return None
    limit = alarm.limit if alarm.kind in ("above", "below", "curve") else None
    chart = drawing.panel(parts(line, series.interval), span_of(since, until), limit, alarm.unit)
    return {"drawn": chart, "since": since, "until": until}


def stages(alarm: Alarm, case: Case | None) -> list[dict[str, Any]]:
    """发现、签收、处置、验收、销案: ``done``, ``now`` or ahead, each with its time where it has one."""
    signed = getattr(alarm, "acknowledgement", None)
    handed = case.stage in (Stage.SUBMITTED, Stage.CLOSED) if case else False
    closed = case.stage == Stage.CLOSED if case else alarm.cleared_at is not None
    steps = [
        (gettext("发现"), True, alarm.raised_at),
        (gettext("签收"), signed is not None, signed.recorded_at if signed else None),
        (gettext("处置"), handed or closed, None),
        (gettext("恢复"), alarm.cleared_at is not None, alarm.cleared_at),
        (gettext("销案"), closed, case.closed_at if case else alarm.cleared_at),
    ]
    first = next((n for n, (_, done, _) in enumerate(steps) if not done), -1)
    return [
        {"name": name, "style": "done" if done else "now" if n == first else "", "at": at}
        for n, (name, done, at) in enumerate(steps)
    ]


@requires("telemetry.view")
def alarm_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """POST ``step``: answer (an outcome), accept or return its case."""
    queryset = Alarm.objects.select_related(
        "asset", "organisation", "series__asset", "acknowledgement", "cause"
    )
    alarm: Alarm = one_of(request, queryset, key)
    finding, case = _worked(alarm)
    trouble = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                _step(request, case)
            return redirect(request.path)
        except flow.CaseError as error:
            trouble = error
            finding, case = _worked(alarm)
    now = timezone.now()
    row = row_of(alarm, now, case)
    context = {
        "row": row,
        "alarm": alarm,
        "finding": finding,
        "case": case,
        "members": _members(alarm, request),
        "same": _same(alarm, request, now),
        "may_sign": may(request.user, "telemetry.sign") and not hasattr(alarm, "acknowledgement"),
        "trouble": trouble,
        "typed": request.POST,
        **panel(row, now),
        **_may(request, case),
    }
    return render(request, "web/telemetry/alarm.html", context, status=WRONG if trouble else 200)


@requires("telemetry.view")
def finding_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A case of the kernel's lists leads here, and on to its newest alarm."""
    alarm = Alarm.objects.within(scope_of(request.user)).filter(finding=key).order_by("-raised_at").first()
    if alarm is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return redirect(f"/telemetry/alarms/{alarm.pk}/")


def _worked(alarm: Alarm) -> tuple[Finding | None, Case | None]:
    finding = Finding.objects.filter(pk=alarm.finding).first() if alarm.finding else None
    case = finding.cases.select_related("owner").order_by("-recorded_at").first() if finding else None
    return finding, case


def _members(alarm: Alarm, request: HttpRequest) -> list[dict[str, Any]]:
    """What a grouped alarm stands for: the series of an asset, or the assets of a source; and alarms under it."""
    scope = scope_of(request.user)
    if alarm.members and alarm.asset_id:
        series = Series.objects.within(scope).filter(number__in=alarm.members[:_MOST])
        return [{"name": one.title, "address": f"/telemetry/series/{one.pk}/"} for one in series]
    if alarm.members:
        assets = Asset.objects.within(scope).filter(telemetry_number__number__in=alarm.members[:_MOST])
        return [{"name": one.name, "address": f"/r/assets/{one.pk}/"} for one in assets.order_by("code")]
    under = Alarm.objects.within(scope).filter(cause=alarm).order_by("-raised_at")[:_MOST]
    return [{"name": one.message, "address": f"/telemetry/alarms/{one.pk}/"} for one in under]


def _same(alarm: Alarm, request: HttpRequest, now: datetime) -> list[BoardRow]:
    """Earlier alarms of the same rule on the same series or asset."""
    rows = Alarm.objects.within(scope_of(request.user)).filter(
        rule=alarm.rule, series=alarm.series_id, asset=alarm.asset_id
    )
    earlier = rows.exclude(pk=alarm.pk).select_related("asset", "organisation", "acknowledgement")
    return board_rows(list(earlier.order_by("-raised_at")[:8]), now, sparks=0)


def _may(request: HttpRequest, case: Case | None) -> dict[str, bool]:
    stage = case.stage if case else ""
    own = case is not None and case.done_by == actor(request)
    waits = stage == Stage.SUBMITTED
    return {
        "may_answer": stage in (Stage.ASSIGNED, Stage.RETURNED) and may(request.user, "telemetry.answer"),
        "may_accept": waits and not own and may(request.user, "telemetry.accept"),
        "waits_for_another": waits and own,
    }


def _step(request: HttpRequest, case: Case | None) -> None:
    allowed, step = _may(request, case), request.POST.get("step", "")
    who, note = actor(request), request.POST.get("note", "")
    if case and step in Outcome.values and allowed["may_answer"]:
        flow.submit(case, step, note, actor=who)
    elif case and step == "accept" and allowed["may_accept"]:
        alarms.accept(case, actor=who, now=timezone.now(), note=note)
    elif case and step == "return" and allowed["may_accept"]:
        flow.send_back(case, note, actor=who)
    else:
        raise flow.CaseError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
