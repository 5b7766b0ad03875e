"""Which series are silent at a moment, and which silence has one cause: an asset, all of an asset's parts, a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anju.kernel.telemetry.rules.memory import Flags, Floats, Ints
from anju.kernel.telemetry.rules.table import FOREVER
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
        chosen = {
            n: i
            for i, rule in sorted(enumerate(self.rules), key=lambda one: one[1].since)
            for n in rule.series
        }
        numbers = np.array(sorted(n for n in chosen if 0 < n < len(snapshot.series)), np.int64)
        rule = np.array([chosen[n] for n in numbers.tolist()], np.int64)
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
        lines = {asset: ancestors(asset, snapshot.parents) for asset in np.unique(self.asset).tolist()}
        self.nodes = np.array(sorted({node for line in lines.values() for node in line}), np.int64)
        place = {node: index for index, node in enumerate(self.nodes.tolist())}
        steps = [[place[node] for node in lines[asset]] for asset in self.asset.tolist()]
        self._depth = np.array([len(step) for step in steps], np.int64)
        self._begin = np.cumsum(self._depth) - self._depth
        self.of_series = np.repeat(np.arange(len(self.series)), self._depth)
        self.of_node = np.array([node for step in steps for node in step], np.int64)
        self._total = np.bincount(self.of_node, minlength=len(self.nodes))

    def _sources(self, snapshot: Snapshot) -> None:
        source = snapshot.series.source[self.series].astype(np.int64)
        self.sources, self.of_source = np.unique(source, return_inverse=True)
        # A series without an asset is a unit of its own, told apart by its negative number.
        unit = np.where(self.asset > 0, self.asset, -self.series)
        units, self.of_unit = np.unique(np.stack([source, unit]), axis=1, return_inverse=True)
        self.unit_asset = np.maximum(units[1], 0) if len(self.series) else np.zeros(0, np.int64)
        self.unit_source = np.searchsorted(self.sources, units[0]) if len(self.series) else self.unit_asset
        self._in_unit = np.bincount(self.of_unit, minlength=len(self.unit_asset))
        self._units = np.bincount(self.unit_source, minlength=len(self.sources))
        rule = np.zeros(len(self.sources), np.int64)
        rule[self.of_source[::-1]] = self.rule[::-1]
        self.source_rule = rule
        self.most = self._figures("share", np.inf)[rule]
        self._least = self._figures("least", 1.0)[rule]

    def at(self, now: int, seen: Ints, masked: Flags) -> Silence:
        """``seen`` is when each series of the registry was last heard; assets under planned work bring no source down."""
        quiet = now - seen[self.series]
        lost = quiet >= self.due
        ripe = quiet >= self.due + self.gather
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
