"""From visits to findings and cards: what an object fails at now, how grave, and by when it must be mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from anju.kernel import loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding, Grade, State
from anju.kernel.inspections.figures import Figures, figures
from anju.kernel.inspections.items import Item, Verdict, answer_words, verdict
from anju.kernel.inspections.measuring import quality
from anju.kernel.inspections.models import Recheck, Visit
from anju.kernel.parties.models import Organisation
from anju.kernel.values import working_days

CARD = "inspection.card"
GRADES = {1: Grade.WARN.value, 2: Grade.HIGH.value, 3: Grade.CRIT.value}
SEVERITIES = {grade: severity for severity, grade in GRADES.items()}


def subject_of(visit: Visit) -> str:
    """What the findings of a visit are about: a checklist on an object, whichever visit saw it."""
    return f"inspection.{visit.version.checklist.code}@{visit.subject}"


def quality_subject(visit: Visit) -> str:
    return f"inspections.visit:{visit.key}"


def rule_of(code: str, item: str) -> str:
    return f"inspection.{code}.{item}"


@dataclass(frozen=True, slots=True)
class _Event:
    """The newest that is known of an item of an object: whether it fails, since when, and in which words."""

    moment: datetime
    fails: bool
    item: Item
    words: str
    organisation: Organisation


def standing(subject: str) -> list[Observed]:
    """What an object fails at now: its last visit that judged the item, an accepted card, or a failed second look.

    The later of these counts. An item that the last visit did not judge stays as it was.
    """
    code, _, key = subject.removeprefix("inspection.").partition("@")
    events: dict[str, _Event] = {}
    visits = Visit.objects.current().filter(subject=key, version__checklist__code=code)
    found = visits.select_related("version__checklist", "organisation")
    for visit in sorted(found, key=_finished):
        events |= {event.item.code: event for event in _judged(visit)}
    rows = Finding.objects.filter(subject=subject).prefetch_related("cases__recheck").order_by("recorded_at")
    findings = {finding.rule: finding for finding in rows}
    observed = []
    for event in events.values():
        finding = findings.get(rule_of(code, event.item.code))
        words = _still(event, finding)
        if words:
            observed.append(_observed(code, event, words, finding))
    return observed


def _finished(visit: Visit) -> datetime:
    """On the corrected clock, so that a wrong one does not put visits out of order."""
    return visit.finished_at + timedelta(seconds=visit.skew or 0)


def _judged(visit: Visit) -> Iterable[_Event]:
    for item in visit.version.items:
        answer = visit.answers.get(item.code)
        said = verdict(item, answer) if answer else Verdict.NONE
        if said in (Verdict.PASS, Verdict.FAIL):
            remark = visit.remarks.get(item.code, "")
            words = f"{visit.name}：{item.text}{answer_words(item, answer or '')}。{remark}"
            yield _Event(_finished(visit), said == Verdict.FAIL, item, words, visit.organisation)


def _still(event: _Event, finding: Finding | None) -> str:
    """The words of what still fails; "" for what does not."""
    newest, words = event.moment, event.words if event.fails else ""
    for case in finding.cases.all() if finding else ():
        if case.closed_at and case.outcome == Outcome.CORRECTED and case.closed_at > newest:
            newest, words = case.closed_at, ""
        again: Recheck | None = getattr(case, "recheck", None)
        if again and again.passed is False and again.done_at and again.done_at > newest:
            newest, words = (
                again.done_at,
                f"{event.words.partition('：')[0]}：{event.item.text}复查不符合。{again.note}",
            )
    return words


def _observed(code: str, event: _Event, words: str, finding: Finding | None) -> Observed:
    grade = GRADES[event.item.severity]
    if finding is not None:
        grade = _graded(grade, event, finding)
    return Observed(
        rule=rule_of(code, event.item.code),
        grade=grade,
        part=event.item.code,
        label=_label(event, finding),
        message=words[:1000],
        cites=[{"text": event.item.basis, "position": "依据"}] if event.item.basis else [],
        organisation=event.organisation,
    )


def _label(event: _Event, finding: Finding | None) -> str:
    """What a person explained or dismissed stays so; what fails after that is another finding, told by its day."""
    if finding is None:
        return ""
    put_aside = finding.state in (State.EXPLAINED, State.DISMISSED) and finding.settled_at
    if put_aside and put_aside < event.moment:
        return f"{timezone.localdate(event.moment)}"
    return finding.label


def _graded(grade: str, event: _Event, finding: Finding) -> str:
    """One grade higher for what was mended within the window and fails again; never lower while it is open."""
    told = figures(timezone.localdate(event.moment))
    since = event.moment - timedelta(days=told.recurrence_days)
    mended = [c.closed_at for c in finding.cases.all() if c.closed_at and c.outcome == Outcome.CORRECTED]
    if finding.state == State.CORRECTED and finding.settled_at:
        mended.append(finding.settled_at)
    severity = SEVERITIES[grade]
    if any(moment >= since for moment in mended):
        severity = min(3, severity + 1)
    if not finding.settled:
        severity = max(severity, SEVERITIES.get(finding.grade, severity))
    return GRADES[severity]


@transaction.atomic
def follow(visit: Visit, *, actor: str, now: datetime) -> list[Case]:
    """The findings of a visit, those about the visit itself, and a card for each grave enough. The cards opened."""
    subject, told = subject_of(visit), figures(timezone.localdate(now))
    odd = [
        Observed(
            mark.rule, mark.grade, mark.part, "", mark.message, organisation=visit.version.checklist.owner
        )
        for mark in quality.marks(visit, told)
    ]
    loop.observe(quality_subject(visit), odd, now)
    return look_at(subject, actor=actor, now=now)


def look_at(subject: str, *, actor: str, now: datetime) -> list[Case]:
    """Bring the findings of an object up to date, and open the cards that are due."""
    told = figures(timezone.localdate(now))
    loop.observe(subject, standing(subject), now)
    due = Finding.objects.filter(subject=subject, state=State.OPEN).select_related("organisation")
    grave = [finding for finding in due if SEVERITIES.get(finding.grade, 0) >= told.card_from]
    return [assign(finding, actor=actor, now=now) for finding in grave]


def assign(finding: Finding, *, actor: str, now: datetime) -> Case:
    """A card for the body that answers for the object; ``CaseError`` where one is open."""
    told = figures(timezone.localdate(now))
    stop = "立即停止作业并整改：" if finding.grade == Grade.CRIT else ""
    assert finding.organisation is not None  # every finding of a visit has one
    task = flow.Assignment(
        CARD, f"{stop}{finding.message}", finding.organisation, deadline(finding.grade, told, now)
    )
    return flow.open_case(finding, task, actor=actor, now=now)


def deadline(grade: str, told: Figures, now: datetime) -> datetime:
    """By when a finding of a grade is mended: general and serious at 18:00 of a day, grave after hours.

    ``working_days`` of the figures decides how the days are counted.
    """
    if grade == Grade.CRIT:
        return now + timedelta(hours=told.grave_hours)
    days = told.serious_days if grade == Grade.HIGH else told.general_days
    today = timezone.localdate(now)
    day = working_days.after(today, days) if told.working_days else today + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(18)), timezone.get_current_timezone())
