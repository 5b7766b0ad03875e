"""一分钟总览: what is there to decide today?"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from anju.kernel.access.scope import scope_of
from anju.kernel.cases.kinds import addressed
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.models import Finding
from anju.packs.budget.models import LineTarget
from anju.packs.budget.pages.board import goal_words
from anju.packs.budget.pages.common import OPEN, files, grade_counts, lines, marks, open_by_line, wan
from anju.packs.budget.year import rounds


def home_page(request: HttpRequest) -> HttpResponse:
    latest = files(request).first()
    if latest is None:
        return render(request, "budget/empty.html")
    now = timezone.now()
    findings = Finding.objects.within(scope_of(request.user)).filter(subject=latest.subject)
    cases = Case.objects.within(scope_of(request.user)).exclude(stage=Stage.CLOSED)
    rows = lines(request).filter(file=latest)
    whole = rows.aggregate(fen=Sum("budget_fen"), n=Count("id"))
    counts = grade_counts(findings)
    context = {
        "today": timezone.localdate(),
        "latest": latest,
        "total": wan(whole["fen"]),
        "line_count": whole["n"],
        "target_count": LineTarget.objects.current().filter(file=latest, slot=False).count(),
        "counts": marks(counts),
        "open_count": sum(counts.values()),
        "blocking": counts.get("crit", 0),
        "settled": findings.exclude(state__in=OPEN).count(),
        "late": cases.filter(deadline__lt=now).count(),
        "waiting": cases.filter(stage=Stage.SUBMITTED).count(),
        "case_count": cases.count(),
        "cases": addressed(cases.select_related("owner", "finding").order_by("deadline")[:6]),
        "gravest": findings.filter(state__in=OPEN, grade="crit").order_by("recorded_at")[:6],
        "misses": Finding.objects.within(scope_of(request.user)).filter(
            subject=rounds.subject_of(latest), rule="budget.predicted_miss", state__in=OPEN
        )[:6],
        "goals": _goals(latest.subject, rows),
        "now": now,
    }
    return render(request, "budget/home.html", context)


def _goals(subject: str, rows: Any) -> list[dict[str, Any]]:
    """Money and open findings by sub-goal."""
    found = open_by_line([subject])
    groups: dict[str, dict[str, Any]] = {}
    for line in rows.order_by("order"):
        group = groups.setdefault(line.sub_goal, {"fen": 0, "n": 0, "counts": {}})
        group["fen"] += line.budget_fen or 0
        group["n"] += 1
        for grade, n in found.get((subject, line.code or line.name), {}).items():
            group["counts"][grade] = group["counts"].get(grade, 0) + n
    total = sum(g["fen"] for g in groups.values()) or 1
    in_order = sorted(groups.items(), key=lambda item: not item[0])  # the others keep the file's order
    return [
        goal_words(sub_goal)
        | {
            "n": g["n"],
            "wan": wan(g["fen"]),
            "share": g["fen"] * 100 / total,
            "marks": marks(g["counts"]),
        }
        for sub_goal, g in in_order
    ]
