"""From judged rows to transitions: hysteresis, hold times and planned work, for all pairs of a batch at once.

A pair is well, pending (beyond its limit, not yet long enough), or raised until it is well again; raised is published
at once or, under planned work, when that ends. The states follow from three marks of each row: beyond the limit for
long enough, well again, and not masked. So the last mark before a row decides, and no row waits for another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.rules.memory import SHIFT, Batch, Flags, Floats, Ints, firsts, lasts, latest_mark
from anju.kernel.telemetry.rules.pairs.quantities import Judged
from anju.kernel.telemetry.rules.pairs.table import Table

WELL, PENDING, HIDDEN, PUBLISHED = range(4)


@dataclass
class States:
    """By pair. ``since`` is when the pending or raised condition began, ``received`` when its first value came.

    ``judged``, ``value`` and ``frame`` are those of the last row; ``changed`` belongs to values that may get stuck.
    """

    status: NDArray[np.uint8]
    since: Ints
    received: Ints
    frame: NDArray[np.uint64]
    value: Floats
    judged: Floats
    changed: Ints

    @classmethod
    def of(cls, count: int) -> States:
        zero = np.zeros(count, np.int64)
        nan = np.full(count, np.nan)
        return cls(
            np.zeros(count, np.uint8),
            zero,
            zero.copy(),
            np.zeros(count, np.uint64),
            nan,
            nan.copy(),
            zero.copy(),
        )

    def __len__(self) -> int:
        return len(self.status)


@dataclass(frozen=True, slots=True)
class Changes:
    """Transitions of pairs: from one status to another with the row that made them."""

    pair: Ints
    entry: Ints
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    since: Ints
    at: Ints
    frame: NDArray[np.uint64]
    value: Floats
    judged: Floats

    def __len__(self) -> int:
        return len(self.pair)

    def where(self, which: NDArray[np.generic]) -> Changes:
        return Changes(*(getattr(self, one.name)[which] for one in fields(Changes)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Judged rows of pairs that are not well or do not stay so, by pair and then by place in the batch."""

    pair: Ints
    entry: Ints
    place: Ints
    time: Ints
    begin: Ints
    received: Ints
    frame: NDArray[np.uint64]
    value: Floats
    judged: Floats
    over: Flags
    under: Flags

    def __len__(self) -> int:
        return len(self.pair)

    def where(self, which: NDArray[np.generic]) -> Rows:
        return Rows(*(getattr(self, one.name)[which] for one in fields(Rows)))


def hot(judged: Judged, batch: Batch, states: States, flags: Flags) -> Rows:
    """The rows that may change something: most values are well and stay so, and cost nothing more.

    ``flags`` is a clean array by pair, given back clean.
    """
    pairs = judged.pair[judged.over | (states.status[judged.pair] > WELL)]
    if len(pairs):
        flags[pairs] = True
        (which,) = np.nonzero(flags[judged.pair] & judged.whole)
        flags[pairs] = False
        which = which[np.argsort(judged.pair[which], kind="stable")]
    else:
        which = pairs
    point = judged.point[which]
    return Rows(
        judged.pair[which],
        judged.entry[which],
        batch.place[point],
        judged.time[which],
        judged.begin[which],
        batch.received[point],
        batch.frame[point],
        judged.value[which],
        judged.judged[which],
        judged.over[which],
        judged.under[which],
    )


def advance(rows: Rows, masked: Flags, table: Table, states: States) -> Changes:
    """Put the states of hot rows (ordered by pair, then place) forward; transitions in the order of places."""
    pair, new = rows.pair, firsts(rows.pair)
    begin = latest_mark(new)
    initial = states.status[pair]
    since = _since(rows, new, begin, states)
    lasting = rows.over & (rows.time - since[0] >= table.entries.hold[rows.entry])
    raised = _last_of(lasting, rows.under, begin, initial >= HIDDEN)
    shown = raised & _last_of(raised & ~masked, ~raised, begin, initial == PUBLISHED)
    status = np.where(raised, np.where(shown, PUBLISHED, HIDDEN), np.where(rows.over, PENDING, WELL)).astype(
        np.uint8
    )
    before = np.where(new, initial, np.roll(status, 1))
    arises = raised & (before < HIDDEN)
    mark = latest_mark(arises)
    alarm_since = np.where(mark >= begin, since[0][mark], states.since[pair])
    last = lasts(pair)
    _keep(
        rows.where(last), status[last], np.where(raised, alarm_since, since[0])[last], since[1][last], states
    )
    (which,) = np.nonzero((before != status) & ((before >= HIDDEN) | raised))
    which = which[np.argsort((rows.place[which] << SHIFT) | pair[which])]
    return Changes(
        pair[which],
        rows.entry[which],
        before[which],
        status[which],
        alarm_since[which],
        rows.time[which],
        rows.frame[which],
        rows.value[which],
        rows.judged[which],
    )


def _since(rows: Rows, new: Flags, begin: Ints, states: States) -> tuple[Ints, Ints]:
    """For rows beyond the limit, when their unbroken run began, and when its first value was received."""
    runs = rows.over & (new | ~np.roll(rows.over, 1))
    mark = np.maximum(latest_mark(runs), 0)
    goes_on = (mark == begin) & (states.status[rows.pair] == PENDING)
    since = np.where(goes_on, states.since[rows.pair], rows.begin[mark])
    return since, np.where(goes_on, states.received[rows.pair], rows.received[mark])


def _last_of(sets: Flags, clears: Flags, begin: Ints, initial: Flags) -> Flags:
    """Whether the last mark up to each row of a pair was one that sets."""
    up, down = latest_mark(sets), latest_mark(clears)
    return np.where(np.maximum(up, down) >= begin, up > down, initial)


def _keep(last: Rows, status: NDArray[np.uint8], since: Ints, received: Ints, states: States) -> None:
    pair = last.pair
    states.status[pair] = status
    states.since[pair], states.received[pair] = since, received
    states.frame[pair], states.value[pair], states.judged[pair] = last.frame, last.value, last.judged


def ripen(table: Table, states: States, masked_at: Callable[[Ints], Flags], now: int) -> Changes:
    """What time alone brings: hold times that ran out, planned work that ended, rules no longer in force.

    ``masked_at`` tells which pairs are under planned work now. A hold time runs from the receipt of the first value, so
    that a clock that is slow does not shorten it.
    """
    (pair,) = np.nonzero(states.status)
    entry = table.term_entry[table.terms_at(pair, np.int64(now))]
    before, hold = states.status[pair], table.entries.hold[entry]
    masked = masked_at(pair)
    ripe = (before == PENDING) & (now - states.received[pair] >= hold)
    raised = ripe | (before >= HIDDEN)
    shown = (before == PUBLISHED) | (raised & ~masked)
    after = np.where(raised, np.where(shown, PUBLISHED, HIDDEN), before)
    after = np.where(table.entries.in_force(entry, np.int64(now)), after, WELL).astype(np.uint8)
    states.status[pair] = after
    # A rule that comes into force again begins to count anew.
    states.changed[pair[after == WELL]] = 0
    (which,) = np.nonzero((before != after) & (np.maximum(before, after) >= HIDDEN))
    pair = pair[which]
    return Changes(
        pair,
        entry[which],
        before[which],
        after[which],
        states.since[pair],
        np.full(len(pair), now, np.int64),
        states.frame[pair],
        states.value[pair],
        states.judged[pair],
    )
