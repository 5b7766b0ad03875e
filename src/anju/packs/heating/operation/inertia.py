"""How rooms cool when heat stops: T(t) = t_w + (T_0 - t_w)·e^(-t/τ) (section 5)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from anju.kernel.values.refusal import Refusal
from anju.packs.heating.operation.regulation import Floats


class InertiaError(Refusal):
    """Numbers that no building can have."""


def temperature_after(hours: float, start: float, outdoor: float, tau: float) -> float:
    """Room temperature (°C) ``hours`` after the outage; ``tau`` (h) above 0. Raises ``InertiaError``."""
    if not tau > 0 or hours < 0:
        raise InertiaError("时间常数应大于0，时间不能为负。", "请核对时间常数。")
    return outdoor + (start - outdoor) * math.exp(-hours / tau)


def hours_until(target: float, start: float, outdoor: float, tau: float) -> float | None:
    """Hours until a room has cooled to ``target``; None where it never does. Raises ``InertiaError``."""
    if not tau > 0:
        raise InertiaError("时间常数应大于0。", "请核对时间常数。")
    if start <= target:
        return 0.0
    return None if outdoor >= target else tau * math.log((start - outdoor) / (target - outdoor))


@dataclass(frozen=True, slots=True)
class Inertia:
    """τ in h with what it is worth: mean absolute error (K) of a free run, and of saying that nothing changes.

    ``skill`` below 0 says that the model is worse than persistence: then τ must not be used.
    """

    tau: float
    error: float
    persistence: float

    @property
    def skill(self) -> float:
        return 1 - self.error / self.persistence if self.persistence else 0.0


def fit_cooling(room: Floats, outdoor: Floats, step: float = 1.0) -> Inertia:
    """τ from a stable window of cooling: the decay a of (room - outdoor) from step to step (h), τ = -step/ln a.

    Arrays of consecutive steps, without gaps. Raises ``InertiaError`` where the room does not cool.
    """
    excess = room - outdoor
    if len(excess) < 3 or not np.isfinite(excess).all():
        raise InertiaError("降温过程太短或有缺数。", "请选一段至少三个点的完整降温过程。")
    # T(k+1) - t_w(k) = a·(T(k) - t_w(k)), least squares through the origin.
    decay = float(np.sum(excess[:-1] * (room[1:] - outdoor[:-1])) / np.sum(excess[:-1] ** 2))
    if not 0 < decay < 1:
        raise InertiaError("这一段室温没有向室外温度降。", "请选停热后的一段。")
    run = np.empty(len(room))
    run[0] = room[0]
    for k in range(len(room) - 1):
        run[k + 1] = outdoor[k] + decay * (run[k] - outdoor[k])
    errors = [float(np.mean(np.abs(told[1:] - room[1:]))) for told in (run, np.full(len(room), room[0]))]
    return Inertia(-step / math.log(decay), errors[0], errors[1])
