"""After a kill: everything that follows a commit is done again for the frames behind the checkpoint, and told once.

What the log has behind the checkpoint was told already. Alarms carry the frame behind which they were made and the
moment of a tick, so the rules are led through the same batches and the same ticks; what they say again is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import fields as fields_of

import orjson
import pyarrow as pa

from anju.gateway import adapters
from anju.gateway.adapters import Message, Refused, Setting
from anju.gateway.core.after import Alarms, quarantined
from anju.gateway.core.batch import prepare
from anju.gateway.core.checkpoint import Checkpoint
from anju.gateway.core.counters import Counters
from anju.kernel.telemetry import events
from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.frames import STRANGER, Frame, Reason, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Snapshot, Source
from anju.kernel.telemetry.store import segments

_ALL = 100_000_000
_NOBODY = Source(STRANGER, "", "")


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit kept."""

    frames: list[Frame]
    points: Points

    @property
    def last(self) -> int:
        return self.frames[-1].number


def restore(
    layout: Layout, checkpoint: Checkpoint, snapshot: Snapshot, alarms: Alarms, counters: Counters
) -> list[Event]:
    """Lead rules and counters through what lies behind the checkpoint; the events that were not told yet."""
    told = [event for event, _ in events.read(layout.events, checkpoint.position, _ALL)]
    ticks = [event for event in told if event.get("kind") == "alarm" and "tick" in event]
    said: list[Event] = []
    quarantine: list[Event] = []
    noted = {event["frame"] for event in told if event.get("kind") == "quarantine"}
    counters.restore(checkpoint.minutes)
    for commit in commits(layout, checkpoint.frame):
        said += _ticked(alarms, ticks, commit.last)
        said += alarms.apply(commit.points, commit.last)
        counters.restored(commit.frames, commit.points, snapshot)
        quarantine += [
            event for frame in commit.frames if frame.number not in noted for event in _again(frame, snapshot)
        ]
    said += _ticked(alarms, ticks, None)
    return _untold(said, told) + quarantine


def commits(layout: Layout, frame: int) -> Iterator[Commit]:
    """The commits behind a frame that are not sealed yet, in their order."""
    pairs = segments.pairs(layout.segments)
    for pair, following in zip(pairs, [*pairs[1:], None], strict=True):
        head = segments.head(following.frames) if following else None
        if head is None or head.first > frame + 1:
            yield from _of_pair(pair, frame)


def _of_pair(pair: segments.Pair, frame: int) -> Iterator[Commit]:
    """Each commit has a message of frames, and one of points unless it had none."""
    points = (Points.of(message.batch) for message in segments.messages(pair.points))
    waiting = next(points, None)
    for message in segments.messages(pair.frames):
        last = message.batch["number"][-1].as_py()
        own = Points.empty()
        if waiting is not None and int(waiting.frame.max()) <= last:
            own, waiting = waiting, next(points, None)
        if last > frame:
            yield Commit([frame_of(row) for row in message.batch.to_pylist()], own)


def frame_of(row: dict[str, object]) -> Frame:
    """A row of stored frames."""
    values = {field.name: row[field.name] for field in fields_of(Frame)}
    values["received"] = pa.scalar(row["received"], pa.timestamp("ms", "UTC")).value
    values["status"], values["reason"] = Status(str(row["status"])), Reason(str(row["reason"]))
    return Frame(**values)  # type: ignore[arg-type]


def _ticked(alarms: Alarms, ticks: list[Event], before: int | None) -> list[Event]:
    """Repeat the ticks that told something before a frame; a tick that told nothing changed nothing."""
    said: list[Event] = []
    while ticks and (before is None or ticks[0]["behind"] < before):
        moment = ticks[0]["tick"]
        while ticks and ticks[0]["tick"] == moment:
            ticks.pop(0)
        said += alarms.tick(moment)
    return said


def _untold(said: list[Event], told: list[Event]) -> list[Event]:
    left = Counter(_text(event) for event in told)
    new = []
    for event in said:
        text = _text(event)
        if left[text]:
            left[text] -= 1
        else:
            new.append(event)
    return new


def _text(event: Event) -> bytes:
    return orjson.dumps(event, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_SORT_KEYS)


def _again(frame: Frame, snapshot: Snapshot) -> Iterator[Event]:
    """The event of a frame that has something in quarantine, with what its bytes still tell of it."""
    if frame.status is not Status.REJECTED and not frame.refused:
        return
    message = Message(frame.source, frame.protocol, b"", frame.raw, frame.received, reason=frame.reason)
    source = snapshot.by_number.get(frame.source, _NOBODY)
    try:
        message.values = adapters.decode(frame.raw, frame.protocol, Setting.of(snapshot, source))
    except Refused as refused:
        message.detail = refused.detail
    prepared = prepare([message], frame.number, lambda _: False, snapshot, lambda points: points)
    found = list(quarantined([message], prepared.outcomes, snapshot))
    tags = found[0]["tags"] if found else []
    yield {
        "kind": "quarantine",
        "frame": frame.number,
        "source": frame.source,
        "received": frame.received,
        "protocol": frame.protocol,
        "reason": (frame.reason or (found[0]["reason"] if found else Reason.UNKNOWN_TAG)),
        "detail": message.detail,
        "refused": frame.refused,
        "tags": tags,
    }
