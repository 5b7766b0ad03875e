"""The worker's job that writes ``snapshot-<version>`` when something changed.

Whether something may have changed is one look at the audit of the last minutes: every write leaves a row there. Only
then the registry is read, and only where its content differs a new version is written.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.telemetry import snapshot
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import MaintenanceWindow, Published, Source
from anju.kernel.telemetry.publishing import registry, rules
from anju.kernel.telemetry.publishing.numbering import number_assets
from anju.kernel.telemetry.registering.figures import figures
from anju.kernel.telemetry.store.sealing import retention
from anju.kernel.telemetry.store.sealing.retention import Keep

# A transaction may become visible this long after the time that its rows bear.
_SLACK = timedelta(minutes=2)
TYPES = (
    "telemetry.source", "telemetry.series", "telemetry.thresholdrule", "telemetry.maintenancewindow",
    "assets.asset", "places.area", "places.membership", "places.batch",
)  # fmt: skip


def tick(now: datetime) -> int | None:
    """The version that was written, or None where nothing changed. The sealer is told how long history stays."""
    retention.tell(Layout.of(settings.DATA), _keep(timezone.localdate(now)))
    last = Published.objects.order_by("-version").first()
    news = _news(last, now)
    if last and not news - set(last.seen) and timezone.localdate(last.at) == timezone.localdate(now):
        return None
    number_assets()
    made = build(now)
    content = _digest(made)
    if last and last.digest == content and snapshot.newest(_folder()) is not None:
        Published.objects.filter(pk=last.pk).update(at=now, seen=sorted(news))
        return None
    return _publish(made, content, sorted(news))


def build(now: datetime) -> snapshot.Snapshot:
    """The registry as it is now; the version is set when it is published."""
    known = registry.read()
    on = timezone.localdate(now)
    return snapshot.Snapshot(
        version=0,
        made_at=int(now.timestamp() * 1000),
        series=known.series,
        sources=tuple(_sources()),
        rules=tuple(rules.in_force(known, on)),
        windows=tuple(_windows(known, now)),
        parents=known.parents,
    )


def _keep(on: date) -> Keep:
    held = figures(on)
    return Keep(held.raw_days, held.frame_days, held.minute_days, held.hour_days, held.day_days)


def _folder() -> Any:
    return Layout.of(settings.DATA).snapshots


def _news(last: Published | None, now: datetime) -> set[str]:
    """Keys of the audit rows of the registry since shortly before the last version."""
    since = last.at - _SLACK if last else now - _SLACK
    rows = AuditRow.objects.filter(recorded_at__gte=since, object_type__in=TYPES, result="ok")
    return {str(key) for key in rows.values_list("id", flat=True)}


def _publish(made: snapshot.Snapshot, content: str, seen: list[str]) -> int:
    folder = _folder()
    newest = snapshot.newest(folder)
    files = int(newest.stem.removeprefix("snapshot-")) if newest else 0
    last = Published.objects.order_by("-version").values_list("version", flat=True).first() or 0
    # A restored database goes on behind the files that the gateway has seen.
    version = max(files, last) + 1
    snapshot.write(folder, snapshot.Snapshot(**{**made.__dict__, "version": version}))
    at = datetime.fromtimestamp(made.made_at / 1000, timezone.get_current_timezone())
    Published.objects.create(version=version, digest=content, at=at, series=len(made.series) - 1, seen=seen)
    return version


def _digest(made: snapshot.Snapshot) -> str:
    whole = sha256()
    for one in fields(snapshot.Series):
        column = getattr(made.series, one.name)
        data = column.tobytes() if hasattr(column, "tobytes") else orjson.dumps(column.to_pylist())
        whole.update(data)
    rest = (made.sources, made.rules, made.windows, sorted(made.parents.items()))
    whole.update(orjson.dumps(rest))
    return whole.hexdigest()


def _sources() -> list[snapshot.Source]:
    """With their secrets as they are sealed: the gateway opens them with the keys of the installation."""
    rows = Source.objects.annotate(sealed=Cast("secret", TextField())).order_by("number")
    names = ("number", "code", "protocol", "sealed", "enabled", "late_after", "skew", "options")
    return [snapshot.Source(*row) for row in rows.values_list(*names)]


def _windows(known: registry.Registry, now: datetime) -> list[snapshot.Window]:
    rows = MaintenanceWindow.objects.filter(until__gt=now, ended_at__isnull=True).order_by("number")
    return [
        snapshot.Window(
            row.number,
            tuple(known.below(known.numbers[row.asset_id])),
            int(row.since.timestamp() * 1000),
            int(row.until.timestamp() * 1000),
        )
        for row in rows
        if row.asset_id in known.numbers
    ]
