"""The gateway's sign of life: a small file, written every second."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from anju.kernel.telemetry.layout import Layout

# A sign older than this (ms) is that of a gateway that has stopped or hangs.
_FRESH = 15_000


@dataclass(frozen=True, slots=True)
class Beat:
    """``at`` in ms; ``frame`` is the last number given; ``http`` the port of the push interface; ``full``: no room.

    ``waiting`` and ``raw`` are the values and bytes in the queue; ``commit`` is how long the last commit took, in s.
    """

    pid: int
    at: int
    http: int
    snapshot: int
    frame: int
    full: bool
    waiting: int = 0
    raw: int = 0
    commit: float = 0.0

    def fresh(self, now: int) -> bool:
        """Whether it was written a moment before ``now`` (ms)."""
        return now - self.at < _FRESH


def write(layout: Layout, sign: Beat) -> None:
    path = _path(layout)
    # With the whole name: the checkpoint beside it is being written by another thread.
    passing = path.with_name(f"{path.name}.passing")
    passing.write_bytes(orjson.dumps(asdict(sign)))
    passing.replace(path)


def read(layout: Layout) -> Beat | None:
    """``None`` where no gateway runs."""
    try:
        return Beat(**orjson.loads(_path(layout).read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None


def remove(layout: Layout) -> None:
    """The gateway has ended."""
    _path(layout).unlink(missing_ok=True)


def _path(layout: Layout) -> Path:
    return layout.state / "gateway.beat"
