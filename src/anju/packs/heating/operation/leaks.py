"""Make-up water and leaks (section 5): make-up and the balance of a zone detect; pressure only ranks segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anju.packs.heating.figures import Figures
from anju.packs.heating.operation.regulation import Floats

# Consistency of the median absolute deviation with the standard deviation of a normal distribution.
_MAD = 1.4826


@dataclass(frozen=True, slots=True)
class LeakLimits:
    """``slack`` and ``limit`` of the cumulative sum in standard deviations; ``balance`` a share of the supply flow."""

    slack: float
    limit: float
    balance: float

    @classmethod
    def of(cls, figures: Figures) -> LeakLimits:
        return cls(
            figures.number("cusum_slack"), figures.number("cusum_limit"), figures.share("balance_share")
        )


@dataclass(frozen=True, slots=True)
class Suspicion:
    """``level`` is ``none``, ``watch`` (make-up or balance alone) or ``leak`` (both); ``sums`` by night, in deviations.

    ``since`` is the night on which the sum began to rise, ``segments`` the ranked candidates with a confidence of 0 to 1.
    """

    level: str
    since: int | None
    sums: Floats
    imbalance: float | None
    segments: tuple[tuple[str, float], ...]


def makeup_rate(makeup: float, circulating: float) -> float | None:
    """Make-up as a share of the circulating flow (same units); None where nothing circulates."""
    return makeup / circulating if circulating > 0 else None


def makeup_per_area(mass: float, area: float, days: float) -> float | None:
    """kg/m²·month of 30 days from kg, m² and the days that were measured (CJJ 88)."""
    return mass / area / days * 30 if area > 0 and days > 0 else None


def cusum(nights: Floats, reference: Floats, limits: LeakLimits) -> Floats:
    """S_k = max(0, S_{k-1} + (x_k - μ)/σ - slack), with μ and σ as median and MAD of nights that were sound.

    ``nights`` and ``reference`` are the make-up of each night in one unit. A night without a value adds nothing. σ is
    never below 5 % of μ, so that a meter that always shows the same does not make every drop a leak.
    """
    centre = float(np.nanmedian(reference))
    deviation = _MAD * float(np.nanmedian(np.abs(reference - centre)))
    scale = max(deviation, 0.05 * abs(centre), 1e-9)
    sums, total = np.zeros(len(nights)), 0.0
    for night, value in enumerate(nights):
        if np.isfinite(value):
            total = max(0.0, total + (float(value) - centre) / scale - limits.slack)
        sums[night] = total
    return sums


def suspicion(
    nights: Floats,
    reference: Floats,
    flows: tuple[float, float] | None,
    residuals: Mapping[str, float],
    limits: LeakLimits,
) -> Suspicion:
    """``flows`` are supply and return of the zone in one unit (None: unmeasured); ``residuals`` pressures by segment, bar.

    A fall of pressure alone never makes a suspicion: on a model of 1,000 nodes a leak of 5 kg/s moved the pressure at its
    node by less than 0.001 bar.
    """
    sums = cusum(nights, reference, limits)
    lost = (flows[0] - flows[1]) / flows[0] if flows and flows[0] > 0 else None
    rising = bool(len(sums) and sums[-1] > limits.limit)
    out_of_balance = lost is not None and lost > limits.balance
    level = "leak" if rising and out_of_balance else "watch" if rising or out_of_balance else "none"
    zeros = np.flatnonzero(sums == 0)
    since = int(zeros[-1]) + 1 if rising and len(zeros) else 0 if rising else None
    return Suspicion(level, since, sums, lost, ranked(residuals) if level != "none" else ())


def ranked(residuals: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    """Segments by how far their pressure fell below the expected one; the confidence is the share of all falls."""
    falls = {name: max(0.0, -value) for name, value in residuals.items()}
    whole = sum(falls.values())
    order = sorted(falls, key=lambda name: (-falls[name], name))
    return tuple((name, falls[name] / whole) for name in order if falls[name] > 0)
