"""What the gateway would forget when it is killed: state of the rules, open minutes, how far the event log had got."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.layout import Layout

_NAME = "gateway.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``frame`` is the last one that ``rules`` (bytes of the engine) and ``minutes`` (of the counters) have seen.

    Everything that was told of frames up to it lies before ``position`` in the event log.
    """

    frame: int = 0
    rules: bytes | None = None
    minutes: list[dict[str, Any]] = field(default_factory=list)
    position: Position = Position()


def write(layout: Layout, checkpoint: Checkpoint) -> None:
    """Whole or not at all."""
    text = orjson.dumps(
        {
            "frame": checkpoint.frame,
            "rules": base64.b64encode(checkpoint.rules or b"").decode(),
            "minutes": checkpoint.minutes,
            "position": [checkpoint.position.file, checkpoint.position.byte],
        }
    )
    replace(layout.state / _NAME, text)


def read(layout: Layout) -> Checkpoint:
    """The newest one, or an empty one where there is none that can be read: then everything open is judged anew."""
    try:
        given = orjson.loads((layout.state / _NAME).read_bytes())
        rules = base64.b64decode(given["rules"]) or None
        return Checkpoint(given["frame"], rules, given["minutes"], Position(*given["position"]))
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return Checkpoint()


def replace(path: Path, text: bytes) -> None:
    """Put a small file in place durably."""
    passing = path.with_suffix(".passing")
    with passing.open("wb") as file:
        file.write(text)
        file.flush()
        os.fdatasync(file.fileno())
    passing.replace(path)
