"""The worker's jobs of telemetry: the gateway's events into rows and through the loop, escalation, closed hours."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from anju.kernel import audit
from anju.kernel.cases.models import Case, Stage
from anju.kernel.telemetry import events
from anju.kernel.telemetry.events import Position
from anju.kernel.telemetry.intake import applying
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Alarm, Applied
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.registering.figures import Figures, figures
from anju.kernel.watching import alarms

# Few enough that a batch holds the database for less than a tenth of a second.
_BATCH, _MOST_BATCHES = 100, 50
# Files of the log that stay behind the position, for pages that resume.
_KEPT_FILES = 2
LOG = "gateway"
_log = logging.getLogger(__name__)


def every_round(now: datetime) -> None:
    """What the worker does each second: tell the gateway what changed, and hear what it tells."""
    for step in (writer.tick, take_in):
        try:
            step(now)
        except Exception:
            # The other one goes on; both are tried again in a second.
            _log.exception("实时监测的后台步骤%s出错，稍后重试。", step.__name__)


def take_in(now: datetime) -> int:
    """Apply what the gateway's log holds behind the position, batch by batch. How many events."""
    done = 0
    for _ in range(_MOST_BATCHES):
        count = _take_batch(now)
        done += count
        if count < _BATCH:
            break
    return done


def _take_batch(now: datetime) -> int:
    folder = Layout.of(settings.DATA).events
    row = Applied.objects.filter(log=LOG).first() or Applied.objects.get_or_create(log=LOG)[0]
    after = Position(row.file, row.byte)
    batch = list(events.read(folder, after, most=_BATCH))
    if not batch:
        return 0
    with transaction.atomic():
        row = Applied.objects.select_for_update().get(log=LOG)
        if Position(row.file, row.byte) != after:
            return 0  # another worker was quicker
        outcome = applying.apply(event for event, _ in batch)
        alarms.follow(outcome.alarms, now)
        row.file, row.byte, row.at = batch[-1][1].file, batch[-1][1].byte, now
        row.save()
    events.forget(folder, Position(row.file - _KEPT_FILES))
    return len(batch)


def escalate(now: datetime) -> int:
    """Alarms that nobody signed in time, and those whose case is late, go up one step. How many."""
    terms = figures(timezone.localdate(now))
    standing = Alarm.objects.filter(
        cleared_at=None, cause=None, masked=False, escalated__lt=terms.escalations
    )
    late = Case.objects.exclude(stage=Stage.CLOSED).filter(kind=alarms.CASE, deadline__lt=now)
    waiting = Q(acknowledgement__isnull=True) | Q(finding__in=late.values("finding_id"))
    return sum(_escalate(alarm.pk, terms, now) for alarm in standing.filter(waiting).only("pk"))


@transaction.atomic
def _escalate(key: object, terms: Figures, now: datetime) -> bool:
    alarm = Alarm.objects.select_for_update(of=("self",)).get(pk=key)
    since = alarm.escalated_at or alarm.told_at
    if not alarm.stands or alarm.escalated >= terms.escalations or now - since < terms.sign(alarm.grade):
        return False
    alarm.escalated, alarm.escalated_at = alarm.escalated + 1, now
    alarm.save(update_fields=["escalated", "escalated_at"])
    note = f"逾期未签收或未办结，第{alarm.escalated}次升级。"
    audit.record("telemetry.alarm.escalate", alarm, actor=alarms.ACTOR, reason=note)
    if alarm.finding:
        alarms.tell(alarm.finding, note)
    return True
