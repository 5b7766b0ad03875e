"""Points a second through the gateway, acknowledged when they are on the disk: ``make bench-telemetry``.

Raw frames, rules, quality and latest values are on, and client, broker and gateway share the machine. Each line is one
run of some seconds; the physical limit beside it is the journal alone, written with the same groups.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from anju.gateway import stage
from anju.gateway.http.player import Connection
from anju.gateway.stage import Part
from anju.kernel.telemetry.client import arrow
from anju.kernel.telemetry.snapshot import Rule, Source

SECONDS = 6.0
STATIONS, VALUES = 1_000, 20
TAGS = [f"station-{s:04d}/high/T{v:02d}" for s in range(STATIONS) for v in range(VALUES)]


def rules(series: int) -> list[Rule]:
    """Two limits on every series, as heating has them."""
    numbers = tuple(range(1, series + 1))
    return [
        Rule("bench.high", "above", "高限", "warn", {"limit": 95.0, "hold": 60, "clear": 93.0}, numbers),
        Rule("bench.low", "below", "低限", "crit", {"limit": 5.0, "hold": 60, "clear": 7.0}, numbers),
    ]


def now() -> int:
    return time.time_ns() // 1_000_000


async def load(port: int, connections: int, make: Callable[[int], bytes], sender: Any) -> list[float]:
    """Push from so many connections for ``SECONDS``; how long each acknowledgement took, in s."""
    took: list[float] = []
    numbers = iter(range(10**9))
    end = time.perf_counter() + SECONDS

    async def one() -> None:
        connection = await Connection.open(port)
        while time.perf_counter() < end:
            body = make(next(numbers))
            begun = time.perf_counter()
            reply = await connection.push(sender, body)
            took.append(time.perf_counter() - begun)
            assert reply.status == 200, reply
        connection.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return took


def json_body(points: int) -> Callable[[int], bytes]:
    """Templates are made before: only the times differ, so that the client costs little."""
    parts = []
    for begin in range(0, len(TAGS) - points + 1, points):
        rows = [
            {"tag": tag, "time": 1_111_111_111_111, "value": 50.0 + n % 7}
            for n, tag in enumerate(TAGS[begin : begin + points])
        ]
        parts.append(orjson.dumps({"points": rows}))

    def make(number: int) -> bytes:
        # A millisecond more for each round through the templates: no point is sent twice.
        return parts[number % len(parts)].replace(b"1111111111111", str(now()).encode())

    return make


def arrow_body(points: int) -> Callable[[int], bytes]:
    names = pa.array(TAGS)
    count = len(TAGS)
    value = pa.array(50.0 + np.arange(points) % 7)

    def make(number: int) -> bytes:
        indices = pa.array((np.arange(points, dtype=np.int32) + number * points) % count)
        tag = pa.DictionaryArray.from_arrays(indices, names)
        time_ = pa.array(np.full(points, now(), np.int64))
        return arrow(pa.table({"tag": tag, "time": time_, "value": value}))

    return make


def report(name: str, points: int, took: list[float]) -> None:
    requests = len(took)
    p50, p99 = np.percentile(np.array(took) * 1000, [50, 99])
    print(
        f"{name:28} {requests * points / SECONDS:12,.0f} points/s {requests / SECONDS:8,.0f} requests/s"
        f"   acknowledged p50 {p50:.0f} ms p99 {p99:.0f} ms"
    )


def main() -> None:

    part = Part(Source(1, "bench", "http"), TAGS)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        stage.prepare(data, [part], rules(len(TAGS)))
        with stage.running(data) as gateway:
            for name, points, connections, make in (
                ("HTTP JSON, 500 a batch", 500, 16, json_body(500)),
                ("HTTP Arrow, 10,000 a batch", 10_000, 8, arrow_body(10_000)),
                ("HTTP single points", 1, 64, json_body(1)),
            ):
                report(name, points, asyncio.run(load(gateway.port, connections, make, part.sender)))


if __name__ == "__main__":
    main()
