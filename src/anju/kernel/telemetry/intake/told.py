"""Events of the gateway's log as values: the one place that knows how they are spelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from anju.kernel.telemetry.events import Event

ALARM, QUARANTINE, DELIVERY, GATEWAY = "alarm", "quarantine", "delivery", "gateway"
# States of an alarm in the words of the rule engine (``rules.alarms``).
RAISED, MASKED, CLEARED = "raised", "masked", "cleared"


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """A transition of an alarm as ``rules.alarms`` describes it; numbers are 0 where there is none.

    ``since`` is when the condition began, ``at`` when this transition came to be. ``cause`` is the key of the wider
    alarm that covers it, "" where planned work masks it or nothing does.
    """

    key: str
    state: str
    rule: str
    grade: str
    series: int
    asset: int
    source: int
    since: datetime
    at: datetime
    value: float | None
    judged: float | None
    limit: float | None
    frame: int
    cause: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuarantineTold:
    """A frame that was rejected, or of which values were refused."""

    frame: int
    source: int
    protocol: str
    reason: str
    tags: tuple[str, ...]
    detail: str
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
    numbers = {name: int(event.get(name) or 0) for name in ("series", "asset", "source", "frame")}
    return AlarmTold(
        key=str(event["id"]),
        state=str(event["state"]),
        rule=str(event["rule"]),
        grade=str(event["grade"]),
        since=_at(event, "since", "at"),
        at=_at(event, "at", "since"),
        value=_number(event.get("value")),
        judged=_number(event.get("judged")),
        limit=_number(event.get("limit")),
        cause=str(event.get("cause") or ""),
        members=tuple(int(one) for one in event.get("members") or ()),
        **numbers,
    )


def _quarantine(event: Event) -> QuarantineTold:
    return QuarantineTold(
        frame=int(event["frame"]),
        source=int(event.get("source") or 0),
        protocol=str(event.get("protocol", "")),
        reason=str(event["reason"]),
        tags=tuple(str(one) for one in event.get("tags") or ()),
        detail=str(event.get("detail") or ""),
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
