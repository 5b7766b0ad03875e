"""Which outdoor temperature a forecast may read: nothing but what was known when it was issued.

``archived``
    Forecasts of a weather service as they were then: by run, or by column with the lead that it was made at.
``persistence``
    The same hour of the last day that was known. The default where no archive is given.
``degraded``
    Observed temperatures with a drawn error for each day ahead (normal, one draw a day): a stand-in for a service.
``observed``
    What came to be. No forecast could have had it: an upper bound, always labelled as such.
"""

from __future__ import annotations

import numpy as np

from anju.packs.heating.forecasting.history import DAY, History, Ints
from anju.packs.heating.forecasting.tables import Floats, TableError

MODES = ("archived", "persistence", "degraded", "observed")
WORDS = {
    "archived": "存档的天气预报",
    "persistence": "气温沿用前一日（未给天气预报）",
    "degraded": "实测气温加合成误差（代替天气预报）",
    "observed": "实测气温（事后才有，只作上限）",
}


def best_mode(history: History) -> str:
    """The most honest mode that the data allow."""
    return "archived" if history.forecasts or history.runs else "persistence"


def lags(horizon: int) -> Ints:
    """Hours back from each horizon 1…H to the same hour of the last known day."""
    ahead = np.arange(1, horizon + 1)
    return DAY * ((ahead + DAY - 1) // DAY)


def paths(history: History, issues: Ints, horizon: int, mode: str, error: float = 0.0) -> Floats:
    """Temperatures (issues x horizons, °C) for the hours after each last known row of ``issues``.

    ``error`` in K is the standard deviation of ``degraded``. Raises ``TableError`` for ``archived`` without an archive.
    """
    ahead = np.arange(1, horizon + 1)
    rows = issues[:, None] + ahead
    known = history.known_temperature
    persisted: Floats = known[rows - lags(horizon)]
    if mode == "persistence":
        return persisted
    if mode == "archived":
        return _else(_archived(history, issues, rows, ahead), persisted)
    last = len(known) - 1
    came: Floats = np.where(rows <= last, known[np.minimum(rows, last)], persisted)
    if mode == "observed":
        return came
    days = (horizon + DAY - 1) // DAY
    # Drawn for every row there is, so that an issue keeps its errors whichever others are asked with it.
    drawn = np.random.default_rng(0).normal(0.0, error, (len(known), days))
    came += drawn[issues][:, (ahead - 1) // DAY]
    return came


def _else(first: Floats, second: Floats) -> Floats:
    found: Floats = np.where(np.isfinite(first), first, second)
    return found


def _archived(history: History, issues: Ints, rows: Ints, ahead: Ints) -> Floats:
    if history.runs is not None:
        return _from_runs(history, issues, rows)
    if not history.forecasts:
        raise TableError(
            "天气文件里没有存档的天气预报。",
            "请用--columns forecast24=列名指明，或改用--weather-mode persistence。",
        )
    found = np.full(rows.shape, np.nan)
    for lead in sorted(history.forecasts, reverse=True):
        # Made `lead` hours before its hour, so known at the issue only for horizons up to the lead; the latest wins.
        last = len(history.forecasts[lead]) - 1
        values = history.forecasts[lead][np.minimum(rows, last)]
        usable = (ahead <= lead) & (rows <= last) & np.isfinite(values)
        found = np.where(usable, values, found)
    return found


def _from_runs(history: History, issues: Ints, rows: Ints) -> Floats:
    """The newest run that was published by the issue, which is the end of the last known hour."""
    runs = history.runs
    assert runs is not None
    found = np.full(rows.shape, np.nan)
    made = np.unique(runs.issued)
    by_run = {
        int(one): dict(zip(*_of(runs.issued == one, runs.valid, runs.value), strict=True)) for one in made
    }
    for place, issue in enumerate(issues):
        before = made[made <= issue + 1]
        if len(before):
            run = by_run[int(before[-1])]
            found[place] = [run.get(int(row), np.nan) for row in rows[place]]
    return found


def _of(which: np.ndarray, valid: Ints, value: Floats) -> tuple[list[int], list[float]]:
    return valid[which].tolist(), value[which].tolist()
