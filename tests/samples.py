"""Samples in the test database: built once a run, by one of the processes, and put back as they were when wanted."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test import override_settings

from anju.kernel.secrets import KeyRing

Build = Callable[[], object]
_DATABASE = "sample.sqlite3"


def put(name: str, build: Build, factory: pytest.TempPathFactory, data: Path) -> None:
    """Fill the empty test database and the data folder ``data`` with the sample of a name.

    On SQLite the sample is copied from the shelf; on other databases it is built each time.
    """
    if connection.vendor != "sqlite":
        _build(build, data)
        return
    kept = _on_shelf(name, build, factory)
    shutil.copytree(kept, data, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_DATABASE))
    with sqlite3.connect(kept / _DATABASE) as source:
        _copy(source, _memory())


@contextmanager
def standing(name: str, build: Build, factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample for a whole module, gone after it; gives its data folder. Tests roll back what they change."""
    data = factory.mktemp(name)
    with override_settings(DATA=data):
        if connection.vendor == "sqlite":
            empty = sqlite3.connect(":memory:")
            _copy(_memory(), empty)
            put(name, build, factory, data)
            yield data
            _copy(empty, _memory())
        else:
            with transaction.atomic():
                put(name, build, factory, data)
                yield data
                transaction.set_rollback(True)


def _build(build: Build, data: Path) -> None:
    with override_settings(DATA=data):
        if not any(data.iterdir()):
            KeyRing.create(data)
        build()


def _on_shelf(name: str, build: Build, factory: pytest.TempPathFactory) -> Path:
    """The folder with the finished sample. Who comes first builds it; the other processes of the run wait."""
    base = factory.getbasetemp()
    shelf = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "samples"
    shelf.mkdir(exist_ok=True)
    kept = shelf / name
    with (shelf / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            passing = shelf / f"{name}.passing"
            shutil.rmtree(passing, ignore_errors=True)
            passing.mkdir()
            empty = sqlite3.connect(":memory:")
            _copy(_memory(), empty)
            try:
                _build(build, passing)
                with sqlite3.connect(passing / _DATABASE) as target:
                    _copy(_memory(), target)
            finally:
                _copy(empty, _memory())
            passing.rename(kept)
    return kept


def _memory() -> sqlite3.Connection:
    """The connection that Django's tests work on."""
    connection.ensure_connection()
    found: sqlite3.Connection = connection.connection
    return found


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    source.backup(target)
