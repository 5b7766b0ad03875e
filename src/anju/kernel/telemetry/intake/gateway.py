"""What the gateway tells of itself: a full disk is an alarm of the first level until there is room again."""

from __future__ import annotations

from collections.abc import Sequence

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.intake.told import GATEWAY, moment
from anju.kernel.telemetry.models import Alarm, RuleGrade

RULE = "telemetry.disk_full"
FULL, ROOM = "full", "room"


def apply(batch: Sequence[Event]) -> list[Alarm]:
    """The alarms that the events raised or ended; the same event again changes nothing."""
    touched = []
    for event in batch:
        if event.get("kind") != GATEWAY or event.get("what") not in (FULL, ROOM):
            continue
        at = moment(event.get("at"))
        if at is None:
            continue
        standing = Alarm.objects.filter(rule=RULE, cleared_at=None)
        if event["what"] == FULL:
            alarm, new = Alarm.objects.get_or_create(
                key=f"{RULE}/{event['at']}",
                defaults={
                    "rule": RULE,
                    "kind": "",
                    "name": "网关磁盘已满",
                    "grade": RuleGrade.CRIT,
                    "message": "网关磁盘已满，新数据暂不收下，已存的不受影响",
                    "raised_at": at,
                    "told_at": at,
                },
            )
            touched += [alarm] if new else []
            continue
        for alarm in standing.filter(raised_at__lte=at):
            alarm.cleared_at = at
            alarm.save(update_fields=["cleared_at"])
            touched.append(alarm)
    return touched
