"""Degree days and specific heat: what a season took, and what it would have taken in a normal one (section 5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anju.packs.heating.figures import Figures

Floats = NDArray[np.float64]

_SECONDS = 86_400
_GJ = 1e9


@dataclass(frozen=True, slots=True)
class Climate:
    """``indoor`` and ``outdoor``: design temperatures (GB 50736); ``base`` of degree days; ``standard`` °C·d (JGJ 26)."""

    indoor: float
    outdoor: float
    base: float
    standard: float

    @classmethod
    def of(cls, figures: Figures) -> Climate:
        names = ("indoor_design", "outdoor_design", "degree_day_base", "degree_days_standard")
        return cls(*(figures.number(name) for name in names))


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """``value`` in °C·d over the ``days`` that were measured; ``missing`` days are not filled."""

    value: float
    days: int
    missing: int


def degree_days(daily: Floats, base: float) -> DegreeDays:
    """HDD = Σ max(0, base - mean of the day), NaN for a day without a mean (JGJ 26)."""
    known = daily[np.isfinite(daily)]
    return DegreeDays(float(np.maximum(0.0, base - known).sum()), len(known), len(daily) - len(known))


def normalised_consumption(heat: float, area: float, actual: float, standard: float) -> float | None:
    """e_N = (E/A)·(HDD_std/HDD_act) in GJ/m² from GJ and m², days aligned to one season; None without area or cold."""
    return heat / area * standard / actual if area > 0 and actual > 0 else None


def load_index(power: float, area: float) -> float | None:
    """q = Q/A in W/m² from W and m² (CJJ 34); None without area."""
    return power / area if area > 0 else None


def normalised_index(index: float, outdoor_mean: float, climate: Climate) -> float | None:
    """q_N = q·(t_n - t_wd)/(t_n - t̄_w): what the index would be at design temperature; None where it was not cold."""
    cold = climate.indoor - outdoor_mean
    return index * (climate.indoor - climate.outdoor) / cold if cold > 0 else None


def mean_index(design_index: float, outdoor_mean: float, climate: Climate) -> float:
    """The mean index of a season from the design index, in W/m²: the inverse of ``normalised_index``."""
    return design_index * max(0.0, climate.indoor - outdoor_mean) / (climate.indoor - climate.outdoor)


def season_heat(mean: float, days: int) -> float:
    """GJ/m² of a mean index (W/m²) over days."""
    return mean * days * _SECONDS / _GJ


@dataclass(frozen=True, slots=True)
class SeasonHeat:
    """Heat (GJ), heated area (m²) and degree days (°C·d) of one season, aligned to the same legal days."""

    heat: float
    area: float
    degree_days: float


@dataclass(frozen=True, slots=True)
class Change:
    """GJ by which a season took more than the one before, because of area, weather, and operation; they add up."""

    area: float
    weather: float
    operation: float

    @property
    def whole(self) -> float:
        return self.area + self.weather + self.operation


def change(before: SeasonHeat, after: SeasonHeat) -> Change | None:
    """Area first, at the old weather and the old heat per m² and degree day; then weather; what is left is operation.

    None where a season had no area or no cold.
    """
    if min(before.area, after.area, before.degree_days, after.degree_days) <= 0:
        return None
    specific = before.heat / before.area / before.degree_days
    area = (after.area - before.area) * before.degree_days * specific
    weather = after.area * (after.degree_days - before.degree_days) * specific
    return Change(area, weather, after.heat - before.heat - area - weather)
