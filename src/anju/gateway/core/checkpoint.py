"""What the gateway would forget when it is killed: state of the rules, open minutes, how far the event log had got."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.layout import Layout

_NAME = "gateway.checkpoint"
# Lengths of head, state of the rules and state of the judge.
_LENGTHS = struct.Struct("<QQQ")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``frame`` is the last one that ``rules`` and ``quality`` (states of engine and judge) and ``minutes`` (of the
    counters) have seen. Everything that was told of frames up to it lies before ``position`` in the event log."""

    frame: int = 0
    rules: bytes | None = None
    quality: bytes | None = None
    minutes: list[dict[str, Any]] = field(default_factory=list)
    position: Position = field(default_factory=Position)


def write(layout: Layout, checkpoint: Checkpoint) -> None:
    """Whole or not at all."""
    place = [checkpoint.position.file, checkpoint.position.byte]
    head = orjson.dumps({"frame": checkpoint.frame, "minutes": checkpoint.minutes, "position": place})
    rules, quality = checkpoint.rules or b"", checkpoint.quality or b""
    lengths = _LENGTHS.pack(len(head), len(rules), len(quality))
    # One after the other: together they would be copied, and of half a million series that is much.
    _replace(layout.state / _NAME, (lengths, head, rules, quality))


def read(layout: Layout) -> Checkpoint:
    """The newest one, or an empty one where there is none that can be read: then everything open is judged anew."""
    try:
        whole = (layout.state / _NAME).read_bytes()
        head, rules, quality = _LENGTHS.unpack_from(whole)
        begin = _LENGTHS.size
        given = orjson.loads(whole[begin : begin + head])
        begin += head
        states = whole[begin : begin + rules] or None, whole[begin + rules : begin + rules + quality] or None
        return Checkpoint(given["frame"], *states, given["minutes"], Position(*given["position"]))
    except (OSError, struct.error, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return Checkpoint()


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    """Put a file in place durably."""
    passing = path.with_name(f"{path.name}.passing")
    with passing.open("wb") as file:
        file.writelines(parts)
        file.flush()
        os.fdatasync(file.fileno())
    passing.replace(path)
