"""A device over a real socket, read by a real gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from anju.gateway.adapters import Refused, Setting
from anju.gateway.inside import Inside, inside
from anju.gateway.modbus.decoding import decode, raw_of
from anju.gateway.modbus.player import Device
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.snapshot import Rule, Source

MAP = [
    {"tag": "S01/T1S", "address": 100, "type": "float32", "order": "CDAB"},
    {"tag": "S01/T1R", "address": 104, "type": "int16", "scale": 0.1},
    {"tag": "S01/pump", "address": 105, "bit": 2},
    {"tag": "S01/P1S", "address": 0, "function": 4, "type": "uint16", "scale": 0.001},
    {"tag": "S01/spare", "address": 106},
    {"tag": "S02/T1S", "address": 100, "type": "float32", "unit": 2},
]
TAGS = ("S01/T1S", "S01/T1R", "S01/pump", "S01/P1S", "S02/T1S")


@dataclass
class World:
    inside: Inside
    device: Device

    def until_linked(self, part: str, up: bool, why: str) -> None:
        begin = len(self.inside.gateway.links)
        self.inside.until(lambda: (part, up, why) in self.inside.gateway.links[begin:])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    device = Device()
    device.put(1, 3, 100, bytes.fromhex("00004259 0000 0000 021f 0004 0007"))
    device.put(1, 4, 0, (812).to_bytes(2, "big"))
    device.put(2, 3, 100, bytes.fromhex("42590000"))
    with asyncio.Runner() as runner:
        runner.run(device.open())
        options = {"port": device.port, "interval": 0.02, "timeout": 0.2, "map": MAP}
        source = Source(1, "plant", "modbus", options=options)
        broken = Source(2, "nobody", "modbus", options={"map": [{"tag": "a"}]})
        parts = [Part(source, TAGS), Part(broken, ["a"])]
        hot = Rule("test.hot", "above", "过热", "high", {"limit": 95.0, "clear": 90.0}, (1,))
        with inside(tmp_path_factory.mktemp("data"), parts, runner, rules=[hot]) as found:
            yield World(found, device)
            device.close()


def test_a_poll_of_a_unit_is_one_frame_with_the_figures_of_the_map(world: World) -> None:
    gateway = world.inside.gateway
    world.inside.until(lambda: gateway.counts()["accepted"] >= 2)
    first = {tag: points[0][1] for tag, points in gateway.kept().items()}
    assert first == {
        "S01/T1S": 54.25,
        "S01/T1R": pytest.approx(54.3),
        "S01/pump": 1.0,
        "S01/P1S": pytest.approx(0.812),
        "S02/T1S": 54.25,
    }
    message, outcome = gateway.told[0]
    assert (outcome.kept, message.values and message.values.unknown) == (4, ("S01/spare",))
    assert b'"unit":1,"blocks":[[3,100,"000042590000' in message.raw


def test_the_same_figures_of_a_later_poll_are_no_repeat(world: World) -> None:
    gateway = world.inside.gateway
    world.inside.until(lambda: len(gateway.kept()["S02/T1S"]) >= 3)
    times = [time for time, _, _ in gateway.kept()["S02/T1S"]]
    assert times == sorted(set(times))
    assert gateway.counts()["repeat"] == 0


def test_an_alarm_names_the_frame_whose_registers_show_it(world: World) -> None:
    gateway = world.inside.gateway
    # 96.5 is 42 C1 00 00.
    world.device.put(1, 3, 100, bytes.fromhex("000042c1"))
    world.inside.until(lambda: gateway.told_alarms())
    world.device.put(1, 3, 100, bytes.fromhex("00004259"))
    world.inside.until(lambda: len(gateway.told_alarms()) == 2)
    raised, cleared = gateway.told_alarms()
    assert (raised["state"], raised["value"], cleared["state"], cleared["value"]) == (
        "raised",
        96.5,
        "cleared",
        54.25,
    )
    assert raised["id"] == cleared["id"]
    raw = next(message.raw for message, one in gateway.told if one.frame == raised["frame"])
    assert b"000042c1" in raw


def test_registers_that_a_device_does_not_have_cost_only_their_tags(world: World) -> None:
    gone = {key: world.device.registers.pop(key) for key in [(1, 4, 0)]}
    world.until_linked("unit 1", True, "功能码4地址0：没有这个地址")
    world.inside.until(lambda: gateway_last(world, 1) == 3)
    world.device.registers |= gone
    world.inside.until(lambda: gateway_last(world, 1) == 4)


def gateway_last(world: World, unit: int) -> int:
    """How many values the last poll of a unit brought."""
    mark = b'"unit":%d,' % unit
    return next(one.kept for message, one in reversed(world.inside.gateway.told) if mark in message.raw)


def test_a_unit_that_is_gone_is_a_broken_link_and_a_refused_frame(world: World) -> None:
    gone = {key: world.device.registers.pop(key) for key in [(2, 3, 100), (2, 3, 101)]}
    world.until_linked("unit 2", False, "功能码3地址100：没有这个地址")
    last = world.inside.gateway.told
    world.inside.until(lambda: any(one.reason == Reason.NO_POINTS for _, one in last))
    message = next(message for message, one in last if one.reason == Reason.NO_POINTS)
    assert message.detail == "从站2没有一个可用的寄存器。"
    assert '"failed":[[3,100,"没有这个地址"]]'.encode() in message.raw
    world.device.registers |= gone
    world.until_linked("unit 2", True, "")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda answer: b"",
        lambda answer: b"\xff" * 40,
        lambda answer: answer[:8] + bytes([2, 0, 1]) if len(answer) > 12 else answer,
    ],
)
def test_silence_and_nonsense_end_in_figures_again(world: World, spoil: Callable[[bytes], bytes]) -> None:
    gateway = world.inside.gateway
    world.device.spoil = spoil
    begin = len(gateway.links)
    world.inside.until(lambda: any(not up or why for _, up, why in gateway.links[begin:]))
    world.device.spoil = lambda answer: answer
    before = gateway.counts()["accepted"]
    world.inside.until(lambda: gateway.counts()["accepted"] > before + 1)


def test_a_lost_connection_is_told_and_made_again(world: World) -> None:
    gateway = world.inside.gateway
    begin = len(gateway.links)
    world.device.drop()
    world.inside.until(lambda: ("", True, "") in gateway.links[begin:])
    told = [up for part, up, why in gateway.links[begin:] if not part and "MapError" not in why]
    assert told == [False, True]


def test_a_source_with_a_wrong_map_says_so_and_the_others_go_on(world: World) -> None:
    links = world.inside.gateway.links
    world.inside.until(lambda: any("寄存器表第1项的tag、address不对" in why for _, _, why in links))


def test_seen_is_accepted_and_refused(world: World) -> None:
    gateway = world.inside.gateway
    world.inside.until(lambda: gateway.counts()["accepted"])
    assert sum(gateway.counts().values()) == len(gateway.told)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b'{"at":1795307400000,"unit":1,"blocks":[[3,100,"xy"]]}',
        b'{"at":18446744073709551615,"unit":1,"blocks":[[3,100,"00004259"]]}',
        b"[1,2]",
    ],
)
def test_what_is_no_poll_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode(raw, Setting(Source(1, "s", "modbus", options={"map": MAP}), {}))
    assert caught.value.reason == Reason.MALFORMED


def test_a_truncated_answer_gives_the_tags_that_are_whole() -> None:
    setting = Setting(Source(1, "s", "modbus", options={"map": MAP}), {"S01/T1S": 9})
    values = decode(raw_of(1_795_307_400_000, 1, [(3, 100, bytes.fromhex("0000425900"))], []), setting)
    assert (values.series.tolist(), values.time.tolist(), values.value.tolist()) == (
        [9],
        [1_795_307_400_000],
        [54.25],
    )
