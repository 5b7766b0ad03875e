"""What a model reads of the past and of the weather that was forecast, for one horizon and many times of issue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anju.packs.heating.forecasting import weather
from anju.packs.heating.forecasting.history import DAY, WEEK, History, Ints
from anju.packs.heating.forecasting.tables import Floats

# Rows of history that must lie before a time of issue: a week and the day that its means reach back.
REACH = WEEK + 2 * DAY


@dataclass(frozen=True, slots=True)
class Issues:
    """Times of issue, each the last known row, with the weather (issues x horizons) that was known then.

    ``balance`` is the outdoor temperature (°C) from which on heat is needed; ``recent`` the mean load of the last day.
    """

    rows: Ints
    paths: Floats
    balance: float
    recent: Floats


def issues(history: History, rows: Ints, paths: Floats, balance: float) -> Issues:
    """Raises nothing: every row has ``REACH`` rows before it."""
    total = _sums(history.known_load)
    return Issues(rows, paths, balance, _mean(total, rows, DAY))


def yesterday(history: History, rows: Ints, ahead: int) -> Floats:
    """Load at the same hour of the last known day: what a model has to beat."""
    lag = int(weather.lags(ahead)[-1])
    return history.known_load[rows + ahead - lag]


def last_week(history: History, rows: Ints, ahead: int) -> Floats:
    """Load at the same hour a week before."""
    return history.known_load[rows + ahead - WEEK]


def matrix(history: History, asked: Issues, ahead: int) -> Floats:
    """Features (issues x features) for the hour ``ahead`` of each issue; none of them is later than its issue.

    Degrees below the balance point of the hour, and of means over one and two days (walls are slow: the day before took
    42 % of the slope in a daily fit), each with its value at the hours that past loads are taken from.
    """
    rows, target = asked.rows, asked.rows + ahead
    lag = int(weather.lags(ahead)[-1])
    temperature = history.known_temperature
    total = _sums(temperature)
    means = means_ahead(asked, temperature, ahead)
    before = target - lag
    cold = [
        asked.paths[:, ahead - 1], means[0], means[1],
        temperature[before], _mean(total, before, DAY),
        temperature[target - WEEK], _mean(total, target - WEEK, DAY), temperature[rows],
    ]  # fmt: skip
    degrees = [np.maximum(0.0, asked.balance - values) for values in cold]
    loads = [
        yesterday(history, rows, ahead), last_week(history, rows, ahead), history.known_load[rows], asked.recent
    ]  # fmt: skip
    turn = temperature[rows] - temperature[rows - DAY]
    changes = [turn, cold[0] - cold[3], cold[1] - cold[4]]
    days = np.equal.outer(history.weekdays(target), np.arange(7)).astype(float)
    return np.column_stack([*loads, *degrees, *changes, days])


def means_ahead(asked: Issues, temperature: Floats, ahead: int) -> tuple[Floats, Floats]:
    """Means over the one and two days that end with the target, partly observed and partly forecast."""
    back = np.arange(-2 * DAY + 1, 1)
    whole = np.column_stack([temperature[asked.rows[:, None] + back], asked.paths[:, :ahead]])
    return whole[:, -DAY:].mean(axis=1), whole[:, -2 * DAY :].mean(axis=1)


def _sums(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


def _mean(total: Floats, rows: Ints, length: int) -> Floats:
    """Mean of the ``length`` values that end with each row."""
    return (total[rows + 1] - total[rows + 1 - length]) / length
