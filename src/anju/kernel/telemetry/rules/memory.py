"""The order of a batch, and what is remembered of each series from batch to batch."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import FIRST_BAD, Quality

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# A series or pair number and a place in the batch share one sortable integer.
SHIFT = np.int64(32)
_PLACE = np.int64(0xFFFFFFFF)
# Milliseconds lie below this until the year 2109.
_TIMES = np.int64(1 << 42)


@dataclass
class Memory:
    """By series number; times in ms, 0 before the first.

    ``newest`` time of any point, ``seen`` receipt of the last one that was data, ``time`` and ``value`` of the last
    usable one, ``moved`` when the value last changed.
    """

    newest: Ints
    seen: Ints
    time: Ints
    value: Floats
    moved: Ints

    @classmethod
    def of(cls, count: int) -> Memory:
        zero = np.zeros(count, np.int64)
        return cls(zero, zero.copy(), zero.copy(), np.full(count, np.nan), zero.copy())

    def grown(self, count: int) -> Memory:
        """With room for ``count`` series, those that remain as they were."""
        new = Memory.of(count)
        for one in fields(Memory):
            old = getattr(self, one.name)[:count]
            getattr(new, one.name)[: len(old)] = old
        return new


@dataclass(frozen=True, slots=True)
class Batch:
    """Points in the order of series, then of arrival; within a frame the order is that of time.

    ``place`` is the place in the order of arrival, ``end`` the last place with the same frame and time: what a frame
    tells of one moment is known together.
    """

    series: Ints
    time: Ints
    value: Floats
    quality: NDArray[np.uint8]
    received: Ints
    frame: NDArray[np.uint64]
    place: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.series)

    def where(self, which: Flags) -> Batch:
        if which.all():
            return self
        return Batch(*(getattr(self, one.name)[which] for one in fields(Batch)))


def arranged(points: Points, count: int) -> Batch:
    """The points of known series (below ``count``) as a batch."""
    series = points.series.astype(np.int64)
    known = (series > 0) & (series < count)
    if not known.all():
        points, series = points.where(known), series[known]
    order = by_time_in_frames(points)
    if order is not None:
        points, series = points.where(order), series[order]
    size = len(series)
    key = np.sort((series << SHIFT) | np.arange(size))
    place = key & _PLACE
    return Batch(
        key >> SHIFT,
        points.time[place],
        points.value[place],
        points.quality[place],
        points.received[place],
        points.frame[place],
        place,
        _ends(points)[place],
    )


def by_time_in_frames(points: Points) -> NDArray[np.intp] | None:
    """The order in which the times of no frame fall, None where they do not."""
    same = points.frame[1:] == points.frame[:-1]
    if not (same & (points.time[1:] < points.time[:-1])).any():
        return None
    frames = np.concatenate([[0], np.cumsum(~same)])
    return np.lexsort((points.time, frames))


def _ends(points: Points) -> Ints:
    """For each point the last place of its frame and time."""
    size = len(points)
    begins = np.ones(size + 1, bool)
    begins[1:-1] = (points.frame[1:] != points.frame[:-1]) | (points.time[1:] != points.time[:-1])
    borders = np.flatnonzero(begins)
    return np.repeat(borders[1:] - 1, np.diff(borders))


def newer(batch: Batch, newest: Ints) -> Flags:
    """Which points are newer than all before them in their series; a clock that is not believed moves nothing."""
    believed = batch.quality != Quality.CLOCK
    found: Flags = believed & rising(batch.series, np.where(believed, batch.time, 0), newest)
    return found


def rising(series: Ints, time: Ints, newest: Ints) -> Flags:
    """Which times, ordered by series, are above all before them of their series and above ``newest`` (by series)."""
    group = np.zeros(len(series), np.int64)
    group[1:] = np.cumsum(series[1:] != series[:-1])
    stamps = time + group * _TIMES
    rises: Flags = time > newest[series]
    rises[1:] &= stamps[1:] > np.maximum.accumulate(stamps)[:-1]
    return rises


def usable(batch: Batch) -> Flags:
    """Numbers that are not bad."""
    return (batch.quality < FIRST_BAD) & np.isfinite(batch.value)


def delivered(batch: Batch) -> Flags:
    """What shows that a source delivers: not a gap filled with zeros or with nothing."""
    found: Flags = (batch.quality != Quality.ZERO_FRAME) & (batch.quality != Quality.NOT_A_NUMBER)
    return found


def lasts(keys: Ints) -> Flags:
    """The last of each run of equal keys."""
    found = np.ones(len(keys), bool)
    found[:-1] = keys[1:] != keys[:-1]
    return found


def firsts(keys: Ints) -> Flags:
    """The first of each run of equal keys."""
    found = np.ones(len(keys), bool)
    found[1:] = keys[1:] != keys[:-1]
    return found


def latest_mark(marks: Flags) -> Ints:
    """For each place the last marked place up to it, −1 before the first."""
    return np.maximum.accumulate(np.where(marks, np.arange(len(marks)), -1))
