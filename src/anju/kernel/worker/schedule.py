"""Scheduled jobs: when each is due, and putting those that are due into the queue, once each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from anju.kernel.packs import Job
from anju.kernel.worker.models import Due
from anju.kernel.worker.tasks import run_job


def next_time(every: str, after: datetime) -> datetime:
    """The first time after ``after`` that ``every`` names (``minute``, ``hour``, ``day HH:MM``), local time."""
    local = timezone.localtime(after)
    if every == "minute":
        return local.replace(second=0, microsecond=0) + timedelta(minutes=1)
    if every == "hour":
        return local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    at = time.fromisoformat(every.removeprefix("day "))
    due = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due if due > local else due + timedelta(days=1)


def tick(jobs: Mapping[str, Job], now: datetime) -> list[str]:
    """Queue what is due and set its next time, both in one transaction. The codes that were queued.

    Times that passed while no worker ran are made up for once, not once each.
    """
    queued = []
    with transaction.atomic():
        due = {row.code: row for row in Due.objects.select_for_update().filter(code__in=jobs)}
        for code, job in jobs.items():
            row = due.get(code)
            if row is None:
                Due.objects.create(code=code, at=next_time(job.every, now))
            elif row.at <= now:
                run_job.enqueue(code)
                row.at = next_time(job.every, now)
                row.save(update_fields=["at"])
                queued.append(code)
    return queued
