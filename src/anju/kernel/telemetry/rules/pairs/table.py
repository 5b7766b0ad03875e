"""Rules by columns: which pairs of rule and series there are, and the figures that hold for each at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.rules.kinds import KINDS, QUALITIES, faults, side
from anju.kernel.telemetry.rules.memory import SHIFT, Flags, Floats, Ints, firsts
from anju.kernel.telemetry.snapshot import Rule, Snapshot

KIND = {code: number for number, code in enumerate(KINDS)}
# Durations that stretch a time are added to such.
FOREVER = np.int64(1 << 60)
# A time that has lasted exactly as long as allowed is too long already.
_HAIR = 0.0005


@dataclass(frozen=True)
class Entries:
    """One row a dated rule; times in ms.

    What is judged is multiplied by ``sign`` (and made positive for ``both``) so that too much is above ``limit`` and
    well again is at or below ``clear``. NaN gates are open.
    """

    rules: tuple[Rule, ...]
    kind: NDArray[np.uint8]
    limit: Floats
    clear: Floats
    sign: Floats
    both: Flags
    hold: Ints
    worst: NDArray[np.uint8]
    within: Ints
    band: Floats
    other_above: Floats
    other_below: Floats
    since: Ints
    until: Ints
    curves: tuple[tuple[Floats, Floats] | None, ...]

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Entries:
        def column(name: str, default: float) -> Floats:
            return np.array([rule.parameters.get(name, default) for rule in rules], np.float64)

        sides = [side(rule) for rule in rules]
        sign = np.array([-1.0 if one == "below" else 1.0 for one in sides])
        kinds = np.array([KIND[rule.kind] for rule in rules], np.uint8)
        limit = np.array([_limit(rule) for rule in rules], np.float64)
        clear = np.where(np.isnan(column("clear", np.nan)), limit, column("clear", np.nan))
        within = np.array([_milliseconds(rule, "within", FOREVER) for rule in rules], np.int64)
        return cls(
            tuple(rules),
            kinds,
            limit * sign,
            clear * sign,
            sign,
            np.array([one == "both" for one in sides], bool),
            np.array([_milliseconds(rule, "hold", np.int64(0)) for rule in rules], np.int64),
            np.array([QUALITIES[rule.parameters.get("quality", "usable")] for rule in rules], np.uint8),
            within,
            column("band", 0.0),
            column("other_above", np.nan),
            column("other_below", np.nan),
            np.array([rule.since for rule in rules], np.int64),
            np.array([rule.until or FOREVER for rule in rules], np.int64),
            tuple(_curve(rule) for rule in rules),
        )

    def in_force(self, entry: Ints, time: Ints | np.int64) -> Flags:
        return (self.since[entry] <= time) & (time < self.until[entry])


def _limit(rule: Rule) -> float:
    if rule.kind == "stuck":
        return float(rule.parameters["seconds"]) - _HAIR
    return float(rule.parameters.get("limit", 0.0))


def _milliseconds(rule: Rule, name: str, default: np.int64) -> int:
    return round(rule.parameters[name] * 1000) if name in rule.parameters else int(default)


def _curve(rule: Rule) -> tuple[Floats, Floats] | None:
    points = np.array(rule.parameters.get("curve", ()), np.float64)
    return (points[:, 0], points[:, 1]) if len(points) else None


@dataclass(frozen=True)
class Table:
    """Pairs of a rule's code and a series, ordered by series; each has one term for every dated row of the rule.

    ``begins`` and ``counts`` lead from a series to its pairs, ``first`` and ``terms`` from a pair to its terms.
    """

    entries: Entries
    codes: tuple[str, ...]
    series: Ints
    code: Ints
    begins: Ints
    counts: Ints
    first: Ints
    terms: Ints
    term_entry: Ints
    term_other: Ints

    def __len__(self) -> int:
        return len(self.series)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Table:
        """All rules but those on missing data; a rule with faults is left out."""
        rules = [rule for rule in snapshot.rules if rule.kind != "missing" and not faults(rule)]
        rules.sort(key=lambda rule: rule.since)
        entries = Entries.of(rules)
        codes = tuple(sorted({rule.code for rule in rules}))
        number = {code: index for index, code in enumerate(codes)}
        sizes = [len(rule.series) for rule in rules]
        entry = np.repeat(np.arange(len(rules)), sizes)
        series = joined([rule.series for rule in rules])
        other = joined([rule.others or (0,) * len(rule.series) for rule in rules])
        code = np.repeat(np.array([number[rule.code] for rule in rules], np.int64), sizes)
        count = len(snapshot.series)
        known = (series > 0) & (series < count) & (other >= 0) & (other < count)
        entry, series, other, code = entry[known], series[known], other[known], code[known]
        key = (series << SHIFT) | code
        # Stable, so that the terms of a pair stay in the order of their beginning.
        order = np.argsort(key, kind="stable")
        entry, series, other, code = entry[order], series[order], other[order], code[order]
        new = firsts(key[order])
        first = np.flatnonzero(new)
        counts = np.bincount(series[new], minlength=count)
        return cls(
            entries,
            codes,
            series[new],
            code[new],
            np.cumsum(counts) - counts,
            counts,
            first,
            np.diff(np.append(first, len(series))),
            entry,
            other,
        )

    @cached_property
    def plain(self) -> bool:
        """Every rule judges the value itself, against nothing else."""
        simple = np.isin(self.entries.kind, (KIND["above"], KIND["below"]))
        return bool(simple.all() and not self.term_other.any())

    def has(self, kind: str) -> bool:
        """Whether any rule is of this kind."""
        return kind in self._kinds

    @cached_property
    def _kinds(self) -> set[str]:
        return {rule.kind for rule in self.entries.rules}

    @cached_property
    def _most(self) -> int:
        return int(self.terms.max(initial=1))

    @cached_property
    def asked(self) -> Flags:
        """By series: whether a rule compares others with it."""
        found = np.zeros(len(self.counts), bool)
        found[self.term_other] = True
        return found

    @cached_property
    def signed(self) -> bool:
        return bool((self.entries.sign < 0).any() or self.entries.both.any())

    @cached_property
    def dated(self) -> bool:
        return bool((self.entries.since > 0).any() or (self.entries.until < FOREVER).any())

    def rows(self, series: Ints) -> tuple[Ints, Ints]:
        """For points of the series: the place of the point and the pair, one row for each pair of each point."""
        counts = self.counts[series]
        point = np.repeat(np.arange(len(series)), counts)
        before = np.cumsum(counts) - counts
        pair = np.arange(len(point)) + np.repeat(self.begins[series] - before, counts)
        return point, pair

    def terms_at(self, pair: Ints, time: Ints | np.int64) -> Ints:
        """The term in force, or the first one where none is; of several the one that began last."""
        if self._most == 1:
            return pair
        term = self.first[pair]
        for step in range(1, self._most):
            follows = step < self.terms[pair]
            following = np.where(follows, self.first[pair] + step, 0)
            holds = follows & self.entries.in_force(self.term_entry[following], time)
            term = np.where(holds, following, term)
        return term


def joined(parts: Sequence[tuple[int, ...]]) -> Ints:
    """Numbers one after the other."""
    return np.concatenate([np.zeros(0, np.int64), *(np.array(part, np.int64) for part in parts)])
