"""Versions of a line: declared, reviewed, approved, adjusted within the year; what differs between two.

The approval of a file runs through one case: the finance officer submits what was reviewed, the leader accepts
or sends back. A version is never changed; a line corrected after its approval needs an adjusted one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from anju.kernel import audit, loop
from anju.kernel.cases import flow
from anju.kernel.cases.models import Case, Outcome, Stage
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding
from anju.packs.budget.keeping import codec
from anju.packs.budget.keeping.names import LINE_FIELDS, TARGET_FIELDS
from anju.packs.budget.models import BudgetFile, Line, LineTarget, Version
from anju.packs.budget.models.year import VersionStage

CASE = "budget.approval"
_TERM = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a version says."""

    line: Line
    targets: list[LineTarget]


@dataclass(frozen=True, slots=True)
class Difference:
    """One text or figure that two versions say differently; ``target`` names the row, "" the line itself."""

    target: str
    field: str
    before: str
    after: str


def contents(version: Version) -> Contents:
    """The line and its targets as they stood when the version was made."""
    moment = version.recorded_at
    rows = LineTarget.objects.filter(line_key=version.line_key, recorded_at__lte=moment, slot=False)
    rows = rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment))
    return Contents(version.line, list(rows.order_by("order")))


def latest(keys: Iterable[UUID], *stages: str) -> dict[UUID, Version]:
    """The newest version of each line, of one of the stages where some are named."""
    rows = Version.objects.filter(line_key__in=keys).select_related("line").order_by("number")
    if stages:
        rows = rows.filter(stage__in=stages)
    return {version.line_key: version for version in rows}


def make(file: BudgetFile, stage: str, *, actor: str, now: datetime, note: str = "") -> list[Version]:
    """A version of every line whose words differ from its newest one, or that has none of this stage."""
    lines = list(file.lines.filter(superseded_at__isnull=True))
    targets: dict[UUID, list[LineTarget]] = {}
    for row in file.targets.filter(superseded_at__isnull=True, slot=False).order_by("order"):
        targets.setdefault(row.line_key, []).append(row)
    numbers = dict(Version.objects.filter(file=file).values_list("line_key").annotate(number=Max("number")))
    before = {v.line_key: v for v in Version.objects.filter(file=file).order_by("number")}
    made = []
    for line in lines:
        digest = _digest(line, targets.get(line.key, []))
        old = before.get(line.key)
        if old is None or old.digest != digest or old.stage != stage:
            number = numbers.get(line.key, 0) + 1
            version = Version(file=file, line=line, line_key=line.key, number=number, stage=stage)
            version.digest, version.made_by, version.note = digest, actor, note[:300]
            version.recorded_at = now
            made.append(version)
    Version.objects.bulk_create(made, batch_size=500)
    if made:
        audit.record("budget.version", file, actor=actor, after={"stage": stage, "lines": len(made)})
    return made


