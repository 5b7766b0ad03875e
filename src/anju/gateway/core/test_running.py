"""The life of the process: what it refuses at the start, what it goes on with, what it leaves behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from anju.gateway import stage
from anju.gateway.http.player import Connection
from anju.gateway.http.server import HttpServer, Listening, PortTaken
from anju.gateway.stage import Part, Running
from anju.kernel.telemetry import beat
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Rule, Source

EAST = Part(Source(1, "east-heat", "http"), ["T1S"])


def soon(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


def what(data: Path) -> list[str]:
    return [event["what"] for event in stage.told(data, "gateway")]


def push(running: Running, part: Part) -> int:
    body = orjson.dumps({"points": [{"tag": "T1S", "time": time.time_ns() // 1_000_000, "value": 1.0}]})

    async def go() -> int:
        connection = await Connection.open(running.port)
        reply = await connection.push(part.sender, body)
        connection.close()
        return reply.status

    return asyncio.run(go())


def test_a_data_folder_has_one_gateway(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST])
    with stage.running(tmp_path), pytest.raises(RuntimeError, match="另一个网关") as caught:
        stage.start(tmp_path)
    assert "下一步" in str(caught.value)


def test_a_port_that_is_taken_is_told() -> None:
    door: Any = None
    first = HttpServer(door, Listening(port=0))
    port = first.open()
    with pytest.raises(PortTaken) as caught:
        HttpServer(door, Listening(port=port)).open()
    assert str(port) in caught.value.sentence
    assert "--http-port" in caught.value.next_step


def test_it_shows_that_it_lives_and_takes_that_back(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST])
    layout = Layout.of(tmp_path)
    with stage.running(tmp_path) as running:
        soon(lambda: beat.read(layout))
        sign = beat.read(layout)
        assert sign is not None
        assert (sign.pid, sign.http, sign.snapshot, sign.full) == (
            running.process.pid,
            running.port,
            1,
            False,
        )
        assert sign.fresh(time.time_ns() // 1_000_000)
    assert beat.read(layout) is None
    assert not layout.socket.exists()
    assert what(tmp_path) == ["started", "stopped"]


def test_it_goes_on_with_the_old_snapshot_where_the_new_one_cannot_be_read(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST])
    wrong = Layout.of(tmp_path).snapshots / "snapshot-000000000002.arrow"
    with stage.running(tmp_path) as running:
        wrong.write_bytes(b"half of it")
        soon(lambda: "unreadable" in what(tmp_path))
        assert push(running, EAST) == 200
        other = Part(Source(2, "west-heat", "http"), ["T1S"])
        rule = Rule("heating.odd", "telepathy", "", "warn", {}, (1,))
        stage.prepare(tmp_path, [EAST, other], [rule], version=3)
        soon(lambda: "rules" in what(tmp_path))
        assert push(running, other) == 200
    assert what(tmp_path) == ["started", "unreadable", "snapshot", "rules", "stopped"]
    faults = next(event["faults"] for event in stage.told(tmp_path, "gateway") if event["what"] == "rules")
    assert faults[0][0] == "heating.odd"


def test_whoever_is_being_answered_when_it_ends_is_answered(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST])
    answered: list[int] = []
    begun = asyncio.Event()

    async def one(port: int, number: int) -> None:
        connection = await Connection.open(port)
        try:
            for count in range(1_000_000):
                points = [{"tag": "T1S", "time": time.time_ns() // 1_000_000, "value": count}]
                reply = await connection.push(
                    EAST.sender, orjson.dumps({"points": points, "n": [number, count]})
                )
                if reply.status == 200:
                    answered.append(reply.body["frame"])
                    begun.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            connection.close()

    async def go() -> int:
        running = await asyncio.to_thread(stage.start, tmp_path)
        load = [asyncio.create_task(one(running.port, number)) for number in range(4)]
        await begun.wait()
        status = await asyncio.to_thread(running.stop)
        await asyncio.gather(*load)
        return status

    assert asyncio.run(go()) == 0
    stored = {number for number, frame in stage.frames(tmp_path).items() if frame.status == "accepted"}
    assert set(answered) == stored
