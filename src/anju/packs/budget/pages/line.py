"""A budget line and a target: what is promised, what is wrong with it, what it was before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel.access.scope import scope_of
from anju.kernel.documents import Quote
from anju.kernel.findings.models import Finding
from anju.kernel.values.target_value import inferred_op, parse
from anju.packs.budget import wording
from anju.packs.budget.keeping import codec
from anju.packs.budget.models import Line, LineTarget
from anju.packs.budget.pages.board import curve
from anju.packs.budget.pages.common import OPEN, grade_counts, lines, marks, one, wan


def line_page(request: HttpRequest, key: UUID) -> HttpResponse:
    line = one(lines(request).select_related("file__organisation"), key=key)
    findings = Finding.objects.filter(subject=line.file.subject, part=line.code or line.name)
    targets = LineTarget.objects.current().filter(line_key=key, slot=False)
    context = {
        "line": line,
        "texts": _texts(line),
        "wan": wan(line.budget_fen),
        "project_total": wan(line.project_total_fen),
        "plan": curve(line.plan, 480, 120),
        "targets": [_target(t, findings) for t in targets],
        "findings": findings.filter(state__in=OPEN).order_by("grade", "rule"),
        "settled": findings.exclude(state__in=OPEN).count(),
        "marks": marks(grade_counts(findings)),
        "history": Line.objects.filter(key=key).order_by("-recorded_at"),
    }
    return render(request, "budget/line.html", context)


def _texts(line: Line) -> dict[str, Quote]:
    return {
        name: codec.unpacked(line.content.get(name))
        for name in ("purpose", "goal", "achieved", "budget_text")
    }


def _target(row: LineTarget, findings: Any) -> dict[str, Any]:
    target = codec.target_of(row.content, row.class1, row.class2)
    value = parse(row.value)
    words = (
        wording.value_words(value, inferred_op(target.level2.text, target.name.text, value))
        if row.value
        else "—"
    )
    counts = grade_counts(findings.filter(label=row.name))
    return {"row": row, "target": target, "reads": words, "marks": marks(counts)}


def target_page(request: HttpRequest, key: UUID) -> HttpResponse:
    allowed = LineTarget.objects.current().within(scope_of(request.user)).select_related("file__organisation")
    row = one(allowed, key=key)
    line = one(lines(request), key=row.line_key)
    target = codec.target_of(row.content, row.class1, row.class2)
    value = parse(row.value)
    inferred = inferred_op(target.level2.text, target.name.text, value)
    findings = Finding.objects.filter(subject=row.file.subject, part=line.code or line.name, label=row.name)
    context = {
        "row": row,
        "line": line,
        "target": target,
        "value": value,
        "reads": wording.value_words(value, inferred) if row.value else "—",
        "inferred": inferred if inferred and not value.op else "",
        "findings": findings.order_by("grade", "rule"),
        "history": LineTarget.objects.filter(key=key).order_by("-recorded_at"),
    }
    return render(request, "budget/target.html", context)
