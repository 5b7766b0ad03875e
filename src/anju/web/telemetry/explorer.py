"""测点与趋势: what is each series now, and how did it come there?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.telemetry import history
from anju.kernel.telemetry.models import Alarm, Series
from anju.kernel.telemetry.properties import choices, name_of
from anju.kernel.telemetry.publishing.rules import in_force_for
from anju.kernel.telemetry.wording import figure
from anju.web.telemetry import drawing, points, words
from anju.web.telemetry.common import lasting, one_of, span_of

PER_PAGE = 100
SPANS = {
    "2h": (timedelta(hours=2), gettext_lazy("2小时")),
    "24h": (timedelta(hours=24), gettext_lazy("24小时")),
    "7d": (timedelta(days=7), gettext_lazy("7天")),
    "30d": (timedelta(days=30), gettext_lazy("30天")),
    "120d": (timedelta(days=120), gettext_lazy("120天")),
}
_SHOWN_ALARMS = 10
_TABLE_ROWS = 48


@requires("telemetry.view")
def series_page(request: HttpRequest) -> HttpResponse:
    """Series of the person's scope with their newest values; ``?q=`` and ``?property=`` narrow."""
    asked, observed = request.GET.get("q", "").strip()[:100], request.GET.get("property", "")
    rows = Series.objects.within(scope_of(request.user)).filter(enabled=True)
    if asked:
        said = Q(asset__name__icontains=asked) | Q(asset__code__icontains=asked)
        rows = rows.filter(said | Q(tag__icontains=asked) | Q(name__icontains=asked))
    if observed:
        rows = rows.filter(property=observed)
    ordered_rows = rows.select_related("asset", "source").order_by("asset__code", "number")
    page = Paginator(ordered_rows, PER_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    newest = history.latest(series.number for series in found)
    now = timezone.now()
    context = {
        "rows": [newest_of(series, newest.get(series.number), now) for series in found],
        "page_of": page,
        "words": asked,
        "observed": observed,
        "properties": choices(),
        "may_keep": may(request.user, "telemetry.keep"),
    }
    return render(request, "web/telemetry/explorer.html", context)


def newest_of(series: Series, value: history.Value | None, now: datetime) -> dict[str, Any]:
    """A series with its newest value; ``sign`` is that of the board: — for none, ◆ for old or doubtful."""
    row: dict[str, Any] = {"series": series, "property": name_of(series.property), "value": value}
    if value is None:
        return row | {"sign": "na", "words": gettext("没有数据"), "shown": "—", "age": ""}
    old = series.interval and now - value.time > timedelta(seconds=3 * series.interval)
    status = value.quality.status
    sign = "warn" if old or status == "uncertain" else "high" if status == "bad" else "ok"
    return row | {
        "sign": sign,
        "words": gettext("已中断") if old else words.of_quality(value.quality),
        "shown": figure(value.value, series.unit),
        "age": lasting(now - value.time),
    }


@requires("telemetry.view")
def trend_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One series: its chart, the same as a table, its limits, its quality, its alarms."""
    queryset = Series.objects.select_related("asset__area", "asset__operator", "source")
    series: Series = one_of(request, queryset, key)
    span = request.GET.get("span", "24h")
    span = span if span in SPANS else "24h"
    now = timezone.now()
    since, until = points.asked_span(request, now, SPANS[span][0])
    told = points.of(series, since, until, points.MOST)
    limits = limits_of(series, now)
    context = {
        "series": series,
        "property": name_of(series.property),
        "spans": [(code, name, code == span) for code, (_, name) in SPANS.items()],
        "span": span,
        "since": since,
        "until": until,
        "told": told,
        "pairs": points.table(told, series, _TABLE_ROWS),
        "chart": drawn(told, series, since, until, limits),
        "limits": limits,
        "qualities": qualities(series, since, until),
        "now": newest_of(series, history.latest([series.number]).get(series.number), now),
        "alarms": list(Alarm.objects.filter(series=series).order_by("-raised_at")[:_SHOWN_ALARMS]),
        "may_keep": may(request.user, "telemetry.keep"),
        "config": config(series, limits, since, until),
    }
    return render(request, "web/telemetry/trend.html", context)


def limits_of(series: Series, now: datetime) -> list[dict[str, Any]]:
    """The levels of the rules that hold for the series, and its own range."""
    found = [
        {"name": row.name, "value": float(row.parameters["limit"]), "rule": row}
        for row in in_force_for(series, timezone.localdate(now))
        if row.kind in ("above", "below") and "limit" in row.parameters
    ]
    return sorted(found, key=lambda one: one["value"])


def qualities(series: Series, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """(sign, words, points) of the span; months are not counted point by point."""
    if until - since > timedelta(days=8):
        return []
    signs = {"good": "ok", "uncertain": "warn", "bad": "high"}
    found = history.counts(series.number, since, until)
    return [(signs[quality.status], words.of_quality(quality), n) for quality, n in found.items()]


def drawn(
    told: points.Told, series: Series, since: datetime, until: datetime, limits: list[dict[str, Any]]
) -> Any:
    """The chart without script."""
    lowest = limits[0]["value"] if limits else None
    chart = drawing.panel(points.pieces(told, series), span_of(since, until), lowest, series.unit)
    return {"drawn": chart, "since": since, "until": until} if chart else None


def config(series: Series, limits: list[dict[str, Any]], since: datetime, until: datetime) -> dict[str, Any]:
    """What the chart's script has to know, as JSON in the page."""
    return {
        "points": f"/telemetry/series/{series.pk}/points/",
        "name": series.title,
        "unit": series.unit,
        "interval": (series.interval or 60) * 1000,
        # The axis speaks the time of the installation, wherever the browser stands.
        "offset": int((timezone.localtime(until).utcoffset() or timedelta()).total_seconds() * 1000),
        "since": int(since.timestamp() * 1000),
        "until": int(until.timestamp() * 1000),
        "limits": [
            {"name": f"{one['name']}{figure(one['value'], series.unit)}", "value": one["value"]}
            for one in limits
        ],
        "words": {
            "mean": gettext("均值"),
            "range": gettext("最低—最高"),
            "doubtful": gettext("可疑或无效"),
            "points": gettext("点"),
            "raw": gettext("原始数据"),
            "bucket": gettext("每格"),
            "failed": gettext("没有取到数据，请稍后重试。"),
        },
    }


@requires("telemetry.view")
@require_http_methods(["GET", "HEAD"])
def points_json(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?since=&until=`` in ms, ``most`` rows: buckets, or the points themselves where they are few enough."""
    series: Series = one_of(request, Series.objects.all(), key)
    since, until = points.asked_span(request, timezone.now(), SPANS["24h"][0])
    most = points.whole(request.GET.get("most", ""), points.MOST, 10, 5000)
    return JsonResponse(points.of(series, since, until, most).as_json())
