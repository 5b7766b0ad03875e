"""Which series are silent at a moment, and which silence has one cause: an asset, all of an asset's parts, a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anju.kernel.telemetry.rules.memory import SHIFT, Flags, Floats, Ints, lasts
from anju.kernel.telemetry.rules.pairs.table import FOREVER, joined
from anju.kernel.telemetry.rules.windows import ancestors
from anju.kernel.telemetry.snapshot import Rule, Snapshot


@dataclass(frozen=True)
class Silence:
    """A moment. ``lost`` and ``ripe`` (lost for the gathering time too) by series, ``lost_nodes`` and ``ripe_nodes`` by
    asset, ``lost_units`` by unit, ``down`` and ``share`` (per cent of units lost) by source.

    ``top`` is the place of the widest lost asset of each series, −1 where none; ``covered`` whether its source is down.
    """

    lost: Flags
    ripe: Flags
    lost_nodes: Flags
    ripe_nodes: Flags
    lost_units: Flags
    down: Flags
    share: Floats
    top: Ints
    covered: Flags


class Watch:
    """One rule on missing data with the figures in force from ``now`` to ``until`` (ms).

    A unit is an asset with series of its own from one source, or a series without an asset; an asset counts as lost
    when every watched series of it and of its parts is.
    """

    def __init__(self, rules: Sequence[Rule], snapshot: Snapshot, now: int) -> None:
        borders = [time for rule in rules for time in (rule.since, rule.until) if time > now]
        self.until = min(borders, default=int(FOREVER))
        self.rules = [rule for rule in rules if rule.since <= now and (not rule.until or now < rule.until)]
        self._choose(snapshot)
        self._tree(snapshot)
        self._sources(snapshot)

    def _choose(self, snapshot: Snapshot) -> None:
        """For each series the rule that began last."""
        order = sorted(range(len(self.rules)), key=lambda index: self.rules[index].since)
        sizes = [len(self.rules[index].series) for index in order]
        rule = np.repeat(np.array(order, np.int64), sizes)
        watched = joined([self.rules[index].series for index in order])
        known = (watched > 0) & (watched < len(snapshot.series))
        watched, rule = watched[known], rule[known]
        place = np.argsort(watched, kind="stable")
        place = place[lasts(watched[place])]
        numbers, rule = watched[place], rule[place]
        intervals = self._figures("intervals")[rule] * snapshot.series.interval[numbers].astype(np.float64)
        seconds = np.maximum(intervals, self._figures("seconds")[rule])
        due = seconds > 0
        self.series, self.rule = numbers[due], rule[due]
        self.due = (seconds[due] * 1000).astype(np.int64)
        self.gather = (self._figures("gather")[self.rule] * 1000).astype(np.int64)

    def _figures(self, name: str, default: float = 0.0) -> Floats:
        return np.array([rule.parameters.get(name, default) for rule in self.rules], np.float64)

    def _tree(self, snapshot: Snapshot) -> None:
        self.asset = snapshot.series.asset[self.series].astype(np.int64)
        assets, of_asset = np.unique(self.asset, return_inverse=True)
        lines = [ancestors(asset, snapshot.parents) for asset in assets.tolist()]
        self.nodes = np.unique(joined([tuple(line) for line in lines]))
        depths = np.array([len(line) for line in lines], np.int64)
        steps = np.searchsorted(self.nodes, joined([tuple(line) for line in lines]))
        # Each series has the steps of its asset.
        depth = depths[of_asset]
        self._begin = np.cumsum(depth) - depth
        self.of_series = np.repeat(np.arange(len(self.series)), depth)
        within = np.arange(len(self.of_series)) - np.repeat(self._begin, depth)
        self.of_node = steps[np.repeat((np.cumsum(depths) - depths)[of_asset], depth) + within]
        self._total = np.bincount(self.of_node, minlength=len(self.nodes))

    def _sources(self, snapshot: Snapshot) -> None:
        source = snapshot.series.source[self.series].astype(np.int64)
        self.sources, self.of_source = np.unique(source, return_inverse=True)
        # A series without an asset is a unit of its own, told apart by its negative number.
        unit = np.where(self.asset > 0, self.asset, -self.series)
        _, first, self.of_unit = np.unique((source << SHIFT) + unit, return_index=True, return_inverse=True)
        self.unit_asset, self.unit_source = self.asset[first], self.of_source[first]
        self._in_unit = np.bincount(self.of_unit, minlength=len(self.unit_asset))
        self._units = np.bincount(self.unit_source, minlength=len(self.sources))
        rule = np.zeros(len(self.sources), np.int64)
        rule[self.of_source[::-1]] = self.rule[::-1]
        self.source_rule = rule
        self.most = self._figures("share", np.inf)[rule]
        self._least = self._figures("least", 1.0)[rule]

    def overdue(self, now: int, seen: Ints) -> tuple[Flags, Flags]:
        """Which series are lost and which are ripe; ``seen`` is when each series of the registry was last heard."""
        quiet = now - seen[self.series]
        return quiet >= self.due, quiet >= self.due + self.gather

    def at(self, lost: Flags, ripe: Flags, masked: Flags) -> Silence:
        """What the silence of series means; assets under planned work bring no source down."""
        nodes, ripe_nodes = self._whole(lost), self._whole(ripe)
        units = np.bincount(self.of_unit, lost & ~masked, len(self._in_unit)) == self._in_unit
        many = np.bincount(self.unit_source, units, len(self.sources))
        share = 100.0 * many / np.maximum(self._units, 1)
        down = (share > self.most) & (many >= self._least)
        steps = np.bincount(self.of_series, nodes[self.of_node], len(self.series)).astype(np.int64)
        farthest = self.of_node[np.maximum(self._begin + steps - 1, 0)] if len(self.of_node) else steps
        top = np.where(steps > 0, farthest, -1)
        covered = down[self.of_source] & units[self.of_unit]
        return Silence(lost, ripe, nodes, ripe_nodes, units, down, share, top, covered)

    def _whole(self, marks: Flags) -> Flags:
        whole: Flags = np.bincount(self.of_node, marks[self.of_series], len(self.nodes)) == self._total
        return whole
