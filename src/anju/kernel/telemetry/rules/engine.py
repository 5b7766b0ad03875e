"""Threshold rules over the stream of points: what begins and what ends, each told exactly once.

Transitions follow from the points in their order and from the times of ``tick``, never from how points were cut into
batches; frames are never cut. Points that are not newer than the newest of their series change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.rules import keeping
from anju.kernel.telemetry.rules.alarms import CLEARED, MASKED, RAISED, event
from anju.kernel.telemetry.rules.keeping import Kept
from anju.kernel.telemetry.rules.kinds import faults
from anju.kernel.telemetry.rules.memory import Flags, Ints, Memory, arranged, delivered, lasts, newer
from anju.kernel.telemetry.rules.pairs.machine import HIDDEN, PUBLISHED, Changes, States, advance, hot, ripen
from anju.kernel.telemetry.rules.pairs.quantities import judge
from anju.kernel.telemetry.rules.pairs.table import Table
from anju.kernel.telemetry.rules.silence.missing import Missing
from anju.kernel.telemetry.rules.windows import Masks
from anju.kernel.telemetry.snapshot import Rule, Snapshot

_STATES = {PUBLISHED: RAISED, HIDDEN: MASKED}


class Engine:
    """Rules of a snapshot and the state of each pair of rule and series.

    ``faults`` lists the rules that were left out, each with what is wrong with it. Raises ``StateError`` for a state that
    cannot be read.
    """

    def __init__(self, snapshot: Snapshot, state: bytes | None = None) -> None:
        self._load(snapshot)
        self._over: list[Event] = []
        if state is not None:
            self._take(keeping.unpacked(state))
        self._begin_to_wait()

    def apply(self, points: Points, now: int) -> list[Event]:
        """Transitions of this batch, in the order of its points. ``now`` is not read: points carry their times.

        A batch holds whole frames. Missing data is judged by ``tick`` alone.
        """
        batch = arranged(points, len(self._snapshot.series))
        new = newer(batch, self._memory.newest)
        heard = delivered(batch) & (new | (batch.quality == Quality.CLOCK))
        np.maximum.at(self._memory.seen, batch.series[heard], batch.received[heard])
        batch = batch.where(new)
        if not len(batch):
            return []
        last = lasts(batch.series)
        self._memory.newest[batch.series[last]] = batch.time[last]
        judged, track = judge(batch, self._table, self._memory, self._states.changed)
        track.remember(self._memory)
        rows = hot(judged, batch, self._states, self._flags)
        if not len(rows):
            return []
        masked = self._masks.at(self._asset[self._table.series[rows.pair]], rows.time)
        return list(self._told(advance(rows, masked, self._table, self._states)))

    def tick(self, now: int) -> list[Event]:
        """What time alone brings: missing data and its end, hold times that ran out, planned work that ended."""

        def masked(pair: Ints) -> Flags:
            return self._masks.at(self._asset[self._table.series[pair]], np.int64(now))

        told = [one | {"at": now} for one in self._over]
        self._over = []
        told += self._told(ripen(self._table, self._states, masked, now))
        for missing in self._missing.values():
            told += missing.tick(now, self._memory.seen)
        return told

    def listen(self, now: int) -> None:
        """The gateway was away until now: what was heard before counts as heard now, so its own absence is no alarm."""
        waiting = np.ones(len(self._memory.seen), bool)
        for missing in self._missing.values():
            waiting[missing.lost] = False
        self._memory.seen[waiting] = np.maximum(self._memory.seen[waiting], now)

    def replace(self, snapshot: Snapshot) -> None:
        """Go on with another snapshot; alarms of rules or series that are gone are cleared by the next ``tick``."""
        kept = self._kept()
        self._load(snapshot)
        self._take(kept)
        self._begin_to_wait()

    def state(self) -> bytes:
        """Everything that the next start must know."""
        return keeping.packed(self._kept())

    def _load(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._memory = Memory.of(len(snapshot.series))
        self._table, self._masks = Table.of(snapshot), Masks(snapshot)
        self._states = States.of(len(self._table))
        self._flags = np.zeros(len(self._table), bool)
        self._asset = snapshot.series.asset.astype(np.int64)
        self.faults = [(rule.code, fault) for rule in snapshot.rules for fault in faults(rule)]
        wrong = {code for code, _ in self.faults}
        rules: dict[str, list[Rule]] = {}
        for rule in snapshot.rules:
            if rule.kind == "missing" and rule.code not in wrong:
                rules.setdefault(rule.code, []).append(rule)
        self._missing = {code: Missing(rows, snapshot, self._masks) for code, rows in sorted(rules.items())}

    def _begin_to_wait(self) -> None:
        """A series that was never heard is waited for from the moment it became known."""
        seen = self._memory.seen
        seen[seen == 0] = self._snapshot.made_at

    def _kept(self) -> Kept:
        return keeping.kept(self._table, self._memory, self._states, self._missing, self._over)

    def _take(self, old: Kept) -> None:
        self._memory = old.memory.grown(len(self._snapshot.series))
        self._over = list(old.over)
        self._over += keeping.take_pairs(old, self._table, self._states, self._snapshot)
        self._over += keeping.take_silent(old, self._missing)

    def _told(self, changes: Changes) -> Iterator[Event]:
        """Changes as events."""
        table = self._table
        series = table.series[changes.pair]
        asset, source = self._asset[series], self._snapshot.series.source[series]
        for n in range(len(changes)):
            rule = table.entries.rules[changes.entry[n]]
            yield event(
                rule,
                f"s{series[n]}",
                _STATES.get(int(changes.after[n]), CLEARED),
                int(changes.since[n]),
                int(changes.at[n]),
                series=int(series[n]),
                asset=int(asset[n]) or None,
                source=int(source[n]) or None,
                value=changes.value[n],
                judged=changes.judged[n],
                limit=rule.parameters.get("limit", rule.parameters.get("seconds", 0.0)),
                frame=int(changes.frame[n]),
            )
