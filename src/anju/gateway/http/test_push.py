"""Pushes over a real socket to a real gateway process: kept, answered, and read by others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from anju.gateway import stage
from anju.gateway.http.player import Connection, Reply
from anju.gateway.stage import Part, Running
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.telemetry.store.latest import LatestReader

EAST = Part(Source(1, "east-heat", "http"), ["T1S", "T1R", "P1S"])
OTHER = Part(Source(2, "west-heat", "http"), ["T1S"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    stage.prepare(folder, [EAST, OTHER])
    return folder


@pytest.fixture(scope="module")
def gateway(data: Path) -> Iterator[Running]:
    with stage.running(data) as running:
        yield running


def push(gateway: Running, body: bytes, **more: Any) -> Reply:
    async def go() -> Reply:
        connection = await Connection.open(gateway.port)
        try:
            return await connection.push(more.pop("sender", EAST.sender), body, **more)
        finally:
            connection.close()

    return asyncio.run(go())


def now() -> int:
    return time.time_ns() // 1_000_000


def body(*points: tuple[str, Any, Any]) -> bytes:
    return orjson.dumps({"points": [{"tag": t, "time": when, "value": value} for t, when, value in points]})


def test_a_pushed_value_is_answered_and_is_the_latest(gateway: Running, data: Path) -> None:
    moment = now()
    reply = push(gateway, body(("T1S", moment, 54.5), ("P1S", moment, 0.8)))
    assert (reply.status, reply.body["kept"], reply.body["refused"]) == (200, 2, [])
    latest = LatestReader(Layout.of(data)).read(np.array([1, 2, 3]))
    assert latest.value[[0, 2]].tolist() == [54.5, 0.8]
    assert latest.time[0] == moment
    assert latest.frame[0] == reply.body["frame"]
