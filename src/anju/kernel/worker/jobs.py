"""Everything that the worker does by itself: the kernel's own jobs and those of the packs."""

from __future__ import annotations

from django.conf import settings

from anju.kernel import packs
from anju.kernel.packs import Job

JOBS = (
    Job("telemetry.escalate", "告警升级", "minute", "anju.kernel.watching.intake.escalate"),
    Job("telemetry.close", "上报台账结账", "minute", "anju.kernel.watching.deliveries.close_hours"),
    Job("exchange.watch", "数据交换", "hour", "anju.kernel.exchange.watching.hourly"),
    Job("works.watch", "工程核查", "day 05:30", "anju.kernel.watching.works.watch_all"),
)


def jobs() -> dict[str, Job]:
    """By code."""
    return {job.code: job for job in JOBS} | packs.load(settings.ANJU_PACKS).jobs()
