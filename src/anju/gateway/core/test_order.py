"""The order of system calls: points are on the disk, then frames, and only then does an answer leave.

A kill proves less: what a process has written survives its death without any flush. So the calls themselves are read.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from pathlib import Path

import orjson
import pytest

from anju.gateway import stage
from anju.gateway.http.player import Connection
from anju.gateway.mqtt import player
from anju.gateway.mqtt.player import Station
from anju.gateway.stage import Part
from anju.kernel.telemetry.snapshot import Source

ROUNDS = 5
# A call that ended well, whole or as the second half of one that another thread interrupted.
_FLUSH = re.compile(r"^(\d+) +fdatasync\(\d+<[^>]*/(points|frames)-\d+\.arrow>( <unfinished|\) += 0)")
_RESUMED = re.compile(r"^(\d+) +<\.\.\. fdatasync resumed>\) += 0")
_HTTP = re.compile(r'^\d+ +(?:write|sendto|sendmsg|writev)\(\d+<(?:socket|TCP)[^>]*>.*"HTTP/1\.1 200')
_PUBACK = re.compile(r'^\d+ +(?:write|sendto)\(\d+<(?:socket|TCP)[^>]*>, "@\\[0-9]')


def tracer(trace: Path) -> list[str]:
    """In front of a command; ``-D`` leaves the command the child that signals reach."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace is not installed")
    command = [program, "-D", "-f", "-y", "-qq", "-s", "16", "-o", str(trace)]
    if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    return [*command, "-e", "trace=fdatasync,write,writev,sendto,sendmsg"]


def order(trace: Path, answer: re.Pattern[str]) -> list[str]:
    """``points``, ``frames`` and ``answer`` in the order in which they were done."""
    found, halves = [], dict[str, str]()
    for line in trace.read_text(errors="replace").splitlines():
        if flush := _FLUSH.match(line):
            if "unfinished" in flush[3]:
                halves[flush[1]] = flush[2]
            else:
                found.append(flush[2])
        elif resumed := _RESUMED.match(line):
            if resumed[1] in halves:
                found.append(halves.pop(resumed[1]))
        elif answer.match(line):
            found.append("answer")
    return found


def whole(trace: Path, answer: re.Pattern[str], count: int) -> list[str]:
    """The order, when the tracer has written down so many answers."""
    end = time.monotonic() + 20
    while (found := order(trace, answer)).count("answer") < count:
        assert time.monotonic() < end, found
        time.sleep(0.02)
    return found


def body(number: int) -> bytes:
    moment = time.time_ns() // 1_000_000
    return orjson.dumps({"points": [{"tag": "T1S", "time": moment, "value": number}]})


def test_http_answers_leave_after_both_flushes(tmp_path: Path) -> None:
    part, trace = Part(Source(1, "east", "http"), ["T1S"]), tmp_path / "trace"
    stage.prepare(tmp_path, [part])
    with stage.running(tmp_path, tracer(trace)) as running:

        async def push() -> None:
            connection = await Connection.open(running.port)
            for number in range(ROUNDS):
                assert (await connection.push(part.sender, body(number))).status == 200
            connection.close()

        asyncio.run(push())
        found = whole(trace, _HTTP, ROUNDS)
    # The first two flushes are those of the heads of new files.
    assert found[:2] == ["points", "frames"]
    assert found[2:] == ["points", "frames", "answer"] * ROUNDS


def test_a_broker_is_acknowledged_after_both_flushes(tmp_path: Path) -> None:
    if not player.mosquitto():
        pytest.skip("mosquitto is not installed")
    trace = tmp_path / "trace"
    (tmp_path / "broker").mkdir()
    with player.broker(tmp_path / "broker", {"gateway": "gateway", "station": "station"}) as broker:
        options = {"port": broker.port, "user": "gateway", "topics": ["east/+/+/rt"]}
        stage.prepare(tmp_path, [Part(Source(1, "east", "mqtt", options=options), ["s/h/T1S"], b"gateway")])
        with stage.running(tmp_path, tracer(trace)):
            while not stage.told(tmp_path, "link"):
                time.sleep(0.02)
            station = Station(broker.port, "station", "station")
            for number in range(ROUNDS):
                moment = time.time_ns() // 1_000_000
                station.publish("east/s/h/rt", orjson.dumps({"ts": moment, "d": {"T1S": number}}))
                station.settle()
                found = whole(trace, _PUBACK, number + 1)
            station.close()
    assert found[2:] == ["points", "frames", "answer"] * ROUNDS


def test_the_reader_of_traces_sees_an_answer_before_its_flush(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    trace.write_text(
        "7 fdatasync(3</d/points-0000000001.arrow>) = 0\n"
        "7 fdatasync(4</d/frames-0000000001.arrow> <unfinished ...>\n"
        '8 write(9<socket:[5]>, "HTTP/1.1 200 OK\\r"..., 9) = 9\n'
        "7 <... fdatasync resumed>) = 0\n"
        '8 write(9<socket:[5]>, "@\\2\\0\\1", 4) = 4\n'
        "7 fdatasync(4</d/frames-0000000001.arrow>) = -1 EIO (Input/output error)\n"
    )
    assert order(trace, _HTTP) == ["points", "answer", "frames"]
    assert order(trace, _PUBACK) == ["points", "frames", "answer"]
