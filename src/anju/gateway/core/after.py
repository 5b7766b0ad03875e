"""What follows a commit: latest values, rules, deliveries, quarantine. The same steps for a live batch and a restored one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from anju.gateway.adapters import REASONS, Message, Outcome
from anju.gateway.core.batch import Prepared
from anju.gateway.core.counters import Counters
from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Snapshot

# An event names so many tags at most; the frame has all of them.
_NAMED = 100


class Engine(Protocol):
    """``rules.Engine`` as the gateway needs it."""

    faults: list[tuple[str, str]]

    def apply(self, points: Points, now: int) -> list[Event]: ...
    def tick(self, now: int) -> list[Event]: ...
    def listen(self, now: int) -> None: ...
    def replace(self, snapshot: Snapshot) -> None: ...
    def state(self) -> bytes: ...


class Latest(Protocol):
    """``store.LatestWriter`` as the gateway needs it."""

    def update(self, points: Points) -> None: ...


class Alarms:
    """The engine, with the place of each of its events: behind which frame, and whether the clock alone made it.

    With these two a restart repeats exactly what the rules had said since the checkpoint (``recovery``).
    """

    def __init__(self, engine: Engine, frame: int) -> None:
        self.engine, self.frame = engine, frame

    def apply(self, points: Points, last: int) -> list[Event]:
        """``last`` is the number of the last frame of the commit. The clock is that of its receipt."""
        self.frame = last
        if not len(points):
            return []
        return [event | {"behind": last} for event in self.engine.apply(points, int(points.received.max()))]

    def tick(self, now: int) -> list[Event]:
        return [event | {"behind": self.frame, "tick": now} for event in self.engine.tick(now)]


class After:
    """``apply`` gives the events of a commit."""

    def __init__(self, latest: Latest, alarms: Alarms, counters: Counters) -> None:
        self._latest, self._alarms, self._counters = latest, alarms, counters

    def apply(self, messages: Sequence[Message], prepared: Prepared, snapshot: Snapshot) -> list[Event]:
        self._latest.update(prepared.points)
        self._counters.kept(prepared.frames, prepared.points, snapshot)
        alarms = self._alarms.apply(prepared.points, prepared.frames[-1].number)
        return [*alarms, *quarantined(messages, prepared.outcomes, snapshot)]


def quarantined(
    messages: Sequence[Message], outcomes: Sequence[Outcome], snapshot: Snapshot
) -> Iterator[Event]:
    """An event for each frame that was rejected, or of which values were refused.

    ``reason`` is that of the frame, or else of most refused values; ``tags`` those concerned, as far as they are known.
    """
    for message, outcome in zip(messages, outcomes, strict=True):
        refused = outcome.refused
        some = refused is not None and bool(refused.any())
        if outcome.status is Status.REJECTED or some:
            yield {
                "kind": "quarantine",
                "frame": outcome.frame,
                "source": message.source,
                "received": message.received,
                "protocol": message.protocol,
                "reason": _reason(outcome).value,
                "detail": message.detail,
                "refused": int(np.count_nonzero(refused)) if refused is not None else 0,
                "tags": _tags(message, outcome, snapshot) if some else [],
            }


def _reason(outcome: Outcome) -> Reason:
    if outcome.reason is not Reason.NONE or outcome.refused is None:
        return outcome.reason
    return REASONS[int(np.bincount(outcome.refused[outcome.refused > 0]).argmax())]


def _tags(message: Message, outcome: Outcome, snapshot: Snapshot) -> list[str]:
    """Names that nobody registered, then registered ones whose value could not be kept."""
    if message.values is None or outcome.refused is None:
        return []
    known = np.unique(message.values.series[outcome.refused > 0])
    known = known[(known > 0) & (known < len(snapshot.series))][:_NAMED]
    own = [snapshot.series.tag[int(number)].as_py() for number in known]
    return [*message.values.unknown, *own][:_NAMED]
