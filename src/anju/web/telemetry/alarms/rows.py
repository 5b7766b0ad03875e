"""Alarms as the board shows them: from the database, or from an event that is not in it yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.cases.models import Case, Stage
from anju.kernel.telemetry import history
from anju.kernel.telemetry.models import Alarm
from anju.kernel.telemetry.wording import figure
from anju.kernel.values.scope import Scope
from anju.web.telemetry.common import GRADES, field_of, lasting, parts, span_of
from anju.web.telemetry.drawing import Chart, spark

SHOWN = timedelta(hours=2)


@dataclass(slots=True)
class BoardRow:
    """One alarm that stands; ``state`` says what is done about it, ``case`` has its deadline."""

    alarm: Alarm
    state: str
    field: str
    lasting: str
    limit: str
    case: Case | None = None
    spark: Chart | None = None

    @property
    def address(self) -> str:
        return f"/telemetry/?alarm={self.alarm.pk}"

    @property
    def rank(self) -> int:
        return GRADES.index(self.alarm.grade)

    @property
    def about(self) -> str:
        """The station, or the body whose data do not arrive."""
        return str(self.alarm.asset or self.alarm.organisation or self.alarm.name)


def standing(scope: Scope) -> Any:
    """The alarms that somebody must know of now, the gravest first; those that went up come before their like."""
    rows = Alarm.objects.within(scope).filter(cleared_at=None, cause=None, masked=False)
    return rows.select_related("asset", "organisation", "series", "acknowledgement")


def ordered(alarms: Iterable[Alarm]) -> list[Alarm]:
    return sorted(alarms, key=lambda a: (GRADES.index(a.grade), -a.escalated, -a.raised_at.timestamp()))


def board_rows(alarms: Sequence[Alarm], now: datetime, *, sparks: int = 40) -> list[BoardRow]:
    """With their cases (one query) and the last two hours of the first ``sparks`` series (one look at the store)."""
    wanted = [alarm.finding for alarm in alarms if alarm.finding]
    cases = Case.objects.filter(finding__in=wanted).exclude(stage=Stage.CLOSED)
    by_finding = {case.finding_id: case for case in cases}
    drawn = [alarm.series for alarm in alarms[:sparks] if alarm.series]
    lines = history.lines([one.number for one in drawn], now - SHOWN, now) if drawn else {}
    found = []
    for alarm in alarms:
        row = row_of(alarm, now, by_finding.get(alarm.finding))
        if alarm.series and alarm.series.number in lines:
            pieces = parts(lines[alarm.series.number], alarm.series.interval)
            row.spark = spark(pieces, span_of(now - SHOWN, now), _level(alarm))
        found.append(row)
    return found


def _level(alarm: Alarm) -> float | None:
    """The limit, where it is one of the value itself."""
    return alarm.limit if alarm.kind in ("above", "below", "curve") else None


def row_of(alarm: Alarm, now: datetime, case: Case | None = None) -> BoardRow:
    limit = ""
    if alarm.limit is not None and alarm.kind not in ("missing", "stuck"):
        limit = gettext("限值{limit}").format(limit=figure(alarm.limit, alarm.unit))
    return BoardRow(
        alarm, _state(alarm, case), field_of(alarm.rule), lasting(now - alarm.raised_at), limit, case
    )


def _state(alarm: Alarm, case: Case | None) -> str:
    if case and case.stage == Stage.SUBMITTED:
        return gettext("待验收")
    signed = alarm.pk and hasattr(alarm, "acknowledgement")
    if not signed:
        return gettext("待签收")
    return gettext("处置中") if case else gettext("已签收")


def visible(alarm: Alarm, scope: Scope) -> bool:
    """Whether a scope shows an alarm that is not in the database yet; the same paths as the model names."""
    if scope.everything:
        return True
    asset = alarm.asset
    bodies = {alarm.organisation_id, asset.operator_id if asset else None} - {None}
    return bool(asset and asset.area_id in scope.areas) or bool(bodies & scope.organisations)


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment)
