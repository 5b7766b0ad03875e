"""The sealer beside writers, each on a connection of its own."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from . import record, sealer
from .models import AuditRow
from .verification import Report, verify

WRITERS = "甲乙丙"


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """New threads meet one database on disk: connections to SQLite's memory do not wait for each other."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    connection.connection.backup(copy)
    copy.close()
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = tmp_path / "copy.sqlite3"
    yield
    connection.settings_dict["NAME"] = name


def closing(work: Any, *arguments: object) -> Any:
    try:
        return work(*arguments)
    finally:
        connection.close()


def write(name: str) -> None:
    for number in range(25):
        record("test.write", f"{number:02d}", actor=name)


def outcome() -> tuple[Report, dict[str, list[str]]]:
    rows = AuditRow.objects.order_by("sequence").values_list("actor", "object_label")
    return verify(), {name: [label for actor, label in rows if actor == name] for name in WRITERS}


@pytest.mark.usefixtures("shared_database")
def test_writers_at_once_are_sealed_whole_and_each_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "_PAUSE_SECONDS", 0.01)
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=6) as pool:
        sealers = [pool.submit(closing, sealer.run, stop) for _ in range(2)]
        try:
            for writer in [pool.submit(closing, write, name) for name in WRITERS]:
                writer.result()
        finally:
            stop.set()  # or a writer that failed would leave the pool waiting for ever
        for running in sealers:
            running.result()
        report, labels = pool.submit(closing, outcome).result()
    assert (report.sealed, report.unsealed, report.fault) == (75, 0, None)
    assert report.anchors >= 1, "the sealer signs when it stops"
    assert labels == {name: [f"{number:02d}" for number in range(25)] for name in WRITERS}


@pytest.mark.usefixtures("shared_database")
def test_a_failure_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sealer, "_PAUSE_SECONDS", 0)
    stop = threading.Event()
    attempts = []

    def seal() -> int:
        attempts.append(len(attempts))
        if len(attempts) == 1:
            raise OSError("disk full")
        stop.set()
        return 0

    monkeypatch.setattr(sealer, "seal", seal)
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(sealer.run, stop).result()
    assert caplog.text.count("审计封存失败") == 1
    assert attempts == [0, 1, 2], "failed, tried again, and once more when asked to stop"
