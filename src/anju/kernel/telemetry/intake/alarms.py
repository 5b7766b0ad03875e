"""Transitions of alarms as rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from anju.kernel.assets.models import Asset
from anju.kernel.telemetry.intake.told import CLEARED, AlarmTold
from anju.kernel.telemetry.models import Alarm, RuleGrade, Series, Source, ThresholdRule
from anju.kernel.telemetry.wording import phenomenon

_LONGEST = 300
# More would fill no page; the store knows them all.
_MOST_MEMBERS = 1000


def apply(told: Sequence[AlarmTold]) -> list[Alarm]:
    """The alarms that a batch raised, masked or cleared, each as it stands now."""
    if not told:
        return []
    known = Known(told)
    touched: dict[str, Alarm] = {}
    for one in told:
        alarm = known.alarms.get(one.key) or known.new(one)
        _transit(alarm, one, known.alarms.get(one.cause))
        alarm.save()
        touched[alarm.key] = alarm
    return list(touched.values())


def _transit(alarm: Alarm, one: AlarmTold, cause: Alarm | None) -> None:
    """An alarm that is over stays over: its key never comes again, but its events may."""
    if alarm.cleared_at is not None:
        return
    if one.state == CLEARED:
        alarm.cleared_at, alarm.cleared_value = one.at, one.value
        alarm.cleared_frame = one.frame or None
        return
    alarm.cause = cause
    alarm.masked = one.state != "raised" and cause is None
    if one.members:
        alarm.members = list(one.members[:_MOST_MEMBERS])


class Known:
    """What the events of a batch name, fetched at once."""

    def __init__(self, told: Sequence[AlarmTold], *, lock: bool = True) -> None:
        keys = {one.key for one in told} | {one.cause for one in told if one.cause}
        rows = Alarm.objects.filter(key__in=keys)
        rows = rows.select_for_update(of=("self",)) if lock else rows
        self.alarms: dict[str, Alarm] = {alarm.key: alarm for alarm in rows}
        series = Series.objects.filter(number__in={one.series for one in told})
        self.series = {
            row.number: row for row in series.select_related("asset__operator", "source__organisation")
        }
        assets = Asset.objects.filter(telemetry_number__number__in={one.asset for one in told})
        self.assets = {
            row.telemetry_number.number: row for row in assets.select_related("telemetry_number", "operator")
        }
        sources = Source.objects.filter(number__in={one.source for one in told})
        self.sources = {row.number: row for row in sources.select_related("organisation")}
        rules = ThresholdRule.objects.current().filter(code__in={one.rule for one in told})
        self.rules = {row.code: row for row in rules.order_by("valid_from")}

    def new(self, one: AlarmTold) -> Alarm:
        """A row for a key that is told for the first time; it is saved by the caller."""
        series = self.series.get(one.series)
        asset = self.assets.get(one.asset) or (series.asset if series else None)
        source = self.sources.get(one.source) or (series.source if series else None)
        operator = asset.operator if asset else None
        rule = self.rules.get(one.rule)
        alarm = Alarm(
            key=one.key,
            rule=one.rule,
            kind=rule.kind if rule else "",
            name=rule.name if rule else one.rule,
            grade=one.grade if one.grade in RuleGrade.values else RuleGrade.INFO,
            asset=asset,
            series=series,
            organisation=operator or (source.organisation if source else None),
            value=one.value,
            judged=one.judged,
            limit=one.limit,
            unit=series.unit if series else "",
            frame=one.frame or None,
            raised_at=one.since,
            told_at=one.at,
        )
        alarm.message = phenomenon(alarm, len(one.members), source.name if source and not asset else "")[
            :_LONGEST
        ]
        self.alarms[one.key] = alarm
        return alarm
