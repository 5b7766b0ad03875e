"""The demonstration goes on by itself: its platforms push to a real gateway, and the planted leak is an alarm."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from anju import live
from anju.gateway.core import running
from anju.gateway.core.gateway import Gateway
from anju.gateway.http.server import Listening
from anju.kernel.parties import sample as parties
from anju.kernel.telemetry import events, sample
from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Series, Source
from anju.kernel.telemetry.sample import continuing
from anju.kernel.telemetry.sample.live import LIVE, due
from anju.kernel.telemetry.sample.registry import HEAT, SKY
from anju.kernel.telemetry.store.latest import LatestReader

NOW = datetime(2026, 11, 28, 0, 30, 3, tzinfo=UTC)


def test_each_source_says_its_moments_once_and_the_leak_begins_after_half_a_minute() -> None:
    chance = np.random.default_rng(1)
    cuts = [NOW + timedelta(seconds=s) for s in (0, 7, 8, 61, 400)]
    said = [one for a, b in pairwise(cuts) for one in due(a, b, NOW, chance)]
    assert [one.at for one in said if one.source == LIVE] == [
        NOW.replace(second=10) + timedelta(seconds=10 * n) for n in range(40)
    ]
    assert [one.at.minute for one in said if one.source == HEAT] == [35]
    assert [one for one in said if one.source == SKY] == []
    pressures = [one.values["S9.P2R"] < 0.2 for one in said if one.source == LIVE]
    # From 00:30:40 on, for three minutes: 18 deliveries.
    assert pressures == [False] * 3 + [True] * 18 + [False] * 19


@pytest.fixture
def layout(db: None, settings: Any) -> Layout:
    parties.build()
    now = datetime.now(UTC)
    sample.build(now)
    continuing.build(now)
    continuing.build(now)
    return Layout.of(settings.DATA)


def test_the_platforms_push_signed_values_and_the_leak_is_told(layout: Layout, settings: Any) -> None:
    station = Series.objects.get(tag="S9.P2R")
    assert Source.objects.filter(code=LIVE).count() == 1
    pushing = live.senders()
    assert set(pushing) == {LIVE, HEAT}
    alarm = asyncio.run(_until_alarm(layout, pushing, station.number))
    assert (alarm["state"], alarm["grade"], alarm["source"]) == ("raised", "crit", station.source.number)
    newest = LatestReader(layout).read(np.array([station.number], np.uint32))
    assert newest.value[0] == pytest.approx(0.12, abs=0.03)


async def _until_alarm(layout: Layout, pushing: Any, series: int) -> Any:
    """A gateway and the platforms, whose clocks began two minutes ago, until the series has an alarm."""
    data = layout.root.parent
    gateway, stop = Gateway(data), asyncio.Event()
    options = running.Options(data, Listening(port=0))
    begun = datetime.now(UTC) - timedelta(minutes=2)
    after = events.end(layout.events)
    tasks = [
        asyncio.create_task(running.Life(gateway, options).run(stop)),
        asyncio.create_task(live.deliver(pushing, layout, lambda: datetime.now(UTC), begun)),
    ]
    try:
        return await asyncio.wait_for(_alarm(layout, after, series), 30)
    finally:
        tasks[1].cancel()
        stop.set()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def _alarm(layout: Layout, after: Position, series: int) -> Any:
    while True:
        for event, _ in events.read(layout.events, after):
            if event["kind"] == "alarm" and event["series"] == series:
                return event
        await asyncio.sleep(0.1)
