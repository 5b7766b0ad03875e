"""Compensated supply temperature (气候补偿): how warm the water of a loop ought to be at an outdoor temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anju.packs.heating.figures import Figures

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """°C at design conditions: room ``indoor``, ``outdoor``, loop ``supply`` and ``back`` (return); ``exponent`` b of radiators."""

    indoor: float
    outdoor: float
    supply: float
    back: float
    exponent: float

    @classmethod
    def of(cls, figures: Figures) -> Design:
        names = ("indoor_design", "outdoor_design", "supply_design", "return_design", "radiator_exponent")
        return cls(*(figures.number(name) for name in names))


def relative_load(outdoor: ArrayLike, design: Design) -> Floats:
    """q̄ = (t_n - t_w)/(t_n - t_wd), held between 0 and 1: nothing is asked beyond design conditions."""
    cold = (design.indoor - np.asarray(outdoor, float)) / (design.indoor - design.outdoor)
    return np.clip(cold, 0.0, 1.0)


def supply_and_return(outdoor: ArrayLike, design: Design, flow: float = 1.0) -> tuple[Floats, Floats]:
    """Quality regulation of section 5, °C; ``flow`` is relative to design (Ḡ, above 0).

    t_g = t_n + ½(t_gd + t_hd - 2t_n)·q̄^(1/(1+b)) + ½(t_gd - t_hd)·q̄/Ḡ, t_h with minus. ``outdoor`` is the smoothed one.
    """
    load = relative_load(outdoor, design)
    middle = (design.supply + design.back) / 2 - design.indoor
    mean: Floats = design.indoor + middle * load ** (1 / (1 + design.exponent))
    half = (design.supply - design.back) / 2 * load / flow
    return mean + half, mean - half


def smoothed_outdoor(last_day: Floats, next_day: Floats, weight: float) -> float:
    """The outdoor temperature to regulate by: the mean of the last 24 h with ``weight`` (0 to 1) of that of the forecast."""
    return float((1 - weight) * np.nanmean(last_day) + weight * np.nanmean(next_day))


def curve(design: Design, outdoor: Floats, digits: int = 1) -> list[list[float]]:
    """Points [t_w, t_g] of the curve as a threshold rule of kind ``curve`` wants them."""
    supply, _ = supply_and_return(outdoor, design)
    return [[float(x), round(float(y), digits)] for x, y in zip(outdoor, supply, strict=True)]
