"""From samples to hours, from hours to household-days: compliant, not compliant, or unverified; missing is no success."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anju.packs.heating.figures import Figures

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

COMPLIANT, FAILED, UNVERIFIED = "compliant", "failed", "unverified"
_HOURS = 24


@dataclass(frozen=True, slots=True)
class RoomLimits:
    """°C; ``share`` of the valid hours of a day that must pass, and ``hours`` that must be valid."""

    floor: float
    band: tuple[float, float]
    severe: float
    overheated: float
    share: float
    hours: int

    @classmethod
    def of(cls, figures: Figures) -> RoomLimits:
        return cls(
            floor=figures.number("room_floor"),
            band=(figures.number("room_band_low"), figures.number("room_band_high")),
            severe=figures.number("room_severe"),
            overheated=figures.number("room_overheated"),
            share=figures.share("room_hours_share"),
            hours=int(figures.number("room_valid_hours")),
        )


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Household-days by outcome. ``rate`` is over verified days alone, None where there are none; see ``coverage``."""

    compliant: int
    failed: int
    unverified: int

    @property
    def rate(self) -> float | None:
        verified = self.compliant + self.failed
        return self.compliant / verified if verified else None

    @property
    def coverage(self) -> float:
        whole = self.compliant + self.failed + self.unverified
        return (self.compliant + self.failed) / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class HourShares:
    """Shares of valid hours: at or above the floor, within the band, severe and overheated; None without hours."""

    hours: int
    floor: float
    band: float
    severe: float
    overheated: float


def hour_medians(seconds: Ints, values: Floats, good: Flags, days: int, start: int) -> Floats:
    """Median of the good samples of each hour (days x 24, NaN where none) from ``start`` (s), for one sensor."""
    hour = (seconds - start) // 3600
    kept = good & np.isfinite(values) & (hour >= 0) & (hour < days * _HOURS)
    hour, value = hour[kept], values[kept]
    order = np.lexsort((value, hour))
    hour, value = hour[order], value[order]
    grid = np.full(days * _HOURS, np.nan)
    found, first, count = np.unique(hour, return_index=True, return_counts=True)
    # Samples of an hour stand together in their order, so the median is the middle one, or the mean of the two.
    grid[found] = (value[first + (count - 1) // 2] + value[first + count // 2]) / 2
    return grid.reshape(days, _HOURS)


def household_days(medians: Floats, passed: Flags, limits: RoomLimits) -> list[str]:
    """The outcome of each day (rows x 24) from which of its hours passed a measure; few valid hours: unverified."""
    valid = np.isfinite(medians)
    counts = valid.sum(axis=1)
    good = (passed & valid).sum(axis=1)
    # Whole hours: 18 of 20 are 90 %, which floating point must not lose.
    enough = good * 1000 >= np.round(limits.share * 1000) * counts
    verified = counts >= limits.hours
    return [
        COMPLIANT if e else FAILED if v else UNVERIFIED
        for e, v in zip(enough & verified, verified, strict=True)
    ]


def above_floor(medians: Floats, limits: RoomLimits) -> Flags:
    """Which hours keep the service standard (≥ 18 °C)."""
    return np.asarray(medians >= limits.floor)


def in_band(medians: Floats, limits: RoomLimits) -> Flags:
    """Which hours lie in the budget file's 18±2 °C."""
    low, high = limits.band
    return np.asarray((medians >= low) & (medians <= high))


def counted(outcomes: list[str]) -> DayCounts:
    return DayCounts(*(outcomes.count(one) for one in (COMPLIANT, FAILED, UNVERIFIED)))


def hour_shares(medians: Floats, limits: RoomLimits) -> HourShares | None:
    """All four shares of the valid hours, None where there are none."""
    known = medians[np.isfinite(medians)]
    if not len(known):
        return None
    parts = (
        above_floor(known, limits), in_band(known, limits), known < limits.severe, known > limits.overheated
    )  # fmt: skip
    return HourShares(len(known), *(float(part.mean()) for part in parts))
