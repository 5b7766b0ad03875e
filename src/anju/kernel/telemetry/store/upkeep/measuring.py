"""How much this disk keeps durably: real commits of the journal, beside bare flushes, which nothing can beat."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store.journal import Journal

# As a company's platform delivers: so many values and about so many bytes a message.
_POINTS_A_FRAME, _FRAME = 20, b"x" * 362


@dataclass(frozen=True, slots=True)
class Rate:
    """``rows`` are points in a commit, 0 for bare flushes; times of one commit in ms."""

    rows: int
    commits: int
    seconds: float
    p50: float
    p99: float

    @property
    def a_second(self) -> float:
        """Points, or flushes, a second."""
        return (self.rows or 1) * self.commits / self.seconds


def commits(folder: Path, rows: int, seconds: float) -> Rate:
    """Commit ``rows`` points with their frames again and again into a store of its own in an empty folder."""
    journal = Journal.open(Layout.of(folder), _now())
    times = []
    try:
        begun = time.perf_counter()
        while (at := time.perf_counter()) - begun < seconds:
            journal.commit(*_batch(journal.next_number, rows))
            times.append(time.perf_counter() - at)
    finally:
        journal.close()
    return _rate(rows, times)


def flushes(folder: Path, seconds: float) -> Rate:
    """Append 4 KiB and flush, again and again."""
    times = []
    with (folder / "flushes").open("wb", buffering=0) as file:
        begun = time.perf_counter()
        while (at := time.perf_counter()) - begun < seconds:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - at)
    return _rate(0, times)


def _batch(first: int, rows: int) -> tuple[list[Frame], Points]:
    count, now = max(1, rows // _POINTS_A_FRAME), _now()
    frames = [
        Frame(number, 1, now, "http", key_of(1, b"%d" % number), Status.ACCEPTED, Reason.NONE, 0, 0, _FRAME)
        for number in range(first, first + count)
    ]
    series = np.arange(rows, dtype=np.uint32) % 20_000 + 1
    points = Points(
        series,
        np.full(rows, now, np.int64),
        series.astype(np.float64),
        np.zeros(rows, np.uint8),
        np.full(rows, now, np.int64),
        (np.arange(rows) * count // rows + first).astype(np.uint64),
    )
    return frames, points


def _rate(rows: int, times: list[float]) -> Rate:
    p50, p99 = (float(part) * 1000 for part in np.percentile(times, (50, 99)))
    return Rate(rows, len(times), sum(times), p50, p99)


def _now() -> int:
    return int(time.time() * 1000)
