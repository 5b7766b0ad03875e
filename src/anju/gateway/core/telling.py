"""The event log behind the event loop: what is told is on the disk some milliseconds later, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from anju.kernel.telemetry.events import Event, EventLog, Position

Mark = Callable[[Position], None]


class Telling:
    """``tell`` from the event loop; one thread at a time appends and flushes."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._waiting: list[Event | Mark] = []
        self._news = asyncio.Event()

    def tell(self, events: Iterable[Event]) -> None:
        self._waiting.extend(events)
        if self._waiting:
            self._news.set()

    def mark(self, mark: Mark) -> None:
        """Call ``mark`` in the thread when everything told so far is on the disk, with the position behind it."""
        self._waiting.append(mark)
        self._news.set()

    async def run(self) -> None:
        """Until cancelled; what is being written then is written."""
        while True:
            await self._news.wait()
            self._news.clear()
            taken, self._waiting = self._waiting, []
            writing = asyncio.ensure_future(asyncio.to_thread(self._write, taken))
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                await writing
                raise

    def finish(self) -> None:
        """The rest, then close; after ``run`` has ended."""
        self._write(self._waiting)
        self._waiting = []
        self._log.close()

    def _write(self, taken: list[Event | Mark]) -> None:
        for one in taken:
            if callable(one):
                self._log.sync()
                one(self._log.position)
            else:
                self._log.append([one])
        self._log.sync()
