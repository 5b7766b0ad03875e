"""Work of many threads at once, done in one go: who comes while others wait for the disk shares the next commit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Given = TypeVar("Given")
Done = TypeVar("Done")


@dataclass(slots=True)
class _Waiting(Generic[Given, Done]):
    given: Given
    done: Done | None = None
    trouble: BaseException | None = None
    settled: threading.Event = field(default_factory=threading.Event)


class Together(Generic[Given, Done]):
    """``do`` takes what several threads gave, in their order, and returns as many results.

    The first thread does it for all that wait; what ``do`` raises is raised in each of them.
    """

    def __init__(self, do: Callable[[list[Given]], list[Done]], most: int = 32) -> None:
        self._do, self._most = do, most
        self._busy, self._queue_lock = threading.Lock(), threading.Lock()
        self._queue: list[_Waiting[Given, Done]] = []

    def __call__(self, given: Given) -> Done:
        own: _Waiting[Given, Done] = _Waiting(given)
        with self._queue_lock:
            self._queue.append(own)
        with self._busy:
            while not own.settled.is_set():
                self._settle()
        if own.trouble is not None:
            raise own.trouble
        return own.done  # type: ignore[return-value]

    def _settle(self) -> None:
        with self._queue_lock:
            batch, self._queue = self._queue[: self._most], self._queue[self._most :]
        try:
            for waiting, done in zip(batch, self._do([w.given for w in batch]), strict=True):
                waiting.done = done
        except BaseException as trouble:
            for waiting in batch:
                waiting.trouble = trouble
        for waiting in batch:
            waiting.settled.set()
