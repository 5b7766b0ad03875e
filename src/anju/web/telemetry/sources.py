"""接口与数据质量: whose data did not arrive, and what is wrong with them?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.telemetry.intake.deliveries import HOUR
from anju.kernel.telemetry.models import Alarm, DeliveryHour, Quarantined, Series, Source
from anju.kernel.telemetry.models.intake import Handling
from anju.kernel.telemetry.registering.figures import figures
from anju.web.telemetry import words
from anju.web.telemetry.common import actor, lasting, one_of

DAY = timedelta(hours=24)
# A new password has 192 bits.
_SECRET_BYTES = 24


@requires("telemetry.view")
def sources_page(request: HttpRequest) -> HttpResponse:
    """Every source of the scope with its last day, the worst first."""
    now, scope = timezone.now(), scope_of(request.user)
    found = Source.objects.within(scope).select_related("organisation")
    sources = list(found.annotate(count=Count("series", filter=Q(series__enabled=True))))
    hours = _hours(sources, now)
    waiting = Quarantined.objects.within(scope).filter(handling=Handling.WAITING)
    by_source = dict(waiting.order_by().values_list("source").annotate(n=Count("id")))
    rows = [
        health(source, hours[source.pk], now) | {"waiting": by_source.get(source.pk, 0)} for source in sources
    ]
    rows.sort(
        key=lambda row: (row["rank"], row["rate"] if row["rate"] is not None else 101, row["source"].code)
    )
    context = {
        "rows": rows,
        "bad": sum(row["rank"] < 2 for row in rows),
        "strangers": by_source.get(None, 0),
        "wanted": figures(timezone.localdate(now)).delivery_percent,
        "may_keep": may(request.user, "telemetry.keep"),
    }
    return render(request, "web/telemetry/sources.html", context)


def _hours(sources: Iterable[Source], now: datetime) -> dict[UUID, list[DeliveryHour]]:
    """The last day of each, without the minutes, the oldest hour first."""
    rows = DeliveryHour.objects.current().filter(source__in=list(sources), hour__gt=now - DAY - HOUR)
    found: dict[UUID, list[DeliveryHour]] = defaultdict(list)
    for row in rows.defer("minutes").order_by("hour"):
        found[row.source_id].append(row)
    return found


def health(source: Source, hours: list[DeliveryHour], now: datetime) -> dict[str, Any]:
    """The last closed day in figures, and in one word what is wrong."""
    closed = [hour for hour in hours if hour.closed_at]
    expected, good = sum(h.expected for h in closed), sum(h.good for h in closed)
    rate = min(100.0, 100 * good / expected) if expected else None
    last = max((h.hour for h in hours if h.frames), default=None)
    skew = next((h.skew for h in reversed(hours) if h.skew is not None), None)
    delay = max((h.delay for h in closed if h.delay is not None), default=None)
    terms = figures(timezone.localdate(now))
    sign, said, rank = _judged(source, rate, _last(hours), now, terms.silent_minutes, terms.delivery_percent)
    return {
        "source": source,
        "rate": rate,
        "expected": expected,
        "good": good,
        "received": sum(h.received for h in hours),
        "late": sum(h.late for h in hours),
        "repeated": sum(h.repeated for h in hours),
        "rejected": sum(h.rejected for h in hours),
        "refused": sum(h.refused for h in hours),
        "last": _last(hours) or last,
        "skew": skew,
        "skew_words": "" if skew is None else f"{skew}ms".replace("-", "−"),
        "skew_bad": skew is not None and abs(skew) > source.skew * 1000,
        "delay": delay,
        "sign": sign,
        "words": said,
        "rank": rank,
    }


def _last(hours: list[DeliveryHour]) -> datetime | None:
    """The last minute with a frame."""
    for hour in reversed(hours):
        if hour.frames and hour.last_minute is not None:
            return hour.hour + timedelta(minutes=hour.last_minute)
    return None


def _judged(
    source: Source, rate: float | None, last: datetime | None, now: datetime, silent: int, wanted: int
) -> tuple[str, str, int]:
    if not source.enabled:
        return "na", gettext("已停用"), 3
    if last is None:
        return "high", gettext("没有收到过报文"), 0
    quiet = now - last
    if quiet > timedelta(minutes=silent):
        return "high", gettext("已中断{span}").format(span=lasting(quiet)), 0
    if rate is not None and rate < wanted:
        return "warn", gettext("上报率不足{n}%").format(n=wanted), 1
    return "ok", gettext("正常"), 2


@requires("telemetry.view")
def source_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One source: its last 48 hours by hour, the reasons of what was refused, its silent series."""
    source: Source = one_of(request, Source.objects.select_related("organisation"), key)
    return _show(request, source)


def _show(request: HttpRequest, source: Source, secret: str = "") -> HttpResponse:
    now = timezone.now()
    rows = DeliveryHour.objects.current().filter(source=source, hour__gt=now - 2 * DAY).defer("minutes")
    hours = list(rows.order_by("hour"))
    recent = [hour for hour in hours if hour.hour > now - DAY - HOUR]
    reasons: Counter[str] = Counter()
    for hour in recent:
        reasons.update(hour.reasons)
    waiting = Quarantined.objects.filter(source=source, handling=Handling.WAITING)
    wanted = figures(timezone.localdate(now)).delivery_percent
    stations = Series.objects.filter(source=source, enabled=True).values("asset__name", "asset__id")
    context = {
        **health(source, recent, now),
        "hours": [bar(hour, n, wanted) for n, hour in enumerate(hours)],
        "table": list(reversed(hours)),
        "reasons": [(words.of_reason(code), n) for code, n in reasons.most_common()],
        "waiting": list(waiting.order_by("-received_at")[:10]),
        "waiting_count": waiting.count(),
        "alarms": list(_silent(source)),
        "assets": list(
            stations.annotate(n=Count("id"), newest=Max("recorded_at")).order_by("asset__code")[:100]
        ),
        "wanted": wanted,
        "may_keep": may(request.user, "telemetry.keep"),
        "secret": secret,
        "width": max(1, len(hours)) * 10,
    }
    return render(request, "web/telemetry/source.html", context)


def _silent(source: Source) -> Iterable[Alarm]:
    rows = Alarm.objects.filter(cleared_at=None, kind="missing").select_related("asset")
    about = Q(series__source=source) | Q(asset__series__source=source)
    return rows.filter(about).distinct().order_by("raised_at")[:20]


def bar(hour: DeliveryHour, place: int, wanted: int) -> dict[str, Any]:
    """One hour as a bar of 40 pixels: what came of what was due."""
    share = min(1.0, hour.good / hour.expected) if hour.expected and hour.closed_at else 0.0
    high = round(share * 36, 1)
    return {"x": place * 10 + 1, "y": 38 - high, "height": high, "low": 100 * share < wanted, "hour": hour}


@requires("telemetry.keep")
@require_http_methods(["POST"])
def secret_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new password, shown this once; the old one is no longer good from the next snapshot on."""
    source: Source = one_of(request, Source.objects.select_related("organisation"), key)
    drawn = token_urlsafe(_SECRET_BYTES)
    with transaction.atomic():
        source.secret = drawn
        source.save(update_fields=["secret"])
        audit.record(
            "telemetry.source.secret",
            source,
            actor=actor(request),
            reason=gettext("生成新口令"),
            context=context_of(request),
        )
    return _show(request, source, drawn)
