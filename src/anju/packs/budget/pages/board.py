"""预算看板: which line is amiss?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import Line
from anju.packs.budget.pages.common import (
    GRADE_WORDS,
    GRADES,
    files,
    last_day,
    lines,
    marks,
    open_by_line,
    wan,
)

PER_PAGE = 100
SORTS = {"code": "code", "name": "name", "budget": "budget_fen", "goal": "sub_goal", "order": "order"}
NO_GOAL = "none"  # in an address; titles of sub-goals are Chinese


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader chose: filters and order, each empty for everything."""

    file: str
    department: str
    goal: str
    words: str
    sort: str
    down: bool

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        got = request.GET
        sort = got.get("sort", "")
        name = sort.removeprefix("-")
        return cls(
            got.get("file", ""),
            got.get("department", ""),
            got.get("goal", ""),
            got.get("q", "").strip(),
            name if name in SORTS else "",
            sort.startswith("-"),
        )

    def narrow(self, rows: QuerySet[Line]) -> QuerySet[Line]:
        if self.department:
            rows = rows.filter(department_code=self.department)
        if self.goal:
            rows = rows.filter(sub_goal="" if self.goal == NO_GOAL else self.goal)
        if self.words:
            rows = rows.filter(Q(name__icontains=self.words) | Q(code__icontains=self.words))
        order = SORTS.get(self.sort, "order")
        return rows.order_by(f"-{order}" if self.down else order, "order")


def board_page(request: HttpRequest) -> HttpResponse:
    """The lines of one file: filters and order in the address, so that a view can be kept and sent."""
    known = list(files(request)[:50])
    asked = Asked.of(request)
    shown = next((f for f in known if str(f.pk) == asked.file), known[0] if known else None)
    if shown is None:
        return render(request, "budget/empty.html")
    everything = lines(request).filter(file=shown)
    rows = asked.narrow(everything)
    total = everything.aggregate(fen=Sum("budget_fen"), n=Count("id"))
    whole = total
    if asked.department or asked.goal or asked.words:
        whole = rows.order_by().aggregate(fen=Sum("budget_fen"), n=Count("id"))
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = whole["n"]  # known already: the page asks few questions
    page = paginator.get_page(request.GET.get("page"))
    found = open_by_line([shown.subject])
    context = {
        "shown": shown,
        "files": known,
        "asked": asked,
        "page_of_lines": page,
        "rows": [
            _row(stands, found.get((shown.subject, stands.line.code or stands.line.name), {}), total["fen"])
            for stands in standings(shown, last_day(shown.year), lines=list(page))
        ],
        "day": last_day(shown.year),
        "total": wan(total["fen"]),
        "line_count": total["n"],
        "filtered": wan(whole["fen"]),
        "departments": _groups(everything, "department_code", "department_name"),
        "goals": _goals(everything),
        "grades": _grades(found),
        "target_count": shown.targets.filter(superseded_at__isnull=True, slot=False).count(),
    }
    return render(request, "budget/board.html", context)


def _row(stands: LineStanding, counts: dict[str, int], total_fen: int | None) -> dict[str, Any]:
    line = stands.line
    share = Decimal(line.budget_fen or 0) * 100 / total_fen if total_fen else Decimal(0)
    return {
        "line": line,
        "wan": wan(line.budget_fen),
        "share": share,
        "marks": marks(counts),
        "plan": curve(line.plan),
        "planned": stands.planned,
        "rate": stands.rate,
        "attained": stands.attained,
        "known": len(stands.attainments),
        "of": len(stands.targets),
        "grade": stands.grade,
        "grade_word": GRADES[stands.grade],
    }


def curve(plan: list[str] | None, width: int = 96, height: int = 24) -> dict[str, Any] | None:
    """The cumulative plan as points of a polyline from (0, 0), and in words."""
    if plan is None:
        return None
    figures = [Decimal(0), *(Decimal(p) for p in plan)]
    points = " ".join(
        f"{i * width / 4:.1f},{height - float(f) * height / 100:.1f}" for i, f in enumerate(figures)
    )
    said = [f"{f.normalize():f}" for f in figures[1:]]
    words = " · ".join(
        gettext("第{quarter}季度末{figure}%").format(quarter=q, figure=f) for q, f in enumerate(said, 1)
    )
    return {"points": points, "words": words, "figures": said}


def _groups(rows: QuerySet[Line], *names: str) -> list[dict[str, Any]]:
    found = rows.order_by().values(*names).annotate(n=Count("id"), fen=Sum("budget_fen")).order_by("-fen")
    return [group | {"wan": wan(group["fen"])} for group in found]


def _goals(rows: QuerySet[Line]) -> list[dict[str, Any]]:
    return [group | goal_words(group["sub_goal"]) for group in _groups(rows, "sub_goal")]


def goal_words(sub_goal: str) -> dict[str, str]:
    """A sub-goal as it stands in an address and for the eye."""
    return {"code": sub_goal or NO_GOAL, "name": sub_goal or gettext("未挂分项目标")}


def _grades(found: dict[tuple[str, str], dict[str, int]]) -> list[tuple[str, str, int]]:
    return [(sign, word, sum(counts.get(sign, 0) for counts in found.values())) for sign, word in GRADE_WORDS]
