"""The queue before the disk: full, flooded, ending, and with a message that nobody foresaw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from anju.gateway.adapters import Message, Outcome, TurnedAway, Values
from anju.gateway.core.batch import Prepared
from anju.gateway.core.counters import Counters
from anju.gateway.core.intake import Bounds, Intake
from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Series, Snapshot, Source
from anju.kernel.telemetry.store.failures import StoreFull

NOW = 1_795_831_200_000


class Disk:
    """A journal in memory; ``full`` refuses, ``wait`` holds a commit back."""

    def __init__(self) -> None:
        self.next_number = 1
        self.frames: list[Frame] = []
        self.commits: list[int] = []
        self.points: list[Points] = []
        self.full = False
        self.error: Exception | None = None

    def known(self, key: bytes) -> bool:
        return any(frame.key == key and frame.status is Status.ACCEPTED for frame in self.frames)

    def commit(self, frames: Sequence[Frame], points: Points) -> None:
        if self.full:
            raise StoreFull("满", "腾")
        if self.error:
            raise self.error
        self.frames += frames
        self.points.append(points)
        self.commits.append(len(frames))
        self.next_number += len(frames)


def snapshot() -> Snapshot:
    series = Series.none(4)
    series.source[1:] = [1, 1, 2]
    series.scale[2], series.offset[2] = 0.1, -5.0
    return Snapshot(1, 0, series, (Source(1, "a", "http"), Source(2, "b", "http")))


def message(identity: str, points: int = 1, source: int = 1, series: int = 1) -> Message:
    values = Values(np.full(points, series, np.uint32), np.full(points, NOW, np.int64), np.full(points, 20.0))
    return Message(source, "http", identity.encode(), identity.encode(), NOW, values)


class Run:
    """An intake on a disk, and what was told of each message."""

    def __init__(self, disk: Disk, bounds: Bounds, judge: Callable[[Points], Points]) -> None:
        self.disk, self.counters = disk, Counters()
        self.followed: list[Prepared] = []
        made = snapshot()
        self.intake = Intake(
            disk,
            lambda: made,
            judge,
            self.counters,
            lambda _, prepared: self.followed.append(prepared),
            bounds,
        )
        self.told: dict[str, Outcome | TurnedAway] = {}

    def submit(self, one: Message) -> None:
        self.intake.submit(one, lambda told: self.told.__setitem__(one.identity.decode(), told))


def run(
    *messages: Message,
    disk: Disk | None = None,
    bounds: Bounds | None = None,
    judge: Callable[[Points], Points] = lambda points: points,
) -> Run:
    """Submit all at once, then let the intake work until it has nothing left."""

    async def go() -> Run:
        made = Run(disk or Disk(), bounds or Bounds(window=0), judge)
        for one in messages:
            made.submit(one)
        made.intake.end()
        await made.intake.run()
        return made

    return asyncio.run(go())


def statuses(done: Run) -> dict[str, str]:
    return {
        name: "away" if isinstance(told, TurnedAway) else told.status.value
        for name, told in done.told.items()
    }


def test_what_comes_together_is_one_commit_with_numbers_without_a_gap() -> None:
    done = run(
        message("a", 2),
        message("b"),
        message("a"),
        replace(message("c"), values=None, reason=Reason.MALFORMED),
    )
    assert statuses(done) == {"a": "repeat", "b": "accepted", "c": "rejected"}
    assert done.disk.commits == [4]
    assert [(frame.number, frame.status.value, frame.points) for frame in done.disk.frames] == [
        (1, "accepted", 2),
        (2, "accepted", 1),
        (3, "repeat", 0),
        (4, "rejected", 0),
    ]
    assert done.disk.points[0].frame.tolist() == [1, 1, 2]
    assert [frame.raw for frame in done.disk.frames] == [b"a", b"b", b"", b"c"]


def test_scale_and_offset_of_the_registry_are_applied_before_judging() -> None:
    seen: list[float] = []

    def judge(points: Points) -> Points:
        seen.extend(points.value.tolist())
        return replace(points, quality=np.full(len(points), 65, np.uint8))

    done = run(message("a", series=2), judge=judge)
    assert seen == [-3.0]
    told = done.told["a"]
    assert isinstance(told, Outcome)
    assert told.quality is not None
    assert told.quality.tolist() == [65]


def test_only_what_was_accepted_makes_a_repeat() -> None:
    wrong = message("a", series=3)
    done = run(wrong, bounds=Bounds(window=0))
    assert statuses(done) == {"a": "rejected"}
    again = run(message("a"), disk=done.disk)
    assert statuses(again) == {"a": "accepted"}
    assert statuses(run(message("a"), disk=done.disk)) == {"a": "repeat"}


def test_a_full_disk_turns_away_and_says_so_and_keeps_what_is_there() -> None:
    disk = run(message("a")).disk
    disk.full = True
    done = run(message("b"), disk=disk)
    told = done.told["b"]
    assert isinstance(told, TurnedAway)
    assert (told.wait, told.greedy) == (60, False)
    assert "磁盘" in told.sentence
    assert done.intake.full
    assert len(disk.frames) == 1
    assert done.counters.all()[0]["turned_away"] == 1
    assert done.counters.state()[0]["seen"] == 0
    disk.full = False
    assert statuses(run(message("b"), disk=disk)) == {"b": "accepted"}


def test_a_disk_that_fails_ends_the_gateway_and_nobody_is_told_that_it_was_kept() -> None:
    disk = Disk()
    disk.error = OSError(5, "Input/output error")
    told: list[Outcome | TurnedAway] = []

    async def go() -> None:
        made = Run(disk, Bounds(window=0), lambda points: points)
        made.intake.submit(message("a"), told.append)
        with pytest.raises(OSError, match="Input/output"):
            await made.intake.run()
        made.intake.submit(message("b"), told.append)

    asyncio.run(go())
    assert [type(one) for one in told] == [TurnedAway, TurnedAway]


def test_one_source_cannot_take_all_the_room_and_a_full_queue_turns_away() -> None:
    bounds = Bounds(window=0, points=10, share=0.5)
    flood = [message(f"a{n}", 2) for n in range(4)]
    done = run(
        *flood, message("b", 3, source=2, series=3), message("c", 2, source=2, series=3), bounds=bounds
    )
    assert statuses(done) == {
        "a0": "accepted",
        "a1": "accepted",
        "a2": "away",
        "a3": "away",
        "b": "accepted",
        "c": "accepted",
    }
    greedy = done.told["a2"]
    assert isinstance(greedy, TurnedAway)
    assert greedy.greedy
    large = run(message("whole", 50), message("next", 1, source=2, series=3), bounds=bounds)
    assert statuses(large) == {"whole": "accepted", "next": "away"}
    busy = large.told["next"]
    assert isinstance(busy, TurnedAway)
    assert not busy.greedy


def test_pressure_is_passed_back_until_there_is_room() -> None:
    async def go() -> list[bool]:
        made = Run(Disk(), Bounds(window=0, points=10), lambda points: points)
        made.submit(message("a", 8))
        waiting = asyncio.create_task(made.intake.room())
        await asyncio.sleep(0)
        before = waiting.done()
        working = asyncio.create_task(made.intake.run())
        await waiting
        made.intake.end()
        await working
        return [before, waiting.done()]

    assert asyncio.run(go()) == [False, True]


def test_a_message_that_cannot_be_handled_does_not_hold_up_the_others() -> None:
    def judge(points: Points) -> Points:
        if (points.value == 666).any():
            raise ZeroDivisionError
        return points

    poison = message("poison")
    assert poison.values is not None
    poison.values.value[:] = 666
    done = run(message("a"), poison, message("b"), judge=judge)
    assert statuses(done) == {"a": "accepted", "poison": "rejected", "b": "accepted"}
    assert done.disk.commits == [3]
    assert done.disk.frames[1].reason is Reason.MALFORMED


def test_a_group_has_a_size_and_the_rest_follows() -> None:
    done = run(*(message(str(n), 4) for n in range(5)), bounds=Bounds(window=0, group=8))
    assert done.disk.commits == [2, 2, 1]
    assert set(statuses(done).values()) == {"accepted"}


def test_what_is_to_happen_between_commits_happens_there() -> None:
    async def go() -> list[str]:
        order: list[str] = []
        made = Run(Disk(), Bounds(window=0), lambda points: points)
        made.intake.between(lambda: order.append(f"between {made.disk.commits}"))
        made.submit(message("a"))
        made.intake.end()
        await made.intake.run()
        return order

    assert asyncio.run(go()) == ["between []"]
