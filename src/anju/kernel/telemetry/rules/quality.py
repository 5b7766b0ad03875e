"""What values are worth, judged batch by batch: not a number, range, rate, frame full of zeros, stuck, clock.

Bad outweighs uncertain, and what the source itself said of a value is never made better.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import FIRST_BAD, Quality
from anju.kernel.telemetry.rules.memory import (
    SHIFT,
    Flags,
    Floats,
    Ints,
    by_time_in_frames,
    firsts,
    lasts,
    latest_mark,
    rising,
)
from anju.kernel.telemetry.snapshot import Snapshot

Codes = NDArray[np.uint8]
_MINUTE = 60_000.0
# So many measured values of one asset and moment must be 0 together before it is a gap and not a standstill.
ZEROS = 4


@dataclass
class Believed:
    """By series: the last value in its range (``last_time``, ``last``), the last that was not a leap (``time``,
    ``value``), and since when the value has been the same (``same``). Times in ms, 0 before the first."""

    last_time: Ints
    last: Floats
    time: Ints
    value: Floats
    same: Ints

    @classmethod
    def of(cls, count: int) -> Believed:
        zero, nan = np.zeros(count, np.int64), np.full(count, np.nan)
        return cls(zero, nan, zero.copy(), nan.copy(), zero.copy())

    def grown(self, count: int) -> Believed:
        """With room for ``count`` series, those that remain as they were."""
        new = Believed.of(count)
        for one in fields(Believed):
            old = getattr(self, one.name)[:count]
            getattr(new, one.name)[: len(old)] = old
        return new


class Judge:
    """Sets quality codes; remembers what rate and standstill need. ``state`` may be the ``state()`` of a former one."""

    def __init__(self, snapshot: Snapshot, state: bytes | None = None) -> None:
        self._believed = Believed.of(0) if state is None else _unpacked(state)
        self.replace(snapshot)

    def replace(self, snapshot: Snapshot) -> None:
        """Go on with another snapshot."""
        self._snapshot = snapshot
        self._believed = self._believed.grown(len(snapshot.series))
        skews = {source.number: source.skew * 1000 for source in snapshot.sources}
        numbers = snapshot.series.source.tolist()
        self._skew = np.array([skews.get(number, 1 << 60) for number in numbers], np.int64)

    def judge(self, points: Points) -> Points:
        """The same points with what they are worth."""
        return judge(points, self._snapshot, self._believed, self._skew)

    def state(self) -> bytes:
        file = io.BytesIO()
        np.savez(file, **{one.name: getattr(self._believed, one.name) for one in fields(Believed)})
        return file.getvalue()


def _unpacked(state: bytes) -> Believed:
    """A state that cannot be read is given up: it only says what values were like before."""
    try:
        with np.load(io.BytesIO(state), allow_pickle=False) as arrays:
            return Believed(*(arrays[one.name] for one in fields(Believed)))
    except Exception:
        return Believed.of(0)


def judge(points: Points, snapshot: Snapshot, believed: Believed, skew: Ints) -> Points:
    """Points with quality codes; ``believed`` is brought up to date. ``skew`` is in ms by series."""
    series = points.series.astype(np.int64)
    registry = snapshot.series
    value = points.value
    code = points.quality.copy()
    _worse(code, ~np.isfinite(value), Quality.NOT_A_NUMBER)
    _worse(code, zero_frames(points, snapshot), Quality.ZERO_FRAME)
    _worse(code, (value < registry.low[series]) | (value > registry.high[series]), Quality.RANGE)
    _worse(code, points.time > points.received + skew[series], Quality.CLOCK)
    _over_time(points, series, code, snapshot, believed)
    return replace(points, quality=code)


def _worse(code: Codes, which: Flags, quality: Quality) -> None:
    """Bad replaces uncertain; uncertain replaces good only."""
    ceiling = FIRST_BAD if quality >= FIRST_BAD else 1
    code[which & (code < ceiling)] = quality


def zero_frames(points: Points, snapshot: Snapshot, least: int = ZEROS) -> Flags:
    """Points of a frame in which every value of an asset at one time is 0 although several measure something.

    A series measures where its range goes beyond 1; switches and alarm contacts may well be 0 together.
    """
    zero: Flags = points.value == 0
    if not zero.any():
        return zero
    asset = snapshot.series.asset[points.series].astype(np.int64)
    order = np.lexsort((asset, points.time, points.frame))
    new = np.ones(len(points), bool)
    new[1:] = False
    for column in (points.frame, points.time, asset):
        new[1:] |= column[order][1:] != column[order][:-1]
    group = np.cumsum(new) - 1
    measures = snapshot.series.high[points.series[order]] > 1
    empty: Flags = np.bincount(group, ~zero[order]) == 0
    many = np.bincount(group, measures) >= least
    found = np.zeros(len(points), bool)
    found[order] = (empty & many)[group]
    return found


def _over_time(points: Points, series: Ints, code: Codes, snapshot: Snapshot, believed: Believed) -> None:
    """Leaps and standstill, in the newer points of each series."""
    order = by_time_in_frames(points)
    which = np.arange(len(points)) if order is None else order
    which = which[(code[which] < FIRST_BAD) & (code[which] != Quality.CLOCK)]
    which = which[np.argsort(series[which], kind="stable")]
    which = which[rising(series[which], points.time[which], believed.last_time)]
    if not len(which):
        return
    own, time, value = series[which], points.time[which], points.value[which]
    new, last = firsts(own), lasts(own)
    before = np.where(new, believed.last[own], np.roll(value, 1))
    mark, begin = latest_mark(value != before), latest_mark(new)
    same = np.where(mark >= begin, time[mark], believed.same[own])
    stuck = snapshot.series.stuck[own].astype(np.int64) * 1000
    leaps = _leaps(own, time, value, snapshot.series.rate, believed)
    for marks, quality in ((leaps, Quality.RATE), ((stuck > 0) & (time - same >= stuck), Quality.STUCK)):
        worse = np.zeros(len(points), bool)
        worse[which[marks]] = True
        _worse(code, worse, quality)
    at = own[last]
    believed.last_time[at], believed.last[at], believed.same[at] = time[last], value[last], same[last]


def _leaps(own: Ints, time: Ints, value: Floats, rate: Floats, believed: Believed) -> Flags:
    """Which values differ too fast from the last one that did not: after a leap its return is none.

    Series without a leap between neighbours have none at all; the few others are walked value by value.
    """
    new, last = firsts(own), lasts(own)
    time_before = np.where(new, believed.time[own], np.roll(time, 1))
    value_before = np.where(new, believed.value[own], np.roll(value, 1))
    most = rate[own]
    leaps: Flags = np.abs(value - value_before) > most * ((time - time_before) / _MINUTE)
    settled, at = time[last].copy(), value[last].copy()
    begins, ends = np.flatnonzero(new), np.flatnonzero(last)
    for group in np.flatnonzero(np.bincount(np.cumsum(new) - 1, leaps)).tolist():
        begin, end = begins[group], ends[group]
        number = own[begin]
        then, base = int(believed.time[number]), float(believed.value[number])
        for place in range(begin, end + 1):
            leap = abs(value[place] - base) > most[place] * ((time[place] - then) / _MINUTE)
            leaps[place] = leap
            if not leap:
                then, base = int(time[place]), float(value[place])
        settled[group], at[group] = then, base
    believed.time[own[last]], believed.value[own[last]] = settled, at
    return leaps


def inconsistent(
    points: Points, pairs: NDArray[np.integer], holds: Callable[[Floats, Floats], Flags]
) -> Points:
    """For packs: mark both values of each pair of series (n × 2) of one frame and time for which ``holds`` is false.

    Values that are bad already contradict nothing.
    """
    (usable,) = np.nonzero((points.quality < FIRST_BAD) & np.isfinite(points.value))
    series, moment = points.series[usable].astype(np.int64), _moments(points, usable)
    ordered = pairs[np.argsort(pairs[:, 0], kind="stable")].astype(np.int64)
    begin = np.searchsorted(ordered[:, 0], series, "left")
    counts = np.searchsorted(ordered[:, 0], series, "right") - begin
    row = np.repeat(np.arange(len(usable)), counts)
    within = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    key, wanted = (moment << SHIFT) | series, (moment[row] << SHIFT) | ordered[begin[row] + within, 1]
    place = np.argsort(key)
    found = np.minimum(np.searchsorted(key[place], wanted), len(key) - 1)
    there = key[place[found]] == wanted
    first, second = usable[row[there]], usable[place[found[there]]]
    wrong = ~holds(points.value[first], points.value[second])
    marks = np.zeros(len(points), bool)
    marks[first[wrong]] = marks[second[wrong]] = True
    code = points.quality.copy()
    _worse(code, marks, Quality.INCONSISTENT)
    return replace(points, quality=code)


def _moments(points: Points, which: NDArray[np.intp]) -> Ints:
    """A number for each frame and time."""
    frame, time = points.frame[which], points.time[which]
    order = np.lexsort((time, frame))
    new = np.ones(len(which), bool)
    new[1:] = (np.diff(frame[order]) > 0) | (np.diff(time[order]) > 0)
    moment = np.empty(len(which), np.int64)
    moment[order] = np.cumsum(new)
    return moment
