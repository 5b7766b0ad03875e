"""Events of the gateway's log as values: the one place that knows how they are spelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anju.kernel.telemetry.events import Event

ALARM, QUARANTINE, DELIVERY, GATEWAY = "alarm", "quarantine", "delivery", "gateway"
RAISED, CLEARED, GROUPED = "raised", "cleared", "grouped"


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """A transition of an alarm; ``step`` is raised, cleared or grouped. Numbers are 0 where there is none."""

    key: str
    step: str
    rule: str
    kind: str
    name: str
    grade: str
    series: int
    asset: int
    source: int
    value: float | None
    limit: float | None
    frame: int
    at: datetime
    received: datetime
    cause: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarantineTold:
    """A frame of which something was refused."""

    frame: int
    source: int
    reason: str
    tags: tuple[str, ...]
    detail: str
    points: int
    refused: int
    received: datetime


@dataclass(frozen=True, slots=True)
class DeliveryTold:
    """What one source delivered in one minute of receipt, as absolute figures: told again they replace the earlier.

    Counts of frames but for ``points``, ``late`` and ``refused_points``; ``skew`` and ``delay`` in ms.
    """

    source: int
    minute: datetime
    frames: int
    accepted: int
    repeated: int
    rejected: dict[str, int]
    points: int
    late: int
    refused_points: int
    turned_away: int
    skew: int | None
    delay: int | None


Told = AlarmTold | QuarantineTold | DeliveryTold


def read(event: Event) -> Told | None:
    """The event as a value, None for kinds that leave no row."""
    reader = {ALARM: _alarm, QUARANTINE: _quarantine, DELIVERY: _delivery}.get(str(event.get("kind")))
    return reader(event) if reader else None


def moment(ms: int | float | None) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None


def _at(event: Event, *names: str) -> datetime:
    for name in names:
        found = moment(event.get(name))
        if found:
            return found
    return datetime.fromtimestamp(0, UTC)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _alarm(event: Event) -> AlarmTold:
    return AlarmTold(
        key=str(event["key"]),
        step=str(event["event"]),
        rule=str(event["rule"]),
        kind=str(event.get("rule_kind", "")),
        name=str(event.get("name", "")),
        grade=str(event.get("grade", "info")),
        series=int(event.get("series") or 0),
        asset=int(event.get("asset") or 0),
        source=int(event.get("source") or 0),
        value=_number(event.get("value")),
        limit=_number(event.get("limit")),
        frame=int(event.get("frame") or 0),
        at=_at(event, "at", "received"),
        received=_at(event, "received", "at"),
        cause=str(event.get("cause") or ""),
        members=tuple(str(one) for one in event.get("members", ())),
    )


def _quarantine(event: Event) -> QuarantineTold:
    return QuarantineTold(
        frame=int(event["frame"]),
        source=int(event.get("source") or 0),
        reason=str(event["reason"]),
        tags=tuple(str(one) for one in event.get("tags", ())),
        detail=str(event.get("detail", "")),
        points=int(event.get("points") or 0),
        refused=int(event.get("refused") or 0),
        received=_at(event, "received", "at"),
    )


def _delivery(event: Event) -> DeliveryTold:
    counts = ("frames", "accepted", "repeated", "points", "late", "refused_points", "turned_away")
    return DeliveryTold(
        source=int(event["source"]),
        minute=_at(event, "minute"),
        rejected={str(reason): int(count) for reason, count in event["rejected"].items()},
        skew=event.get("skew_p50"),
        delay=event.get("delay_p95"),
        **{name: int(event.get(name) or 0) for name in counts},
    )
