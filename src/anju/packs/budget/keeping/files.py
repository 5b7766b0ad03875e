"""Target files kept in the database: saving what was read, reading back what is kept, reviewing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel import audit, loop
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.ledger import Observed
from anju.kernel.parties.models import Organisation
from anju.kernel.values.money import to_fen
from anju.packs.budget.checks import Finding as Review
from anju.packs.budget.checks import check
from anju.packs.budget.checks.context import Context
from anju.packs.budget.keeping import codec, versions
from anju.packs.budget.models import BudgetFile, Commitment, Line, LineTarget
from anju.packs.budget.models.year import VersionStage
from anju.packs.budget.targetfile import BudgetLine, Department, TargetFile

GRADES = {"block": "crit", "warn": "warn", "ask": "info"}


@transaction.atomic
def save(
    file: TargetFile,
    organisation: Organisation,
    *,
    actor: str,
    original: StoredFile | None = None,
    now: datetime | None = None,
) -> BudgetFile:
    """Keep a file that was read, check it, and write its findings: all of it or nothing."""
    kept = BudgetFile.objects.create(
        year=file.year,
        name=file.name,
        kind=file.kind,
        original=original,
        organisation=organisation,
        imported_by=actor,
        content=codec.prose_content(file),
    )
    departments = {o.budget_code: o for o in Organisation.objects.exclude(budget_code="")}
    goals = Context(file).goals_of
    lines = [_line_row(kept, i, line, departments) for i, line in enumerate(file.lines)]
    for i, row in enumerate(lines):
        row.sub_goal = goals[i].title.text[:200] if i in goals else ""
    Line.objects.bulk_create(lines, batch_size=500)
    rows = [
        row
        for line, kept_line in zip(file.lines, lines, strict=True)
        for row in _target_rows(kept, kept_line, line)
    ]
    LineTarget.objects.bulk_create(rows, batch_size=500)
    audit.record(
        "budget.import",
        kept,
        actor=actor,
        after={"lines": len(lines), "targets": len(rows), "name": file.name},
    )
    now = now or timezone.now()
    Commitment.objects.bulk_create(_commitment_rows(kept, file), batch_size=500)
    versions.make(kept, VersionStage.DECLARED, actor=actor, now=now)
    review(kept, now)
    return kept


def _line_row(kept: BudgetFile, order: int, line: BudgetLine, departments: dict[str, Organisation]) -> Line:
    return Line(
        file=kept,
        order=order,
        code=line.code.text[:40],
        name=line.name.text[:300],
        department=departments.get(line.department.code or "") or kept.organisation,
        department_code=line.department.code or "",
        department_name=line.department.name or "",
        budget_fen=fen(line.budget),
        project_total_fen=fen(line.project_total),
        plan=None if line.plan is None else [str(figure) for figure in line.plan],
        content=codec.line_content(line),
    )


def _commitment_rows(kept: BudgetFile, file: TargetFile) -> list[Commitment]:
    titles = {measure.number: measure.title.text for measure in file.measures}
    return [
        Commitment(
            key=uuid7(),
            file=kept,
            order=order,
            measure=titles.get(promise.measure, promise.measure)[:200],
            clause=promise.clause.text,
            position=promise.quote.position[:120],
            value=promise.value.text[:200],
        )
        for order, promise in enumerate(file.commitments)
    ]


def fen(wan: Decimal | None) -> int | None:
    return None if wan is None else to_fen(wan)


def _wan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 1_000_000


def _target_rows(kept: BudgetFile, row: Line, line: BudgetLine) -> Iterable[LineTarget]:
    both = [(t, False) for t in line.targets] + [(t, True) for t in line.empty_slots]
    for order, (target, slot) in enumerate(both):
        yield LineTarget(
            file=kept,
            line_key=row.key,
            order=order,
            slot=slot,
            class1=target.class1,
            class2=target.class2,
            name=target.label()[:400] if not slot else "",
            value=target.value.text[:400],
            kind=target.parsed.kind if not slot else "",
            content=codec.target_content(target),
        )


# -- back ------------------------------------------------------------------------------------------------


def load(kept: BudgetFile) -> TargetFile:
    """The file as it now stands, corrections included, ready for the rules."""
    file = TargetFile(kept.name, kept.kind, kept.year)
    codec.fill_prose(file, kept.content)
    by_line: dict[Any, list[LineTarget]] = {}
    for row in kept.targets.filter(superseded_at__isnull=True).order_by("line_key", "order"):
        by_line.setdefault(row.line_key, []).append(row)
    for kept_line in kept.lines.filter(superseded_at__isnull=True).order_by("order"):
        file.lines.append(_line_of(kept_line, by_line.get(kept_line.key, [])))
    return file


def load_line(row: Line) -> BudgetLine:
    """One line as it now stands, with its targets."""
    held = LineTarget.objects.filter(line_key=row.key, superseded_at__isnull=True)
    return _line_of(row, list(held.order_by("order")))


def _line_of(row: Line, targets: list[LineTarget]) -> BudgetLine:
    line = BudgetLine(department=Department(row.department_code or None, row.department_name or None))
    codec.fill_line(line, row.content)
    line.budget, line.project_total = _wan(row.budget_fen), _wan(row.project_total_fen)
    line.plan = None if row.plan is None else [Decimal(figure) for figure in row.plan]
    for kept in targets:
        target = codec.target_of(kept.content, kept.class1, kept.class2)
        (line.empty_slots if kept.slot else line.targets).append(target)
    return line


# -- review ----------------------------------------------------------------------------------------------


def review(kept: BudgetFile, now: datetime) -> None:
    """Run every rule and bring the ledger of findings up to date."""
    loop.observe(kept.subject, observed(kept), now)
    kept.checked_at = now
    kept.save(update_fields=["checked_at"])


def observed(kept: BudgetFile) -> list[Observed]:
    return [_observed(finding, kept.organisation) for finding in check(load(kept))]


def look_again(subject: str) -> list[Observed]:
    """For the loop: what the rules find on a file now."""
    return observed(
        BudgetFile.objects.select_related("organisation").get(pk=subject.removeprefix("budget.file:"))
    )


def _observed(finding: Review, organisation: Organisation) -> Observed:
    return Observed(
        rule=f"budget.{finding.rule}",
        grade=GRADES[finding.severity],
        part=finding.line or "",
        label=finding.target or "",
        message=finding.message,
        cites=[{"text": quote.text, "position": quote.position} for quote in finding.cites],
        organisation=organisation,
    )
