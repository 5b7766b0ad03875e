"""The delivery ledger: a running count for the present hour, closed when the hour is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from anju.kernel.telemetry.intake.told import DeliveryTold
from anju.kernel.telemetry.models import DeliveryHour, Series, Source

HOUR = timedelta(hours=1)
# The gateway tells its counts within a minute; after this an hour is closed.
GRACE = timedelta(minutes=5)
# How far back hours without any event are made up for, after the worker was away.
_BACK = timedelta(days=7)
# Figures of a minute in the order in which they are kept, and the column of the hour that each is summed in.
_KEPT = {
    "frames": "frames", "accepted": "accepted", "repeated": "repeated", "points": "received", "late": "late",
    "refused_points": "refused", "turned_away": "turned_away",
}  # fmt: skip
_COUNTS = (*_KEPT.values(), "rejected", "good")
_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Heard:
    """Of an hour of a source: how many good values the store has, and of how many series."""

    good: int = 0
    series: int = 0


Listen = Callable[[Source, datetime], Heard]


def apply(told: Sequence[DeliveryTold]) -> None:
    """Take the minutes of a batch into their hours. What speaks of a closed hour supersedes its row."""
    numbers = {one.source for one in told}
    sources = {row.number: row for row in Source.objects.filter(number__in=numbers)} if told else {}
    rows: dict[tuple[int, datetime], DeliveryHour] = {}
    for one in told:
        if one.source not in sources:
            continue  # strangers have no ledger; their frames are in quarantine
        key = one.source, one.minute.replace(minute=0, second=0, microsecond=0)
        if key not in rows:
            rows[key] = _row(sources[one.source], key[1])
        rows[key].minutes[f"{one.minute.minute:02}"] = _minute(one)
    for row in rows.values():
        _sum(row)
        row.save()


def _row(source: Source, hour: datetime) -> DeliveryHour:
    row: DeliveryHour | None = (
        DeliveryHour.objects.current().select_for_update().filter(source=source, hour=hour).first()
    )
    if row is None:
        due, expected = owed(source)
        # A source that was registered in this hour owes the rest of it.
        share = min(HOUR, max(timedelta(), hour + HOUR - source.recorded_at)) / HOUR
        return DeliveryHour(source=source, hour=hour, due=due, expected=round(expected * share))
    return row.replaced(minutes=dict(row.minutes), reasons=dict(row.reasons)) if row.closed_at else row


def _minute(one: DeliveryTold) -> dict[str, Any]:
    figures = {name: getattr(one, name) for name in _KEPT if getattr(one, name)}
    return figures | {"rejected": one.rejected, "skew": one.skew, "delay": one.delay}


def _sum(row: DeliveryHour) -> None:
    minutes = row.minutes.values()
    for name, column in _KEPT.items():
        setattr(row, column, sum(minute.get(name, 0) for minute in minutes))
    row.last_minute = max(
        (int(name) for name, minute in row.minutes.items() if minute.get("frames")), default=None
    )
    reasons: Counter[str] = Counter()
    for minute in minutes:
        reasons.update(minute["rejected"])
    row.reasons, row.rejected = dict(reasons), reasons.total()
    skews = sorted(minute["skew"] for minute in minutes if minute["skew"] is not None)
    row.skew = skews[len(skews) // 2] if skews else None
    row.delay = _delay([(m["delay"], m.get("points", 0)) for m in minutes if m["delay"] is not None])


def _delay(minutes: list[tuple[int, int]]) -> int | None:
    """Of the minutes' delays, each weighed by its values, the one that 95 of a hundred do not exceed."""
    reached, wanted = 0, _SHARE * sum(points for _, points in minutes)
    for delay, points in sorted(minutes):
        reached += points
        if reached >= wanted:
            return delay
    return None


def owed(source: Source) -> tuple[int, int]:
    """How many series owe values at intervals, and how many values an hour together."""
    rows = Series.objects.filter(source=source, enabled=True, interval__gt=0).values_list(
        "interval", flat=True
    )
    intervals = list(rows)
    return len(intervals), round(sum(HOUR.total_seconds() / one for one in intervals))


def close(now: datetime, listen: Listen) -> int:
    """Close the hours that are over; an hour in which an enabled source was silent gets its row. How many."""
    last = (now - GRACE).replace(minute=0, second=0, microsecond=0) - HOUR
    closed = 0
    for source in Source.objects.filter(enabled=True, recorded_at__lt=last + HOUR):
        closed += _close_source(source, last, listen, now)
    return closed


def _close_source(source: Source, last: datetime, listen: Listen, now: datetime) -> int:
    rows = DeliveryHour.objects.current().filter(source=source)
    newest = rows.filter(closed_at__isnull=False).order_by("-hour").values_list("hour", flat=True).first()
    first = source.recorded_at.replace(minute=0, second=0, microsecond=0)
    hour = max(newest + HOUR if newest else first, first, last - _BACK)
    closed = 0
    while hour <= last:
        with transaction.atomic():
            row = _row(source, hour)
            heard = listen(source, hour)
            row.good, row.heard, row.closed_at = heard.good, min(row.due, heard.series), now
            row.save()
        closed += 1
        hour += HOUR
    return closed


def totals(rows: object) -> dict[str, int]:
    """Sums over a queryset of hours."""
    return rows.aggregate(  # type: ignore[attr-defined, no-any-return]
        **{name: Coalesce(Sum(name), 0) for name in (*_COUNTS, "expected", "due", "heard")}
    )
