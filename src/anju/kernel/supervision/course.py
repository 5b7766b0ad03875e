"""A card on its way: received, extended once, reminded, and told to whoever stands above when it is overdue.

The stages of the case stay as they are; what happens beside them is a ledger of ``CardEvent``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from anju.kernel import audit
from anju.kernel.cases.models import Case, Stage
from anju.kernel.inspections.figures import Figures, figures
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import CardEvent, CardEventKind, Checklist
from anju.kernel.supervision import following

WORKER = gettext_noop("系统")
OPEN = (Stage.ASSIGNED, Stage.RETURNED)
RECEIPT = "receipt"
HALF, MOST, DUE = "50", "80", "100"
_PARTS = {HALF: 0.5, MOST: 0.8, DUE: 1.0}
GROUP, SUPERIOR, HEAD = "1", "2", "3"


@transaction.atomic
def receive(case: Case, *, actor: str, now: datetime) -> CardEvent:
    """The body that must mend it says that it has the card. ``InspectionError`` a second time or when it is handed in."""
    case = _locked(case)
    if of(case, CardEventKind.RECEIVED):
        raise InspectionError(gettext("这张督办卡已经签收。"), gettext("请直接整改。"))
    return _noted(case, CardEventKind.RECEIVED, actor, now)


@transaction.atomic
def ask_extension(case: Case, until: datetime, reason: str, *, actor: str, now: datetime) -> CardEvent:
    """Ask for a later deadline, with the reason, for another person to decide.

    ``InspectionError`` for a card that was extended already, that waits for a decision, or whose deadline has passed,
    and for a day that is not later.
    """
    case = _locked(case)
    if of(case, CardEventKind.GRANTED):
        raise InspectionError(gettext("这张督办卡已经延期一次。"), gettext("不能再延，请抓紧整改。"))
    if waiting(case):
        raise InspectionError(gettext("延期申请正在等待审批。"), gettext("请等待审批。"))
    if now > case.deadline:
        raise InspectionError(
            gettext("期限已过，不能再申请延期。"), gettext("请整改后提交，并说明逾期原因。")
        )
    if until <= case.deadline:
        raise InspectionError(gettext("申请的日期不晚于现在的期限。"), gettext("请选更晚的日期。"))
    if len(reason.strip()) < 5:
        raise InspectionError(gettext("没有写延期的理由。"), gettext("请用一句话写明为什么到期改不完。"))
    return _noted(case, CardEventKind.ASKED, actor, now, until=until, note=reason.strip()[:300])


@transaction.atomic
def decide_extension(case: Case, grant: bool, note: str, *, actor: str, now: datetime) -> CardEvent:
    """Grant or refuse what was asked, by another person than who asked. ``InspectionError`` where nothing waits."""
    case = _locked(case)
    asked = waiting(case)
    if asked is None:
        raise InspectionError(gettext("没有等待审批的延期。"), gettext("请刷新后再看。"))
    if actor == asked.actor:
        raise InspectionError(gettext("审批人不能是申请人本人。"), gettext("请由另一位同事审批。"))
    if not grant:
        if len(note.strip()) < 2:
            raise InspectionError(gettext("没有写不同意的理由。"), gettext("请写明理由。"))
        return _noted(case, CardEventKind.REFUSED, actor, now, note=note.strip()[:300])
    before = case.deadline
    assert asked.until is not None
    case.deadline = asked.until
    case.save(update_fields=["deadline"])
    made = _noted(case, CardEventKind.GRANTED, actor, now, until=asked.until, note=note.strip()[:300])
    change = {"before": {"deadline": before.isoformat()}, "after": {"deadline": asked.until.isoformat()}}
    audit.record("inspections.card_deadline", case, actor=actor, reason=asked.note, **change)  # type: ignore[arg-type]
    return made


@transaction.atomic
def remind(case: Case, note: str, *, actor: str, now: datetime) -> CardEvent:
    """Somebody urges the body that must mend it, in words."""
    case = _locked(case)
    if len(note.strip()) < 2:
        raise InspectionError(gettext("没有写催办的内容。"), gettext("请写一句话。"))
    return _noted(case, CardEventKind.REMINDED, actor, now, to=str(case.owner), note=note.strip()[:300])


def press_all(now: datetime) -> int:
    """Reminders and escalations that are due at ``now``, each once. How many. For the worker, every hour."""
    told = figures(timezone.localdate(now))
    cards = Case.objects.filter(kind=following.CARD, stage__in=OPEN).select_related(
        "owner__parent", "finding"
    )
    return sum(len(press(case, told, now)) for case in cards.prefetch_related("card_events"))


@transaction.atomic
def press(case: Case, told: Figures, now: datetime) -> list[CardEvent]:
    """What is due of one card and was not done yet."""
    events = list(case.card_events.all())
    done = {(event.kind, event.mark) for event in events}
    received = any(event.kind == CardEventKind.RECEIVED for event in events)
    wanted = [(CardEventKind.REMINDED, mark) for mark in _reminders(case, received, told, now)]
    wanted += [(CardEventKind.ESCALATED, level) for level in _levels(case, told, now)]
    return [
        _noted(case, kind, WORKER, now, mark=mark, to=_told_to(case, mark) if kind == CardEventKind.ESCALATED
               else str(case.owner), note=_words(case, mark, now))
        for kind, mark in wanted
        if (kind, mark) not in done
    ]  # fmt: skip


def _reminders(case: Case, received: bool, told: Figures, now: datetime) -> list[str]:
    """The newest share of the term that has passed, and the receipt that is late; older shares are not made up for."""
    found = []
    if not received and now >= case.recorded_at + timedelta(hours=told.receipt_hours):
        found.append(RECEIPT)
    term = case.deadline - case.recorded_at
    passed = [mark for mark, part in _PARTS.items() if now >= case.recorded_at + term * part]
    return [*found, *passed[-1:]]


def _levels(case: Case, told: Figures, now: datetime) -> list[str]:
    after = ((GROUP, 0), (SUPERIOR, told.superior_days), (HEAD, told.head_days))
    return [level for level, days in after if now > case.deadline + timedelta(days=days)]


def _told_to(case: Case, level: str) -> str:
    """Who stands above: the office in charge of the checklist, the superior of the owner, the head of the county.

    Where the owner has no superior, as a company, it is that of the office.
    """
    if level == HEAD:
        return gettext_noop("县（市）区政府分管负责人")
    code = case.finding.subject.removeprefix("inspection.").partition("@")[0]
    checklist = Checklist.objects.select_related("owner__parent").filter(code=code).first()
    office = checklist.owner if checklist else case.owner
    return str(office if level == GROUP else case.owner.parent or office.parent or office)


def _words(case: Case, mark: str, now: datetime) -> str:
    if mark == RECEIPT:
        return gettext_noop("尚未签收，请尽快签收并整改。")
    if mark in _PARTS:
        return (
            gettext_noop("已经到期，请立即整改并提交。") if mark == DUE else f"期限已过{mark}%，请抓紧整改。"
        )
    late = now - case.deadline
    return f"逾期{late.days}天{late.seconds // 3600}小时仍未提交。"


def waiting(case: Case) -> CardEvent | None:
    """The extension that was asked for and not decided."""
    newest = case.card_events.filter(
        kind__in=(CardEventKind.ASKED, CardEventKind.GRANTED, CardEventKind.REFUSED)
    ).last()
    return newest if newest and newest.kind == CardEventKind.ASKED else None


def of(case: Case, kind: str) -> CardEvent | None:
    """The newest event of a kind."""
    found: CardEvent | None = case.card_events.filter(kind=kind).last()
    return found


def _locked(case: Case) -> Case:
    found = Case.objects.select_for_update(of=("self",)).select_related("owner").get(pk=case.pk)
    if found.stage not in OPEN:
        raise InspectionError(
            gettext("督办卡现在是“{stage}”，不能办这一步。").format(stage=found.get_stage_display()),
            gettext("请刷新后再看。"),
        )
    return found


def _noted(case: Case, kind: str, actor: str, now: datetime, **facts: object) -> CardEvent:
    made = CardEvent.objects.create(case=case, kind=kind, actor=actor, recorded_at=now, **facts)
    after = {"mark": made.mark, "until": made.until.isoformat() if made.until else "", "to": made.to}
    audit.record(f"inspections.card_{kind}", case, actor=actor, after=after, reason=made.note)
    return made
