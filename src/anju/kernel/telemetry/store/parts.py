"""Sealed files: which there are, what each covers, and which of them count.

A part is named by the first and the last pair of segments that went into it, so a part within the range of another
is superseded by it. Files need no list of their own: what counts follows from the names, at every moment of a
sealing and after a crash in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from anju.kernel.telemetry import frames, points
from anju.kernel.telemetry.layout import Layout

from . import days
from .days import Grain
from .rolling import SCHEMA as ROLLED

SUFFIX = ".parquet"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A sealed file. ``low`` and ``high`` are the frame numbers in a file of raw frames, else 0."""

    first: int
    last: int
    low: int
    high: int
    path: Path

    @classmethod
    def of(cls, path: Path) -> Part:
        numbers = [int(text) for text in path.name.removesuffix(SUFFIX).split("-")]
        first, last, low, high = (*numbers, 0, 0)[:4]
        return cls(first, last, low, high, path)

    def covers(self, other: Part) -> bool:
        return self.first <= other.first and other.last <= self.last


def name(first: int, last: int, low: int = 0, high: int = 0) -> str:
    frame_numbers = f"-{low:012d}-{high:012d}" if high else ""
    return f"{first:010d}-{last:010d}{frame_numbers}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of sealed data: its folder, its columns, and the column and period by which it is split into folders."""

    name: str
    schema: pa.Schema
    time: str
    period: str

    def folder(self, layout: Layout) -> Path:
        return layout.root / self.name

    def partition(self, time: int) -> str:
        """The name of the folder for a time: ``day=2026-11-28``."""
        return f"{self.period}={_NAMES[self.period](time)}"


_NAMES: dict[str, Callable[[int], str]] = {
    "day": days.day_name,
    "month": days.month_name,
    "year": days.year_name,
}
POINTS = Kind("points", points.SCHEMA, "time", "day")
# Points that a later receipt of the same series and source time has replaced.
REVISIONS = Kind("revisions", points.SCHEMA, "time", "day")
FRAMES = Kind("frames", frames.SCHEMA, "received", "day")
ROLLUPS = {
    Grain.MINUTE: Kind("rollups/minute", ROLLED, "time", "day"),
    Grain.HOUR: Kind("rollups/hour", ROLLED, "time", "month"),
    Grain.DAY: Kind("rollups/day", ROLLED, "time", "year"),
}
KINDS = (POINTS, REVISIONS, FRAMES, *ROLLUPS.values())


def files(folder: Path) -> list[Part]:
    """All parts in the folder of a partition, superseded ones too."""
    try:
        return sorted(Part.of(path) for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except FileNotFoundError:
        return []


def live(parts: Iterable[Part]) -> list[Part]:
    """Those that no other covers, in the order of their pairs."""
    counting: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.first, -part.last)):
        if not counting or not counting[-1].covers(part):
            counting.append(part)
    return counting


def live_in(layout: Layout, kind: Kind, partition: str) -> list[Part]:
    """The parts of a partition that count.

    A file of revisions counts only with the points that it was written with: alone it is left from a crash.
    """
    counting = live(files(kind.folder(layout) / partition))
    if kind is REVISIONS:
        current = live(files(POINTS.folder(layout) / partition))
        counting = live(
            part
            for part in files(kind.folder(layout) / partition)
            if any(point.covers(part) for point in current)
        )
    return counting


def partitions(layout: Layout, kind: Kind) -> list[str]:
    """The names of the folders that a kind has, oldest first."""
    try:
        return sorted(path.name for path in kind.folder(layout).iterdir() if "=" in path.name)
    except FileNotFoundError:
        return []


def between(layout: Layout, kind: Kind, since: int, until: int) -> list[str]:
    """The partitions that can have something in [since, until), times in ms."""
    if until <= since:
        return []
    low, high = kind.partition(since), kind.partition(until - 1)
    return [partition for partition in partitions(layout, kind) if low <= partition <= high]


def end_of(partition: str) -> date:
    """The last day of a partition."""
    parts = [int(text) for text in partition.partition("=")[2].split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts if len(parts) == 2 else (parts[0], 12)
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def periods(kind: Kind, since: int, until: int) -> Iterator[tuple[int, int]]:
    """A span of time cut where the partitions of a kind are (ms)."""
    while since < until:
        end = min(until, days.start_of(end_of(kind.partition(since))) + days.DAY)
        yield since, end
        since = end
