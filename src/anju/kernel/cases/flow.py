"""The steps of a case. Each runs in one transaction with its audit row; a step out of order is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.cases.models import Case, CaseStep, Outcome, Stage
from anju.kernel.findings.models import Finding, State
from anju.kernel.parties.models import Organisation
from anju.kernel.wording import joint


class CaseError(Exception):
    """A step that cannot be taken: one sentence and a next step."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{joint()}{next_step}")
        self.sentence = sentence
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who shall do what by when."""

    kind: str
    title: str
    owner: Organisation
    deadline: datetime


@transaction.atomic
def open_case(
    finding: Finding, assignment: Assignment, *, actor: str, note: str = "", now: datetime | None = None
) -> Case:
    """Assign a finding at ``now``. Raises ``CaseError`` where a case is open or the finding is settled."""
    finding = Finding.objects.select_for_update().get(pk=finding.pk)
    if finding.settled:
        raise CaseError(gettext("这条发现已经办结。"), gettext("如需重办，请先重新审核文件。"))
    if finding.cases.exclude(stage=Stage.CLOSED).exists():
        raise CaseError(gettext("这条发现已经派单。"), gettext("请在原来的办理单里继续。"))
    case = Case.objects.create(
        kind=assignment.kind,
        title=assignment.title[:300],
        finding=finding,
        owner=assignment.owner,
        opened_by=actor,
        deadline=assignment.deadline,
        correlation=finding.correlation,
        recorded_at=now or timezone.now(),
    )
    finding.state = State.IN_CASE
    finding.save(update_fields=["state"])
    _step(case, Stage.ASSIGNED, actor, note, now=case.recorded_at)
    return case


@transaction.atomic
def submit(
    case: Case, outcome: str, note: str, *, actor: str, change: tuple[Any, Any] | None = None
) -> CaseStep:
    """Say that it is corrected or explained, for another person to accept; ``change`` is (before, after)."""
    case = _locked(case)
    if case.stage not in (Stage.ASSIGNED, Stage.RETURNED):
        raise CaseError(
            gettext("办理单现在是“{stage}”，不能提交。").format(stage=case.get_stage_display()),
            gettext("请等待验收，或由验收人退回。"),
        )
    if outcome not in Outcome.values:
        raise CaseError(gettext("没有选择处理结果。"), gettext("请选择已改正、已说明或不成立。"))
    if outcome != Outcome.CORRECTED and len(note.strip()) < 5:
        raise CaseError(gettext("没有写说明。"), gettext("请用一两句话写明理由，验收人要据此判断。"))
    case.stage, case.outcome, case.done_by = Stage.SUBMITTED, outcome, actor
    case.save(update_fields=["stage", "outcome", "done_by"])
    return _step(case, Stage.SUBMITTED, actor, note, change)


@transaction.atomic
def accept(case: Case, *, actor: str, now: datetime, note: str = "") -> Case:
    """Close a submitted case; only another person than the one who did it may."""
    case = _locked(case)
    _must_be_submitted(case)
    if actor == case.done_by:
        raise CaseError(gettext("验收人不能是办理人本人。"), gettext("请由另一位同事验收。"))
    case.stage, case.accepted_by, case.closed_at = Stage.CLOSED, actor, now
    case.save(update_fields=["stage", "accepted_by", "closed_at"])
    finding = case.finding
    finding.state, finding.settled_at = case.outcome, now
    finding.save(update_fields=["state", "settled_at"])
    _step(case, Stage.CLOSED, actor, note)
    return case


@transaction.atomic
def send_back(case: Case, note: str, *, actor: str) -> Case:
    """Return a submitted case with a reason."""
    case = _locked(case)
    _must_be_submitted(case)
    if len(note.strip()) < 2:
        raise CaseError(gettext("没有写退回理由。"), gettext("请写明哪里不行、要补什么。"))
    case.stage = Stage.RETURNED
    case.save(update_fields=["stage"])
    _step(case, Stage.RETURNED, actor, note)
    return case


@transaction.atomic
def tell(case: Case, note: str, *, actor: str) -> CaseStep:
    """Enter what happened meanwhile; the case stays where it stands."""
    case = _locked(case)
    step = CaseStep.objects.create(case=case, stage=case.stage, actor=actor, note=note.strip())
    audit.record("case.told", case, actor=actor, reason=note.strip())
    return step


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update().select_related("finding").get(pk=case.pk)


def _must_be_submitted(case: Case) -> None:
    if case.stage != Stage.SUBMITTED:
        raise CaseError(
            gettext("办理单现在是“{stage}”，不能验收。").format(stage=case.get_stage_display()),
            gettext("请先由责任单位提交。"),
        )


def _step(
    case: Case,
    stage: str,
    actor: str,
    note: str,
    change: tuple[Any, Any] | None = None,
    now: datetime | None = None,
) -> CaseStep:
    before, after = change or (None, None)
    told = {"stage": stage, "actor": actor, "note": note.strip(), "before": before, "after": after}
    step = CaseStep.objects.create(case=case, recorded_at=now or timezone.now(), **told)
    audit.record(f"case.{stage}", case, actor=actor, before=before, after=after, reason=note.strip())
    return step
