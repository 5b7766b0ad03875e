"""The rate of a city from strata (company x building age x position), weighted by heated area, with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anju.kernel.surveys.statistics.sampling import required_size, z_of


@dataclass(frozen=True, slots=True)
class Stratum:
    """``households`` that were verified, of which ``compliant``; ``area`` m² that they stand for.

    ``alike`` is how many of them tell no more than one (2 where each house has two sensors that move together).
    """

    name: str
    area: float
    households: int
    compliant: int
    alike: float = 1.0


@dataclass(frozen=True, slots=True)
class CityRate:
    """``effective`` is the number of independent households of a plain sample with the same error.

    ``covered`` is the share of the area in strata with at least one household; the rest is unverified, not assumed.
    """

    rate: float
    low: float
    high: float
    effective: float
    covered: float


def city_rate(strata: Sequence[Stratum], confidence: float = 0.95) -> CityRate | None:
    """Σ W_h·p_h with Wilson's interval on the effective sample size; None where nothing was verified.

    The variance of a stratum is p(1 - p)/n with one half success and failure added, so that three households that are
    all warm do not claim to be certain.
    """
    known = [one for one in strata if one.households > 0 and one.area > 0]
    whole = sum(one.area for one in strata)
    area = sum(one.area for one in known)
    if not known:
        return None
    rate = sum(one.area / area * one.compliant / one.households for one in known)
    variance = sum((one.area / area) ** 2 * _variance(one) for one in known)
    # What a plain sample of this rate would need for the same variance.
    effective = _smoothed(
        rate * sum(_independent(one) for one in known), sum(_independent(one) for one in known)
    )
    effective = effective * (1 - effective) / variance
    low, high = wilson(rate, effective, confidence)
    return CityRate(rate, low, high, effective, area / whole)


def needed(error: float, rate: float = 0.95, confidence: float = 0.95) -> int:
    """Independent households for ± ``error``: ±1 % at 95 % needs about 1,825 where 95 % are warm."""
    return required_size(error, confidence=confidence, share=rate)


def wilson(rate: float, size: float, confidence: float) -> tuple[float, float]:
    """Wilson's score interval; it stays between 0 and 1 and is no point where all are alike."""
    z = z_of(confidence)
    middle = (rate + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * math.sqrt(rate * (1 - rate) / size + z**2 / (4 * size**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def _independent(one: Stratum) -> float:
    return one.households / max(one.alike, 1.0)


def _smoothed(successes: float, size: float) -> float:
    return (successes + 0.5) / (size + 1)


def _variance(one: Stratum) -> float:
    size = _independent(one)
    share = _smoothed(one.compliant / one.households * size, size)
    return share * (1 - share) / size
