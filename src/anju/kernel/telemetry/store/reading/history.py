"""Points, revisions, roll-ups and trends of series, sealed or not; times are ms, spans are [since, until)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.frames import Frame
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days, rolling
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.ordering import ordered, replaced
from anju.kernel.telemetry.store.parts import POINTS, ROLLUPS
from anju.kernel.telemetry.store.recomputing import recompute
from anju.kernel.telemetry.store.rolling import Rolled
from anju.kernel.telemetry.store.sealed import Sealed
from anju.kernel.telemetry.store.sealing.retention import begin_of

from .frames import find_frame
from .grouping import Grouped, grouped
from .open import OpenPoints

Numbers = Iterable[int] | NDArray[np.uint32] | None
# Rows that a reader makes itself know more than any sealed one.
_KNOWS_ALL = 1 << 62
# Widths that a page can name, in minutes: buckets begin at round times.
_ROUND = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 4320, 7200, 10080, 20160, 43200)


@dataclass(frozen=True, slots=True)
class Trend:
    """Few enough rows for a page. ``width`` of a bucket in ms; ``source``: ``raw`` or the grain it was read from."""

    rows: Rolled
    width: int
    source: str


class History:
    """One for a process; its methods may be called from any thread."""

    def __init__(self, layout: Layout, threads: int = 2) -> None:
        self._layout = layout
        self._open = OpenPoints(layout)
        self._sealed = Sealed(layout, threads)

    def close(self) -> None:
        self._sealed.close()

    def points(self, series: Numbers, since: int, until: int) -> Points:
        """The history: one point a series and source time, sorted by them; ``None``: of all series."""
        return ordered(self._everything(_numbers(series), since, until)).current

    def revisions(self, series: Numbers, since: int, until: int) -> Points:
        """The points that a later receipt replaced, sorted by series, source time and receipt."""
        wanted = _numbers(series)
        everything = self._everything(wanted, since, until)
        return replaced(Points.join([self._sealed.revisions(wanted, since, until), everything]))

    def rollup(self, grain: Grain | str, series: Numbers, since: int, until: int) -> Rolled:
        """Buckets that begin in the span, sorted by series and time; those with points that are not sealed yet are
        computed here."""
        grain, wanted = Grain(grain), _numbers(series)
        begin = days.floor(since + grain.width - 1, grain.width)
        end = days.floor(until + grain.width - 1, grain.width)
        open_ = self._open.points(wanted, begin, end)
        fresh = recompute(open_, self._sealed, _KNOWS_ALL)[grain]
        return rolling.newest([self._sealed.rolled(grain, wanted, begin, end), fresh])

    def grouped(self, grain: Grain | str, groups: dict[int, int], since: int, until: int) -> Grouped:
        """A roll-up added up by group; ``groups`` leads from a series to its group (both numbers)."""
        grain = Grain(grain)

        def read(series: NDArray[np.uint32], begin: int, end: int) -> Rolled:
            return self.rollup(grain, series, begin, end)

        return grouped(read, groups, grain, (since, until))

    def trend(self, series: Numbers, since: int, until: int, most: int = 1000) -> Trend:
        """At most about ``most`` buckets a series, from the coarsest data that shows them; from finer roll-ups only
        while they are kept, else from coarser ones."""
        width = _width((until - since) / most)
        source = self._source(width, since)
        if source is None:
            points = self.points(series, since, until)
            return Trend(
                rolling.into(_single(points), width) if len(points) else Rolled.empty(), width, "raw"
            )
        width = max(width, source.width)
        begin = days.floor(since, width)
        rows = self.rollup(source, series, begin, until)
        return Trend(rolling.into(rows, width) if len(rows) else rows, width, source.value)

    def counts(self, series: Numbers, since: int, until: int) -> dict[int, dict[int, int]]:
        """How many points of each quality code a series has: series → code → count. Read day by day."""
        totals: dict[int, dict[int, int]] = {}
        for begin, end in _days(since, until):
            points = self.points(series, begin, end)
            pairs = points.series.astype(np.uint64) << np.uint64(8) | points.quality
            for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
                of_series = totals.setdefault(int(pair) >> 8, {})
                of_series[int(pair) & 255] = of_series.get(int(pair) & 255, 0) + int(count)
        return totals

    def frame(self, number: int) -> Frame | None:
        """A frame as it came, with its bytes; ``None`` where there is none, or it is no longer kept."""
        return find_frame(self._layout, number)

    def _everything(self, wanted: NDArray[np.uint32] | None, since: int, until: int) -> Points:
        open_ = self._open.points(wanted, since, until)
        return Points.join([self._sealed.points(wanted, since, until), open_])

    def _source(self, width: int, since: int) -> Grain | None:
        """``None``: the points themselves."""
        fit: list[Grain | None] = [grain for grain in reversed(Grain) if grain.width <= width]
        best = fit[0] if fit and width > days.MINUTE else None
        order: list[Grain | None] = [None, *Grain]
        for source in order[order.index(best) :]:
            kind = POINTS if source is None else ROLLUPS[source]
            if begin_of(self._layout, kind) <= since:
                return source
        return best


def _numbers(series: Numbers) -> NDArray[np.uint32] | None:
    if series is None:
        return None
    return np.unique(np.asarray(series if isinstance(series, np.ndarray) else list(series), np.uint32))


def _single(points: Points) -> Rolled:
    """Each point as a row of its own."""
    return rolling.single(points, points.time)


def _width(least: float) -> int:
    """The first round width (ms) that is not smaller."""
    for seconds in (1, 2, 5, 10, 15, 30):
        if seconds * 1000 >= least:
            return seconds * 1000
    return next((m * days.MINUTE for m in _ROUND if m * days.MINUTE >= least), _ROUND[-1] * days.MINUTE)


def _days(since: int, until: int) -> Iterable[tuple[int, int]]:
    begin = days.floor(since, days.DAY)
    while begin < until:
        yield max(begin, since), min(begin + days.DAY, until)
        begin += days.DAY
