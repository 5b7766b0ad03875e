"""Points a second through the gateway, acknowledged when they are on the disk: ``make bench-telemetry``.

Raw frames, rules, quality and latest values are on, and client, broker and gateway share the machine. Each line is one
run of some seconds; the physical limit beside it is the journal alone, written with the same groups.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from anju.gateway import stage
from anju.gateway.core import checkpoint
from anju.gateway.http.player import Connection
from anju.gateway.mqtt import player
from anju.gateway.mqtt.player import Station
from anju.gateway.stage import Part, Running
from anju.kernel.telemetry.client import arrow
from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Rule, Source
from anju.kernel.telemetry.store.journal import Journal
from anju.kernel.telemetry.store.latest import LatestReader

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


def report(name: str, points: int, took: list[float], used: float) -> None:
    requests = len(took)
    p50, p99 = np.percentile(np.array(took) * 1000, [50, 99])
    print(
        f"{name:32} {requests * points / SECONDS:10,.0f} points/s {requests / SECONDS:7,.0f} requests/s"
        f"   acknowledged p50 {p50:.0f} ms p99 {p99:.0f} ms, {requests * points / used:10,.0f} points a processor second"
    )


def processor(gateway: Running) -> float:
    """Seconds of processor time of the gateway so far: what other jobs on the machine take does not count."""
    fields = Path(f"/proc/{gateway.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def http(data: Path) -> None:
    part = Part(Source(1, "bench", "http"), TAGS)
    stage.prepare(data, [part], rules(len(TAGS)))
    with stage.running(data) as gateway:
        for name, points, connections, make in (
            ("HTTP JSON, 500 a batch", 500, 16, json_body(500)),
            ("HTTP Arrow, 10,000 a batch", 10_000, 6, arrow_body(10_000)),
            ("HTTP single points", 1, 128, json_body(1)),
        ):
            before = processor(gateway)
            took = asyncio.run(load(gateway.port, connections, make, part.sender))
            report(name, points, took, processor(gateway) - before)


def mqtt(data: Path) -> None:
    """Stations publish as fast as the broker takes it; counted is what the gateway has kept, from first to last."""
    (data / "broker").mkdir()
    with player.broker(data / "broker", {"gateway": "gateway", "station": "station"}) as broker:
        options = {"port": broker.port, "user": "gateway", "topics": ["bench/+/+/rt"]}
        stage.prepare(
            data, [Part(Source(1, "bench", "mqtt", options=options), TAGS, b"gateway")], rules(len(TAGS))
        )
        with stage.running(data) as gateway:
            while not stage.told(data, "link"):
                time.sleep(0.05)
            layout, station = Layout.of(data), Station(broker.port, "station", "station")
            names = ", ".join(f'"T{v:02d}": {50 + v / 10}' for v in range(VALUES))
            before, begun, sent = processor(gateway), time.perf_counter(), 0
            while time.perf_counter() < begun + SECONDS:
                for _ in range(200):
                    moment = now()
                    payload = f'{{"ts": {moment}, "seq": {sent}, "d": {{{names}}}}}'.encode()
                    station.publish(f"bench/station-{sent % STATIONS:04d}/high/rt", payload)
                    sent += 1
                # As a station with a full window does: wait until the gateway has most of it.
                while sent - kept(layout) > 2_000:
                    time.sleep(0.002)
            station.settle()
            while kept(layout) < sent:
                time.sleep(0.002)
            seconds = time.perf_counter() - begun
            station.close()
            used = processor(gateway) - before
        print(
            f"{'MQTT QoS 1, 20 a message':32} {sent * VALUES / seconds:10,.0f} points/s {sent / seconds:7,.0f} messages/s"
            f"   {sent * VALUES / used:10,.0f} points a processor second"
        )


def kept(layout: Layout) -> int:
    """The number of the last frame that the table of latest values has."""
    reader = LatestReader(layout)
    return int(reader.read(np.arange(1, len(TAGS), VALUES)).frame.max())


def memory(data: Path) -> None:
    """Of a gateway that knows half a million series, each with two rules and one value, after a checkpoint."""
    tags = [f"station-{s:05d}/high/T{v:02d}" for s in range(25_000) for v in range(VALUES)]
    part = Part(Source(1, "bench", "http"), tags)
    stage.prepare(data, [part], rules(len(tags)))
    begun = time.perf_counter()
    with stage.running(data) as gateway:
        started = time.perf_counter() - begun

        async def push() -> None:
            connection = await Connection.open(gateway.port)
            for begin in range(0, len(tags), 10_000):
                piece = tags[begin : begin + 10_000]
                columns = {"tag": piece, "time": [now()] * len(piece), "value": [50.0] * len(piece)}
                assert (await connection.push(part.sender, arrow(pa.table(columns)))).status == 200
            connection.close()

        asyncio.run(push())
        while checkpoint.read(Layout.of(data)).frame == 0:
            time.sleep(0.5)
        status = Path(f"/proc/{gateway.process.pid}/status").read_text()
        sizes = {
            line.split(":")[0]: int(line.split()[1]) // 1024 for line in status.splitlines() if "kB" in line
        }
        print(
            f"{'500,000 series':32} {sizes['VmRSS']:,} MB resident, {sizes['RssAnon']:,} MB of its own,"
            f" peak {sizes['VmHWM']:,} MB; started in {started:.1f} s"
        )


def bare(data: Path) -> None:
    """The physical limit: the journal alone, in one process, with frames as they came and groups as they form."""
    for name, messages, points, raw in (
        ("journal, 20 frames of 500", 20, 500, json_body(500)(0)),
        ("journal, 3 frames of 10,000", 3, 10_000, arrow_body(10_000)(0)),
        ("journal, 800 frames of 20", 800, 20, b"x" * 362),
        ("journal, 64 frames of 1", 64, 1, json_body(1)(0)),
    ):
        folder = data / name
        journal = Journal.open(Layout.of(folder), now())
        series = np.tile(np.arange(1, points + 1, dtype=np.uint32), messages)
        begun, commits = time.perf_counter(), 0
        while time.perf_counter() < begun + SECONDS / 2:
            first, moment = journal.next_number, now()
            numbers = np.arange(first, first + messages, dtype=np.uint64)
            frames = [
                Frame(
                    int(n),
                    1,
                    moment,
                    "http",
                    int(n).to_bytes(16, "big"),
                    Status.ACCEPTED,
                    Reason.NONE,
                    points,
                    0,
                    raw,
                )
                for n in numbers
            ]
            times, size = np.full(len(series), moment, np.int64), len(series)
            values, good = 50.0 + np.arange(size) % 7, np.zeros(size, np.uint8)
            journal.commit(frames, Points(series, times, values, good, times, np.repeat(numbers, points)))
            commits += 1
        seconds = time.perf_counter() - begun
        journal.close()
        print(
            f"{name:32} {commits * messages * points / seconds:10,.0f} points/s {commits / seconds:7,.0f} commits/s"
        )


def main() -> None:
    for measure in (http, mqtt, bare, memory):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder))


if __name__ == "__main__":
    main()
