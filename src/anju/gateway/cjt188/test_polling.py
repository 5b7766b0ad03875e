"""Meters behind a concentrator, over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from anju.gateway.adapters import Setting
from anju.gateway.cjt188.decoding import decode, raw_of
from anju.gateway.cjt188.player import Concentrator
from anju.gateway.cjt188.test_frames import READING, VECTOR
from anju.gateway.inside import Inside, inside
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.snapshot import Source

# 2026-11-22 08:30:00 in China.
CLOCK = 1_795_307_400_000
OTHER = "11110000000002"
NAMES = ("heat", "power", "flow", "volume", "supply", "return", "hours")
TAGS = [f"{READING.address}/{name}" for name in NAMES]


@dataclass
class World:
    inside: Inside
    concentrator: Concentrator

    def next(self, status: Status | None = None) -> tuple[Reason, str, int]:
        """Reason, detail and points of the next message, or of the next one with a status."""
        told = self.inside.gateway.told
        begin = len(told)

        def found() -> list[tuple[Reason, str, int]]:
            return [
                (outcome.reason, message.detail, outcome.kept)
                for message, outcome in told[begin:]
                if status in (None, outcome.status)
            ]

        self.inside.until(found)
        return found()[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with asyncio.Runner() as runner:
        concentrator = Concentrator()
        concentrator.meters[READING.address] = READING
        runner.run(concentrator.open())
        options = {
            "port": concentrator.port,
            "meters": [READING.address, OTHER],
            "interval": 0.02,
            "timeout": 0.3,
        }
        source = Source(1, "east-meters", "cjt188", skew=300, options=options)
        with inside(
            tmp_path_factory.mktemp("data"), [Part(source, TAGS)], runner, now=lambda: CLOCK + 1000
        ) as found:
            yield World(found, concentrator)
            concentrator.close()


def test_a_reading_is_kept_under_the_tags_of_its_meter(world: World) -> None:
    world.inside.until(lambda: world.inside.gateway.counts()["accepted"])
    kept = world.inside.gateway.kept()
    assert {tag.split("/")[1]: points[0] for tag, points in kept.items()} == {
        "heat": (CLOCK, 12345.67, 0),
        "power": (CLOCK, 3.94, 0),
        "flow": (CLOCK, 0.24, 0),
        "volume": (CLOCK, 4886.75, 0),
        "supply": (CLOCK, 54.2, 0),
        "return": (CLOCK, 36.75, 0),
        "hours": (CLOCK, 8760.0, 0),
    }
    message, outcome = next(one for one in world.inside.gateway.told if one[1].status is Status.ACCEPTED)
    assert message.raw == raw_of(CLOCK + 1000, VECTOR)
    assert message.skew == -1000
    # Settlement and status are not registered here.
    assert (outcome.kept, message.values and message.values.unknown) == (
        7,
        (f"{READING.address}/settlement_heat", f"{READING.address}/status"),
    )


def test_the_same_reading_again_is_a_repeat_and_a_meter_without_data_is_told(world: World) -> None:
    assert world.next(Status.REPEAT)[2] == 0
    assert world.next(Status.REJECTED)[:2] == (Reason.NO_POINTS, f"表{OTHER}答复出错。")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda frame: frame[:-2] + bytes([frame[-2] ^ 1, 0x16]), Reason.CHECKSUM),
        (lambda frame: frame[:30], Reason.MALFORMED),
        (lambda frame: b"hello", Reason.MALFORMED),
    ],
)
def test_what_was_spoiled_on_the_way_is_kept_as_refused(world: World, spoil: object, reason: Reason) -> None:
    world.concentrator.spoil = spoil  # type: ignore[assignment]
    world.inside.until(lambda: world.inside.gateway.told[-1][1].reason == reason)
    world.concentrator.spoil = lambda frame: frame


def test_a_clock_in_the_future_is_refused(world: World) -> None:
    ahead = replace(READING, clock=datetime(2026, 11, 22, 8, 35, 2))
    world.concentrator.meters[READING.address] = ahead
    world.inside.until(lambda: world.inside.gateway.told[-1][1].reason == Reason.FUTURE)
    world.concentrator.meters[READING.address] = READING


def test_a_silent_meter_is_a_broken_link_and_so_is_a_lost_line(world: World) -> None:
    world.concentrator.spoil = lambda frame: b""
    world.inside.until(lambda: world.inside.gateway.links[-1] == (READING.address, False, "表没有答复"))
    world.concentrator.spoil = lambda frame: frame
    world.inside.until(lambda: (READING.address, True, "") in world.inside.gateway.links[-2:])
    begin = len(world.inside.gateway.links)
    world.concentrator.drop()
    world.inside.until(lambda: ("", True, "") in world.inside.gateway.links[begin:])
    assert [one[1] for one in world.inside.gateway.links[begin:] if not one[0]] == [False, True]


def test_seen_is_accepted_and_repeats_and_refused(world: World) -> None:
    gateway = world.inside.gateway
    world.inside.until(lambda: min(gateway.counts().values()) > 0)
    assert sum(gateway.counts().values()) == len(gateway.told)


def test_the_gateways_clock_may_stand_in_for_the_meters() -> None:
    source = Source(1, "east-meters", "cjt188", options={"clock": "gateway"})
    values = decode(raw_of(CLOCK + 77, VECTOR), Setting(source, {TAGS[0]: 1}))
    assert set(values.time.tolist()) == {CLOCK + 77}
    assert decode(raw_of(5, VECTOR), Setting(replace(source, options={}), {})).time[0] == CLOCK
