"""A plant's server over a real socket, signed and encrypted, read by a real gateway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from anju.gateway.adapters import Refused, Setting
from anju.gateway.inside import Inside, inside
from anju.gateway.opcua.decoding import decode
from anju.gateway.opcua.link import Options, OptionsError
from anju.gateway.opcua.player import Identity, Line, Plant
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.snapshot import Source

NODES = {f"ns=2;s={name}": f"S01/{name}" for name in ("T1S", "T1R", "word", "clock", "gone")}
PASSWORD = b"the password of the reader"


@dataclass
class World:
    inside: Inside
    plant: Plant
    line: Line

    def put(self, name: str, value: Any, at: int | None = None, status: int = 0) -> int:
        """Write a value at the plant, once the gateway has subscribed; its time."""
        self.inside.until(lambda: ("", True, "") in self.inside.gateway.links)
        moment = time.time_ns() // 1_000_000 if at is None else at
        self.inside.run(self.plant.put(name, value, moment, status))
        return moment

    def kept(self, name: str) -> list[tuple[int, float, int]]:
        return self.inside.gateway.kept().get(f"S01/{name}", [])

    def until_kept(self, name: str, point: tuple[int, float, int]) -> None:
        self.inside.until(lambda: point in self.kept(name))


def options(port: int, folder: Path, **more: Any) -> dict[str, Any]:
    security = {
        "policy": "Basic256Sha256",
        "certificate": str(folder / "gateway.der"),
        "key": str(folder / "gateway.pem"),
        "authority": str(folder / "plant.der"),
    }
    url = {"url": f"opc.tcp://127.0.0.1:{port}", "user": "reader", "period": 0.02, "gather": 0.02}
    return url | security | {"nodes": NODES} | more


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("certificates")
    Identity.make(folder, "gateway")
    plant = Plant(Identity.make(folder, "plant"), PASSWORD.decode())
    with asyncio.Runner() as runner:
        runner.run(plant.open({"T1S": 0.0, "T1R": 0.0, "word": "off", "clock": 0.0}))
        line = Line(plant.port)
        runner.run(line.open())
        tags = [f"S01/{name}" for name in ("T1S", "T1R", "word", "clock")]
        right = Source(1, "plant", "opcua", skew=300, options=options(line.port, folder))
        wrong = Source(2, "stranger", "opcua", options=options(plant.port, folder))
        parts = [Part(right, tags, PASSWORD), Part(wrong, [], b"guessed")]
        with inside(tmp_path_factory.mktemp("data"), parts, runner) as found:
            yield World(found, plant, line)
        line.close()
        runner.run(plant.close())


def test_values_come_with_the_time_and_the_status_of_their_source(world: World) -> None:
    moment = world.put("T1S", 54.2)
    world.until_kept("T1S", (moment, 54.2, 0))
    # Uncertain and bad are 01 and 10 in the highest bits.
    uncertain = world.put("T1R", 36.75, status=0x40920000)
    world.until_kept("T1R", (uncertain, 36.75, 1))
    # With a bad status a server sends no value.
    bad = world.put("T1R", 36.0, status=0x808B0000)
    world.inside.until(
        lambda: (bad, Quality.NOT_A_NUMBER) in [(at, code) for at, _, code in world.kept("T1R")]
    )


def test_nobody_on_the_line_can_read_along(world: World) -> None:
    moment = world.put("T1S", 51.5)
    world.until_kept("T1S", (moment, 51.5, 0))
    assert b"Basic256Sha256" in world.line.heard
    assert b"T1S" not in world.line.heard
    assert PASSWORD not in world.line.heard


def test_what_is_no_number_keeps_its_place(world: World) -> None:
    moment = world.put("word", "on")
    world.inside.until(lambda: any(at == moment and value != value for at, value, _ in world.kept("word")))


def test_a_clock_in_the_future_is_refused_and_the_next_value_is_not(world: World) -> None:
    ahead = world.put("clock", 1.0, time.time_ns() // 1_000_000 + 3_600_000)
    told = world.inside.gateway.told
    world.inside.until(lambda: any(str(ahead).encode() in message.raw for message, _ in told))
    refused = next(one for message, one in told if str(ahead).encode() in message.raw).refused
    assert refused is not None
    assert Reason.FUTURE in [list(Reason)[code] for code in refused]
    moment = world.put("clock", 2.0)
    world.until_kept("clock", (moment, 2.0, 0))
    assert ahead not in [at for at, _, _ in world.kept("clock")]


def test_a_node_that_the_server_lacks_is_told(world: World) -> None:
    name = "ns=2;s=gone"
    world.inside.until(lambda: (name, False, f"服务器没有节点{name}") in world.inside.gateway.links)


def test_the_wrong_password_gets_nobody_in(world: World) -> None:
    whys = lambda: [why for part, up, why in world.inside.gateway.links if not part and not up]  # noqa: E731
    world.inside.until(lambda: any("BadUserAccessDenied" in why for why in whys()))
    assert all(message.source == 1 for message, _ in world.inside.gateway.told)


def test_what_happened_while_the_line_was_cut_is_read_from_the_history(world: World) -> None:
    moment = world.put("T1S", 60.0)
    world.until_kept("T1S", (moment, 60.0, 0))
    begin = len(world.inside.gateway.links)
    world.line.cut()
    missed = [(world.put("T1S", 60.0 + n, moment + n), 60.0 + n, 0) for n in range(1, 21)]
    world.inside.until(lambda: any(not up for part, up, _ in world.inside.gateway.links[begin:] if not part))
    world.line.mend()
    world.until_kept("T1S", missed[-1])
    world.inside.until(lambda: set(missed) <= set(world.kept("T1S")))
    later = world.put("T1S", 70.0)
    world.until_kept("T1S", (later, 70.0, 0))
    assert ("", True, "") in world.inside.gateway.links[begin:]


def test_seen_is_accepted_and_repeats_and_refused(world: World) -> None:
    assert sum(world.inside.gateway.counts().values()) == len(world.inside.gateway.told)


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"values": [["n", 1]]}', b'{"values": [["n", 1, 2, "x"]]}'])
def test_what_are_no_values_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode(raw, Setting(Source(1, "s", "opcua"), {}))
    assert caught.value.reason == Reason.MALFORMED


def test_nodes_without_a_tag_are_unknown_and_times_must_be_times() -> None:
    source = Source(1, "s", "opcua", options={"nodes": {"ns=2;s=a": "A"}})
    raw = b'{"values": [["ns=2;s=a", 1795307400000, true, 0], ["ns=2;s=b", 7, null, 0]]}'
    values = decode(raw, Setting(source, {"A": 3}))
    assert (values.series.tolist(), values.unknown) == ([3, 0], ("ns=2;s=b",))
    assert values.value.tolist()[0] == 1.0
    assert values.faults is not None
    assert [list(Reason)[code] for code in values.faults] == ["", Reason.MALFORMED]


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "没有要订阅的节点"),
        ({"nodes": NODES, "policy": "Basic256Sha256"}, "缺少证书"),
        (
            {"nodes": NODES, "policy": "Basic1", "certificate": "c", "key": "k", "authority": "a"},
            "没有安全策略",
        ),
    ],
)
def test_options_that_cannot_be_used_say_why(given: dict[str, Any], word: str) -> None:
    with pytest.raises(OptionsError) as caught:
        Options.of(Source(1, "s", "opcua", options=given))
    assert word in caught.value.sentence
