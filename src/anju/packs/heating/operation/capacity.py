"""Capacity margin (供热余量) of a hydraulic zone, hour by hour, with its colours, N-1 and who would be cold (section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anju.packs.heating.figures import Figures
from anju.packs.heating.operation.inertia import InertiaError
from anju.packs.heating.operation.regulation import Floats

# Colours of a warning on the scale of findings.
COLOURS = {"red": "crit", "orange": "high", "yellow": "warn", "blue": "info", "none": "ok"}
_MILD, _COLD = -10.0, -20.0


@dataclass(frozen=True, slots=True)
class Source:
    """A unit of heat, MW: what it declares, what is out of service, and the most that it ever showed (None: unknown)."""

    name: str
    declared: float
    outage: float = 0.0
    demonstrated: float | None = None

    @property
    def available(self) -> float:
        """Declared minus outages, never more than was demonstrated, never below nothing."""
        left = max(0.0, self.declared - self.outage)
        return left if self.demonstrated is None else min(left, self.demonstrated)


@dataclass(frozen=True, slots=True)
class Zone:
    """``area`` m² and ``households`` that hang on the sources; ``tau`` h of its buildings; ``indoor`` °C."""

    area: float
    households: int
    tau: float
    indoor: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """By hour: ``margin`` as a share of the load, its ``colours``, the ``delivered`` share, and the mean ``room`` of the zone.

    ``first_short`` is the first hour that is not served, ``first_cold`` the first in which rooms are below the floor (both
    counted from 0, None: never). ``short_area`` and ``short_households`` are those of the worst hour.
    """

    margin: Floats
    colours: tuple[str, ...]
    delivered: Floats
    room: Floats
    first_short: int | None
    first_cold: int | None
    short_area: float
    short_households: int


def margin(available: Floats, load: Floats, efficiency: float) -> Floats:
    """m = (η·Σ available - Q̂)/Q̂ for loads above 0; without load the margin has no limit."""
    left = efficiency * np.asarray(available, float) - load
    found: Floats = np.divide(left, load, out=np.full(np.shape(load), np.inf), where=np.asarray(load) > 0)
    return found


def colour(value: float, figures: Figures) -> str:
    """Red below the first limit, orange, yellow and blue below the others, else none."""
    for name in ("red", "orange", "yellow", "blue"):
        if value < figures.share(f"margin_{name}"):
            return name
    return "none"


def without_largest(sources: Sequence[Source], load: float, efficiency: float) -> float | None:
    """N-1: the share of a load that the others deliver when the largest unit is lost, at most 1; None without load."""
    if load <= 0:
        return None
    units = [source.available for source in sources]
    left = sum(units) - max(units, default=0.0)
    return min(1.0, efficiency * left / load)


def least_share(outdoor_design: float, figures: Figures) -> float:
    """What N-1 must still deliver by the design temperature (CJJ 34): warmer than -10 °C, to -20 °C, colder."""
    name = "mild" if outdoor_design > _MILD else "cold" if outdoor_design >= _COLD else "severe"
    return figures.share(f"reserve_{name}")


def outlook(available: Floats, load: Floats, outdoor: Floats, zone: Zone, figures: Figures) -> Outlook:
    """Hour by hour (up to 72 h) from available MW, the 90th percentile of the load (MW) and the outdoor forecast (°C).

    Rooms follow what is delivered with the zone's time constant: towards t_w + f·(t_n - t_w), where f is the delivered
    share. Raises ``InertiaError`` for a time constant that is none.
    """
    if not zone.tau > 0:
        raise InertiaError("时间常数应大于0。", "请核对这个区的时间常数。")
    efficiency, floor = figures.share("network_efficiency"), figures.number("room_floor")
    margins = margin(available, load, efficiency)
    delivered = np.clip(1 + margins, 0.0, 1.0)
    room = _rooms(delivered, outdoor, zone)
    short, cold = np.flatnonzero(delivered < 1), np.flatnonzero(room < floor - 1e-9)
    worst = 1 - float(delivered.min(initial=1.0))
    return Outlook(
        margins,
        tuple(colour(float(value), figures) for value in margins),
        delivered,
        room,
        int(short[0]) if len(short) else None,
        int(cold[0]) if len(cold) else None,
        worst * zone.area,
        round(worst * zone.households),
    )


def _rooms(delivered: Floats, outdoor: Floats, zone: Zone) -> Floats:
    keep = float(np.exp(-1 / zone.tau))
    room, found = zone.indoor, np.empty(len(delivered))
    for hour, (share, outside) in enumerate(zip(delivered, outdoor, strict=True)):
        aim = outside + share * (zone.indoor - outside)
        room = aim + (room - aim) * keep
        found[hour] = room
    return found
