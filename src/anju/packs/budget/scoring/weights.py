"""Weights of the rows: those of the file when they total 100, else the scheme's spread over its classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from anju.packs.budget.scoring.entries import Entry, Execution
from anju.packs.budget.scoring.rules import CENT
from anju.packs.budget.scoring.schemes import PARENT, Pool, Scheme


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of execution, of each entry by its place, and of pots that no entry fills. Together exactly 100.

    ``explicit``: they are the file's own. An entry whose class the scheme does not know has no place in
    ``entries``.
    """

    execution: Decimal
    entries: Mapping[int, Decimal]
    unfilled: tuple[Pool, ...] = ()
    explicit: bool = False


def distribute(entries: Sequence[Entry], execution: Execution, scheme: Scheme) -> Weights:
    """Explicit weights if they total 100 with execution, else the scheme's (section 5, weights)."""
    return _explicit(entries, execution, scheme) or _spread(entries, scheme)


def apportion(total: Decimal, ratios: Sequence[Decimal]) -> list[Decimal]:
    """Split points in a ratio, in hundredths that total exactly; the largest remainders get the odd ones."""
    whole = sum(ratios, Decimal(0))
    exact = [total * ratio / whole for ratio in ratios]
    parts = [share.quantize(CENT, ROUND_FLOOR) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    left = total - sum(parts, Decimal(0))
    for i in by_remainder:
        step = min(CENT, left)
        parts[i] += step
        left -= step
    return parts


def _explicit(entries: Sequence[Entry], execution: Execution, scheme: Scheme) -> Weights | None:
    """The file's own weights. Without one for execution, 90 leaves the scheme's ten free, and 100 leaves none."""
    own = {i: entry.weight for i, entry in enumerate(entries) if entry.weight is not None}
    if not own or len(own) < len(entries) or min(own.values()) < 0:
        return None
    total = sum(own.values(), Decimal(0))
    stated = execution.weight
    for weight in (scheme.execution, Decimal(0)) if stated is None else (stated,):
        if total + weight == 100 and weight >= 0:
            return Weights(weight, own, explicit=True)
    return None


def _spread(entries: Sequence[Entry], scheme: Scheme) -> Weights:
    members: dict[int, list[int]] = {}
    for i, entry in enumerate(entries):
        at = pool_of(entry, scheme)
        if at is not None:
            members.setdefault(at, []).append(i)
    points = _passed_on(scheme, set(members))
    weights: dict[int, Decimal] = {}
    for at, inside in members.items():
        weights |= _within(points.pop(at), entries, inside)
    unfilled = tuple(Pool(scheme.pools[at].classes, weight) for at, weight in points.items() if weight)
    return Weights(scheme.execution, weights, unfilled)


def pool_of(entry: Entry, scheme: Scheme) -> int | None:
    """The pot of a row: by its level 2, else its level 1, else the level 1 above; ``None`` if there is none."""
    place = {name: at for at, pool in enumerate(scheme.pools) for name in pool.classes}
    for name in (entry.class2, entry.class1, PARENT.get(entry.class2), PARENT.get(entry.class1)):
        if name in place:
            return place[name]
    return None


def _passed_on(scheme: Scheme, filled: set[int]) -> dict[int, Decimal]:
    """Points of each pot once empty ones have passed theirs on (section 5: to siblings; satisfaction to benefit).

    A pot that neither has siblings nor an heir keeps its points: nobody may score them elsewhere.
    """
    points = {at: pool.weight for at, pool in enumerate(scheme.pools)}
    for at, pool in enumerate(scheme.pools):
        if at in filled or not pool.weight:
            continue
        heirs = _siblings(scheme, at, filled) or _named_heirs(scheme, at, filled)
        if not heirs:
            continue
        shares = [scheme.pools[heir].weight for heir in heirs]
        gained = apportion(points[at], shares if any(shares) else [Decimal(1)] * len(heirs))
        for heir, more in zip(heirs, gained, strict=True):
            points[heir] += more
        points[at] = Decimal(0)
    return points


def _siblings(scheme: Scheme, at: int, filled: set[int]) -> list[int]:
    """Filled pots of other level 2 classes under the same level 1."""
    parents = {PARENT.get(name) for name in scheme.pools[at].classes} - {None}
    return [
        other
        for other in sorted(filled - {at})
        if parents & {PARENT.get(name) for name in scheme.pools[other].classes}
    ]


def _named_heirs(scheme: Scheme, at: int, filled: set[int]) -> list[int]:
    """Filled pots that the scheme names for this class."""
    heirs = {scheme.empty.get(name) for name in scheme.pools[at].classes}
    return [other for other in sorted(filled) if heirs & set(scheme.pools[other].classes)]


def _within(points: Decimal, entries: Sequence[Entry], inside: Sequence[int]) -> dict[int, Decimal]:
    """Points of one pot: equally to the level 2 classes that have rows, then equally to their rows."""
    classes: dict[str, list[int]] = {}
    for i in inside:
        classes.setdefault(entries[i].class2 or entries[i].class1, []).append(i)
    found: dict[int, Decimal] = {}
    for share, rows in zip(apportion(points, [Decimal(1)] * len(classes)), classes.values(), strict=True):
        found |= dict(zip(rows, apportion(share, [Decimal(1)] * len(rows)), strict=True))
    return found
