"""A point as an entity, and its identifier."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No series has a number, and no point a time, of more digits.
_DIGITS = 15


def moment(ms: int) -> datetime:
    """Milliseconds since 1970 as an aware time."""
    return _EPOCH + timedelta(milliseconds=ms)


def milliseconds(at: datetime) -> int:
    """Of an aware time, rounded down."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Point:
    """``series`` is the number, ``time`` and ``received_ms`` in ms. A value that is no number has no result."""

    series: int
    time: int
    value: float
    code: int
    received_ms: int
    frame: int

    @property
    def id(self) -> str:
        return f"{self.series}-{self.time}"

    @property
    def at(self) -> datetime:
        return moment(self.time)

    @property
    def received(self) -> datetime:
        return moment(self.received_ms)

    @property
    def result(self) -> float | None:
        return self.value if math.isfinite(self.value) else None

    @property
    def quality(self) -> Quality:
        try:
            return Quality(self.code)
        except ValueError:
            return Quality.SOURCE_BAD


def each(points: Points) -> Iterator[Point]:
    """The points one by one."""
    columns = (points.series, points.time, points.value, points.quality, points.received, points.frame)
    for row in zip(*(column.tolist() for column in columns), strict=True):
        yield Point(*row)


def read_id(text: str) -> tuple[int, int] | None:
    """Series number and time of an identifier; None where it is none."""
    series, _, time = text.partition("-")
    if not all(part.isascii() and part.isdecimal() and len(part) <= _DIGITS for part in (series, time)):
        return None
    return int(series), int(time)
