"""A forecast with its skill, and a weather fit, as plain data for the command line and for pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from anju.packs.heating.forecasting import regression, weather
from anju.packs.heating.forecasting.evaluation import RIVALS, Evaluation, evaluate
from anju.packs.heating.forecasting.history import History
from anju.packs.heating.forecasting.measures import Measures
from anju.packs.heating.forecasting.model import Setting, fit

_DIGITS = 4


def forecast(history: History, setting: Setting, blind: int, error: float) -> dict[str, Any]:
    """The hours after the data, and how the same method did on the blind ones.

    ``error`` in K is for the degraded weather that stands beside. Raises ``TableError``.
    """
    judged = evaluate(history, setting, blind)
    last = len(history) - 1
    told = fit(history, setting, last, last).predict(np.array([last]))[0]
    beside = [mode for mode in ("degraded", "observed") if mode != setting.mode]
    others = [evaluate(history, Setting(setting.horizon, mode, error), blind) for mode in beside]
    return {
        "data": _data(history),
        "issued": history.moment(last + 1).isoformat(),
        "horizon": setting.horizon,
        "weather": _weather(setting),
        "forecast": [
            {"time": history.moment(last + ahead).isoformat(), "ahead": ahead}
            | dict(zip(("p10", "p50", "p90"), _rounded(quantiles), strict=True))
            for ahead, quantiles in enumerate(told.tolist(), 1)
        ],
        "evaluation": _evaluation(history, judged),
        "beside": [
            {"weather": _weather(other.setting), "overall": {"ours": _measures(other.overall["ours"])}}
            | {"skill": {rival: _skill(other, rival) for rival in RIVALS}}
            for other in others
        ],
    }


def weather_fit(history: History) -> dict[str, Any]:
    """The daily fit without and with the day before. Raises ``TableError``."""
    alone, both = regression.fits(*regression.daily(history))
    return {"data": _data(history), "day": _fit(alone), "with_day_before": _fit(both)}


def _fit(fit: regression.Fit) -> dict[str, Any]:
    return {
        "days": fit.days,
        "balance": round(fit.balance, 1),
        "base": round(fit.base, 6),
        "slope": round(fit.slope, 6),
        "slopes": [round(slope, 6) for slope in fit.slopes],
        "share_of_day_before": round(fit.share_of_day_before, _DIGITS),
        "r_squared": round(fit.r_squared, _DIGITS),
        "cv_rmse": round(fit.cv_rmse, _DIGITS),
    }


def _data(history: History) -> dict[str, Any]:
    return {
        "from": history.moment(0).isoformat(),
        "to": history.moment(len(history)).isoformat(),
        "hours": len(history),
        "missing": int(np.isnan(history.load).sum()),
        "columns": history.used,
        "notes": list(history.notes),
    }


def _weather(setting: Setting) -> dict[str, Any]:
    told: dict[str, Any] = {"mode": setting.mode, "words": weather.WORDS[setting.mode]}
    return told | ({"error": setting.error} if setting.mode == "degraded" else {})


def _evaluation(history: History, judged: Evaluation) -> dict[str, Any]:
    return {
        "from": history.moment(judged.first).isoformat(),
        "to": history.moment(judged.last + 1).isoformat(),
        "issues": judged.issues,
        "overall": {name: _measures(one) for name, one in judged.overall.items()},
        "skill": {rival: _skill(judged, rival) for rival in RIVALS},
        "beats_yesterday": judged.skill("yesterday") > 0,
        "by_horizon": [
            {"from": first, "to": last} | {name: _measures(one) for name, one in figures.items()}
            for (first, last), figures in judged.by_horizon.items()
        ],
    }


def _skill(judged: Evaluation, rival: str) -> dict[str, float]:
    return {name: round(judged.skill(rival, name), _DIGITS) for name in ("mape", "cv_rmse", "pinball")}


def _measures(one: Measures) -> dict[str, Any]:
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name, value in asdict(one).items()
    }


def _rounded(values: list[float]) -> list[float]:
    return [float(f"{value:.6g}") for value in values]
