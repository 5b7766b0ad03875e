"""Delivery of data as indicators that any pack may bind: ``telemetry.delivery_rate`` and ``telemetry.coverage``.

Subjects are ``telemetry.source:<id>``, ``organisation:<id>`` (its sources) and ``area:<id>`` (those of the bodies in it and
below). Figures read closed hours only, as they stood at the moment; an hour never counts for more than was due in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from anju.kernel import loop
from anju.kernel.funds.positions import as_of
from anju.kernel.indicators.measurement import Compute, Measurement, digest
from anju.kernel.places import hierarchy
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT
from anju.kernel.telemetry import history
from anju.kernel.telemetry.intake import deliveries
from anju.kernel.telemetry.intake.deliveries import HOUR
from anju.kernel.telemetry.models import DeliveryHour, Source
from anju.kernel.values.periods import Period

SOURCE, ORGANISATION, AREA = "telemetry.source", "organisation", "area"
CODES = ("telemetry.delivery_rate", "telemetry.coverage")
VERSION = "1"
_SHARE = Decimal("0.0001")
Row = tuple[str, str, int, int, int, int]
Figure = Callable[[Sequence[Row]], tuple[int, int]]


def _measured(figure: Figure) -> Compute:
    def compute(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
        return {subject: _one(figure, subject, period, moment) for subject in subjects}

    return compute


def _one(figure: Figure, subject: str, period: Period, moment: datetime | None) -> Measurement:
    kind, _, key = subject.partition(":")
    sources = list(_sources(kind, key, period))
    if not sources:
        return Measurement(None, None, reason="没有数据来源", digest=digest([]))
    rows = _hours(sources, period, moment)
    top, bottom = figure(rows)
    bodies = {source.organisation_id for source in sources}
    return Measurement(
        Decimal(top) if bottom else None,
        Decimal(bottom) if bottom else None,
        coverage=_coverage(sources, len(rows), period, moment),
        rows=len(rows),
        digest=digest(rows),
        reason="" if bottom else "没有已结账的小时",
        organisation=bodies.pop() if len(bodies) == 1 else None,
    )


def _sources(kind: str, key: str, period: Period) -> Any:
    rows = Source.objects.order_by("code")
    if kind == SOURCE:
        return rows.filter(pk=key)
    if kind == ORGANISATION:
        return rows.filter(organisation=key)
    inside = hierarchy.below(hierarchy.below({key}, MANAGEMENT, period.end), ADMINISTRATIVE, period.end)
    return rows.filter(organisation__area__in=inside)


def _hours(sources: Sequence[Source], period: Period, moment: datetime | None) -> list[Row]:
    """(source, hour, expected, good, due, heard), in an order that never changes."""
    begin, end = _span(period)
    rows = as_of(DeliveryHour.objects.filter(source__in=sources), moment)
    rows = rows.filter(hour__gte=begin, hour__lt=end, closed_at__isnull=False)
    if moment is not None:
        rows = rows.filter(closed_at__lte=moment)
    names = ("source__code", "hour", "expected", "good", "due", "heard")
    found = rows.order_by("source__code", "hour").values_list(*names)
    return [(code, hour.isoformat(), *counts) for code, hour, *counts in found]


def _span(period: Period) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    begin = timezone.make_aware(datetime.combine(period.start, time()), zone)
    return begin, timezone.make_aware(datetime.combine(period.end + timedelta(days=1), time()), zone)


def _coverage(
    sources: Sequence[Source], known: int, period: Period, moment: datetime | None
) -> Decimal | None:
    """The share of the hours that are over, since each source was registered, that are closed."""
    begin, end = _span(period)
    until = min(end, moment or timezone.now())
    due = sum(max(0, (until - max(begin, source.recorded_at)) // HOUR) for source in sources)
    return min(Decimal(1), (Decimal(known) / due).quantize(_SHARE)) if due else None


def _rate(rows: Sequence[Row]) -> tuple[int, int]:
    return sum(min(good, expected) for _, _, expected, good, _, _ in rows), sum(row[2] for row in rows)


def _heard(rows: Sequence[Row]) -> tuple[int, int]:
    return sum(min(heard, due) for *_, due, heard in rows), sum(row[4] for row in rows)


# Good values received ÷ values due by the intervals of the series.
delivery_rate = _measured(_rate)
# Series with a good value ÷ series that owe values, hour by hour.
coverage = _measured(_heard)


def close_hours(now: datetime) -> int:
    """The worker's job: close the hours that are over and ask for their figures. How many hours."""
    closed = deliveries.close(now, history.heard)
    if closed:
        _ask(now)
    return closed


def _ask(now: datetime) -> None:
    """For the month and the year of each source, its body, and the areas of the body."""
    today = timezone.localdate(now)
    sources = list(Source.objects.filter(enabled=True).select_related("organisation"))
    subjects = {f"{SOURCE}:{source.pk}" for source in sources}
    subjects |= {f"{ORGANISATION}:{source.organisation_id}" for source in sources}
    for area in {source.organisation.area_id for source in sources} - {None}:
        above = [area, *hierarchy.ancestors(area, ADMINISTRATIVE, today)]
        subjects |= {f"{AREA}:{key}" for key in above}
    for period in (f"{today:%Y-%m}", f"{today:%Y}"):
        loop.measure_again([(code, VERSION) for code in CODES], sorted(subjects), period, now)
