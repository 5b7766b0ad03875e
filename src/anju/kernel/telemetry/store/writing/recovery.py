"""What a journal finds when it opens: where the last whole commit ends, and which frames there were."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from anju.kernel.telemetry.store import segments
from anju.kernel.telemetry.store.keys import Keys

from .replay import learn_batch


@dataclass(slots=True)
class Found:
    """Of one pair: the bytes that stay (``None``: the head is torn, begin again), the number of the next frame, and
    the times (ms) of the first and newest receipt, 0 where there is none."""

    points: int | None = None
    frames: int | None = None
    next_number: int = 1
    begun: int = 0
    newest: int = 0


def look(pair: segments.Pair, keys: Keys) -> Found:
    """Read the frames of a pair, remember their keys, and find where its last whole commit ends."""
    found = Found()
    head = segments.head(pair.frames)
    if head is None:
        return found
    found.frames, found.next_number = head.end, head.first
    for message in _sound(pair):
        _learn(message.batch, found, keys)
        found.frames = message.end
    found.points = _points_end(pair, found.next_number)
    return found


def _points_end(pair: segments.Pair, next_number: int) -> int | None:
    """The byte behind the points of the last frame that is there."""
    head = segments.head(pair.points)
    if head is None:
        return None
    end = head.end
    for message in segments.messages(pair.points):
        if pc.max(message.batch["frame"]).as_py() >= next_number:
            break
        end = message.end
    return end


def _sound(pair: segments.Pair) -> list[segments.Message]:
    """The messages of frames; the last one only if its content is what was written."""
    whole = list(segments.messages(pair.frames))
    if whole and not segments.sound(pair.frames, whole[-1]):
        whole.pop()
    return whole


def _learn(batch: pa.RecordBatch, found: Found, keys: Keys) -> None:
    received = batch["received"].cast(pa.int64())
    found.begun = found.begun or received[0].as_py()
    found.newest = max(found.newest, pc.max(received).as_py())
    found.next_number = batch["number"][-1].as_py() + 1
    learn_batch(batch, keys)
