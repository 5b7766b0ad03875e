"""Hydraulic balance and energy of a loop or network (section 5): spread, imbalance, losses, electricity, coal, carbon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anju.packs.heating.figures import Figures
from anju.packs.heating.operation.regulation import Floats


@dataclass(frozen=True, slots=True)
class Spread:
    """Return temperatures inside a loop: ``mean`` °C, each ``difference`` from it in K, ``variation`` as a share."""

    mean: float
    difference: Floats
    variation: float


def return_spread(returns: Floats) -> Spread | None:
    """T2r,i - T̄2r and the coefficient of variation of buildings in a loop; NaN stays NaN. None with fewer than two."""
    known = returns[np.isfinite(returns)]
    if len(known) < 2 or known.mean() == 0:
        return None
    mean = float(known.mean())
    return Spread(mean, returns - mean, float(known.std() / mean))


def imbalance(actual: float, design: float, figures: Figures) -> tuple[float, str] | None:
    """x = G_actual/G_design and ``low``, ``good`` or ``high``; None without a design flow."""
    if design <= 0:
        return None
    ratio = actual / design
    low, high = figures.number("imbalance_low"), figures.number("imbalance_high")
    return ratio, "low" if ratio < low else "high" if ratio > high else "good"


def coldest_first(names: Sequence[str], rooms: Floats) -> list[tuple[str, float]]:
    """Buildings by room temperature minus the mean of the community (K), the coldest first; without a value, left out."""
    mean = float(np.nanmean(rooms)) if np.isfinite(rooms).any() else 0.0
    known = [(name, float(room) - mean) for name, room in zip(names, rooms, strict=True) if np.isfinite(room)]
    return sorted(known, key=lambda pair: (pair[1], pair[0]))


def transport_loss(source: float, stations: Floats) -> float | None:
    """1 - ΣQ_sub/Q_source, heats of one period in one unit; None where a station or the source was not measured."""
    if source <= 0 or not np.isfinite(stations).all():
        return None
    return float(1 - stations.sum() / source)


def electricity_per_area(energy: float, area: float) -> float | None:
    """kWh/m²; None without area."""
    return energy / area if area > 0 else None


def coal_equivalent(heat: float, figures: Figures) -> float:
    """Tonnes of standard coal of GJ, by the dated factor."""
    return heat * figures.number("coal_factor")


def carbon(heat: float, figures: Figures) -> float:
    """Tonnes of CO₂ of GJ, by the dated factor."""
    return heat * figures.number("carbon_factor")
