"""After a kill everything is told that follows from what is stored, and nothing is told twice."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from anju.gateway import stage
from anju.gateway.core import checkpoint
from anju.gateway.core.checkpoint import Checkpoint
from anju.gateway.core.recovery import commits
from anju.gateway.http.player import Connection
from anju.gateway.stage import Part, Running
from anju.kernel.telemetry import beat, events
from anju.kernel.telemetry.beat import Beat
from anju.kernel.telemetry.events import EventLog, Position
from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Rule, Source
from anju.kernel.telemetry.store.journal import Journal

EAST = Part(Source(1, "east-heat", "http"), ["T1S", "T1R"])
RULES = [Rule("heating.high", "above", "供水温度过高", "crit", {"limit": 95.0, "clear": 93.0}, (1,))]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    stage.prepare(tmp_path, [EAST], RULES)
    return tmp_path


def push(running: Running, *points: tuple[str, float], part: Part = EAST) -> int:
    moment = time.time_ns() // 1_000_000
    body = orjson.dumps({"points": [{"tag": tag, "time": moment, "value": value} for tag, value in points]})

    async def go() -> int:
        connection = await Connection.open(running.port)
        reply = await connection.push(part.sender, body)
        connection.close()
        return reply.status

    return asyncio.run(go())


def soon(data: Path, kind: str, count: int) -> None:
    end = time.monotonic() + 20
    while len(stage.told(data, kind)) < count:
        assert time.monotonic() < end, "nothing was told"
        time.sleep(0.01)


def alarms(data: Path) -> list[tuple[str, str]]:
    return [(event["id"], event["state"]) for event in stage.told(data, "alarm")]


def test_an_alarm_goes_on_over_a_kill(data: Path) -> None:
    running = stage.start(data)
    push(running, ("T1S", 99.0), ("XX", 1.0))
    soon(data, "alarm", 1)
    soon(data, "quarantine", 1)
    running.kill()
    running = stage.start(data)
    push(running, ("T1S", 98.0))
    push(running, ("T1S", 80.0))
    soon(data, "alarm", 2)
    assert running.stop() == 0
    (raised, cleared) = alarms(data)
    assert (raised[1], cleared) == ("raised", (raised[0], "cleared"))
    assert len(stage.told(data, "quarantine")) == 1


def cut_behind(data: Path, kind: str) -> None:
    """Take the last event of a kind and all behind it out of the log, as if they had not reached the disk."""
    folder = Layout.of(data).events
    whole = list(events.read(folder, Position(), 10**6))
    last = max(n for n, (event, _) in enumerate(whole) if event["kind"] == kind)
    kept = [event for event, _ in whole[:last]]
    for path in folder.iterdir():
        path.unlink()
    log = EventLog(folder)
    log.append(kept)
    log.close()


@pytest.mark.parametrize("kind", ["alarm", "quarantine"])
def test_what_a_kill_kept_from_the_log_is_told_by_the_next_start(data: Path, kind: str) -> None:
    running = stage.start(data)
    push(running, ("T1S", 99.0), ("XX", 1.0))
    soon(data, "alarm", 1)
    soon(data, "quarantine", 1)
    running.kill()
    before = alarms(data), without(stage.told(data, "quarantine")[0], "detail")
    cut_behind(data, kind)
    with stage.running(data):
        pass
    assert (alarms(data), without(stage.told(data, "quarantine")[0], "detail")) == before


def without(event: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != name}


def test_an_end_leaves_nothing_to_do_again(data: Path) -> None:
    with stage.running(data) as running:
        push(running, ("T1S", 99.0))
        soon(data, "alarm", 1)
    kept = checkpoint.read(Layout.of(data))
    assert kept.frame == max(stage.frames(data))
    with stage.running(data):
        pass
    assert [state for _, state in alarms(data)] == ["raised"]


def test_a_checkpoint_comes_back_as_it_was_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    assert checkpoint.read(layout) == Checkpoint()
    given = Checkpoint(7, b"\0rules", b"quality\0", [{"minute": 1}], Position(2, 30))
    checkpoint.write(layout, given)
    assert checkpoint.read(layout) == given
    assert checkpoint.read(layout) != replace(given, frame=8)
    (path,) = layout.state.iterdir()
    path.write_bytes(path.read_bytes()[:30])
    assert checkpoint.read(layout) == Checkpoint()


def test_a_checkpoint_and_a_sign_of_life_are_written_at_the_same_time(tmp_path: Path) -> None:
    layout, sign = Layout.of(tmp_path), Beat(1, 2, 3, 4, 5, False)
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        kept = [
            one.submit(checkpoint.write, layout, Checkpoint(number, b"r" * 1000)) for number in range(100)
        ]
        shown = [other.submit(beat.write, layout, sign) for _ in range(1_000)]
    assert [each.exception() for each in kept + shown] == [None] * 1_100
    assert (checkpoint.read(layout).frame, beat.read(layout)) == (99, sign)


def test_only_what_lies_behind_a_frame_is_read_again(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, 1_795_831_200_000)
    for begin in (1, 3, 5):
        raw = [
            Frame(
                number,
                1,
                1_795_831_200_000,
                "http",
                bytes([number] * 16),
                Status.ACCEPTED,
                Reason.NONE,
                0,
                0,
                b"x",
            )
            for number in (begin, begin + 1)
        ]
        journal.commit(raw, Points.empty())
        if begin == 1:
            journal.close_pair()
    journal.close()

    def numbers(frame: int) -> list[list[int]]:
        return [[one.number for one in commit.frames] for commit in commits(layout, frame)]

    assert numbers(0) == [[1, 2], [3, 4], [5, 6]]
    assert numbers(2) == [[3, 4], [5, 6]]
    assert numbers(4) == [[5, 6]]
    assert numbers(6) == []
    first = layout.segments / "frames-0000000001.arrow"
    first.write_bytes(b"not read any more")
    assert numbers(2) == [[3, 4], [5, 6]]
