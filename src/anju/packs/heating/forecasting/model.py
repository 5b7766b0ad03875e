"""The forecaster: for each horizon one ridge regression on the change since yesterday, with quantiles from its own errors.

One model a horizon is one model an hour of the day, since all issues are at one hour: it learns that hour's habits.
Quantiles are those of the errors that each training day would have had, had it been left out, on the days with the most
similar load, scaled by that load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anju.packs.heating.forecasting import features, regression, weather
from anju.packs.heating.forecasting.features import Issues
from anju.packs.heating.forecasting.history import DAY, History, Ints
from anju.packs.heating.forecasting.tables import Floats, TableError

QUANTILES = (0.1, 0.5, 0.9)
FEWEST_DAYS = 21

_PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_SIMILAR = 120


@dataclass(frozen=True, slots=True)
class Ridge:
    """Weights of standardised features, and for each training day its load level and relative error when left out."""

    centre: Floats
    scale: Floats
    weights: Floats
    offset: float
    level: Floats
    error: Floats

    def predict(self, matrix: Floats) -> Floats:
        return self.offset + (matrix - self.centre) / self.scale @ self.weights


@dataclass(frozen=True, slots=True)
class Setting:
    """``horizon`` in hours, ``mode`` of the weather, ``error`` (K) of the degraded one."""

    horizon: int = DAY
    mode: str = "persistence"
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Forecaster:
    """Fitted models by horizon; nothing later than row ``until`` went into them."""

    history: History
    setting: Setting
    balance: float
    floor: float
    until: int
    models: tuple[Ridge, ...]

    def asked(self, rows: Ints) -> Issues:
        """The issues with the weather that the setting allows."""
        return _asked(self.history, rows, self.setting, self.balance)

    def predict(self, rows: Ints) -> Floats:
        """Quantiles (issues x horizons x quantiles) in the unit of the load, after each last known row."""
        asked = self.asked(rows)
        level = np.maximum(asked.recent, self.floor)
        found = np.empty((len(rows), self.setting.horizon, len(QUANTILES)))
        for ahead, model in enumerate(self.models, 1):
            middle = features.yesterday(self.history, rows, ahead)
            middle = middle + model.predict(features.matrix(self.history, asked, ahead))
            spread = np.array([_spread(model, one) for one in level])
            found[:, ahead - 1] = middle[:, None] + spread * level[:, None]
        return np.maximum(found, 0.0)


def fit(history: History, setting: Setting, until: int, phase: int) -> Forecaster:
    """Learn from issues at the hour of row ``phase`` whose targets were known by row ``until``.

    Raises ``TableError`` where there are too few of them.
    """
    rows = daily(history, phase, features.REACH, until - setting.horizon)
    if len(rows) < FEWEST_DAYS:
        raise TableError(
            f"到{history.moment(max(until, 0)):%Y-%m-%d}只有{len(rows)}天可用于训练，至少要{FEWEST_DAYS}天。",
            "请提供更长的历史（至少一个多月，最好一个采暖季），或推后--blind-from。",
        )
    past = slice(0, until + 1)
    balance = regression.balance_of(history.known_load[past], history.known_temperature[past])
    floor = max(0.05 * float(np.mean(history.known_load[past])), 1e-9)
    asked = _asked(history, rows, setting, balance)
    models = tuple(_fit_one(history, asked, ahead, floor) for ahead in range(1, setting.horizon + 1))
    return Forecaster(history, setting, balance, floor, until, models)


def daily(history: History, phase: int, first: int, last: int) -> Ints:
    """Rows of the same hour as ``phase`` between two rows, both included."""
    begin = first + (phase - first) % DAY
    return np.arange(begin, last + 1, DAY, dtype=np.int64)


def _asked(history: History, rows: Ints, setting: Setting, balance: float) -> Issues:
    paths = weather.paths(history, rows, setting.horizon, setting.mode, setting.error)
    return features.issues(history, rows, paths, balance)


def _fit_one(history: History, asked: Issues, ahead: int, floor: float) -> Ridge:
    actual = history.load[asked.rows + ahead]
    whole = np.isfinite(actual)
    matrix = features.matrix(history, asked, ahead)[whole]
    change = (actual - features.yesterday(history, asked.rows, ahead))[whole]
    if len(change) < FEWEST_DAYS:
        raise TableError("训练期里缺数太多，剩下的天数不够。", "请补齐负荷数据，或推后--blind-from。")
    return ridge(matrix, change, np.maximum(asked.recent[whole], floor))


def ridge(matrix: Floats, target: Floats, level: Floats) -> Ridge:
    """The ridge regression whose errors with each row left out are smallest (Allen's PRESS, in closed form)."""
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    offset = float(target.mean())
    standard = (matrix - centre) / scale
    roots, vectors = np.linalg.eigh(standard.T @ standard)
    turned = standard @ vectors
    choices = [_penalised(turned, np.maximum(roots, 0.0), target - offset, penalty) for penalty in _PENALTIES]
    weights, error = min(choices, key=lambda choice: float(np.sum(choice[1] ** 2)))
    return Ridge(centre, scale, vectors @ weights, offset, level, error / level)


def _penalised(turned: Floats, roots: Floats, target: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Weights along the principal axes, and the error of each row by the weights of all others."""
    weights = turned.T @ target / (roots + penalty)
    leverage = (turned**2) @ (1 / (roots + penalty)) + 1 / len(target)
    return weights, (target - turned @ weights) / np.maximum(1 - leverage, 0.05)


def _spread(model: Ridge, level: float) -> Floats:
    """Quantiles of the relative errors on the training days with the most similar load."""
    count = min(_SIMILAR, len(model.level))
    near = np.argpartition(np.abs(model.level - level), count - 1)[:count]
    found = np.quantile(model.error[near], QUANTILES)
    return np.array([min(found[0], 0.0), 0.0, max(found[2], 0.0)])
