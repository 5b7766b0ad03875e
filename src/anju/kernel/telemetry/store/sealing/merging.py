"""Parts of one partition become one, in slices of series that fit into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import parts, rolling
from anju.kernel.telemetry.store.ordering import ordered
from anju.kernel.telemetry.store.parts import FRAMES, POINTS, REVISIONS, Kind, Part
from anju.kernel.telemetry.store.rolling import Rolled

from .parquet import ROWS, PartWriter


class Columns(Protocol):
    """Points or rows of a roll-up, sorted by series."""

    @property
    def series(self) -> NDArray[np.uint32]: ...

    def __len__(self) -> int: ...

    def where(self, which: NDArray[np.intp]) -> Self: ...


Sort = TypeVar("Sort", Points, Rolled)


def due(sizes: Sequence[int], whole: bool) -> int:
    """From which part on the newest ones are merged: an older part joins while it is not twice as long as all after
    it, so a row is written again only about log₂ times. ``whole``: all of them. The length: nothing is due."""
    if whole:
        return 0 if len(sizes) > 1 else len(sizes)
    first, total = len(sizes), 0
    for place in reversed(range(len(sizes))):
        if total and sizes[place] >= 2 * total:
            break
        first, total = place, total + sizes[place]
    return first if len(sizes) - first >= 4 else len(sizes)


def merge(layout: Layout, kind: Kind, partition: str, old: Sequence[Part]) -> Path:
    """Write one part in place of some neighbours; they are superseded by its name."""
    folder = kind.folder(layout) / partition
    first, last = old[0].first, old[-1].last
    with PartWriter(folder, kind) as writer:
        if kind is FRAMES:
            _append(writer, old)
            low, high = min(part.low for part in old), max(part.high for part in old)
            return writer.finish(parts.name(first, last, low, high))
        if kind is POINTS:
            replaced = _merge_points(writer, old)
            _keep_revisions(layout, partition, (first, last), replaced)
        else:
            for rolled in slices(old, Rolled):
                writer.write(rolling.newest(rolled).batch())
        return writer.finish(parts.name(first, last))


def _append(writer: PartWriter, old: Sequence[Part]) -> None:
    for part in old:
        for batch in pq.ParquetFile(part.path).iter_batches(4096):
            writer.write(batch)


def _merge_points(writer: PartWriter, old: Sequence[Part]) -> list[Points]:
    replaced = []
    for points in slices(old, Points):
        result = ordered(Points.join(points))
        writer.write(result.current.batch())
        if len(result.replaced):
            replaced.append(result.replaced)
    return replaced


def _keep_revisions(layout: Layout, partition: str, span: tuple[int, int], replaced: list[Points]) -> None:
    """What was replaced, now and before; written before the points, without which it does not count."""
    old = [
        Points.of(pq.read_table(part.path, partitioning=None))
        for part in parts.live_in(layout, REVISIONS, partition)
        if span[0] <= part.first and part.last <= span[1]
    ]
    if old or replaced:
        write_revisions(layout, partition, span, Points.join([*old, *replaced]))


def write_revisions(layout: Layout, partition: str, span: tuple[int, int], points: Points) -> None:
    """A part of revisions, sorted like points, all receipts of a time one after the other."""
    order = np.lexsort((points.frame, rolling.sort_key(points.series, points.time)))
    with PartWriter(REVISIONS.folder(layout) / partition, REVISIONS) as writer:
        writer.write(points.where(order).batch())
        writer.finish(parts.name(*span))


@dataclass
class _Source(Generic[Sort]):
    """What has been read of a part and not yet been given out."""

    batches: Iterator[pa.RecordBatch]
    take: Callable[[pa.RecordBatch], Sort]
    held: Sort
    ended: bool = False

    def more(self) -> None:
        batch = next(self.batches, None)
        if batch is None:
            self.ended = True
        else:
            self.held = type(self.held).join([self.held, self.take(batch)])

    def below(self, limit: int | None) -> Sort:
        """Give out the rows of series below a limit (``None``: all)."""
        count = len(self.held) if limit is None else int(np.searchsorted(self.held.series, limit))
        given = self.held.where(np.arange(count))
        self.held = self.held.where(np.arange(count, len(self.held)))
        return given


def slices(old: Sequence[Part], sort: type[Sort]) -> Iterator[list[Sort]]:
    """The rows of sorted parts, series by series, in pieces; a series is never cut."""
    files = [pq.ParquetFile(part.path) for part in old]
    sources = [_Source(file.iter_batches(ROWS), sort.of, sort.empty()) for file in files]
    while any(not source.ended or len(source.held) for source in sources):
        for source in sources:
            while not source.ended and not len(source.held):
                source.more()
        open_ = [source for source in sources if not source.ended]
        limit = min((int(source.held.series[-1]) for source in open_), default=None)
        given = [source.below(limit) for source in sources]
        if any(map(len, given)):
            yield given
        else:
            for source in open_:
                if int(source.held.series[-1]) == limit:
                    source.more()
    for file in files:
        file.close()
