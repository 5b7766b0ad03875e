"""One round of sealing: closed segments into parts, small parts into large ones, old files away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days, disk, marker, parts, segments
from anju.kernel.telemetry.store.marker import Marker
from anju.kernel.telemetry.store.ordering import ordered
from anju.kernel.telemetry.store.parts import KINDS, POINTS, REVISIONS, ROLLUPS, Kind
from anju.kernel.telemetry.store.recomputing import recompute
from anju.kernel.telemetry.store.rolling import Rolled
from anju.kernel.telemetry.store.sealed import Sealed

from .frames import seal_frames
from .merging import due, merge, write_revisions
from .parquet import PASSING, PartWriter
from .retention import Keep, expire

_BUSY = ("遥测库正在封存。", "请稍后再试；同一时间只有一个进程封存。")


@dataclass(frozen=True, slots=True)
class Options:
    """``group``: bytes of point segments sealed at once, which bounds the memory; ``grace`` in ms: how long a file
    stays after it was replaced, for readers that have just found it; ``keep``: ages, ``None`` keeps everything."""

    group: int = 12 * 1024 * 1024
    grace: int = 300_000
    keep: Keep | None = None


@dataclass(slots=True)
class Report:
    """What a round did; ``damaged`` are pairs with bytes that cannot be read, which were put aside."""

    pairs: int = 0
    points: int = 0
    frames: int = 0
    merged: int = 0
    expired: list[str] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)


def seal(layout: Layout, now: int, options: Options | None = None) -> Report:
    """Seal what is closed. ``now`` in ms.

    Raises ``StoreBusy`` where another process is at it and ``StoreFull``; both leave everything readable.
    """
    options, report = options or Options(), Report()
    with disk.locked(lock_path(layout), *_BUSY):
        _clear(layout)
        _forget_pairs(layout, now - options.grace)
        for group in _groups(layout, options.group):
            _seal_group(layout, group, report)
        for kind in KINDS:
            if kind is not REVISIONS:
                report.merged += _compact(layout, kind, now)
        for kind in KINDS:
            _forget_parts(layout, kind, now - options.grace)
        if options.keep is not None:
            report.expired = expire(layout, options.keep, now)
    return report


def lock_path(layout: Layout) -> Path:
    return layout.root / "sealing.lock"


def _clear(layout: Layout) -> None:
    """Remove what a round that did not finish left: its segments are still there."""
    sealed = marker.read(layout).pair
    for kind in KINDS:
        for partition in parts.partitions(layout, kind):
            folder = kind.folder(layout) / partition
            for passing in folder.glob(f"*{PASSING}"):
                disk.remove(passing)
            for part in parts.files(folder):
                if part.last > sealed:
                    disk.remove(part.path)


def _groups(layout: Layout, size: int) -> Iterator[list[segments.Pair]]:
    """Closed pairs that are not sealed, in groups of at most about ``size`` bytes of points."""
    sealed = marker.read(layout).pair
    group: list[segments.Pair] = []
    total = 0
    for pair in segments.pairs(layout.segments)[:-1]:
        if pair.number <= sealed:
            continue
        if group and total + pair.points.stat().st_size > size:
            yield group
            group, total = [], 0
        group.append(pair)
        total += pair.points.stat().st_size
    if group:
        yield group


def _seal_group(layout: Layout, group: Sequence[segments.Pair], report: Report) -> None:
    span = group[0].number, group[-1].number
    points = _points(group)
    highest = marker.read(layout).frame
    sealed = Sealed(layout)
    try:
        rolled = recompute(points, sealed, span[1])
    finally:
        sealed.close()
    with disk.refusing_when_full():
        _write_points(layout, points, span)
        for grain, rows in rolled.items():
            _write_rolled(layout, ROLLUPS[grain], rows, span)
        frames, highest = seal_frames(layout, group, highest)
        report.damaged += _put_aside(layout, group)
        marker.write(layout, Marker(span[1], highest))
    report.pairs += len(group)
    report.points += len(points)
    report.frames += frames


def _points(group: Sequence[segments.Pair]) -> Points:
    found = [Points.of(message.batch) for pair in group for message in segments.messages(pair.points)]
    return Points.join(found) if found else Points.empty()


def _write_points(layout: Layout, points: Points, span: tuple[int, int]) -> None:
    day = days.floor(points.time, days.DAY)
    for begin in np.unique(day):
        partition = POINTS.partition(int(begin))
        result = ordered(points.where(day == begin))
        if len(result.replaced):
            write_revisions(layout, partition, span, result.replaced)
        with PartWriter(POINTS.folder(layout) / partition, POINTS) as writer:
            writer.write(result.current.batch())
            writer.finish(parts.name(*span))


def _write_rolled(layout: Layout, kind: Kind, rows: Rolled, span: tuple[int, int]) -> None:
    begins, place = np.unique(days.floor(rows.time, days.DAY), return_inverse=True)
    names = [kind.partition(int(begin)) for begin in begins]
    for partition in sorted(set(names)):
        inside = np.array([name == partition for name in names])[place]
        with PartWriter(kind.folder(layout) / partition, kind) as writer:
            writer.write(rows.where(inside).batch())
            writer.finish(parts.name(*span))


def _compact(layout: Layout, kind: Kind, now: int) -> int:
    """Merge small neighbours; of a period that is over, and to which nothing was added for an hour, everything."""
    merged = 0
    for partition in parts.partitions(layout, kind):
        counting = parts.live_in(layout, kind, partition)
        if len(counting) < 2:
            continue
        over = days.start_of(parts.end_of(partition)) + 2 * days.DAY < now
        quiet = _age(counting[-1].path, now) >= days.HOUR
        first = due([part.path.stat().st_size for part in counting], over and quiet)
        if first < len(counting):
            merge(layout, kind, partition, counting[first:])
            merged += len(counting) - first
    return merged


def _forget_pairs(layout: Layout, before: int) -> None:
    """Remove sealed segments, when no reader can be on the way to them any more."""
    path = marker.path(layout)
    if not path.exists() or _written(path) > before:
        return
    sealed = marker.read(layout).pair
    for pair in segments.pairs(layout.segments)[:-1]:
        if pair.number <= sealed:
            # The frames are what a pair is found by, so they go last.
            disk.remove(pair.points)
            disk.remove(pair.frames)


def _forget_parts(layout: Layout, kind: Kind, before: int) -> None:
    """Remove superseded parts whose successor is old enough."""
    for partition in parts.partitions(layout, kind):
        files = parts.files(kind.folder(layout) / partition)
        counting = parts.live_in(layout, kind, partition)
        for part in files:
            if part not in counting and _replaced(part, counting, before):
                disk.remove(part.path)


def _replaced(part: parts.Part, counting: Sequence[parts.Part], before: int) -> bool:
    return any(one.covers(part) and _written(one.path) <= before for one in counting)


def _put_aside(layout: Layout, group: Sequence[segments.Pair]) -> list[int]:
    """Copies of pairs that cannot be read to their end: somebody may want to know what was in them."""
    damaged = []
    for pair in group:
        if any(segments.whole_end(path) != path.stat().st_size for path in (pair.points, pair.frames)):
            folder = layout.root / "damaged"
            disk.make_folder(folder)
            for path in (pair.points, pair.frames):
                disk.link_or_copy(path, folder / path.name)
            disk.sync_folder(folder)
            damaged.append(pair.number)
    return damaged


def _written(path: Path) -> int:
    return int(path.stat().st_mtime * 1000)


def _age(path: Path, now: int) -> int:
    return now - _written(path)
