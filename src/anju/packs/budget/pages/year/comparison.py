"""年度比较: the same lines in two files: budget, execution, attainment, score, and what was decided between them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import BudgetFile, Evaluation
from anju.packs.budget.pages.common import files, last_day, lines, wan
from anju.packs.budget.pages.year.monitoring import MOST
from anju.packs.budget.year.evaluations import decisions_for


def years_page(request: HttpRequest) -> HttpResponse:
    """``?file=`` against ``?before=``; without them the newest file and the newest one of an earlier year."""
    known = list(files(request)[:50])
    if not known:
        return render(request, "budget/empty.html")
    after = next((f for f in known if str(f.pk) == request.GET.get("file", "")), known[0])
    earlier = [f for f in known if f != after and (f.year or 0) < (after.year or 0)]
    others = [f for f in known if f != after]
    before = next((f for f in others if str(f.pk) == request.GET.get("before", "")), None)
    before = before or next(iter(earlier or others), None)
    now, was = _known(request, after), _known(request, before) if before else {}
    decided = decisions_for(now, after.year)
    rows = [_row(code, was.get(code), now.get(code), decided.get(code, [])) for code in {**now, **was}]
    context = {
        "files": known,
        "after": after,
        "before": before,
        "rows": rows,
        "both": sum(row["was"] is not None and row["now"] is not None for row in rows),
        "new": sum(row["was"] is None for row in rows),
        "gone": sum(row["now"] is None for row in rows),
    }
    return render(request, "budget/years.html", context)


def _known(request: HttpRequest, file: BudgetFile) -> dict[str, dict[str, Any]]:
    """The lines of a file that the person may see, by code or name."""
    allowed = lines(request).filter(file=file).order_by("order")[:MOST]
    scores = {
        e.line_key: e
        for e in Evaluation.objects.current().filter(file=file).only("line_key", "total", "grade")
    }
    return {
        stands.line.code or stands.line.name: _figures(stands, scores)
        for stands in standings(file, last_day(file.year), lines=list(allowed))
    }


def _figures(stands: LineStanding, scores: dict[UUID, Evaluation]) -> dict[str, Any]:
    score = scores.get(stands.line.key)
    return {
        "line": stands.line,
        "wan": wan(stands.adjusted),
        "rate": stands.rate,
        "attained": stands.attained,
        "score": score.total if score else None,
        "grade": score.grade if score else "",
    }


def _row(
    code: str, was: dict[str, Any] | None, now: dict[str, Any] | None, decisions: list[Any]
) -> dict[str, Any]:
    line = (now or was or {})["line"]
    known = was is not None and now is not None and was["wan"] is not None and now["wan"] is not None
    change = now["wan"] - was["wan"] if known and now and was else None
    return {"code": code, "line": line, "was": was, "now": now, "change": change, "decisions": decisions}
