"""Modules with their test cases, documents with hash and approval, and the drafting steps of a regulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.works.errors import WorksError
from anju.kernel.works.field import fieldwork
from anju.kernel.works.field.accepting import refuse_doer
from anju.kernel.works.field.fieldwork import Report
from anju.kernel.works.models import (
    Deliverable,
    DeliverableKind,
    QuantityItem,
    State,
    TestCase,
    WorkKind,
    WorksProject,
)

# What each kind of work hands over.
KIND_OF: dict[str, str] = {
    WorkKind.SYSTEM: DeliverableKind.MODULE,
    WorkKind.DOCUMENT: DeliverableKind.DOCUMENT,
    WorkKind.SURVEY: DeliverableKind.DOCUMENT,
    WorkKind.REGULATION: DeliverableKind.STEP,
}


@dataclass(frozen=True, slots=True)
class Finish:
    """How a deliverable was finished: the day, the document, its approval, and whose work it was."""

    on: date
    organisation: Organisation
    file: StoredFile | None = None
    approved_on: date | None = None


@transaction.atomic
def add(
    project: WorksProject,
    name: str,
    due_on: date,
    *,
    actor: str,
    item: QuantityItem | None = None,
    cases: Sequence[str] = (),
) -> Deliverable:
    """A deliverable of the kind that the project hands over; ``item`` counts it. Raises ``WorksError``."""
    kind = KIND_OF.get(project.kind)
    if kind is None:
        raise WorksError(gettext("这类工程不列成果。"), gettext("请用工程量和节点。"), "name")
    words = name.strip()
    known = Deliverable.objects.current().filter(project=project, name=words)
    if not words or known.exists():
        raise WorksError(gettext("没有写名称，或已有同名的成果。"), gettext("请改名。"), "name")
    tests = list(dict.fromkeys(case.strip() for case in cases if case.strip()))
    if kind == DeliverableKind.MODULE and not tests:
        raise WorksError(gettext("功能模块没有验收用例。"), gettext("请至少写一条，每行一条。"), "cases")
    made = Deliverable.objects.create(
        project=project, kind=kind, name=words, due_on=due_on, item=item, entered_by=actor
    )
    if kind == DeliverableKind.MODULE:
        TestCase.objects.bulk_create(
            TestCase(project=project, deliverable=made.key, name=case[:160]) for case in tests
        )
    audit.record("works.deliverable", made, actor=actor, after={"name": words, "due": str(due_on)})
    return made


@transaction.atomic
def run(
    case: TestCase, passed: bool, on: date, organisation: Organisation, *, actor: str, now: datetime
) -> TestCase:
    """The result of a test, by another than the developer. A later run replaces an earlier one."""
    refuse_doer(case.project, organisation, actor, gettext("测试"))
    if on > timezone.localdate(now):
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    made = case.replaced(passed=passed, run_on=on, run_by=actor)
    facts: dict[str, Any] = {"name": case.name, "passed": passed, "on": str(on)}
    audit.record("works.case", case.project, actor=actor, before={"passed": case.passed}, after=facts)
    return made


@transaction.atomic
def finish(deliverable: Deliverable, how: Finish, *, actor: str, now: datetime) -> Deliverable:
    """It is done: a module with all tests passed, a document with its file and approval, a step in its turn.

    Where an item counts it, one of it is reported as progress. Raises ``WorksError``.
    """
    rows = Deliverable.objects.current().select_for_update(of=("self",)).select_related("project", "item")
    row: Deliverable | None = rows.filter(key=deliverable.key, done_on__isnull=True).first()
    if row is None:
        raise WorksError(gettext("这项成果已经完成。"), gettext("无需再办。"))
    if row.project.state != State.UNDER_WAY:
        raise WorksError(gettext("项目不在建，不能交成果。"), gettext("请先开工。"))
    if how.on > timezone.localdate(now):
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    _ready(row, how)
    if row.item:
        told = Report(row.item, how.on, how.organisation, Decimal(1), note=row.name)
        fieldwork.report(row.project, told, actor=actor, now=now)
    made = row.replaced(done_on=how.on, file=how.file, approved_on=how.approved_on, entered_by=actor)
    audit.record("works.deliverable.finish", made, actor=actor, after={"name": made.name, "on": str(how.on)})
    return made


def _ready(row: Deliverable, how: Finish) -> None:
    if row.kind == DeliverableKind.MODULE:
        open_cases = TestCase.objects.current().filter(deliverable=row.key).exclude(passed=True).count()
        if open_cases:
            raise WorksError(
                gettext("还有{n}条验收用例没有通过。").format(n=open_cases), gettext("请先测试通过。")
            )
    elif row.kind == DeliverableKind.DOCUMENT:
        if how.file is None or how.approved_on is None:
            raise WorksError(
                gettext("成果文件要有文件和批准日期。"), gettext("请上传文件并填批准日期。"), "file"
            )
        if how.approved_on > how.on:
            raise WorksError(gettext("批准日期晚于完成日期。"), gettext("请改正日期。"), "approved_on")
    else:
        earlier = Deliverable.objects.current().filter(project=row.project, due_on__lt=row.due_on)
        waiting = earlier.filter(done_on__isnull=True).order_by("due_on").first()
        if waiting:
            raise WorksError(
                gettext("前一步“{name}”还没有完成。").format(name=waiting.name), gettext("请按次序办理。")
            )
