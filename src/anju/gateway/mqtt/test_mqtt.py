"""A real broker between stations and a real gateway."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import orjson
import pytest

from anju.gateway import stage
from anju.gateway.adapters import Refused, Setting
from anju.gateway.mqtt import decode, player
from anju.gateway.mqtt.decoding import raw_of
from anju.gateway.mqtt.player import Broker, Station
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import Frame, Reason
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.telemetry.store.latest import LatestReader

PASSWORD = b"a password of the gateway"
TAGS = ["s1/high/T1S", "s1/high/T1R", "s2/low/T1S"]
MOMENT = 1_795_831_200_000


def part(port: int, version: int = 5, number: int = 1, **options: object) -> Part:
    given = {
        "port": port,
        "user": "gateway",
        "version": version,
        "client": f"anju-{number}-{version}",
        "topics": ["east/+/+/rt"],
        "links": ["east/+/+/link"],
    } | options
    return Part(Source(number, f"east-{number}", "mqtt", options=given), TAGS, PASSWORD)


def payload(moment: int, seq: int = 1, **values: object) -> bytes:
    return orjson.dumps({"ts": moment, "seq": seq, "d": values})


def now() -> int:
    return time.time_ns() // 1_000_000


def soon(what: Callable[[], bool]) -> None:
    """Wait for another process to have done something."""
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def setting() -> Setting:
    return Setting(part(1).source, {tag: number for number, tag in enumerate(TAGS, 1)})


def test_a_message_is_the_values_of_one_moment() -> None:
    raw = raw_of("east/s1/high/rt", payload(MOMENT, T1S=54.5, T1R=None, XX=1))
    for _ in range(2):
        values = decode(raw, setting())
        assert values.series.tolist() == [1, 2, 0]
        assert values.time.tolist() == [MOMENT] * 3
        assert values.value[0] == 54.5
        assert np.isnan(values.value[1])
        assert values.unknown == ("s1/high/XX",)
    text = raw_of("east/s1/high/rt", orjson.dumps({"ts": "2026-11-28T10:00:00+08:00", "d": {"T1S": 1}}))
    assert decode(text, setting()).time.tolist() == [MOMENT]
    assert len(decode(raw_of("east/s1/high/rt", payload(MOMENT)), setting())) == 0


@pytest.mark.parametrize(
    "wrong", [b"", b"{", b"[]", b'{"d":{}}', b'{"ts":1795831200000,"d":[1]}', b'{"ts":"x","d":{"T1S":1}}']
)
def test_what_is_no_such_message_is_refused(wrong: bytes) -> None:
    with pytest.raises(Refused) as caught:
        decode(raw_of("east/s1/high/rt", wrong), setting())
    assert caught.value.reason is Reason.MALFORMED


def test_a_message_with_too_many_values_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        decode(raw_of("a/b/c/rt", payload(MOMENT, **{f"T{n}": n for n in range(5_001)})), setting())
    assert caught.value.reason is Reason.TOO_LARGE


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    if not player.mosquitto():
        pytest.skip("mosquitto is not installed")
    folder = tmp_path_factory.mktemp("broker")
    with player.broker(folder, {"gateway": PASSWORD.decode(), "station": "station"}) as running:
        yield running


def arrived(data: Path) -> list[Frame]:
    return list(stage.frames(data).values())


@pytest.mark.parametrize("version", [4, 5])
def test_values_arrive_and_what_was_sent_meanwhile_comes_after(
    broker: Broker, tmp_path: Path, version: int
) -> None:
    stage.prepare(tmp_path, [part(broker.port, version)])
    station = Station(broker.port, "station", "station")
    with stage.running(tmp_path):
        soon(lambda: bool(stage.told(tmp_path, "link")))
        first = payload(now(), 1, T1S=54.5, T1R=40.25)
        station.publish("east/s1/high/rt", first)
        station.settle()
        station.publish("east/s2/low/rt", b"no json")
        station.settle()
        soon(lambda: len(arrived(tmp_path)) >= 2)
    # Nobody listens now; the broker keeps it for the session.
    station.publish("east/s2/low/rt", payload(now(), 2, T1S=33.5))
    station.settle()
    assert len(arrived(tmp_path)) == 2
    with stage.running(tmp_path):
        soon(lambda: len(arrived(tmp_path)) >= 3)
    station.close()
    frames = arrived(tmp_path)
    assert [frame.status.value for frame in frames] == ["accepted", "rejected", "accepted"]
    assert frames[0].raw == raw_of("east/s1/high/rt", first)
    assert LatestReader(Layout.of(tmp_path)).read(np.array([1, 2, 3])).value.tolist() == [54.5, 40.25, 33.5]
    # The figures of a minute are absolute: the second process goes on where the first one stopped.
    told = {event["minute"]: event["frames"] for event in stage.told(tmp_path, "delivery")}
    assert sum(told.values()) == 3


def test_a_station_that_breaks_off_leaves_its_will(broker: Broker, tmp_path: Path) -> None:
    stage.prepare(tmp_path, [part(broker.port)])
    with stage.running(tmp_path):
        soon(lambda: bool(stage.told(tmp_path, "link")))
        station = Station(broker.port, "station", "station", will="east/s1/high/link")
        station.publish("east/s1/high/link", b"online", retain=True)
        station.settle()
        soon(lambda: len(stage.told(tmp_path, "link")) >= 2)
        station.break_off()
        soon(lambda: len(stage.told(tmp_path, "link")) >= 3)
        station.close()
    told = [(event["part"], event["up"]) for event in stage.told(tmp_path, "link")]
    assert told[:3] == [("", True), ("s1/high", True), ("s1/high", False)]
    assert arrived(tmp_path) == []


def test_a_wrong_password_is_told_and_other_sources_go_on(broker: Broker, tmp_path: Path) -> None:
    wrong = Part(part(broker.port, number=2, client="anju-wrong").source, [], b"not the password")
    stage.prepare(tmp_path, [part(broker.port, client="anju-right"), wrong])
    with stage.running(tmp_path):
        soon(lambda: {event["source"] for event in stage.told(tmp_path, "link")} == {1, 2})
    # What stations left with the broker before is told for their parts.
    told = {event["source"]: event for event in stage.told(tmp_path, "link") if not event["part"]}
    assert told[1]["up"]
    assert not told[2]["up"]
    assert "代理拒绝连接" in told[2]["why"]


def test_a_new_snapshot_brings_new_sources(broker: Broker, tmp_path: Path) -> None:
    stage.prepare(tmp_path, [])
    with stage.running(tmp_path):
        stage.prepare(tmp_path, [part(broker.port, client="anju-new")], version=2)
        soon(lambda: bool(stage.told(tmp_path, "link")))
        stage.prepare(tmp_path, [], version=3)
        soon(lambda: len(stage.told(tmp_path, "gateway")) >= 3)
    told = [(event["what"], event.get("version")) for event in stage.told(tmp_path, "gateway")]
    assert told == [("started", None), ("snapshot", 2), ("snapshot", 3), ("stopped", None)]