def _digest(line: Line, targets: Iterable[LineTarget]) -> str:
    said = [
        [line.code, line.name, line.budget_fen, line.project_total_fen, line.plan, line.content],
        [[row.name, row.value, row.class1, row.class2, row.content] for row in targets],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_intact(version: Version) -> bool:
    """Whether the rows still say what they said when the version was made."""
    said = contents(version)
    return _digest(said.line, said.targets) == version.digest


def as_it_stands(line: Line) -> Version:
    """The present words of a line in the shape of a version, to compare them with one; it is kept nowhere."""
    return Version(file=line.file, line=line, line_key=line.key, number=0, recorded_at=timezone.now())


def differences(old: Version, new: Version) -> list[Difference]:
    """What two versions of one line say differently: texts, money, plan, targets added and dropped."""
    was, now = contents(old), contents(new)
    found = [
        Difference("", name, before, after)
        for (name, before), (_, after) in zip(_line_words(was.line), _line_words(now.line), strict=True)
        if before != after
    ]
    rows = {row.key: row for row in was.targets}
    for row in now.targets:
        earlier = rows.pop(row.key, None)
        if earlier is None:
            found.append(Difference(row.name, TARGET_FIELDS["name"], "", row.value))
            continue
        for field, name in TARGET_FIELDS.items():
            before, after = (codec.unpacked(r.content.get(field)).text for r in (earlier, row))
            if before != after:
                found.append(Difference(row.name, name, before, after))
    return found + [Difference(row.name, TARGET_FIELDS["name"], row.value, "") for row in rows.values()]


def _line_words(line: Line) -> list[tuple[str, str]]:
    words = [
        (name, codec.unpacked(line.content.get(field)).text if field != "name" else line.name)
        for field, name in LINE_FIELDS.items()
    ]
    budget = "" if line.budget_fen is None else f"{line.budget_fen / 1_000_000:,.6f}".rstrip("0").rstrip(".")
    return [
        *words,
        (gettext_noop("本年预算（万元）"), budget),
        (gettext_noop("支出计划"), "/".join(line.plan or [])),
    ]


# -- the way to approval -----------------------------------------------------------------------------------


def subject_of(file: BudgetFile) -> str:
    return f"budget.approval:{file.pk}"


def open_case(file: BudgetFile) -> Case | None:
    """The approval that is under way."""
    cases = Case.objects.filter(kind=CASE, finding__subject=subject_of(file)).exclude(stage=Stage.CLOSED)
    return cases.select_related("finding").first()


def waiting(file: BudgetFile) -> int:
    """How many lines' present words are not approved."""
    return len(unapproved(file))


def unapproved(file: BudgetFile) -> list[Line]:
    """The lines whose present words are not approved, in the order of the file."""
    approved = {v.line_key: v.digest for v in _approved(file)}
    targets: dict[UUID, list[LineTarget]] = {}
    for row in file.targets.filter(superseded_at__isnull=True, slot=False).order_by("order"):
        targets.setdefault(row.line_key, []).append(row)
    lines = file.lines.filter(superseded_at__isnull=True).order_by("order")
    return [line for line in lines if _digest(line, targets.get(line.key, [])) != approved.get(line.key)]


def _approved(file: BudgetFile) -> Any:
    stages = (VersionStage.APPROVED, VersionStage.ADJUSTED)
    return Version.objects.filter(file=file, stage__in=stages).order_by("number")


@transaction.atomic
def submit(file: BudgetFile, *, actor: str, now: datetime, note: str = "") -> Case:
    """Submit the reviewed file for approval. Raises ``flow.CaseError`` where nothing waits or grave findings do."""
    if not waiting(file):
        raise flow.CaseError("这份文件的项目都已批复，没有改动。", "有改动后再提交。")
    grave = Finding.objects.filter(subject=file.subject, grade="crit", state__in=("open", "in_case")).count()
    if grave:
        raise flow.CaseError(f"还有{grave}处必须退回的问题没有办结。", "请先在目标审核里改正或说明，再提交。")
    make(file, VersionStage.REVIEWED, actor=actor, now=now, note=note)
    case = open_case(file)
    if case is None:
        loop.observe(subject_of(file), _observed(file), now)
        finding = Finding.objects.get(subject=subject_of(file))
        finding.state = "open"
        finding.save(update_fields=["state"])
        task = flow.Assignment(CASE, f"批复《{file.name}》", file.organisation, now + _TERM)
        case = flow.open_case(finding, task, actor=actor)
    flow.submit(case, Outcome.CORRECTED, note or "已审核，请批复。", actor=actor)
    return case


def _observed(file: BudgetFile) -> list[Observed]:
    count = waiting(file)
    if not count:
        return []
    words = f"{count}个项目的绩效目标等待批复。"
    return [Observed("budget.approval", "info", file.name, "批复", words, organisation=file.organisation)]


@transaction.atomic
def approve(file: BudgetFile, *, actor: str, now: datetime, note: str = "") -> list[Version]:
    """The leader accepts: approved versions, adjusted ones where a line was approved before.

    Raises ``flow.CaseError`` for the person who submitted, and where nothing was submitted.
    """
    case = open_case(file)
    if case is None:
        raise flow.CaseError("没有提交批复。", "请先由财务人员提交。")
    again = {v.line_key for v in _approved(file)}
    first = not again
    stage = VersionStage.APPROVED if first else VersionStage.ADJUSTED
    changed = make(file, stage, actor=actor, now=now, note=note) if first else _adjust(file, actor, now, note)
    loop.accept(case, lambda _: _observed(file), actor=actor, now=now, note=note)
    return changed


def _adjust(file: BudgetFile, actor: str, now: datetime, note: str) -> list[Version]:
    """Adjusted versions of the lines whose words differ from the approved ones; the others keep theirs."""
    approved = {v.line_key: v.digest for v in _approved(file)}
    reviewed = latest([line.key for line in file.lines.filter(superseded_at__isnull=True)])
    made = []
    for key, version in reviewed.items():
        if version.digest != approved.get(key):
            new = Version(file=file, line=version.line, line_key=key, number=version.number + 1)
            new.stage, new.digest, new.made_by, new.note = VersionStage.ADJUSTED, version.digest, actor, note
            new.recorded_at = now
            made.append(new)
    return Version.objects.bulk_create(made, batch_size=500)


@transaction.atomic
def send_back(file: BudgetFile, note: str, *, actor: str) -> Case:
    """The leader returns the file with a reason; raises ``flow.CaseError``."""
    case = open_case(file)
    if case is None:
        raise flow.CaseError("没有提交批复。", "请先由财务人员提交。")
    return flow.send_back(case, note, actor=actor)
