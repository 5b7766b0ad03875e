"""Walk-forward evaluation: at each issue the model has learnt from nothing that came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from anju.packs.heating.forecasting import features
from anju.packs.heating.forecasting.history import DAY, History, Ints
from anju.packs.heating.forecasting.measures import Measures, measures, skill
from anju.packs.heating.forecasting.model import Forecaster, Setting, daily, fit
from anju.packs.heating.forecasting.tables import Floats, TableError

# Learnt anew after so many issues: often enough to follow a season.
_REFIT = 28
_LONGEST_BLIND = 92
RIVALS = ("yesterday", "last_week", "degree_line")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of the blind hours by forecaster (``ours`` and ``RIVALS``), whole and by block of horizons (first, last)."""

    setting: Setting
    first: int
    last: int
    issues: int
    overall: dict[str, Measures]
    by_horizon: dict[tuple[int, int], dict[str, Measures]]

    def skill(self, rival: str, measure: str = "mape") -> float:
        """Share of a rival's error that ours avoids."""
        return skill(getattr(self.overall["ours"], measure), getattr(self.overall[rival], measure))


def blind_row(history: History) -> int:
    """The first row of the default blind split: the last quarter of the data, but no more than 92 days."""
    return max(len(history) - _LONGEST_BLIND * DAY, len(history) * 3 // 4)


def evaluate(history: History, setting: Setting, blind: int, end: int | None = None) -> Evaluation:
    """Issue once a day from the row before ``blind`` on, at the hour of the last row. Raises ``TableError``."""
    last = len(history) if end is None else min(end, len(history))
    rows = daily(history, len(history) - 1, max(blind - 1, features.REACH), last - 2)
    if not len(rows):
        raise TableError("盲测期里没有一天可以评价。", "请提前--blind-from，或提供更长的数据。")
    ahead = np.arange(1, setting.horizon + 1)
    target = rows[:, None] + ahead
    actual = np.where(target < last, history.load[np.minimum(target, len(history) - 1)], np.nan)
    told: dict[str, Floats] = {"ours": np.empty((*target.shape, 3)), "degree_line": np.empty(target.shape)}
    for block, model in _walk(history, setting, rows):
        told["ours"][block] = model.predict(rows[block])
        told["degree_line"][block] = _line(history, model, rows[block])
    told["yesterday"] = np.column_stack([features.yesterday(history, rows, int(h)) for h in ahead])
    told["last_week"] = np.column_stack([features.last_week(history, rows, int(h)) for h in ahead])
    overall = _measured(actual, told, slice(None))
    if not overall:
        raise TableError("盲测期里没有可评价的负荷。", "请核对盲测期内负荷是否全为零或缺失。")
    blocks = {
        (first, min(first + 5, setting.horizon)): slice(first - 1, first + 5) for first in ahead[::6].tolist()
    }
    by_horizon = {key: figures for key, part in blocks.items() if (figures := _measured(actual, told, part))}
    return Evaluation(setting, int(rows[0]) + 1, last - 1, len(rows), overall, by_horizon)


def _walk(history: History, setting: Setting, rows: Ints) -> Iterator[tuple[slice, Forecaster]]:
    for begin in range(0, len(rows), _REFIT):
        model = fit(history, setting, int(rows[begin]), len(history) - 1)
        yield slice(begin, begin + _REFIT), model


def _line(history: History, model: Forecaster, rows: Ints) -> Floats:
    """Degree line: load as a straight line of the degrees of the last 24 h below the balance point, from the same past."""
    known = slice(0, model.until + 1)
    day = np.convolve(history.known_temperature[known], np.full(DAY, 1 / DAY), "valid")
    cold = np.maximum(0.0, model.balance - day)
    slope, base = np.polyfit(cold, history.known_load[known][DAY - 1 :], 1)
    asked = model.asked(rows)
    means = [
        features.means_ahead(asked, history.known_temperature, ahead)[0]
        for ahead in range(1, model.setting.horizon + 1)
    ]
    line: Floats = base + slope * np.maximum(0.0, model.balance - np.column_stack(means))
    return line


def _measured(actual: Floats, told: dict[str, Floats], part: slice) -> dict[str, Measures]:
    found = {name: measures(actual[:, part], values[:, part]) for name, values in told.items()}
    return {name: one for name, one in found.items() if one is not None}
