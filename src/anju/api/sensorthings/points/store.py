"""The store as this interface reads it: newest points, spans of time, counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry import history
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days, parts
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.latest import LatestReader
from anju.kernel.telemetry.store.reading import History

Numbers = NDArray[np.uint32]


class Store:
    """Times in ms, spans are [since, until)."""

    def __init__(self, layout: Layout, reader: History) -> None:
        self._layout = layout
        self._history = reader
        self._latest = LatestReader(layout)

    def latest(self, numbers: Numbers) -> Points:
        """The newest point of each series that has one."""
        found = self._latest.read(numbers)
        return found.where(found.received > 0)

    def points(self, numbers: Numbers, since: int, until: int) -> Points:
        """One point a series and source time."""
        return self._history.points(numbers, since, until)

    def oldest(self) -> int | None:
        """Where sealed history begins; None where nothing is sealed. What is not sealed may be older."""
        kept = parts.partitions(self._layout, parts.POINTS)
        return days.start_of(date.fromisoformat(kept[0].partition("=")[2])) if kept else None

    def days(self, numbers: Numbers, since: int, until: int) -> int:
        """How many points whole days have, from their roll-ups."""
        return int(self._history.rollup(Grain.DAY, numbers, since, until).count.sum())


def store() -> Store:
    """That of this installation; all readers of a process share what was read of the open segments."""
    return Store(history.layout(), history.history())


def spans(since: int, until: int, width: int, backwards: bool) -> Iterator[tuple[int, int]]:
    """A span cut into pieces, each twice as long as the one before, up to a month."""
    most = 31 * days.DAY
    while since < until:
        if backwards:
            begin = max(since, until - width)
            yield begin, until
            until = begin
        else:
            end = min(until, since + width)
            yield since, end
            since = end
        width = min(width * 2, most)
