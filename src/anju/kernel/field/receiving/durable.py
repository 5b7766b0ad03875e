"""A transaction that has reached the disk when it ends: only then is anything acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from anju.kernel.records.turns import my_turn


@contextmanager
def durable() -> Iterator[None]:
    """PostgreSQL waits for its log by itself. SQLite is told to, for as long as this connection lives."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
    with my_turn(), transaction.atomic():
        yield
