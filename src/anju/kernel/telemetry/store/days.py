"""Days, hours and minutes of the store, in milliseconds. A day is a civil day in China: UTC+8, no summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OFFSET = 8 * HOUR
_EPOCH = date(1970, 1, 1)
Times = TypeVar("Times", int, NDArray[np.int64])


class Grain(StrEnum):
    """How coarse a roll-up is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def width(self) -> int:
        return {Grain.MINUTE: MINUTE, Grain.HOUR: HOUR, Grain.DAY: DAY}[self]


def floor(times: Times, width: int) -> Times:
    """The beginning of the bucket of ``width`` that a time lies in; buckets of a day begin at 00:00 in China."""
    return times - (times + OFFSET) % width


def day_name(time: int) -> str:
    return date_of(time).isoformat()


def month_name(time: int) -> str:
    return day_name(time)[:7]


def year_name(time: int) -> str:
    return day_name(time)[:4]


def date_of(time: int) -> date:
    """The civil day of a time."""
    return _EPOCH + timedelta((time + OFFSET) // DAY)


def start_of(day: date) -> int:
    """The first millisecond of a civil day."""
    return (day - _EPOCH).days * DAY - OFFSET


def milliseconds(moment: datetime) -> int:
    """Of an aware time."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
