"""What to repair (冬病夏治, 老旧管网): candidates from last season's evidence, and whether a unit cost is plausible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal

from anju.packs.heating.figures import Figures


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Yuan per km, what is usual, and the ``deviation`` from it as a share; ``plausible`` within the tolerance."""

    cost: Decimal
    usual: Decimal
    deviation: Decimal
    plausible: bool


def pipe_unit_cost(fen: int, kilometres: Decimal, figures: Figures) -> UnitCost | None:
    """9 million yuan for 3.5 km is 2.57 million a km (2021). None without length."""
    if kilometres <= 0:
        return None
    cost, usual = Decimal(fen) / 100 / kilometres, figures.exact("pipe_cost")
    deviation = cost / usual - 1
    return UnitCost(cost, usual, deviation, abs(deviation) * 100 <= figures.exact("pipe_cost_tolerance"))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Last season of a community or loop: the more, the worse. None is not measured, which makes nobody sound.

    ``repeats`` complaints repeated per 10⁴ households, ``deficit`` share of household-days that failed, ``imbalance``
    |x - 1|, ``makeup`` times its limit, ``leaks`` per km and year, ``age`` in years.
    """

    repeats: float | None = None
    deficit: float | None = None
    imbalance: float | None = None
    makeup: float | None = None
    leaks: float | None = None
    age: float | None = None


CRITERIA = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True, slots=True)
class Candidate:
    """``urgency`` of 0 to 1 is the mean rank over what was measured; ``reasons`` are the criteria in its worst fifth."""

    name: str
    households: int
    urgency: float
    measured: int
    reasons: tuple[str, ...]


def ranked(communities: Sequence[tuple[str, int, Evidence]]) -> list[Candidate]:
    """Candidates (name, households, evidence), the most urgent first; of equal ones the one with more households.

    Each criterion counts by rank, so that no unit outweighs another: the share of those measured that are less bad.
    Who was measured in nothing comes last with urgency 0.
    """
    ranks: dict[str, list[tuple[str, float]]] = {name: [] for name, _, _ in communities}
    for criterion in CRITERIA:
        known = [(name, value) for name, _, e in communities if (value := getattr(e, criterion)) is not None]
        for name, value in known:
            below = sum(other < value for _, other in known)
            ranks[name].append((criterion, below / (len(known) - 1) if len(known) > 1 else 0.0))
    found = [_candidate(name, households, ranks[name]) for name, households, _ in communities]
    return sorted(found, key=lambda one: (not one.measured, -one.urgency, -one.households, one.name))


def _candidate(name: str, households: int, ranks: list[tuple[str, float]]) -> Candidate:
    urgency = sum(rank for _, rank in ranks) / len(ranks) if ranks else 0.0
    reasons = tuple(criterion for criterion, rank in ranks if rank >= 0.8)
    return Candidate(name, households, urgency, len(ranks), reasons)


@dataclass(frozen=True, slots=True)
class Proof:
    """Next season's proof: the change of the treated minus that of the matched untreated (difference in differences)."""

    treated: float
    untreated: float

    @property
    def effect(self) -> float:
        return self.treated - self.untreated


def proof(treated: Sequence[tuple[float, float]], untreated: Sequence[tuple[float, float]]) -> Proof | None:
    """Pairs (before, after) of one figure such as compliance; None where a side is empty."""
    if not treated or not untreated:
        return None
    return Proof(
        *(sum(after - before for before, after in side) / len(side) for side in (treated, untreated))
    )
