"""A gateway in the event loop of whoever uses it, with a memory of what became of each message: for tests of adapters."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from anju.gateway import sources, stage
from anju.gateway.adapters import Message, Outcome, Then, TurnedAway
from anju.gateway.core.gateway import Gateway
from anju.gateway.stage import Part
from anju.kernel.telemetry import events
from anju.kernel.telemetry.events import Event, Position
from anju.kernel.telemetry.frames import Status
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Rule

T = TypeVar("T")
# Seconds after which what a test waits for will not come.
_PATIENCE = 20.0


class Witness(Gateway):
    """``told`` holds each message with its outcome, ``links`` each change of a link."""

    def __init__(self, data: Path, **more: Any) -> None:
        super().__init__(data, **more)
        self.told: list[tuple[Message, Outcome]] = []
        self.links: list[tuple[str, bool, str]] = []
        self.points: list[Points] = []

    def submit(self, message: Message, then: Then) -> None:
        def both(one: Outcome | TurnedAway) -> None:
            if isinstance(one, Outcome):
                self.told.append((message, one))
            then(one)

        super().submit(message, both)

    async def deliver(self, message: Message) -> Outcome:
        waiting: asyncio.Future[Outcome | TurnedAway] = asyncio.get_running_loop().create_future()
        self.submit(message, lambda one: None if waiting.done() else waiting.set_result(one))
        told = await waiting
        if isinstance(told, TurnedAway):
            raise told
        return told

    def link(self, source: int, up: bool, why: str = "", part: str = "") -> None:
        self.links.append((part, up, why))
        super().link(source, up, why, part)

    def kept(self) -> dict[str, list[tuple[int, float, int]]]:
        """By tag: time, value and quality of every point on the disk, in the order of frames."""
        tags = self.snapshot.series.tag.to_pylist()
        found: dict[str, list[tuple[int, float, int]]] = {}
        for points in self.journal.since(0):
            columns = (points.series.tolist(), points.time.tolist(), points.value.tolist())
            for series, *point in zip(*columns, points.quality.tolist(), strict=True):
                found.setdefault(tags[series], []).append((point[0], point[1], point[2]))
        return found

    def told_alarms(self) -> list[Event]:
        """Those in the log of events, in their order."""
        told = [event for event, _ in events.read(self.layout.events, Position(), 10_000)]
        return [event for event in told if event["kind"] == "alarm"]

    def counts(self) -> dict[str, int]:
        """Messages by status."""
        return {status.value: sum(one.status is status for _, one in self.told) for status in Status}


class Inside:
    """Runs coroutines in one loop that stays open between them."""

    def __init__(self, runner: asyncio.Runner, gateway: Witness) -> None:
        self._runner, self.gateway = runner, gateway

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def until(self, holds: Callable[[], object]) -> None:
        """Let the loop run until it holds. Raises ``TimeoutError``."""
        self.run(_until(holds))


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


@contextmanager
def inside(
    data: Path,
    parts: Sequence[Part],
    runner: asyncio.Runner,
    now: Callable[[], int] | None = None,
    rules: Sequence[Rule] = (),
) -> Iterator[Inside]:
    """A gateway with these sources, each served by its adapter, until the block ends."""
    stage.prepare(data, parts, rules)
    more = {"now": now} if now else {}

    async def open_() -> tuple[Witness, list[asyncio.Task[None]]]:
        gateway = Witness(data, **more)
        tasks = [gateway.intake.run(), gateway.telling.run(), sources.keep(gateway)]
        return gateway, [asyncio.create_task(task) for task in tasks]

    async def close(gateway: Witness, tasks: list[asyncio.Task[None]]) -> None:
        intake, telling, keeping = tasks
        keeping.cancel()
        await asyncio.wait([keeping])
        gateway.intake.end()
        await asyncio.wait([intake])
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
        gateway.close()

    gateway, tasks = runner.run(open_())
    try:
        yield Inside(runner, gateway)
    finally:
        runner.run(close(gateway, tasks))
