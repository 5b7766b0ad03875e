"""Work of many requests at once, done in one go: who comes while others wait for the disk shares the next commit.

Where a server runs (``begin``), one thread writes and one reads for all requests, each over a connection that stays:
a request thread lives for one request, and opening a database for it costs more than keeping a photo. Elsewhere, as
in tests and commands, the work is done in the thread that asks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db import connection

Given = TypeVar("Given")
Done = TypeVar("Done")
WRITING, READING = "writing", "reading"
_pools: dict[str, ThreadPoolExecutor] = {}


def begin() -> None:
    """From now on this process serves: the two threads do the work."""
    for name in (WRITING, READING):
        _pools.setdefault(name, ThreadPoolExecutor(1, thread_name_prefix=f"field-{name}"))


def in_turn(do: Callable[[], Done]) -> Done:
    """``do`` by the writing thread, after what came before it; its result, or what it raises."""
    pool = _pools.get(WRITING)
    return pool.submit(_over_a_sound_connection, do).result() if pool else do()


def _over_a_sound_connection(do: Callable[[], Done]) -> Done:
    try:
        return do()
    except BaseException:
        # It may be the database that went away: the next one connects again.
        connection.close()
        raise


@dataclass(slots=True)
class _Waiting(Generic[Given, Done]):
    given: Given
    done: Done | None = None
    trouble: BaseException | None = None
    settled: threading.Event = field(default_factory=threading.Event)


class Together(Generic[Given, Done]):
    """``do`` takes what several threads gave, in their order, and returns as many results.

    One thread does it for all that wait; what ``do`` raises is raised in each of them.
    """

    def __init__(self, do: Callable[[list[Given]], list[Done]], pool: str = WRITING, most: int = 32) -> None:
        self._do, self._pool, self._most = do, pool, most
        self._busy, self._queue_lock = threading.Lock(), threading.Lock()
        self._queue: list[_Waiting[Given, Done]] = []

    def __call__(self, given: Given) -> Done:
        own: _Waiting[Given, Done] = _Waiting(given)
        with self._queue_lock:
            self._queue.append(own)
        pool = _pools.get(self._pool)
        if pool:
            # As many turns as there are who wait; those that find nothing left cost nothing.
            pool.submit(self._settle, _over_a_sound_connection)
            own.settled.wait()
        else:
            with self._busy:
                while not own.settled.is_set():
                    self._settle(lambda do: do())
        if own.trouble is not None:
            raise own.trouble
        return own.done  # type: ignore[return-value]

    def _settle(self, how: Callable[[Callable[[], list[Done]]], list[Done]]) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue[: self._most], self._queue[self._most :]
        if not batch:
            return
        try:
            results = how(lambda: self._do([waiting.given for waiting in batch]))
            for waiting, done in zip(batch, results, strict=True):
                waiting.done = done
        except BaseException as trouble:
            for waiting in batch:
                waiting.trouble = trouble
        for waiting in batch:
            waiting.settled.set()
