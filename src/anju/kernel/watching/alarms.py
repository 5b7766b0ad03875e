"""Alarms through the loop: each becomes a finding, the graver ones a case, and what recovers is told to both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from anju.kernel import loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding, State
from anju.kernel.telemetry.models import Alarm
from anju.kernel.telemetry.registering.figures import Figures, figures
from anju.kernel.telemetry.wording import figure

CASE, SUBJECT, RULES = "telemetry.alarm", "telemetry.alarm", "telemetry."
ACTOR = "anju worker"


def follow(alarms: Iterable[Alarm], now: datetime) -> None:
    """Bring findings and cases up to date with alarms that changed; in the transaction that changed them."""
    terms = figures(timezone.localdate(now))
    for alarm in alarms:
        _follow(alarm, terms, now)


def _follow(alarm: Alarm, terms: Figures, now: datetime) -> None:
    hidden = alarm.masked or alarm.cause_id is not None
    if alarm.finding is None and (hidden or _recurs(alarm)):
        return  # nobody need be called: planned work, or heard of through its cause
    if alarm.finding is None:
        _found(alarm, terms, now)
    finding = Finding.objects.get(pk=alarm.finding)
    if not alarm.stands:
        loop.observe(finding.subject, standing_of(finding.subject), now, finding.correlation)
        tell(finding.pk, _over(alarm))


def _found(alarm: Alarm, terms: Figures, now: datetime) -> None:
    """A finding; and a case, unless it is over before anybody heard of it."""
    loop.observe(subject_of(alarm), [_observed(alarm)], now)
    finding = Finding.objects.get(subject=subject_of(alarm))
    alarm.finding = finding.pk
    alarm.save(update_fields=["finding"])
    if alarm.cleared_at is None and terms.opens_case(alarm.grade) and alarm.organisation:
        _open(finding, alarm, terms, now)


def _recurs(alarm: Alarm) -> bool:
    """Whether the same trouble of the same series is still worked on; then it is told there."""
    same = Alarm.objects.filter(
        rule=alarm.rule, series=alarm.series_id, asset=alarm.asset_id, finding__isnull=False
    )
    earlier = same.exclude(pk=alarm.pk).order_by("-raised_at").values_list("finding", flat=True).first()
    if earlier is None or not Finding.objects.filter(pk=earlier, state=State.IN_CASE).exists():
        return False
    alarm.finding = earlier
    alarm.save(update_fields=["finding"])
    at = timezone.localtime(alarm.raised_at)
    tell(earlier, f"{at:%Y-%m-%d %H:%M}再次告警：{alarm.message}。")
    return True


def _open(finding: Finding, alarm: Alarm, terms: Figures, now: datetime) -> Case:
    title = f"{alarm.asset}：{alarm.message}" if alarm.asset else alarm.message
    task = flow.Assignment(CASE, title, alarm.organisation, now + terms.term(alarm.grade))
    return flow.open_case(finding, task, actor=ACTOR, note="告警自动派单。")


def _over(alarm: Alarm) -> str:
    if alarm.cleared_at is None:
        return f"已归并到告警“{alarm.cause.message}”。" if alarm.cause else "设备在检修窗口内，告警暂不处理。"
    at = timezone.localtime(alarm.cleared_at)
    value = "" if alarm.cleared_value is None else f"，测值{figure(alarm.cleared_value, alarm.unit)}"
    return f"告警于{at:%Y-%m-%d %H:%M}恢复{value}。"


def tell(finding: UUID, note: str, actor: str = ACTOR) -> None:
    """Once: the same words are not entered twice."""
    case = Case.objects.filter(finding=finding).exclude(stage=Stage.CLOSED).first()
    if case and note and not case.steps.filter(note=note).exists():
        flow.tell(case, note, actor=actor)


def subject_of(alarm: Alarm) -> str:
    return f"{SUBJECT}:{alarm.pk}"


def standing_of(subject: str) -> list[Observed]:
    """What of a finding's subject is still wrong: the first alarm's words while it or a later one stands."""
    first = Alarm.objects.select_related("series", "asset", "organisation").get(
        pk=subject.removeprefix(f"{SUBJECT}:")
    )
    same = Alarm.objects.filter(finding=first.finding) if first.finding else Alarm.objects.filter(pk=first.pk)
    return [_observed(first)] if same.filter(cleared_at=None, cause=None, masked=False).exists() else []


def _observed(alarm: Alarm) -> Observed:
    at = timezone.localtime(alarm.raised_at)
    cite = {"text": alarm.message, "position": f"报文{alarm.frame}，{at:%Y-%m-%d %H:%M:%S}"}
    return Observed(
        f"{RULES}{alarm.rule}",
        alarm.grade,
        alarm.asset.name if alarm.asset else "",
        alarm.name,
        alarm.message,
        [cite] if alarm.frame else [],
        alarm.organisation,
    )


@transaction.atomic
def accept(case: Case, *, actor: str, now: datetime, note: str = "") -> Case:
    """Close the case of an alarm; what is said to be mended is refused while the alarm stands. ``CaseError``."""
    return loop.accept(case, standing_of, actor=actor, now=now, note=note)
