"""One function per scoring rule of section 5. Points are rounded half-up to two decimals, never above ``weight``.

Weights are points, shares are of 1 (0.6 is 60 %). ``None`` among the input gives ``None``, "not assessable", and
never 0; only a deadline without an acceptance record earns no points, because the rule says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from anju.packs.budget.scoring.schemes import Step

CENT = Decimal("0.01")
_NONE, _ALL = Decimal(0), Decimal(1)


def points(weight: Decimal, part: Decimal) -> Decimal:
    """A share of a weight, half-up to two decimals (section 5, rounding at row level); 0 to ``weight``."""
    exact = weight * min(_ALL, max(_NONE, part))
    rounded = exact.quantize(CENT, ROUND_HALF_UP)
    return rounded if rounded <= weight else exact.quantize(CENT, ROUND_DOWN)


def full(weight: Decimal) -> Decimal:
    """All points of a row."""
    return points(weight, _ALL)


def execution(weight: Decimal, executed: Decimal | None, adjusted: Decimal | None) -> Decimal | None:
    """``w·min(1, executed/adjusted)`` (section 5, execution). Langfang: 37.24 of 43.2 at 10 is 8.62, not 9.

    Both amounts in one unit. ``None`` also where nothing was budgeted.
    """
    if executed is None or not adjusted:
        return None
    return points(weight, executed / adjusted)


def at_least(
    weight: Decimal, actual: Decimal | None, target: Decimal | None, floor: Decimal = _NONE
) -> Decimal | None:
    """``w·min(1, actual/target)``, nothing below ``floor`` of the target (section 5, at least).

    A target of 0 or less has no proportion: all or nothing. ``>`` is scored as ``≥``: the proportion knows no
    smallest step.
    """
    if actual is None or target is None:
        return None
    if target <= 0:
        return points(weight, _ALL if actual >= target else _NONE)
    reached = actual / target
    return points(weight, reached if reached >= floor else _NONE)


def at_most(weight: Decimal, actual: Decimal | None, target: Decimal | None) -> Decimal | None:
    """All points within the target, else ``w·target/actual``; target 0 is all or nothing (section 5, at most)."""
    if actual is None or target is None:
        return None
    if actual <= target:
        return full(weight)
    return points(weight, target / actual if target > 0 else _NONE)


def exactly(weight: Decimal, actual: Decimal | None, target: Decimal | None) -> Decimal | None:
    """``w·(1 − |actual − target|/target)`` for ``=`` and 左右: a deviation costs the same either way.

    Section 5 has no clause for ``=``; below the target this is the proportion of "at least". Target 0 is all or
    nothing.
    """
    if actual is None or target is None:
        return None
    if target == 0:
        return points(weight, _ALL if actual == 0 else _NONE)
    return points(weight, _ALL - abs((actual - target) / target))


def rate(weight: Decimal, actual: Decimal | None, floor: Decimal = _NONE) -> Decimal | None:
    """A rate with target 100 %, in per cent: judged as exactly 100 (section 2, rules), whether ``≥`` stands or not.

    A part cannot exceed its whole, so that a higher figure earns nothing more; the sheet flags it.
    """
    return at_least(weight, actual, Decimal(100), floor)


def over_achievement(weight: Decimal, reached: Decimal | None, steps: Sequence[Step]) -> Decimal:
    """Points taken off when the actual is far over target (section 5, at least: "deduct by deviation").

    ``reached`` is actual/target as a share. The highest step exceeded counts.
    """
    exceeded = [step.deduct for step in steps if reached is not None and reached > step.above]
    return points(weight, max(exceeded, default=_NONE))


def holds(value: Decimal, low: Decimal, high: Decimal, lenient: frozenset[str] = frozenset()) -> bool:
    """Whether one measurement is no failure (section 5, tolerance); the bounds belong to the band.

    ``lenient`` names the sides, "low" or "high", on which leaving the band is shown but is no failure: with
    18±2℃ a room warmer than 20 is over-heated, not unserved.
    """
    return (value >= low or "low" in lenient) and (value <= high or "high" in lenient)


def within(
    weight: Decimal, inside: Decimal | None, valid: Decimal | None, required: Decimal | None
) -> Decimal | None:
    """``w·min(1, share/required)``, share = measurements that hold among the valid ones (section 5, tolerance).

    ``required``, a share of 1, must have been declared: without it, or without valid measurements, ``None``.
    """
    if inside is None or not valid or not required:
        return None
    return points(weight, inside / valid / required)


def deadline(
    weight: Decimal, due: date | None, accepted: date | None, days_to_zero: int = 90
) -> Decimal | None:
    """All points when accepted by the due day; late: linear to 0 at ``days_to_zero`` (section 5, deadline).

    No acceptance record, no points. ``None`` when the due day itself is unknown.
    """
    if due is None:
        return None
    if accepted is None:
        return points(weight, _NONE)
    late = max(0, (accepted - due).days)
    return points(weight, _ALL - Decimal(late) / days_to_zero)


def cost(
    weight: Decimal, actual: Decimal | None, ceiling: Decimal | None, quality_failed: bool | None = False
) -> Decimal | None:
    """A ceiling of an amount or of a unit cost (section 5, cost): over it as "at most".

    A saving counts only when quality has not failed. If it has, what was not spent is work not delivered:
    ``w·actual/ceiling``. If nobody can say (``None``), a saving is not assessable.
    """
    if actual is None or ceiling is None:
        return None
    if actual >= ceiling or quality_failed is False:
        return at_most(weight, actual, ceiling)
    return None if quality_failed is None else points(weight, actual / ceiling)


def satisfaction(
    weight: Decimal,
    satisfied: Decimal | None,
    valid: Decimal | None,
    target: Decimal | None,
    floor: Decimal = _NONE,
) -> Decimal | None:
    """``w·min(1, rate/target)``, rate = satisfied and fairly satisfied among valid answers (section 5, satisfaction).

    ``target`` is a share of 1. Below ``floor`` (a rate, 0.6 where a county wants it) no points, unless the target
    itself is met.
    """
    if satisfied is None or not valid or target is None:
        return None
    asked = satisfied / valid
    if asked < target and asked < floor:
        return points(weight, _NONE)
    return at_least(weight, asked, target)


def qualitative(weight: Decimal, part: Decimal | None) -> Decimal | None:
    """``w·share`` of a judgement whose share lies within the band of its grade (section 5, qualitative)."""
    return None if part is None else points(weight, part)


def band(part: Decimal, bands: Sequence[Decimal]) -> int:
    """The grade of a judged share, 0 the best: 100–80 with 80, below 80 to 60 with 60, below 60 (Zhongjiang)."""
    return sum(1 for lowest in bands if part < lowest)
