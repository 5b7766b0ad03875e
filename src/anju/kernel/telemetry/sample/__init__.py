"""A day of a heating company, a weather station and a gas company, with planted faults: see ``PLANTED``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Source
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.sample import day, registry
from anju.kernel.telemetry.sample.registry import PLANTED as PLANTED

STEP = timedelta(minutes=5)


def build(now: datetime | None = None) -> None:
    """Register the sample and write its day into the store and the gateway's log; a second call changes nothing.

    What the log says is taken in by the worker, or by ``watching.intake.take_in``.
    """
    if Source.objects.exists():
        return
    moment = now or timezone.now()
    end = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    begin = end - timedelta(days=1)
    registry.build(begin)
    version = writer.tick(begin)
    assert version is not None
    day.write(Layout.of(settings.DATA), begin, end, moment)
