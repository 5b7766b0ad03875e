"""The roll-ups that new points change: the same for sealing and for a reader who cannot wait for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.points import Points

from . import days, rolling
from .days import Grain
from .ordering import ordered
from .rolling import Rolled, sort_key
from .sealed import Sealed

Numbers = NDArray[np.uint32]
Times = NDArray[np.int64]


def recompute(new: Points, sealed: Sealed, number: int) -> dict[Grain, Rolled]:
    """The minutes, hours and days that points touch, as they are with them; ``number`` goes into the rows."""
    if not len(new):
        return {grain: Rolled.empty() for grain in Grain}
    old = _touched_points(new, sealed)
    fresh = rolling.minutes(ordered(Points.join([*old, new])).current, number)
    hours = _next(fresh, Grain.MINUTE, Grain.HOUR, sealed, number)
    return {
        Grain.MINUTE: fresh,
        Grain.HOUR: hours,
        Grain.DAY: _next(hours, Grain.HOUR, Grain.DAY, sealed, number),
    }


def _touched_points(new: Points, sealed: Sealed) -> list[Points]:
    """What is sealed of the minutes that new points fall into."""
    minutes = days.floor(new.time, days.MINUTE)
    found = []
    for series, since, until in _by_bucket(new.series, new.time, days.HOUR):
        since, until = days.floor(since, days.MINUTE), days.floor(until, days.MINUTE) + days.MINUTE
        old = sealed.points(series, since, until)
        if len(old):
            found.append(
                old.where(_member(old.series, days.floor(old.time, days.MINUTE), new.series, minutes))
            )
    return found


def _next(fresh: Rolled, fine: Grain, grain: Grain, sealed: Sealed, number: int) -> Rolled:
    """The buckets of a grain that rows of a finer one touch: the sealed finer rows, with the fresh ones in them."""
    buckets = days.floor(fresh.time, grain.width)
    found = []
    for series, since, _ in _by_bucket(fresh.series, buckets, grain.width):
        begin = days.floor(since, grain.width)
        found.append(sealed.rolled(fine, series, begin, begin + grain.width))
    return rolling.coarser(rolling.newest([*found, fresh]), grain, number)


def _by_bucket(series: Numbers, time: Times, width: int) -> Iterator[tuple[Numbers, int, int]]:
    """For each bucket of ``width``: the series in it, and the first and last time."""
    bucket = days.floor(time, width)
    for begin in np.unique(bucket):
        inside = bucket == begin
        yield np.unique(series[inside]), int(time[inside].min()), int(time[inside].max())


def _member(series: Numbers, time: Times, of_series: Numbers, of_time: Times) -> NDArray[np.bool_]:
    """Which (series, time) are among others."""
    count = len(series)
    key = sort_key(np.concatenate([series, of_series]), np.concatenate([time, of_time]))
    return np.isin(key[:count], key[count:])
