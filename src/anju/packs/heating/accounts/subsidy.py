"""Subsidy (补贴) by verified area and by proven days of an extended season; missing data proves nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from anju.kernel.values.refusal import Refusal
from anju.packs.heating.figures import Figures

Floats = NDArray[np.float64]

PROVEN, FAILED, UNVERIFIED = "proven", "failed", "unverified"
_FEN = 100


class SubsidyError(Refusal):
    """An amount, an area or days that no subsidy can be computed from."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``area`` m² connected by contract, of which ``stopped`` (报停) and ``undelivered`` (no proof that heat flowed)."""

    company: str
    area: Decimal
    stopped: Decimal = Decimal(0)
    undelivered: Decimal = Decimal(0)

    @property
    def verified(self) -> Decimal:
        """Verified area: what was connected without what had no heat. Raises ``SubsidyError`` below 0."""
        left = self.area - self.stopped - self.undelivered
        if left < 0 or min(self.area, self.stopped, self.undelivered) < 0:
            raise SubsidyError(f"{self.company}的停供和未供面积超过了签约面积。", "请核对三项面积。")
        return left


@dataclass(frozen=True, slots=True)
class StationDays:
    """Days of a station by outcome. Only proven ones are paid; unverified ones may be proven by late data."""

    proven: int
    failed: int
    unverified: int


@dataclass(frozen=True, slots=True)
class Change:
    """What late data change: fen before and after, by company."""

    company: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


def rate_per_area(fen: int, area: Decimal) -> Decimal:
    """Yuan per m²: 45.25 million yuan over 50.13 million m² is 0.903. Raises ``SubsidyError`` without area."""
    if area <= 0:
        raise SubsidyError("面积应大于0。", "请核对面积。")
    return Decimal(fen) / _FEN / area


def rate_per_day(fen: int, days: int) -> int:
    """Fen a day, half up: 60.33 million yuan over 22 days is 2.742 million. Raises ``SubsidyError`` without days."""
    if days <= 0:
        raise SubsidyError("天数应大于0。", "请核对延长供热的起止日期。")
    return _whole(Decimal(fen) / days)


def shared(fen: int, claims: Sequence[Claim]) -> dict[str, int]:
    """A sum over the verified areas to the fen, which it adds up to (largest remainder, then by name).

    Raises ``SubsidyError`` where nobody has a verified area, or a company stands twice.
    """
    areas = {claim.company: Fraction(claim.verified) for claim in claims}
    whole = sum(areas.values())
    if whole <= 0 or len(areas) < len(claims) or fen < 0:
        raise SubsidyError("没有核定面积，或有企业重复。", "请先核定各企业的供热面积，每家一行。")
    exact = {name: fen * area / whole for name, area in areas.items()}
    given = {name: int(share) for name, share in exact.items()}
    order = sorted(exact, key=lambda name: (given[name] - exact[name], name))
    for name in order[: fen - sum(given.values())]:
        given[name] += 1
    return given


def by_area(rate: Decimal, area: Decimal) -> int:
    """Fen of a rate in yuan per m² and a verified area, half up."""
    return _whole(rate * area * _FEN)


def by_days(fen_a_day: int, paid: Decimal, whole: Decimal, days: int) -> int:
    """Fen of ``days`` proven days for ``paid`` m² of the ``whole`` that the daily sum is for, half up."""
    if whole <= 0 or days < 0:
        raise SubsidyError("总面积应大于0，天数不能为负。", "请核对面积和天数。")
    return _whole(Decimal(fen_a_day) * days * paid / whole)


def station_day(supply: Floats, target: Floats, due: int, figures: Figures) -> str:
    """Whether a station's day is proven: T2s (hourly, good values, NaN else) met its target in ≥ 90 % of the good hours
    at ≥ 95 % of the ``due`` hours; below that availability it is unverified, not failed and no success."""
    good = np.isfinite(supply) & np.isfinite(target)
    count = int(good.sum())
    if due <= 0 or count * 100 < due * figures.number("station_availability"):
        return UNVERIFIED
    met = int((supply[good] >= target[good]).sum())
    return PROVEN if met * 100 >= count * figures.number("station_target_share") else FAILED


def counted(outcomes: Sequence[str]) -> StationDays:
    return StationDays(*(outcomes.count(one) for one in (PROVEN, FAILED, UNVERIFIED)))


def recomputed(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Change, ...]:
    """What changed by company, the largest difference first; who is in one only counts 0 in the other."""
    names = {*before, *after}
    changes = (Change(name, before.get(name, 0), after.get(name, 0)) for name in names)
    return tuple(
        sorted(
            (one for one in changes if one.difference), key=lambda one: (-abs(one.difference), one.company)
        )
    )


def _whole(fen: Decimal) -> int:
    return int(fen.quantize(Decimal(1), ROUND_HALF_UP))
