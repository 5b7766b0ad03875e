"""Hourly series of a made-up town, for tests: load follows the cold, slowly, with habits of the day and some noise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from anju.packs.heating.forecasting.history import DAY, History
from anju.packs.heating.forecasting.tables import Floats

START = datetime(2025, 11, 15, tzinfo=UTC)


def town(days: int, seed: int = 1) -> tuple[Floats, Floats]:
    """(load in MW, outdoor temperature in °C), hourly."""
    drawn = np.random.default_rng(seed)
    hours = np.arange(days * DAY)
    # A day's weather is half of the day before's, so that persistence is a fair rival and no perfect one.
    daily = np.zeros(days)
    for day in range(1, days):
        daily[day] = 0.6 * daily[day - 1] + drawn.normal(0, 3)
    temperature = -2 + np.repeat(daily, DAY) + 4 * np.sin((hours % DAY - 9) / DAY * 2 * np.pi)
    slow = np.convolve(np.concatenate([temperature[:23], temperature]), np.full(DAY, 1 / DAY), "valid")
    habit = 8 * np.exp(-(((hours % DAY) - 7) ** 2) / 8)
    load = 20 + 5 * np.maximum(0, 16 - slow) + habit + drawn.normal(0, 1, len(hours))
    return load, temperature


def stamps(count: int, step: timedelta = timedelta(hours=1), form: str = "%Y-%m-%d %H:%M") -> list[str]:
    return [(START + n * step).strftime(form) for n in range(count)]


def write(
    path: Path, heads: str, rows: Iterable[Iterable[object]], separator: str = ",", coding: str = "utf8"
) -> Path:
    """A csv; a float is written to the full."""
    lines = [heads, *(separator.join(str(cell) for cell in row) for row in rows)]
    path.write_bytes("\n".join(lines).encode(coding))
    return path


def history(load: Floats, temperature: Floats) -> History:
    start = int(START.timestamp()) // 3600
    return History(start, load, temperature, load.copy(), temperature.copy(), UTC)
