"""Roll-ups of many series added up by group: a city by company and hour, without a row a series in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.store import days
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.parts import ROLLUPS, periods
from anju.kernel.telemetry.store.rolling import Rolled

# Rows that lie in memory at a time.
_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Grouped:
    """By group and begin of a bucket (ms), in this order; groups without a point in a bucket are left out there.

    ``series`` is how many series had a point, the rest as in ``Rolled``. Sums are added in the order of the series, so
    the same question has the same answer to the last bit.
    """

    group: NDArray[np.int64]
    time: NDArray[np.int64]
    series: NDArray[np.int64]
    count: NDArray[np.int64]
    good: NDArray[np.int64]
    sum: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.group)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Of all good values of a group, each weighing the same."""
        return np.asarray(self.sum / np.where(self.good > 0, self.good, np.nan))


def grouped(
    read: Callable[[NDArray[np.uint32], int, int], Rolled],
    groups: dict[int, int],
    grain: Grain,
    span: tuple[int, int],
) -> Grouped:
    """``read`` gives the roll-up of some series over a span; ``groups`` leads from series to group.

    Read by the periods of the sealed files, in which the rows lie in the order that is needed.
    """
    begin = days.floor(span[0], grain.width)
    buckets = max(1, -(-(span[1] - begin) // grain.width))
    series = np.array(sorted(groups), np.uint32)
    named = np.array(sorted(set(groups.values())), np.int64)
    place = np.searchsorted(named, [groups[int(one)] for one in series])
    sums = _Sums(len(named) * buckets)
    for since, until in periods(ROLLUPS[grain], *span):
        step = max(1, _ROWS * grain.width // (until - since))
        for start in range(0, len(series), step):
            rows = read(series[start : start + step], since, until)
            of_row = place[np.searchsorted(series, rows.series)]
            sums.add(of_row * buckets + (rows.time - begin) // grain.width, rows)
    cell = np.flatnonzero(sums.counts[0])
    return Grouped(
        named[cell // buckets],
        begin + cell % buckets * grain.width,
        *(count[cell] for count in sums.counts),
        sums.sum[cell],
        sums.min[cell],
        sums.max[cell],
    )


class _Sums:
    """A cell for each group and bucket."""

    def __init__(self, size: int) -> None:
        self.counts = [np.zeros(size, np.int64) for _ in range(3)]
        self.sum = np.zeros(size)
        self.min, self.max = np.full(size, np.nan), np.full(size, np.nan)

    def add(self, cell: NDArray[np.int64], rows: Rolled) -> None:
        size = len(self.sum)
        self.counts[0] += np.bincount(cell, minlength=size)
        for total, column in zip(self.counts[1:], (rows.count, rows.good), strict=True):
            # Whole numbers far below 2⁵³, so exact.
            total += np.bincount(cell, column, size).astype(np.int64)
        self.sum += np.bincount(cell, rows.sum, size)
        np.fmin.at(self.min, cell, rows.min)
        np.fmax.at(self.max, cell, rows.max)
