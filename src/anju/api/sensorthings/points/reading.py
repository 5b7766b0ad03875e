"""A page of points: the store is read in pieces of time, in the order asked for, until the page is full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from odata_query import ast

from anju.api.sensorthings.filters.arrays import Arrays
from anju.api.sensorthings.filters.parsing import path_of
from anju.api.sensorthings.options import Options, Order
from anju.api.sensorthings.points.asking import Asked
from anju.api.sensorthings.points.model import Point, each
from anju.api.sensorthings.points.store import Numbers, Store, spans
from anju.api.sensorthings.problems import Problem
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import FIRST_BAD
from anju.kernel.telemetry.store import days

# So many points are looked at for one answer; more would keep others waiting.
MOST_READ = 5_000_000
_TIME = (("phenomenonTime",), ("resultTime",))
# The first piece of time: an hour of few series, a minute of many.
_FEW = 50
Elsewhere = Callable[[ast._Node, NDArray[np.uint32]], NDArray[np.bool_] | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A page. ``count`` of all that match where it was asked for; ``more`` follow."""

    points: list[Point]
    more: bool
    count: int | None = None


class Columns(Mapping[str, NDArray[Any]]):
    """What a filter may name, each made when it is first asked for."""

    _MAKE: ClassVar[dict[str, Callable[[Points], NDArray[Any]]]] = {
        "phenomenonTime": lambda points: points.time.astype("M8[ms]"),
        "resultTime": lambda points: points.time.astype("M8[ms]"),
        "result": lambda points: points.value,
        "resultQuality/code": lambda points: points.quality,
        "resultQuality/status": lambda points: _status(points.quality),
        "parameters/received": lambda points: points.received.astype("M8[ms]"),
        "parameters/frame": lambda points: points.frame,
        "id": lambda points: np.array(
            [f"{s}-{t}" for s, t in zip(points.series.tolist(), points.time.tolist(), strict=True)], object
        ),
    }

    def __init__(self, points: Points) -> None:
        self._points = points

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._MAKE[name](self._points)

    def __iter__(self) -> Iterator[str]:
        return iter(self._MAKE)

    def __len__(self) -> int:
        return len(self._MAKE)


def _status(quality: NDArray[np.uint8]) -> NDArray[Any]:
    words = np.array(["good", "uncertain", "bad"], object)
    return words[np.where(quality == 0, 0, np.where(quality < FIRST_BAD, 1, 2))]


class Reading:
    """One question to the store. ``elsewhere`` answers what is asked of a point's series."""

    def __init__(self, store: Store, numbers: Numbers, asked: Asked, elsewhere: Elsewhere) -> None:
        self._store, self._asked, self._elsewhere = store, asked, elsewhere
        self._numbers = numbers
        newest = store.latest(numbers)
        self._numbers = newest.series
        self._until = min(asked.until, int(newest.time.max()) + 1) if len(newest) else 0
        self._read = 0

    def page(self, options: Options) -> Found:
        """The page that the options ask for."""
        points = self._first(options) if len(self._numbers) else Points.empty()
        shown = points.where(np.arange(len(points))[options.skip : options.skip + options.top])
        more = len(points) > options.skip + options.top
        return Found(list(each(shown)), more, self.count() if options.count else None)

    def count(self) -> int:
        """How many match. Whole days without further conditions are counted by their roll-ups."""
        since, until = self._asked.since, self._until
        if not len(self._numbers) or since >= until:
            return 0
        if self._asked.rest:
            return sum(len(points) for points in self._pieces(since, until, False))
        begin = days.floor(since + days.DAY - 1, days.DAY)
        end = days.floor(until, days.DAY)
        if begin >= end:
            return sum(len(points) for points in self._pieces(since, until, False))
        edges = [span for span in ((since, begin), (end, until)) if span[0] < span[1]]
        whole = self._store.days(self._numbers, begin, end)
        return whole + sum(len(points) for span in edges for points in self._pieces(*span, False))

    def _first(self, options: Options) -> Points:
        """As many as the page and one more, in order."""
        wanted = options.skip + options.top + 1
        by_time = not options.orders or path_of(options.orders[0].by) in _TIME
        down = bool(options.orders) and options.orders[0].down
        found, size = [], 0
        for points in self._pieces(self._asked.since, self._until, down and by_time):
            found.append(self._sorted(points, options.orders) if by_time else points)
            size += len(points)
            if by_time and size >= wanted:
                break
        whole = Points.join(found) if found else Points.empty()
        if not by_time and len(whole):
            whole = self._sorted(whole, options.orders)
        return whole.where(np.arange(min(wanted, len(whole))))

    def _pieces(self, since: int, until: int, backwards: bool) -> Iterator[Points]:
        """What matches, piece by piece of time in one direction."""
        for begin, end in self._spans(since, until, backwards):
            points = self._store.points(self._numbers, begin, end)
            self._read += len(points)
            if self._read > MOST_READ:
                raise Problem(
                    f"这个查询要看的观测值超过{MOST_READ}个。",
                    "请用phenomenonTime缩短时间，或用Datastream缩小范围。",
                )
            matching = self._matching(points) if len(points) else points
            if len(matching):
                yield matching

    def _spans(self, since: int, until: int, backwards: bool) -> list[tuple[int, int]]:
        oldest = self._store.oldest()
        if oldest is None:
            return [(since, until)] if since < until else []
        width = days.HOUR if len(self._numbers) <= _FEW else days.MINUTE
        # Before the first sealed day there is only what has just come in, and that is in memory.
        before = [(since, min(oldest, until))] if since < min(oldest, until) else []
        rest = list(spans(max(since, oldest), until, width, backwards))
        return [*rest, *before] if backwards else [*before, *rest]

    def _matching(self, points: Points) -> Points:
        if not self._asked.rest:
            return points
        arrays = Arrays(Columns(points), len(points), lambda node: self._elsewhere(node, points.series))
        mask = np.ones(len(points), bool)
        for node in self._asked.rest:
            mask &= arrays.mask(node)
        return points.where(np.flatnonzero(mask))

    def _sorted(self, points: Points, orders: tuple[Order, ...]) -> Points:
        """By the orders, then by time and series."""
        arrays = Arrays(Columns(points), len(points))
        keys: list[NDArray[Any]] = [points.series, points.time]
        for order in reversed(orders):
            column = np.broadcast_to(np.asarray(arrays.value(order.by)), (len(points),))
            _, ranks = np.unique(column, return_inverse=True)
            keys.append(-ranks if order.down else ranks)
        return points.where(np.lexsort(keys))
