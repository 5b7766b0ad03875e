"""年度比较: the same lines in two files: budget, execution, attainment, score, and what was decided between them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import BudgetFile, Evaluation, Line
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
    now, was = _known(request, after, before)
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


def _known(request: HttpRequest, *files: BudgetFile | None) -> list[dict[str, dict[str, Any]]]:
    """For each file the lines that the person may see, by code or name; nothing where there is no file."""
    scored = Evaluation.objects.current().filter(line_key=OuterRef("key"))
    allowed = lines(request).filter(file__in=[file for file in files if file]).order_by("order")
    rows: dict[UUID, list[Line]] = {}
    for line in allowed.annotate(
        score=Subquery(scored.values("total")[:1]), score_grade=Subquery(scored.values("grade")[:1])
    ):
        rows.setdefault(line.file_id, []).append(line)
    return [
        {
            stands.line.code or stands.line.name: _figures(stands)
            for stands in standings(file, last_day(file.year), lines=rows.get(file.pk, [])[:MOST])
        }
        if file
        else {}
        for file in files
    ]


def _figures(stands: LineStanding) -> dict[str, Any]:
    return {
        "line": stands.line,
        "wan": wan(stands.adjusted),
        "rate": stands.rate,
        "attained": stands.attained,
        "score": stands.line.score,
        "grade": stands.line.score_grade or "",
    }


def _row(
    code: str, was: dict[str, Any] | None, now: dict[str, Any] | None, decisions: list[Any]
) -> dict[str, Any]:
    line = (now or was or {})["line"]
    known = was is not None and now is not None and was["wan"] is not None and now["wan"] is not None
    change = now["wan"] - was["wan"] if known and now and was else None
    return {"code": code, "line": line, "was": was, "now": now, "change": change, "decisions": decisions}
