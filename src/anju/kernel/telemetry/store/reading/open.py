"""The points that are not sealed yet, kept in memory and read on from where the last look ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import marker, segments


@dataclass(slots=True)
class _Pair:
    """What has been read of one pair: each piece at least twice as long as the next, so there are few."""

    end: int = 0
    pieces: list[Points] = field(default_factory=list)
    # The size of the file when a look found nothing whole behind the end.
    stuck: int = 0

    def forget(self) -> None:
        self.end, self.pieces, self.stuck = 0, [], 0

    def add(self, points: Points) -> None:
        self.pieces.append(points)
        while len(self.pieces) > 1 and len(self.pieces[-2]) < 2 * len(self.pieces[-1]):
            last = self.pieces.pop()
            self.pieces[-1] = Points.join([self.pieces[-1], last])


class OpenPoints:
    """Asked by several threads of a process; each look reads what was added since the one before."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._pairs: dict[int, _Pair] = {}
        self._lock = Lock()

    def points(self, series: NDArray[np.uint32] | None, since: int, until: int) -> Points:
        """Points of series (``None``: all) with a source time in [since, until), in the order of their commits.

        Ask this before the sealed parts: what is sealed between the two questions is then seen twice, never missed.
        """
        found = [part for piece in self._look() if len(part := _chosen(piece, series, since, until))]
        return Points.join(found) if found else Points.empty()

    def _look(self) -> list[Points]:
        with self._lock:
            sealed = marker.read(self._layout).pair
            pairs = [pair for pair in segments.pairs(self._layout.segments) if pair.number > sealed]
            self._pairs = {pair.number: self._pairs.get(pair.number, _Pair()) for pair in pairs}
            for pair in pairs:
                self._read_on(pair)
            return [piece for pair in self._pairs.values() for piece in pair.pieces]

    def _read_on(self, pair: segments.Pair) -> None:
        known = self._pairs[pair.number]
        try:
            size = pair.points.stat().st_size
            if size < known.end or size == known.stuck:
                # The gateway took back a batch that it could not finish, and perhaps wrote another in its place.
                known.forget()
            if size > known.end:
                fresh = list(segments.messages(pair.points, known.end))
                known.stuck = 0 if fresh else size
                if fresh:
                    known.end = fresh[-1].end
                    known.add(Points.join([Points.of(message.batch) for message in fresh]))
        except FileNotFoundError:
            # Sealed and removed since we looked; the sealed parts have it.
            del self._pairs[pair.number]


def _chosen(points: Points, series: NDArray[np.uint32] | None, since: int, until: int) -> Points:
    inside = (points.time >= since) & (points.time < until)
    if series is not None:
        inside &= points.series == series[0] if len(series) == 1 else np.isin(points.series, series)
    return points if inside.all() else points.where(np.flatnonzero(inside))
