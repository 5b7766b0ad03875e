"""Tags that contradict each other: supply and return, primary and secondary, heat and flow, here and the weather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anju.packs.heating.figures import Figures

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

# kWh that heat 1 m³ of water of 1 kg/L by 1 K.
_HEAT = 1.163
# Known slips: pressures in bar kept as MPa (and the reverse), heats in kWh kept as GJ (1 GJ = 277.8 kWh).
SLIPS = {"bar/MPa": 10.0, "kWh/GJ": 277.8}


@dataclass(frozen=True, slots=True)
class Ordered:
    """``wrong`` rows of those ``compared``; ``swapped`` where so many are that the channels are, not the water."""

    wrong: Flags
    compared: int
    share: float
    swapped: bool


def supply_above_return(supply: Floats, back: Floats, figures: Figures) -> Ordered:
    """Supply ≥ return, for temperatures as for pressures. Real evidence: one station had 99.9 % of its rows reversed."""
    return _ordered(supply, back, figures)


def primary_above_secondary(primary: Floats, secondary: Floats, figures: Figures) -> Ordered:
    """T1s ≥ T2s: an exchanger cannot heat beyond what heats it."""
    return _ordered(primary, secondary, figures)


def _ordered(high: Floats, low: Floats, figures: Figures) -> Ordered:
    both = np.isfinite(high) & np.isfinite(low)
    wrong = both & (high < low)
    compared = int(both.sum())
    share = float(wrong.sum() / compared) if compared else 0.0
    return Ordered(np.asarray(wrong), compared, share, share > figures.share("swapped_share"))


def heat_power(flow: Floats, supply: Floats, back: Floats, density: float) -> Floats:
    """Q = 1.163·ρ·V̇·ΔT in kW from m³/h, °C and kg/L."""
    return np.asarray(_HEAT * density * flow * (supply - back))


def energy_identity(
    power: Floats, flow: Floats, supply: Floats, back: Floats, figures: Figures
) -> tuple[Flags, Floats]:
    """Rows whose power (kW) is off by more than 5 % of what flow and temperatures say, and the ratio of both."""
    expected = heat_power(flow, supply, back, figures.number("water_density"))
    ratio = _ratio(power, expected)
    off = np.isfinite(ratio) & (np.abs(ratio - 1) > figures.share("identity_tolerance"))
    return np.asarray(off), ratio


def unit_slip(values: Floats, expected: Floats, figures: Figures) -> tuple[str, float] | None:
    """Which slip of ``SLIPS`` explains the median ratio, with the factor to divide the values by; None where none does.

    ``expected`` is what another tag or the past says in the right unit.
    """
    ratio = _ratio(values, expected)
    known = ratio[np.isfinite(ratio) & (ratio > 0)]
    if not len(known):
        return None
    middle, tolerance = float(np.median(known)), figures.share("slip_tolerance")
    for name, factor in SLIPS.items():
        for times in (factor, 1 / factor):
            if abs(middle / times - 1) <= tolerance:
                return name, times
    return None


def far_from_weather(outdoor: Floats, service: Floats, figures: Figures) -> Flags:
    """Rows of an outdoor tag more than 4 K from the weather service."""
    return np.asarray(np.abs(outdoor - service) > figures.number("outdoor_tolerance"))


def zero_frames(frames: Floats) -> Flags:
    """Rows (times x tags) in which every tag that came is 0: a gap of the company's platform, not data."""
    came = np.isfinite(frames)
    return np.asarray(came.any(axis=1) & (np.where(came, frames, 0.0) == 0).all(axis=1))


def _ratio(values: Floats, expected: Floats) -> Floats:
    out = np.full(np.shape(values), np.nan)
    usable = np.isfinite(values) & np.isfinite(expected) & (np.abs(expected) > 1e-9)
    ratio: Floats = np.divide(values, expected, out=out, where=usable)
    return ratio
