"""How far forecasts were off: MAPE, CV(RMSE), bias and pinball loss, all as shares of the load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from anju.packs.heating.forecasting.model import QUANTILES
from anju.packs.heating.forecasting.tables import Floats

# A percentage of nearly nothing says nothing: hours under this share of the mean load stay out of the MAPE.
_SMALL = 0.05


@dataclass(frozen=True, slots=True)
class Measures:
    """``mape`` over ``hours - small`` hours; ``cv_rmse``, ``bias`` and ``pinball`` divided by the mean load.

    ``coverage`` is the share of hours between the outer quantiles; None for a forecast without quantiles.
    """

    hours: int
    small: int
    mape: float
    cv_rmse: float
    bias: float
    pinball: float
    coverage: float | None = None


def measures(actual: Floats, forecast: Floats) -> Measures | None:
    """``forecast`` has the shape of ``actual``, or one more axis of quantiles; gaps in ``actual`` do not count.

    A single value stands for all of its quantiles, so its pinball loss is half of its absolute error. None where
    nothing was measured, or no heat flowed.
    """
    spread = (
        forecast if forecast.ndim > actual.ndim else np.repeat(forecast[..., None], len(QUANTILES), axis=-1)
    )
    whole = np.isfinite(actual)
    real, told = actual[whole], spread[whole]
    mean = float(real.mean()) if len(real) else 0.0
    if mean <= 0:
        return None
    middle = told[:, QUANTILES.index(0.5)]
    error = middle - real
    large = real > _SMALL * mean
    quantiles = np.array(QUANTILES)
    under = real[:, None] - told
    pinball = np.maximum(quantiles * under, (quantiles - 1) * under).mean()
    inside = (told[:, 0] <= real) & (real <= told[:, -1])
    return Measures(
        hours=len(real),
        small=int((~large).sum()),
        mape=float(np.mean(np.abs(error[large]) / real[large])),
        cv_rmse=float(np.sqrt(np.mean(error**2)) / mean),
        bias=float(error.mean() / mean),
        pinball=float(pinball / mean),
        coverage=float(inside.mean()) if forecast.ndim > actual.ndim else None,
    )


def skill(ours: float, rival: float) -> float:
    """Share of the rival's error that is gone: 1 is perfect, 0 no better, below 0 worse."""
    return 1 - ours / rival if rival else 0.0
