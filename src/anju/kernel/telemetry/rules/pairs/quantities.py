"""What each rule judges: the value itself, its rate, how long it has stayed, or how it stands to another series."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from anju.kernel.telemetry.rules.memory import (
    SHIFT,
    Batch,
    Flags,
    Floats,
    Ints,
    Memory,
    firsts,
    lasts,
    latest_mark,
    usable,
)
from anju.kernel.telemetry.rules.pairs.table import KIND, Table

_MINUTE = 60_000.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One row for a point and a rule on its series, by the place of the point in its batch.

    ``begin`` is when what is judged began (ms), ``judged`` the quantity in the sense of the rule (unsigned), ``over``
    whether it is beyond the limit, ``under`` whether it is well again; between limit and recovery neither. Rows that are
    not ``whole`` tell nothing: something was missing that the rule needs.
    """

    point: Ints
    pair: Ints
    entry: Ints
    time: Ints
    value: Floats
    begin: Ints
    judged: Floats
    over: Flags
    under: Flags
    whole: Flags


@dataclass(frozen=True, slots=True)
class Track:
    """The usable points of a batch, each with the one before it (time 0 and NaN before the first)."""

    batch: Batch
    before: Ints
    value_before: Floats
    moved: Ints

    @classmethod
    def of(cls, batch: Batch, memory: Memory) -> Track:
        points = batch.where(usable(batch))
        new = firsts(points.series)
        before = np.where(new, memory.time[points.series], np.roll(points.time, 1))
        value = np.where(new, memory.value[points.series], np.roll(points.value, 1))
        # Before the first value there is none that it could equal.
        changed = points.value != value
        moved = _carried(points.time, changed, new, memory.moved[points.series])
        return cls(points, before, value, moved)

    def remember(self, memory: Memory) -> None:
        last = lasts(self.batch.series)
        series = self.batch.series[last]
        memory.time[series] = self.batch.time[last]
        memory.value[series] = self.batch.value[last]
        memory.moved[series] = self.moved[last]

    def as_of(self, other: Ints, end: Ints, memory: Memory, asked: Flags) -> tuple[Ints, Floats, Ints]:
        """Time, value and last change of other series (``asked`` marks all of them) as known at a place of the batch."""
        (which,) = np.nonzero(asked[self.batch.series])
        series = self.batch.series[which]
        index = (
            np.searchsorted((series << SHIFT) | self.batch.place[which], (other << SHIFT) | end, "right") - 1
        )
        here = (index >= 0) & (series[index] == other) if len(series) else np.zeros(len(other), bool)
        time, value, moved = memory.time[other], memory.value[other], memory.moved[other]
        found = which[index[here]]
        time[here], value[here], moved[here] = (
            self.batch.time[found],
            self.batch.value[found],
            self.moved[found],
        )
        return time, value, moved


def _carried(values: Ints, marks: Flags, new: Flags, initial: Ints) -> Ints:
    """For each place the value at the last mark of its group, or the group's initial one."""
    begin = latest_mark(new)
    mark = latest_mark(marks)
    return np.where(mark >= begin, values[mark], initial)


def judge(batch: Batch, table: Table, memory: Memory, changed: Ints) -> tuple[Judged, Track]:
    """What the rules see in newer points, and the track of the usable points.

    ``changed`` (ms, by pair) says when a value that may get stuck last moved; it is brought up to date.
    """
    entries, track = table.entries, Track.of(batch, memory)
    point, pair = table.rows(batch.series)
    time = batch.time[point]
    term = table.terms_at(pair, time)
    entry = table.term_entry[term]
    value = batch.value[point]
    looked_at = (batch.quality[point] <= entries.worst[entry]) & np.isfinite(value)
    if not looked_at.all():
        point, pair, time = point[looked_at], pair[looked_at], time[looked_at]
        term, entry, value = term[looked_at], entry[looked_at], value[looked_at]
    every = np.ones(len(point), bool)
    rows = Judged(point, pair, entry, time, value, time, value, every, every, every)
    if table.plain:
        return _compared_with_limits(rows, table, every), track
    rows = replace(rows, begin=time.copy(), judged=value.copy())
    place = point if len(track.batch) == len(batch) else (np.cumsum(usable(batch)) - 1)[point]
    if table.has("rate"):
        _rates(rows, table, track, place)
    if table.has("stuck"):
        _durations(rows, table, track, place, changed)
    gate = _comparisons(rows, table, track, memory, (table.term_other[term], batch.end[point]))
    rows = replace(rows, whole=~np.isnan(rows.judged))
    return _compared_with_limits(rows, table, gate), track


