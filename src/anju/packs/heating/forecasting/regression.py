"""Weather correlation (气候关联): how daily heat follows the outdoor temperature of the day and of the day before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anju.packs.heating.forecasting.history import DAY, History
from anju.packs.heating.forecasting.tables import Floats, TableError

_FEWEST_DAYS = 30
_FEWEST_HOURS = 18
_LOWEST, _HIGHEST, _STEP = 5.0, 24.0, 0.1


@dataclass(frozen=True, slots=True)
class Fit:
    """Heat = ``base`` + Σ ``slopes`` · max(0, ``balance`` - T), with T of the day (and of the day before).

    ``balance`` in °C, ``base`` in the unit of the load and ``slopes`` in that per K; ``cv_rmse`` as a share of the mean.
    """

    days: int
    balance: float
    base: float
    slopes: tuple[float, ...]
    r_squared: float
    cv_rmse: float

    @property
    def slope(self) -> float:
        return sum(self.slopes)

    @property
    def share_of_day_before(self) -> float:
        """Of the whole slope; 0 for a fit on the day alone."""
        return self.slopes[1] / self.slope if len(self.slopes) > 1 and self.slope else 0.0


def daily(history: History) -> tuple[Floats, Floats]:
    """Daily means of load and temperature in the zone of the data, NaN for a day with fewer than 18 hours of both."""
    begin = -history.moment(0).hour % DAY
    count = (len(history) - begin) // DAY
    cut = slice(begin, begin + count * DAY)
    both = np.stack([values[cut].reshape(-1, DAY) for values in (history.load, history.temperature)])
    whole = np.isfinite(both).all(axis=0)
    hours = whole.sum(axis=1)
    total = np.where(whole, both, 0.0).sum(axis=2)
    load, temperature = np.where(hours >= _FEWEST_HOURS, total / np.maximum(hours, 1), np.nan)
    return load, temperature


def fits(load: Floats, temperature: Floats) -> tuple[Fit, Fit]:
    """The daily fit, and the one with the day before; arrays of consecutive days, NaN for a gap.

    Raises ``TableError`` for fewer than 30 whole days, or where heat does not follow the cold.
    """
    whole = np.isfinite(load) & np.isfinite(temperature)
    if whole.sum() < _FEWEST_DAYS:
        raise TableError(
            f"只有{int(whole.sum())}个完整的日子，至少要{_FEWEST_DAYS}个。", "请提供更长的历史。"
        )
    alone = _best(load[whole], [temperature[whole]])
    after = whole[1:] & whole[:-1]
    both = _best(load[1:][after], [temperature[1:][after], temperature[:-1][after]])
    if alone.slope * float(np.ptp(temperature[whole])) <= 0.01 * float(load[whole].mean()):
        raise TableError("热量不随天冷而增加。", "请核对负荷列和气温列是否选对、时间是否对齐。")
    return alone, both


def balance_of(load: Floats, temperature: Floats) -> float:
    """Balance point of hourly arrays without gaps, for what a forecaster reads; the middle of the range if unclear."""
    count = len(load) // DAY
    days = [values[-count * DAY :].reshape(-1, DAY).mean(axis=1) for values in (load, temperature)]
    fit = _best(days[0], [days[1]])
    return fit.balance if fit.slope > 0 else (_LOWEST + _HIGHEST) / 2


def _best(heat: Floats, temperatures: Sequence[Floats]) -> Fit:
    """The balance point with the least squared error, on a grid of 0.1 K inside what was measured."""
    low = max(_LOWEST, float(np.quantile(temperatures[0], 0.05)))
    points = np.arange(low, max(_HIGHEST, low) + _STEP / 2, _STEP)
    # A point above the warmest day only moves the base, so the lowest of equal ones is taken.
    errors = [_solved(heat, temperatures, point)[1] for point in points]
    point = float(points[int(np.argmin(np.round(errors, 9)))])
    weights, squares = _solved(heat, temperatures, point)
    spread = float(np.sum((heat - heat.mean()) ** 2))
    return Fit(
        days=len(heat),
        balance=point,
        base=float(weights[0]),
        slopes=tuple(float(weight) for weight in weights[1:]),
        r_squared=1 - squares / spread if spread else 0.0,
        cv_rmse=float(np.sqrt(squares / len(heat)) / heat.mean()) if heat.mean() else 0.0,
    )


def _solved(heat: Floats, temperatures: Sequence[Floats], point: float) -> tuple[Floats, float]:
    matrix = np.column_stack([np.ones(len(heat)), *(np.maximum(0.0, point - one) for one in temperatures)])
    # The normal equations: three unknowns, solved for two hundred balance points.
    weights = np.linalg.lstsq(matrix.T @ matrix, matrix.T @ heat, rcond=None)[0]
    return weights, float(np.sum((heat - matrix @ weights) ** 2))
