"""Transitions of alarms as rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from anju.kernel.assets.models import Asset
from anju.kernel.telemetry.intake.told import CLEARED, GROUPED, AlarmTold
from anju.kernel.telemetry.models import Alarm, RuleGrade, Series, Source
from anju.kernel.telemetry.wording import phenomenon

_LONGEST = 300


def apply(told: Sequence[AlarmTold]) -> list[Alarm]:
    """The alarms that a batch raised, grouped or cleared, each as it stands now."""
    if not told:
        return []
    known = _Known(told)
    touched: dict[str, Alarm] = {}
    for one in told:
        alarm = known.alarms.get(one.key) or known.raised(one)
        if one.step == CLEARED and alarm.cleared_at is None:
            alarm.cleared_at, alarm.cleared_value = one.at, one.value
            alarm.cleared_frame = one.frame or None
            alarm.save(update_fields=["cleared_at", "cleared_value", "cleared_frame"])
        if one.cause or one.step == GROUPED:
            touched |= known.group(alarm, one)
        touched[alarm.key] = alarm
    return list(touched.values())


class _Known:
    """What the events of a batch name, fetched at once."""

    def __init__(self, told: Sequence[AlarmTold]) -> None:
        keys = {one.key for one in told} | {one.cause for one in told if one.cause}
        keys |= {member for one in told for member in one.members}
        rows = Alarm.objects.select_for_update(of=("self",)).filter(key__in=keys)
        self.alarms: dict[str, Alarm] = {alarm.key: alarm for alarm in rows}
        series = Series.objects.filter(number__in={one.series for one in told}).select_related(
            "asset__operator", "source__organisation"
        )
        self.series = {row.number: row for row in series}
        assets = Asset.objects.filter(telemetry_number__number__in={one.asset for one in told})
        self.assets = {
            row.telemetry_number.number: row for row in assets.select_related("telemetry_number", "operator")
        }
        sources = Source.objects.filter(number__in={one.source for one in told})
        self.sources = {row.number: row for row in sources.select_related("organisation")}

    def raised(self, one: AlarmTold) -> Alarm:
        """A new row. A cleared alarm whose raising was never told (a log that was cut) is told as both."""
        series = self.series.get(one.series)
        asset = self.assets.get(one.asset) or (series.asset if series else None)
        source = self.sources.get(one.source) or (series.source if series else None)
        operator = asset.operator if asset else None
        alarm = Alarm(
            key=one.key,
            rule=one.rule,
            kind=one.kind,
            name=one.name or one.rule,
            grade=one.grade if one.grade in RuleGrade.values else RuleGrade.INFO,
            asset=asset,
            series=series,
            organisation=operator or (source.organisation if source else None),
            value=one.value,
            limit=one.limit,
            unit=series.unit if series else "",
            frame=one.frame or None,
            raised_at=one.at,
            received_at=one.received,
            message=phenomenon(one, series)[:_LONGEST],
        )
        alarm.save()
        self.alarms[one.key] = alarm
        return alarm

    def group(self, alarm: Alarm, one: AlarmTold) -> dict[str, Alarm]:
        """Put an alarm under its cause, or members under this one. Those that changed."""
        if one.cause:
            pairs = [(self.alarms.get(one.cause), alarm)]
        else:
            pairs = [(alarm, self.alarms.get(key)) for key in one.members]
        changed = {}
        for cause, member in pairs:
            if cause is None or member is None or member is cause or member.cause_id == cause.pk:
                continue
            member.cause = cause
            member.save(update_fields=["cause"])
            cause.members += 1
            cause.save(update_fields=["members"])
            changed |= {cause.key: cause, member.key: member}
        return changed
