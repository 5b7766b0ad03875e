"""Everything that the worker does by itself: the kernel's own jobs and those of the packs."""

from __future__ import annotations

from django.conf import settings

from anju.kernel import packs
from anju.kernel.packs import Job

JOBS = (
    Job("telemetry.escalate", "告警升级", "minute", "anju.kernel.watching.intake.escalate"),
    Job("telemetry.close", "上报台账结账", "minute", "anju.kernel.watching.deliveries.close_hours"),
    Job("exchange.watch", "数据交换", "hour", "anju.kernel.exchange.watching.hourly"),
    Job("inspections.press", "督办催办", "hour", "anju.kernel.supervision.course.press_all"),
    Job("inspections.rechecks", "抽取复查", "day 06:00", "anju.kernel.supervision.rechecks.draw_all"),
    Job("works.watch", "工程核查", "day 05:30", "anju.kernel.watching.works.watch_all"),
)


def jobs() -> dict[str, Job]:
    """By code."""
    return {job.code: job for job in JOBS} | packs.load(settings.ANJU_PACKS).jobs()
