"""The worker's round: sign of life, orphans, schedule, requests, queue. Any number of workers may run.

Nothing is lost when one is killed: a request goes with the transaction of its value, and a queued task that a
dead worker had taken is put back. What fails is tried again with growing pauses, and shown when it fails often.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import datetime, timedelta
from time import monotonic

from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from uuid6 import uuid7

from anju.kernel.files import copies
from anju.kernel.indicators import requests
from anju.kernel.watching import intake as telemetry
from anju.kernel.worker import schedule
from anju.kernel.worker.jobs import jobs
from anju.kernel.worker.models import Beat

MOST_ATTEMPTS = 5
_PAUSE = timedelta(minutes=1)  # doubled after each failure
_ALIVE = timedelta(seconds=60)
_ROUND_SECONDS = 1.0
_log = logging.getLogger(__name__)


def run(stop: threading.Event) -> None:
    """Round after round until ``stop`` is set. A failing database is logged and tried again."""
    name = f"{socket.gethostname()[:20]}:{os.getpid()}:{uuid7().hex[:12]}"
    while not stop.is_set():
        began = monotonic()
        try:
            close_old_connections()
            one_round(name, timezone.now())
        except Exception:
            _log.exception("后台任务出错，稍后重试。")
        stop.wait(max(0.05, _ROUND_SECONDS - (monotonic() - began)))
    Beat.objects.filter(worker=name).delete()
    connection.close()


def one_round(name: str, now: datetime) -> int:
    """Everything that is due at ``now``. How many requests were computed."""
    Beat.objects.update_or_create(worker=name, defaults={"at": now})
    take_back(now)
    schedule.tick(jobs(), now)
    telemetry.every_round(now)
    done = requests.drain(now)
    copies.make()
    # The library's worker in batch mode runs what is queued and returns.
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    ).run()
    return done


def take_back(now: datetime) -> int:
    """Queue again what a dead worker had taken, and what failed fewer than ``MOST_ATTEMPTS`` times. How many."""
    Beat.objects.filter(at__lt=now - _ALIVE).delete()
    alive = set(Beat.objects.values_list("worker", flat=True))
    again = 0
    for row in DBTaskResult.objects.running().defer("traceback"):
        if not row.worker_ids or row.worker_ids[-1] not in alive:
            again += _queue(row, row.enqueued_at)
    for row in DBTaskResult.objects.failed().defer("traceback"):
        attempts = len(row.worker_ids)
        if attempts < MOST_ATTEMPTS:
            again += _queue(row, now + _PAUSE * 2 ** (attempts - 1))
    return again


def dead_tasks() -> list[DBTaskResult]:
    """Tasks that failed too often and wait for a person, the newest first."""
    failed = DBTaskResult.objects.failed().order_by("-finished_at")
    return [row for row in failed[:200] if len(row.worker_ids) >= MOST_ATTEMPTS]


def retry(now: datetime) -> int:
    """Queue once more what failed too often, with its attempts forgotten. How many."""
    return sum(
        DBTaskResult.objects.filter(pk=row.pk).update(status="READY", run_after=now, worker_ids=[])
        for row in dead_tasks()
    )


def _queue(row: DBTaskResult, after: datetime) -> int:
    same = DBTaskResult.objects.filter(pk=row.pk, status=row.status)
    return same.update(status="READY", run_after=after)