def _rates(rows: Judged, table: Table, track: Track, place: Ints) -> None:
    (which,) = np.nonzero(table.entries.kind[rows.entry] == KIND["rate"])
    at = place[which]
    minutes = (rows.time[which] - track.before[at]) / _MINUTE
    rows.judged[which] = (rows.value[which] - track.value_before[at]) / minutes


def _durations(rows: Judged, table: Table, track: Track, place: Ints, changed: Ints) -> None:
    """How long values have stayed, in seconds; the change itself is looked for against the value before."""
    (which,) = np.nonzero(table.entries.kind[rows.entry] == KIND["stuck"])
    # Points of a series stand in the order of their arrival, so their rows do too.
    which = which[np.argsort(rows.pair[which], kind="stable")]
    pair, time = rows.pair[which], rows.time[which]
    new = firsts(pair)
    step = np.abs(rows.value[which] - track.value_before[place[which]])
    # Written so that a first value, which has none before it, counts as a change.
    entry = rows.entry[which]
    moved = ~(step <= table.entries.band[entry]) | (new & (changed[pair] == 0))
    # While the rule is not in force nothing is counted.
    moved |= ~table.entries.in_force(entry, time)
    since = _carried(time, moved, new, changed[pair])
    last = lasts(pair)
    changed[pair[last]] = since[last]
    rows.begin[which] = since
    rows.judged[which] = (time - since) / 1000


def _comparisons(
    rows: Judged, table: Table, track: Track, memory: Memory, others: tuple[Ints, Ints]
) -> Flags:
    """Quantities that need another series, and for each row whether its condition on the other holds."""
    entries = table.entries
    gate = np.ones(len(rows.pair), bool)
    (which,) = np.nonzero(others[0] > 0)
    if not len(which):
        return gate
    entry, kind = rows.entry[which], entries.kind[rows.entry[which]]
    time, value, moved = track.as_of(others[0][which], others[1][which], memory, table.asked)
    stays = kind == KIND["stuck"]
    own, judged = rows.value[which], rows.judged[which]
    judged = np.where(kind == KIND["difference"], own - value, judged)
    with np.errstate(divide="ignore", invalid="ignore"):
        judged = np.where(kind == KIND["ratio"], own / np.where(value == 0, np.nan, value), judged)
    for number in np.unique(entry[kind == KIND["curve"]]):
        x, y = entries.curves[number] or (value, value)
        judged = np.where(entry == number, own - np.interp(value, x, y), judged)
    too_far = np.abs(rows.time[which] - time) > entries.within[entry]
    rows.judged[which] = np.where(np.isnan(value) | (too_far & ~stays), np.nan, judged)
    outside = (value <= entries.other_above[entry]) | (value >= entries.other_below[entry])
    gate[which] = np.where(stays, moved > rows.begin[which], ~outside)
    return gate


def _compared_with_limits(rows: Judged, table: Table, gate: Flags) -> Judged:
    entries, entry = table.entries, rows.entry
    signed = rows.judged
    if table.signed:
        signed = signed * entries.sign[entry]
        signed = np.where(entries.both[entry], np.abs(signed), signed)
    over, under = signed > entries.limit[entry], signed <= entries.clear[entry]
    if table.dated:
        gate_of_time = entries.in_force(entry, rows.time)
        over, under = over & gate_of_time, under | ~gate_of_time
    if not table.plain:
        # A value that stays is not freed by another that stays too.
        over, under = over & gate, under | (~gate & (entries.kind[entry] != KIND["stuck"]))
    return replace(rows, over=over, under=under)
