"""The life of the process: start, what happens every second, stop in order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from anju.gateway import sources
from anju.gateway.core import sealing
from anju.gateway.core.gateway import Gateway
from anju.gateway.http.server import HttpServer, Listening
from anju.gateway.local.server import LocalServer
from anju.kernel.telemetry import beat
from anju.kernel.telemetry import snapshot as snapshots
from anju.kernel.telemetry.snapshot import SnapshotError

# Seconds: between checkpoints, and between flushes of the table of latest values.
_CHECKPOINT, _FLUSH = 30, 60


@dataclass(frozen=True, slots=True)
class Options:
    """``data`` is the data folder of the installation; ``ready`` is called with the HTTP port when everything listens."""

    data: Path
    http: Listening = field(default_factory=Listening)
    ready: Callable[[int], None] = lambda port: None


def run(options: Options) -> None:
    """Until SIGTERM or SIGINT. Raises ``Refusal`` where it cannot start, and what the disk made impossible."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_main(options))


async def _main(options: Options) -> None:
    gateway = Gateway(options.data)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Life(gateway, options).run(stop)


class Life:
    """Servers and tasks around a gateway."""

    def __init__(self, gateway: Gateway, options: Options) -> None:
        self._gateway, self._options = gateway, options
        self._http = HttpServer(gateway, options.http)
        self._local = LocalServer(gateway, gateway.layout.socket)
        self._port = 0
        self._refused = ""
        self._told_full = False

    async def run(self, stop: asyncio.Event) -> None:
        """First the ears are closed, then what was heard is kept, then the rest is told."""
        gateway = self._gateway
        self._port = self._http.open()
        await self._local.open()
        intake = asyncio.create_task(gateway.intake.run())
        telling = asyncio.create_task(gateway.telling.run())
        serving = asyncio.create_task(self._http.run())
        tasks = [
            asyncio.create_task(work)
            for work in (
                sources.keep(gateway),
                self._seconds(),
                sealing.keep(self._options.data, lambda why: gateway.tell("sealing", why=why)),
            )
        ]
        gateway.tell("started", snapshot=gateway.snapshot.version, http=self._port)
        gateway.tell_faults()
        self._options.ready(self._port)
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait(
                {intake, telling, serving, stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            await _cancel(*tasks, stopping)
            self._http.stop()
            await self._local.close()
            await asyncio.wait([serving])
            gateway.intake.end()
            await asyncio.wait([intake])
            await _cancel(telling)
            gateway.close()
            beat.remove(gateway.layout)
        for task in (intake, telling, serving, *tasks):
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _seconds(self) -> None:
        count = 0
        while True:
            await self._second(count)
            await asyncio.sleep(1)
            count += 1

    async def _second(self, count: int) -> None:
        gateway = self._gateway
        now = gateway.now()
        await self._look_for_news()
        gateway.telling.tell(gateway.alarms.tick(now))
        gateway.telling.tell(gateway.counters.due(now))
        if gateway.intake.full != self._told_full:
            self._told_full = gateway.intake.full
            gateway.tell("full" if self._told_full else "room")
        if count % _CHECKPOINT == _CHECKPOINT - 1:
            # A pair that is closed holds nothing that a restart still needs: its state is kept before.
            loop = asyncio.get_running_loop()
            roll = partial(gateway.journal.roll, now)
            gateway.keep_state(lambda: loop.call_soon_threadsafe(gateway.intake.between, roll))
        if count % _FLUSH == _FLUSH - 1:
            await asyncio.to_thread(gateway.latest.flush)
        self._beat(now)

    async def _look_for_news(self) -> None:
        """Take the newest snapshot where it is another; one that cannot be read is told once and passed over."""
        gateway = self._gateway
        path = snapshots.newest(gateway.layout.snapshots)
        if path is None or path.name == self._refused:
            return
        if path.name == f"snapshot-{gateway.snapshot.version:012d}.arrow":
            return
        try:
            fresh = await asyncio.to_thread(snapshots.read, path)
            await asyncio.to_thread(lambda: fresh.by_tag)
        except SnapshotError as error:
            self._refused = path.name
            gateway.tell("unreadable", file=path.name, why=error.sentence)
            return
        gateway.take(fresh)

    def _beat(self, now: int) -> None:
        gateway = self._gateway
        sign = beat.Beat(
            os.getpid(),
            now,
            self._port,
            gateway.snapshot.version,
            gateway.journal.next_number - 1,
            gateway.intake.full,
            *gateway.intake.waiting,
            gateway.intake.commit,
        )
        # On a full disk the sign grows old, which tells enough; that must not end the gateway.
        with suppress(OSError):
            beat.write(gateway.layout, sign)


async def _cancel(*tasks: asyncio.Task[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
