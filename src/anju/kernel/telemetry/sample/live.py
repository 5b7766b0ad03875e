"""What the sample's sources go on saying while the demonstration runs, and a live station among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from anju.kernel.telemetry.sample import day
from anju.kernel.telemetry.sample.registry import HEAT, INTERVAL, SKY, SKY_INTERVAL

LIVE, LIVE_INTERVAL = "xincheng", 10
NUMBER = 9
# The leak of the demonstration: once an hour, first half a minute after the start.
LEAK_BEGINS, LEAK_LASTS, LEAK_EVERY = timedelta(seconds=30), timedelta(minutes=3), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a source says of one moment, by tag."""

    source: str
    at: datetime
    values: dict[str, float]


def due(after: datetime, until: datetime, begun: datetime, chance: np.random.Generator) -> Iterator[Delivery]:
    """What is to be delivered after one moment and until another; the demonstration began at ``begun``."""
    for at in _moments(after, until, LIVE_INTERVAL):
        values = day.station(NUMBER, timedelta(days=1), day.outdoor_at(at), chance)
        if at >= begun + LEAK_BEGINS and (at - begun - LEAK_BEGINS) % LEAK_EVERY < LEAK_LASTS:
            values[f"S{NUMBER}.P2R"] = round(0.12 + float(chance.normal(0, 0.004)), 3)
        yield Delivery(LIVE, at, values)
    for at in _moments(after, until, INTERVAL):
        yield Delivery(HEAT, at, day.stations(timedelta(0), day.outdoor_at(at), chance))
    for at in _moments(after, until, SKY_INTERVAL):
        yield Delivery(SKY, at, day.sky(at, day.outdoor_at(at), chance))


def _moments(after: datetime, until: datetime, interval: int) -> Iterator[datetime]:
    first = int(after.timestamp()) // interval + 1
    last = int(until.timestamp()) // interval
    for number in range(first, last + 1):
        yield datetime.fromtimestamp(number * interval, UTC)
