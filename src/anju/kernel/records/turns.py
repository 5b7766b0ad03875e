"""Writers of one process hand the database to each other.

SQLite has one writer at a time, and who waits for it asks again after pauses of up to 100 ms; two threads that write
much lose most of their time so. In one process they can wait for each other instead, in the order in which they came.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


class Turns:
    """A lock that is given in the order in which it was asked for."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._next = self._serving = 0

    def __enter__(self) -> None:
        with self._change:
            own, self._next = self._next, self._next + 1
            while self._serving != own:
                self._change.wait()

    def __exit__(self, *trouble: object) -> None:
        with self._change:
            self._serving += 1
            self._change.notify_all()


_turns = Turns()


@contextmanager
def my_turn() -> Iterator[None]:
    """Around a transaction of one that writes much; nothing inside another transaction, and where many may write."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _turns:
            yield
    else:
        yield
