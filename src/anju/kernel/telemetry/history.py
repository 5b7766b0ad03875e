"""What pages and jobs read of the store: latest values, trends, raw points, frames. The gateway is not asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from anju.kernel.telemetry.frames import Frame
from anju.kernel.telemetry.intake.deliveries import Heard
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Series, Source
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.store.latest import LatestReader
from anju.kernel.telemetry.store.reading import History, Trend


@dataclass(frozen=True, slots=True)
class Value:
    """The newest value of a series. Times are aware."""

    time: datetime
    value: float
    quality: Quality
    received: datetime
    frame: int


@dataclass(frozen=True, slots=True)
class Line:
    """Points of one series in the order of time: ms since 1970, value, quality code, frame."""

    time: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    value: NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    quality: NDArray[np.uint8] = field(default_factory=lambda: np.empty(0, np.uint8))
    frame: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))

    def __len__(self) -> int:
        return len(self.time)


def layout() -> Layout:
    return Layout.of(settings.DATA)


def latest(numbers: Iterable[int]) -> dict[int, Value]:
    """The newest value of each series that has one."""
    wanted = np.array(sorted(set(numbers)), np.int64)
    if not len(wanted):
        return {}
    points = LatestReader(layout()).read(wanted)
    return {
        int(points.series[at]): Value(
            moment(points.time[at]),
            float(points.value[at]),
            quality_of(points.quality[at]),
            moment(points.received[at]),
            int(points.frame[at]),
        )
        for at in range(len(points))
        if points.received[at]
    }


def last_commit() -> datetime | None:
    """When the gateway last wrote a frame; None where it never did. Segments may be removed while they are looked at."""
    times = []
    for path in layout().segments.iterdir():
        with suppress(FileNotFoundError):
            times.append(path.stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)


def quality_of(code: int) -> Quality:
    try:
        return Quality(int(code))
    except ValueError:
        return Quality.SOURCE_BAD


@lru_cache(maxsize=4)
def _history(root: Path) -> History:
    """One a process and data folder: it remembers what it has read of the open segments."""
    return History(Layout(root))


def history() -> History:
    return _history(layout().root)


def lines(numbers: Iterable[int], since: datetime, until: datetime) -> dict[int, Line]:
    """All points of series with a time in [since, until); a series without any is left out."""
    points = history().points(sorted(set(numbers)), _ms(since), _ms(until))
    found = {}
    for number in np.unique(points.series).tolist():
        own = points.series == number
        found[number] = Line(points.time[own], points.value[own], points.quality[own], points.frame[own])
    return found


def trend(number: int, since: datetime, until: datetime, most: int) -> Trend:
    """At most about ``most`` buckets of one series, from the coarsest data that shows them."""
    return history().trend([number], _ms(since), _ms(until), most)


def counts(number: int, since: datetime, until: datetime) -> dict[Quality, int]:
    """How many points of each quality a series has."""
    found = history().counts([number], _ms(since), _ms(until)).get(number, {})
    return {quality_of(code): n for code, n in sorted(found.items())}


def frame(number: int) -> Frame | None:
    """A frame as it came, with its bytes; None where it is not kept (any more)."""
    return history().frame(number)


def points_of(raw: Frame, width: timedelta = timedelta(days=3)) -> Points:
    """The points that a frame gave, looked for among those of its source around its receipt."""
    numbers = list(Series.objects.filter(source__number=raw.source).values_list("number", flat=True))
    if not numbers:
        return Points.empty()
    span = int(width.total_seconds() * 1000)
    points = history().points(numbers, raw.received - span, raw.received + span)
    return points.where(points.frame == raw.number)


def heard(source: Source, hour: datetime) -> Heard:
    """Of the good values with a time in an hour: how many, and of how many of the source's series."""
    numbers = list(Series.objects.filter(source=source, enabled=True).values_list("number", flat=True))
    if not numbers:
        return Heard()
    rolled = history().rollup("hour", numbers, _ms(hour), _ms(hour + timedelta(hours=1)))
    return Heard(int(rolled.good.sum()), int((rolled.good > 0).sum()))


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
