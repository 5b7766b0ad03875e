"""A budget line: what is promised, what was paid and attained by a day, what is wrong with it, what it was before."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel.access.scope import scope_of
from anju.kernel.documents import Quote
from anju.kernel.findings.models import Finding
from anju.kernel.funds.models import Source
from anju.kernel.funds.positions import Position
from anju.kernel.values.target_value import inferred_op, parse
from anju.kernel.wording import listed
from anju.packs.budget import wording
from anju.packs.budget.keeping import codec
from anju.packs.budget.keeping.standing import LineStanding, TargetStanding, standings
from anju.packs.budget.models import Commitment, Decision, Line, Version
from anju.packs.budget.pages.board import curve
from anju.packs.budget.pages.common import (
    GRADES,
    OPEN,
    day_asked,
    gravest_first,
    last_day,
    lines,
    marks,
    one,
    wan,
)
from anju.packs.budget.pages.targets.target import words_of
from anju.packs.budget.year import commitments
from anju.packs.budget.year.commitments import CommitmentStanding

MOST = 50  # findings, versions, corrections and decisions on one page
_WIDTH, _HEIGHT = 264, 96  # of the plan's drawing in the rail


def line_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?day=`` shows how the line stood on a day; without it today, or the end of a year that is over."""
    line = one(lines(request).select_related("file__organisation"), key=key)
    findings = Finding.objects.filter(subject=line.file.subject, part=line.code or line.name)
    day, unfit = day_asked(request, line.file.year)
    stands = standings(line.file, day, lines=[line])[0]
    by_label = _by_label(findings)
    context = {
        "line": line,
        "commitments": _commitments(line, day),
        "texts": _texts(line),
        "wan": wan(line.budget_fen),
        "project_total": wan(line.project_total_fen),
        "plan": curve(line.plan, _WIDTH, _HEIGHT),
        "targets": [_target(t, by_label.get(t.row.name, {})) for t in stands.targets],
        "findings": gravest_first(findings.filter(state__in=OPEN))[:MOST],
        "settled": findings.exclude(state__in=OPEN).count(),
        "marks": marks(_summed(by_label)),
        "history": Line.objects.filter(key=key).order_by("-recorded_at")[:MOST],
        "versions": Version.objects.filter(line_key=key).order_by("-number")[:MOST],
        "decisions": _decisions(request, line),
        "day": day,
        "last": last_day(line.file.year),
        "unfit": unfit,
        "money": _money(stands),
        "grade": (stands.grade, GRADES[stands.grade], listed(stands.reasons, "")),
    }
    return render(request, "budget/line.html", context)


def _commitments(line: Line, day: date) -> list[CommitmentStanding]:
    """What the safeguard measures promise for this line."""
    bound = Commitment.objects.current().filter(file=line.file_id, line_key=line.key)
    return commitments.standings(line.file, day, rows=list(bound)) if bound else []


def _texts(line: Line) -> dict[str, Quote]:
    return {
        name: codec.unpacked(line.content.get(name))
        for name in ("purpose", "goal", "achieved", "budget_text")
    }


def _summed(counted: dict[str, dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for counts in counted.values():
        total.update(counts)
    return dict(total)


def _by_label(findings: Any) -> dict[str, dict[str, int]]:
    """Open findings of each target of the line, by grade."""
    counted: dict[str, dict[str, int]] = {}
    for label, grade, n in (
        findings.filter(state__in=OPEN).values_list("label", "grade").annotate(n=Count("id"))
    ):
        counted.setdefault(label, {})[grade] = n
    return counted


def _target(stands: TargetStanding, counts: dict[str, int]) -> dict[str, Any]:
    row = stands.row
    target = codec.target_of(row.content, row.class1, row.class2)
    value = parse(row.value)
    reads = wording.value_words(value, inferred_op(target.level2.text, target.name.text, value))
    return {
        "row": row,
        "target": target,
        "reads": reads if row.value else "",
        "actual": words_of(stands.answer),
        "evidence": stands.answer.evidence,
        "standing": stands.standing,
        "grade": stands.judgement.grade,
        "grade_word": GRADES[stands.judgement.grade],
        "reasons": listed(stands.judgement.reasons, ""),
        "marks": marks(counts),
    }


def _money(stands: LineStanding) -> dict[str, Any]:
    """The money of the line on the day, in 万元, with its mark in the drawing of the plan."""
    position, names = stands.position, dict(Source.choices)
    return {
        "initial": wan(position.initial),
        "adjusted": wan(position.adjusted),
        "paid": wan(position.paid),
        "paid_to": position.paid_to,
        "rate": stands.rate,
        "planned": stands.planned,
        "deviation": stands.money_deviation,
        "sources": [
            {"name": names.get(source, source)} | _by_source(position, sums)
            for source, sums in sorted(position.sources.items())
        ],
        "mark": _mark(stands.day, stands.rate),
    }


def _by_source(position: Position, sums: dict[str, int]) -> dict[str, Decimal | None]:
    """The sums of one source; of what no ledger is on record nothing is known, which is not zero."""
    whole = {"initial": position.initial, "adjusted": position.adjusted, "paid": position.paid}
    return {kind: None if whole[kind] is None else wan(fen) for kind, fen in sums.items()}


def _mark(day: date, rate: Decimal | None) -> dict[str, Any]:
    """The day as a place on the plan's time axis, whose quarters are equally wide, and the paid point on it."""
    # As the plan itself counts: a month is a third of its quarter (``monitoring.curve.QuarterPlan``).
    months = day.month - 1 + Decimal(day.day) / monthrange(day.year, day.month)[1]
    x = months * _WIDTH / 12
    paid = None if rate is None else max(Decimal(0), _HEIGHT - min(rate, Decimal(100)) * _HEIGHT / 100)
    return {
        "x": f"{x:.1f}",
        "paid": None if paid is None else f"{paid:.1f}",
        "anchor": "end" if x > _WIDTH // 2 else "start",
        "text_x": f"{x - 6 if x > _WIDTH // 2 else x + 6:.1f}",
        "words": gettext("{day}已付{rate}%").format(day=day, rate="—" if rate is None else f"{rate:.2f}"),
    }


def _decisions(request: HttpRequest, line: Line) -> list[tuple[Decision, Decimal | None]]:
    """What was decided on last year's line of the same code, for this year."""
    if not line.code or line.file.year is None:
        return []
    found = Decision.objects.within(scope_of(request.user))
    found = found.filter(line_code=line.code, for_year=line.file.year).select_related("evaluation")
    return [(decision, wan(decision.amount_fen)) for decision in found.order_by("recorded_at")[:MOST]]
