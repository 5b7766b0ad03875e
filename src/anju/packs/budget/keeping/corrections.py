"""One text of a kept line or target corrected: a new version, reviewed again; the old one stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from anju.kernel import audit
from anju.kernel.documents import Quote
from anju.packs.budget.keeping import codec
from anju.packs.budget.keeping.files import fen, review
from anju.packs.budget.keeping.names import LINE_FIELDS, TARGET_FIELDS
from anju.packs.budget.models import Line, LineTarget
from anju.packs.budget.reading.budgets import settle_budget
from anju.packs.budget.targetfile import BudgetLine, Target

Row = TypeVar("Row", Line, LineTarget)


@transaction.atomic
def correct_target(row: LineTarget, field: str, text: str, *, actor: str) -> LineTarget:
    """A target with one text changed: a new version of the row, checked again."""
    row = LineTarget.objects.select_for_update().current().get(key=row.key)
    before = codec.unpacked(row.content.get(field))
    content = row.content | {field: codec.packed(corrected(before, text))}
    target: Target = codec.target_of(content, row.class1, row.class2)
    new = _next_version(row, content, actor)
    new.name, new.value, new.kind = target.label()[:400], target.value.text[:400], target.parsed.kind
    _put(row, new, TARGET_FIELDS[field], before.text, text, actor)
    review(row.file, timezone.now())
    return new


@transaction.atomic
def correct_line(row: Line, field: str, text: str, *, actor: str) -> Line:
    """A line with one text changed; a budget that stands in words is read again."""
    row = Line.objects.select_for_update().current().get(key=row.key)
    before = codec.unpacked(row.content.get(field))
    content = row.content | {field: codec.packed(corrected(before, text))}
    new = _next_version(row, content, actor)
    if field == "name":
        new.name = text[:300]
    if field == "purpose" and codec.unpacked(content.get("budget_text")).position.startswith(before.position):
        line = BudgetLine(purpose=corrected(before, text))
        settle_budget(line, row.file.year)
        new.budget_fen, new.project_total_fen = fen(line.budget), fen(line.project_total)
        new.content = content | {"budget_text": codec.packed(line.budget_text)}
    _put(row, new, LINE_FIELDS[field], before.text, text, actor)
    review(row.file, timezone.now())
    return new


def corrected(before: Quote, text: str, mark: str = "（已更正）") -> Quote:
    """Other words at the same place, which says that they are not the file's own."""
    place = (before.position or "原文没有").removesuffix(mark) + mark
    return replace(before, text=text.strip(), position=place, seams=())


def _next_version(row: Row, content: dict[str, Any], actor: str) -> Row:
    """A copy of the current row under a new identifier."""
    values = {
        f.attname: getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if f.name not in ("id", "recorded_at")
    }
    return type(row)(**values | {"content": content, "changed_by": actor})


def _put(
    old: Line | LineTarget, new: Line | LineTarget, field: str, before: str, after: str, actor: str
) -> None:
    old.supersede()
    new.save()
    audit.record("budget.correct", new, actor=actor, before={field: before}, after={field: after})
