"""Missing data: transitions of one rule from moment to moment, each silence told once, by its widest cause.

All of it happens when time passes (``tick``); that a value came is only remembered until then, so it makes no
difference how points were cut into batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.rules.alarms import CLEARED, MASKED, RAISED, event
from anju.kernel.telemetry.rules.memory import Flags, Ints
from anju.kernel.telemetry.rules.silence.watch import Silence, Watch
from anju.kernel.telemetry.rules.windows import Masks
from anju.kernel.telemetry.snapshot import Rule, Snapshot

# What an alarm concerns: s, a or q, and its number.
Key = tuple[str, int]


class Missing:
    """All dated rows of one rule.

    ``alarms`` are those not yet cleared, each as its last event; ``unheard`` holds since when those were silent that were
    cleared though nothing came (the rule ended or changed), so that they do not come again under the same name.
    """

    def __init__(self, rules: Sequence[Rule], snapshot: Snapshot, masks: Masks) -> None:
        self._rules, self._snapshot, self._masks = rules, snapshot, masks
        self._watch: Watch | None = None
        self._checked = 0
        # What the last transitions followed from: while it is the same there are none.
        self._before: tuple[Flags, Flags, Flags] | None = None
        self.alarms: dict[Key, Event] = {}
        self.unheard: dict[Key, int] = {}
        self.lost: Ints = np.zeros(0, np.int64)

    def tick(self, now: int, seen: Ints) -> list[Event]:
        """Transitions; ``seen`` is by series number in ms."""
        watch = self._in_force(now)
        lost, ripe = watch.overdue(now, seen)
        if not self.alarms and not lost.any():
            self.lost, self._before = np.zeros(0, np.int64), None
            return []
        marks = (lost, ripe, self._masks.at(watch.asset, np.int64(now)))
        if self._before and all(map(np.array_equal, self._before, marks)):
            return []
        silence = watch.at(*marks)
        if self._spare(watch, silence, seen, now):
            marks = (*watch.overdue(now, seen), marks[2])
            silence = watch.at(*marks)
        self._before = marks
        self.lost = watch.series[silence.lost]
        return list(_Step(self, watch, silence, seen, now).transitions())

    def masked(self, key: Key, asset: int, now: int) -> bool:
        return key[0] != "q" and bool(self._masks.at(np.array([asset]), np.int64(now))[0])

    def _in_force(self, now: int) -> Watch:
        watch = self._watch
        if watch is None or not self._checked <= now < watch.until:
            watch = self._watch = Watch(self._rules, self._snapshot, now)
            self._checked, self._before = now, None
        return watch

    def _spare(self, watch: Watch, silence: Silence, seen: Ints, now: int) -> bool:
        """Parts of an asset or a source that is back, not heard yet, get their whole time again.

        An hourly counter is no alarm because its station was away, and stations come back one after the other. What had
        an alarm of its own before has it again.
        """
        told = np.isin(watch.nodes, self._numbers("a"))
        back = (
            np.bincount(watch.of_series, (told & ~silence.lost_nodes)[watch.of_node], len(watch.series)) > 0
        )
        back |= (np.isin(watch.sources, self._numbers("q")) & ~silence.down)[watch.of_source]
        own = np.bincount(watch.of_series, (told & silence.lost_nodes)[watch.of_node], len(watch.series)) > 0
        own |= np.isin(watch.series, self._numbers("s"))
        spared = watch.series[silence.lost & back & ~own]
        seen[spared] = now
        return bool(len(spared))

    def _numbers(self, level: str) -> Ints:
        return np.array([number for one, number in self.alarms if one == level], np.int64)


class _Step:
    """One moment of one rule."""

    def __init__(self, missing: Missing, watch: Watch, silence: Silence, seen: Ints, now: int) -> None:
        self._missing, self._watch, self._silence, self._seen, self._now = missing, watch, silence, seen, now
        self._alarms = missing.alarms
        self._levels = {
            "q": (watch.sources, silence.down),
            "a": (watch.nodes, silence.lost_nodes),
            "s": (watch.series, silence.lost),
        }

    def transitions(self) -> Iterator[Event]:
        for key in [key for key in self._alarms if not self._lasts(key)]:
            over = self._alarms.pop(key)
            if self._is_unheard(over):
                self._missing.unheard[key] = over["since"]
            yield over | {"state": CLEARED, "at": self._now, "judged": None, "cause": None}
        wanted = dict.fromkeys(self._wanted())
        for key in wanted:
            yield from self._arises(key)
        for key in [key for key in self._alarms if key not in wanted]:
            yield from self._is_covered(key)

    def _place(self, key: Key) -> int:
        """Where the subject stands among those watched; it does."""
        return int(np.searchsorted(self._levels[key[0]][0], key[1]))

    def _lasts(self, key: Key) -> bool:
        numbers, marks = self._levels[key[0]]
        place = self._place(key)
        return bool(place < len(numbers) and numbers[place] == key[1] and marks[place])

    def _is_unheard(self, over: Event) -> bool:
        numbers = [
            number for number in over["members"] or [over["series"]] if number and number < len(self._seen)
        ]
        of_source = over["asset"] is None and over["series"] is None
        return not of_source and bool((self._seen[numbers] <= over["since"]).all())

    def _wanted(self) -> Iterator[Key]:
        """The widest causes that have lasted long enough."""
        watch, silence = self._watch, self._silence
        for number in watch.sources[silence.down].tolist():
            yield "q", number
        alone = silence.lost & ~silence.covered
        for place in np.unique(silence.top[alone & (silence.top >= 0)]).tolist():
            key = ("a", int(watch.nodes[place]))
            if silence.ripe_nodes[place] or key in self._alarms:
                yield key
        for place in np.flatnonzero(alone & (silence.top < 0)).tolist():
            key = ("s", int(watch.series[place]))
            if silence.ripe[place] or key in self._alarms:
                yield key

    def _arises(self, key: Key) -> Iterator[Event]:
        known = self._alarms.get(key)
        if known and known["state"] == RAISED:
            return
        new = known or self._event(key)
        state = MASKED if self._missing.masked(key, new["asset"] or 0, self._now) else RAISED
        if known and known["state"] == state and known["cause"] is None:
            return
        self._alarms[key] = new | {"state": state, "at": self._now, "cause": None}
        yield self._alarms[key]

    def _is_covered(self, key: Key) -> Iterator[Event]:
        known, cover = self._alarms[key], self._alarms.get(self._cover(key))
        if cover is None or known["cause"] == cover["id"]:
            return
        self._alarms[key] = known | {"state": MASKED, "at": self._now, "cause": cover["id"]}
        yield self._alarms[key]

    def _cover(self, key: Key) -> Key:
        """What an alarm that is not among the widest lies under."""
        watch, silence, place = self._watch, self._silence, self._place(key)
        series = place if key[0] == "s" else int(watch.of_series[watch.of_node == place][0])
        if silence.covered[series]:
            return "q", int(watch.sources[watch.of_source[series]])
        return "a", int(watch.nodes[silence.top[series]])

    def _event(self, key: Key) -> Event:
        return {"s": self._of_series, "a": self._of_asset, "q": self._of_source}[key[0]](self._place(key))

    def _of_series(self, place: int) -> Event:
        number = int(self._watch.series[place])
        where = {"series": number, "asset": int(self._watch.asset[place]) or None}
        return self._silent(("s", number), np.array([place]), where)

    def _of_asset(self, place: int) -> Event:
        watch = self._watch
        parts = watch.of_series[watch.of_node == place]
        number = int(watch.nodes[place])
        return self._silent(("a", number), parts, {"asset": number, "members": watch.series[parts].tolist()})

    def _silent(self, key: Key, places: Ints, where: dict[str, Any]) -> Event:
        """Silent since the last of the series was heard."""
        watch, first = self._watch, places[0]
        since = int(self._seen[watch.series[places]].max())
        source = int(watch.sources[watch.of_source[first]]) or None
        rest = {
            "judged": (self._now - since) / 1000,
            "limit": watch.due[places].min() / 1000,
            "source": source,
        }
        if self._missing.unheard.get(key) == since:
            since = self._now
        subject = f"{key[0]}{key[1]}"
        return event(watch.rules[watch.rule[first]], subject, RAISED, since, self._now, **where, **rest)

    def _of_source(self, place: int) -> Event:
        watch, silence = self._watch, self._silence
        units: Flags = silence.lost_units & (watch.unit_source == place) & (watch.unit_asset > 0)
        return event(
            watch.rules[watch.source_rule[place]],
            f"q{watch.sources[place]}",
            RAISED,
            self._now,
            self._now,
            source=int(watch.sources[place]) or None,
            judged=silence.share[place],
            limit=watch.most[place],
            members=watch.unit_asset[units].tolist(),
        )
