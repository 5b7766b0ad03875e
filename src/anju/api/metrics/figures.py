"""What is counted and measured, as families of the Prometheus data model. Each family has its own help text.

Counters begin anew at midnight: they are sums over the delivery ledger of the day, and Prometheus knows resets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Count, Max, Sum
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Request
from anju.kernel.telemetry import beat, events
from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Alarm, Applied, DeliveryHour, Quarantined, RuleGrade
from anju.kernel.telemetry.models.intake import Handling
from anju.kernel.worker import running
from anju.kernel.worker.models import Beat, Due

_FRAMES = {"seen": "frames", "accepted": "accepted", "repeated": "repeated", "rejected": "rejected"}
_POINTS = {"received": "received", "late": "late", "refused": "refused", "expected": "expected"}
_HOUR = timedelta(hours=1)


class Figures:
    """A collector of ``prometheus_client``: each scrape reads everything once, in a bounded number of queries."""

    def __init__(self, layout: Layout, now: datetime) -> None:
        self._layout, self._now = layout, now

    def collect(self) -> Iterator[Metric]:
        yield from self._deliveries()
        yield from self._hours()
        yield from self._gateway()
        yield from self._alarms()
        yield from self._worker()

    def _deliveries(self) -> Iterator[Metric]:
        morning = timezone.make_aware(datetime.combine(timezone.localdate(self._now), time.min))
        rows = DeliveryHour.objects.current().filter(hour__gte=morning).order_by("source__code")
        columns = (*_FRAMES.values(), *_POINTS.values(), "turned_away")
        sums = list(rows.values("source__code").annotate(**{f"sum_{one}": Sum(one) for one in columns}))
        frames = CounterMetricFamily(
            "anju_telemetry_frames",
            "Frames since midnight; seen = accepted + repeated + rejected.",
            labels=("source", "outcome"),
        )
        points = CounterMetricFamily(
            "anju_telemetry_points",
            "Values since midnight, and those that were due.",
            labels=("source", "outcome"),
        )
        away = CounterMetricFamily(
            "anju_telemetry_turned_away",
            "Messages since midnight whose sender was asked to come again.",
            labels=("source",),
        )
        for one in sums:
            code = one["source__code"]
            for outcome, column in _FRAMES.items():
                frames.add_metric((code, outcome), one[f"sum_{column}"])
            for outcome, column in _POINTS.items():
                points.add_metric((code, outcome), one[f"sum_{column}"])
            away.add_metric((code,), one["sum_turned_away"])
        yield from (frames, points, away)

    def _hours(self) -> Iterator[Metric]:
        """Delay and skew are those of the newest hour that has them."""
        since = self._now - 2 * _HOUR
        rows = DeliveryHour.objects.current().filter(hour__gte=since).select_related("source")
        delay = GaugeMetricFamily(
            "anju_telemetry_delay_seconds",
            "95 of a hundred values came sooner after their time.",
            labels=("source",),
        )
        skew = GaugeMetricFamily(
            "anju_telemetry_clock_skew_seconds",
            "Clock of the source minus ours, the median of the hour.",
            labels=("source",),
        )
        newest: dict[str, DeliveryHour] = {row.source.code: row for row in rows.order_by("hour")}
        for code, row in sorted(newest.items()):
            if row.delay is not None:
                delay.add_metric((code,), row.delay / 1000)
            if row.skew is not None:
                skew.add_metric((code,), row.skew / 1000)
        yield from (delay, skew)

    def _gateway(self) -> Iterator[Metric]:
        sign = beat.read(self._layout)
        now = round(self._now.timestamp() * 1000)
        up = sign is not None and sign.fresh(now)
        yield _gauge("anju_gateway_up", "Whether the gateway gives signs of life.", up)
        if sign:
            yield _gauge("anju_gateway_heartbeat_timestamp_seconds", "Its last sign of life.", sign.at / 1000)
            yield _gauge("anju_gateway_snapshot_version", "The registry that it works with.", sign.snapshot)
            yield _gauge("anju_gateway_last_frame", "The number of the last frame kept.", sign.frame)
            yield _gauge("anju_gateway_disk_full", "Whether it takes nothing for want of room.", sign.full)
            yield _gauge("anju_gateway_queue_points", "Values that wait for the disk.", sign.waiting)
            yield _gauge("anju_gateway_queue_bytes", "Bytes of messages that wait for the disk.", sign.raw)
            yield _gauge("anju_gateway_commit_seconds", "How long the last commit took.", sign.commit)
        yield from self._store()

    def _store(self) -> Iterator[Metric]:
        segments = list(self._layout.segments.glob("frames-*.arrow"))
        if segments:
            newest = max(path.stat().st_mtime for path in segments)
            yield _gauge("anju_store_last_commit_timestamp_seconds", "When frames were last written.", newest)
        yield _gauge(
            "anju_store_segments", "Pairs of segments that are open or not yet sealed.", len(segments)
        )
        yield _gauge(
            "anju_gateway_events_waiting_bytes",
            "Events of the gateway that are not applied yet.",
            self._waiting(),
        )

    def _waiting(self) -> int:
        applied = Applied.objects.filter(pk="gateway").first()
        behind = Position(applied.file, applied.byte) if applied else Position()
        end = events.end(self._layout.events)
        if end.file == behind.file:
            return end.byte - behind.byte
        files = self._layout.events.glob("events-*.log")
        sizes = {int(path.stem.removeprefix("events-")): path.stat().st_size for path in files}
        return sum(size for number, size in sizes.items() if number >= behind.file) - behind.byte

    def _alarms(self) -> Iterator[Metric]:
        standing = Alarm.objects.filter(cleared_at__isnull=True, cause__isnull=True, masked=False)
        counts = dict(standing.order_by().values_list("grade").annotate(n=Count("pk")))
        alarms = GaugeMetricFamily("anju_alarms_open", "Alarms that stand now.", labels=("grade",))
        for grade in RuleGrade.values:
            alarms.add_metric((grade,), counts.get(grade, 0))
        yield alarms
        waiting = Quarantined.objects.filter(handling=Handling.WAITING).count()
        yield _gauge("anju_quarantine_waiting", "Refused frames that nobody has looked at.", waiting)

    def _worker(self) -> Iterator[Metric]:
        newest = Beat.objects.aggregate(at=Max("at"))["at"]
        if newest:
            yield _gauge(
                "anju_worker_heartbeat_timestamp_seconds",
                "The last sign of life of a worker.",
                newest.timestamp(),
            )
        waiting = Request.objects.filter(attempts__lt=requests.MOST_ATTEMPTS).count()
        failed = Request.objects.filter(attempts__gte=requests.MOST_ATTEMPTS).count()
        queue = GaugeMetricFamily("anju_worker_requests", "Computations asked for.", labels=("state",))
        queue.add_metric(("waiting",), waiting)
        queue.add_metric(("failed",), failed)
        yield queue
        yield _gauge(
            "anju_worker_tasks_dead",
            "Tasks that failed so often that a person must look.",
            len(running.dead_tasks()),
        )
        overdue = Due.objects.filter(at__lt=self._now).count()
        yield _gauge("anju_worker_jobs_overdue", "Scheduled jobs whose time has passed.", overdue)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
