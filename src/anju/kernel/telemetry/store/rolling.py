"""Roll-ups in NumPy: the same points give the same bits, in whatever order they came.

Minutes are made of points, hours of minutes, days of hours, each by adding in the order of time. So a figure can be
computed again years later and compared digit by digit; a database adds in the order in which its threads finish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry.points import MILLISECOND, Points
from anju.kernel.telemetry.quality import good

from . import days
from .days import Grain

SCHEMA = pa.schema(
    [
        pa.field("series", pa.uint32(), nullable=False),
        pa.field("time", MILLISECOND, nullable=False),
        pa.field("count", pa.uint32(), nullable=False),
        pa.field("good", pa.uint32(), nullable=False),
        pa.field("sum", pa.float64(), nullable=False),
        pa.field("min", pa.float64(), nullable=False),
        pa.field("max", pa.float64(), nullable=False),
        pa.field("first", pa.float64(), nullable=False),
        pa.field("last", pa.float64(), nullable=False),
        # The last pair of segments that this row knows of; of two rows the one that knows more counts.
        pa.field("sealed", pa.uint64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Rolled:
    """Buckets by series and begin (ms). ``count`` are all points, ``good`` the good ones, and the figures are of the
    good ones alone: not a number where there is none, and ``sum`` 0."""

    series: NDArray[np.uint32]
    time: NDArray[np.int64]
    count: NDArray[np.uint32]
    good: NDArray[np.uint32]
    sum: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    sealed: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.series)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Of the good values; not a number where there is none."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.sum / np.where(self.good > 0, self.good, np.nan))

    @classmethod
    def of(cls, table: pa.RecordBatch | pa.Table) -> Rolled:
        return cls(*(_array(table.column(field.name)) for field in SCHEMA))

    @classmethod
    def empty(cls) -> Rolled:
        return cls.of(SCHEMA.empty_table())

    @classmethod
    def join(cls, parts: Sequence[Rolled]) -> Rolled:
        some = [part for part in parts if len(part)]
        if len(some) < 2:
            return some[0] if some else cls.empty()
        return cls(*(np.concatenate([getattr(part, one.name) for part in some]) for one in fields(cls)))

    def batch(self) -> pa.RecordBatch:
        arrays = [
            pa.array(getattr(self, field.name)).view(field.type)
            if field.type == MILLISECOND
            else pa.array(getattr(self, field.name), field.type)
            for field in SCHEMA
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def where(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Rolled:
        return Rolled(*(getattr(self, one.name)[which] for one in fields(self)))


def sort_key(series: NDArray[np.uint32], time: NDArray[np.int64]) -> NDArray[np.uint64]:
    """One number by which (series, time) sort: the 32 bits of the series before 32 of a time in a span of 49 days,
    or else the rank of the time."""
    if not len(time):
        return np.zeros(0, np.uint64)
    low = int(time.min())
    offset = time - low
    if int(offset.max()) >= 1 << 32:
        offset = np.unique(time, return_inverse=True)[1].astype(np.int64)
    return np.asarray((series.astype(np.uint64) << np.uint64(32)) | offset.astype(np.uint64))


def minutes(points: Points, sealed: int = 0) -> Rolled:
    """The minutes of points sorted by (series, time) without two of one time."""
    return _merged(single(points, days.floor(points.time, days.MINUTE), sealed))


def single(points: Points, time: NDArray[np.int64], sealed: int = 0) -> Rolled:
    """Each point as a bucket of its own that begins at ``time``."""
    fine = good(points.quality)
    value = np.where(fine, points.value, np.nan)
    return Rolled(
        points.series,
        time,
        np.ones(len(points), np.uint32),
        fine.astype(np.uint32),
        np.where(fine, points.value, 0.0),
        value,
        value,
        value,
        value,
        np.full(len(points), sealed, np.uint64),
    )


def coarser(rolled: Rolled, grain: Grain, sealed: int = 0) -> Rolled:
    """Rows sorted by (series, time), merged into the buckets of a coarser grain."""
    time = days.floor(rolled.time, grain.width)
    return _merged(_with(rolled, time, np.full(len(rolled), sealed, np.uint64)))


def into(rolled: Rolled, width: int) -> Rolled:
    """Rows sorted by (series, time), merged into buckets of any width (ms)."""
    return _merged(_with(rolled, days.floor(rolled.time, width), rolled.sealed))


def newest(parts: Sequence[Rolled]) -> Rolled:
    """Rows of several parts sorted by (series, time); of one bucket the row that knows more, of equal ones the later."""
    whole = Rolled.join(parts)
    same = whole.series[1:] == whole.series[:-1]
    if ((whole.series[1:] > whole.series[:-1]) | (same & (whole.time[1:] > whole.time[:-1]))).all():
        return whole
    key = sort_key(whole.series, whole.time)
    order = np.argsort(key, kind="stable")
    if (whole.sealed[order][1:] < whole.sealed[order][:-1])[key[order][1:] == key[order][:-1]].any():
        order = np.lexsort((whole.sealed, key))
    key = key[order]
    return whole.where(order[np.append(key[1:] != key[:-1], True)])


def _with(rolled: Rolled, time: NDArray[np.int64], sealed: NDArray[np.uint64]) -> Rolled:
    return Rolled(
        rolled.series,
        time,
        rolled.count,
        rolled.good,
        rolled.sum,
        rolled.min,
        rolled.max,
        rolled.first,
        rolled.last,
        sealed,
    )


def _merged(rows: Rolled) -> Rolled:
    """Neighbours with one series and time as one row."""
    if not len(rows):
        return rows
    begins = np.append(True, (rows.series[1:] != rows.series[:-1]) | (rows.time[1:] != rows.time[:-1]))
    starts = np.flatnonzero(begins)
    return Rolled(
        rows.series[starts],
        rows.time[starts],
        np.add.reduceat(rows.count, starts, dtype=np.uint32),
        np.add.reduceat(rows.good, starts, dtype=np.uint32),
        np.add.reduceat(rows.sum, starts),
        np.fmin.reduceat(rows.min, starts),
        np.fmax.reduceat(rows.max, starts),
        _edge(rows, begins, starts, first=True),
        _edge(rows, begins, starts, first=False),
        np.maximum.reduceat(rows.sealed, starts),
    )


def _edge(
    rows: Rolled, begins: NDArray[np.bool_], starts: NDArray[np.intp], *, first: bool
) -> NDArray[np.float64]:
    """The first or last good value of each group, not a number where it has none."""
    found = np.full(len(starts), np.nan)
    with_good = np.flatnonzero(rows.good)
    groups = np.cumsum(begins)[with_good] - 1
    values = (rows.first if first else rows.last)[with_good]
    if first:
        groups, values = groups[::-1], values[::-1]
    # Of equal indices the last one stays.
    found[groups] = values
    return found


def _array(column: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == MILLISECOND:
        column = column.view(pa.int64())
    return np.asarray(column.to_numpy(zero_copy_only=False))
