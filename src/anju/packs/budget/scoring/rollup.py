"""Scores of a department by sub-goal: weighted by budget, and unweighted (section 5, department overall)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class LineScore:
    """One budget line: ``score`` of 100, ``None`` when not assessable; ``budget`` in 万元."""

    key: str
    sub_goal: str
    budget: Decimal | None
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with what it is made of."""

    numerator: Decimal
    denominator: Decimal

    @property
    def value(self) -> Decimal | None:
        """Unrounded; ``None`` when nothing counts."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one sub-goal; ``sub_goal`` "" holds those under none.

    ``weighted`` is Σ score·budget over Σ budget, ``unweighted`` Σ score over the number of lines. Lines not
    assessable are in neither, never as 0. ``unpriced`` have a score and no budget, and count unweighted only.
    ``largest`` is the biggest line and its share of the weighted money, since one line may drown the rest.
    """

    sub_goal: str
    weighted: Mean
    unweighted: Mean
    not_assessable: tuple[str, ...]
    unpriced: tuple[str, ...]
    largest: tuple[str, Decimal] | None


@dataclass(frozen=True, slots=True)
class Rollup:
    """A department: its sub-goals in the order of their first line, and all lines together."""

    groups: tuple[Group, ...]
    whole: Group


def roll_up(lines: Sequence[LineScore]) -> Rollup:
    """Roll line scores up to sub-goals and the department."""
    names = dict.fromkeys(line.sub_goal for line in lines)
    groups = tuple(_group(name, [line for line in lines if line.sub_goal == name]) for name in names)
    return Rollup(groups, _group("", lines))


def _group(name: str, lines: Sequence[LineScore]) -> Group:
    scores = [line.score for line in lines if line.score is not None]
    priced = [(line.key, line.score, line.budget) for line in lines if line.score is not None and line.budget]
    money = sum((budget for _, _, budget in priced), Decimal(0))
    key, _, most = max(priced, key=lambda row: row[2], default=("", None, Decimal(0)))
    return Group(
        sub_goal=name,
        weighted=Mean(sum((points * budget for _, points, budget in priced), Decimal(0)), money),
        unweighted=Mean(sum(scores, Decimal(0)), Decimal(len(scores))),
        not_assessable=tuple(line.key for line in lines if line.score is None),
        unpriced=tuple(line.key for line in lines if line.score is not None and not line.budget),
        largest=(key, most / money) if money else None,
    )
