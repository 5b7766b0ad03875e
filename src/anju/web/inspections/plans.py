"""检查计划: which plans there are, one plan as a grid of counties and kinds, and a new one."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.inspections import planning
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.measuring import indicators
from anju.kernel.inspections.models import Cell, Plan, PlanObject, Version, Visit
from anju.kernel.parties.models import Organisation
from anju.kernel.values import periods
from anju.web.inspections.common import OUTCOME_SIGNS, WRONG, actor

MOST = 50
# State of a cell → sign and class; done says its outcome instead.
LATE, DUE, WAITING = "late", "due", "waiting"


@requires("inspections.view")
def plans_page(request: HttpRequest) -> HttpResponse:
    """The newest plans with how many of their cells are done, as far as the person may see them."""
    scope = scope_of(request.user)
    mine = Cell.objects.within(scope)
    done = (
        Q(cells__in=mine)
        & Q(cells__candidates__visits__superseded_at=None)
        & Q(cells__candidates__visits__isnull=False)
    )
    rows = Plan.objects.filter(Q(pk__in=Plan.objects.within(scope)) | Q(pk__in=mine.values("plan")))
    rows = rows.select_related("owner").annotate(
        n=Count("cells", Q(cells__in=mine), distinct=True), done=Count("cells", done, distinct=True)
    )
    found = list(rows.order_by("-period", "-recorded_at")[:MOST])
    context = {
        "rows": [{"plan": p, "share": 100 * p.done / p.n if p.n else None} for p in found],
        "running": sum(1 for p in found if p.n and p.done < p.n),
        "may_plan": may(request.user, "inspections.plan"),
        "may_visit": may(request.user, "inspections.visit"),
    }
    return render(request, "web/inspections/plans.html", context)


def plan_of(request: HttpRequest, key: UUID) -> Plan:
    """The plan of an address, if the person may see it or one of its cells."""
    scope = scope_of(request.user)
    cells = Cell.objects.within(scope).filter(plan=OuterRef("pk"))
    allowed = Q(pk__in=Plan.objects.within(scope)) | Exists(cells)
    found: Plan | None = Plan.objects.select_related("owner").filter(allowed, pk=key).first()
    if found is None:
        raise Http404(gettext("没有这份计划，或者不在您的管理范围内。"))
    return found


@requires("inspections.view")
def plan_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One plan: its cells as a grid, what they come to, and how it was drawn."""
    plan = plan_of(request, key)
    cells = list(
        Cell.objects.within(scope_of(request.user)).filter(plan=plan).select_related("area", "kind", "group")
    )
    kinds = list(plan.kinds.select_related("version__checklist"))
    grid, counts = _grid(plan, cells, [kind.pk for kind in kinds])
    context = {
        "plan": plan,
        "kinds": kinds,
        "grid": grid,
        "counts": counts,
        "cells": len(cells),
        "counties": len(grid),
        "figures": figures_of(plan),
        "may_plan": may(request.user, "inspections.plan"),
        "may_publish": may(request.user, "inspections.publish"),
        "may_visit": may(request.user, "inspections.visit"),
        "groups": plan.cells.values("group").distinct().count(),
    }
    return render(request, "web/inspections/plan.html", context)


def _grid(plan: Plan, cells: list[Cell], kinds: list[UUID]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """A row for each area with its cells by kind; and how many cells are done, late, due or wait."""
    objects: dict[UUID, list[PlanObject]] = {}
    for one in PlanObject.objects.filter(cell__in=[cell.pk for cell in cells], drawn=True):
        objects.setdefault(one.cell_id, []).append(one)
    visits: dict[UUID, Visit] = {}
    for visit in Visit.objects.current().filter(object__cell__plan=plan).order_by("finished_at"):
        visits[visit.object_id] = visit
    today, rows = timezone.localdate(), {}
    counts = dict.fromkeys(("done", LATE, DUE, WAITING), 0)
    for cell in sorted(cells, key=lambda one: (one.area.code, one.order)):
        shown = _shown(cell, objects.get(cell.pk, []), visits, today)
        counts[shown["state"]] += 1
        row = rows.setdefault(cell.area_id, {"area": cell.area, "cells": dict.fromkeys(kinds)})
        row["cells"][cell.kind_id] = shown
    return [{"area": row["area"], "cells": list(row["cells"].values())} for row in rows.values()], counts


def _shown(cell: Cell, objects: list[PlanObject], visits: dict[UUID, Visit], today: date) -> dict[str, Any]:
    done = [visits[one.pk] for one in objects if one.pk in visits]
    state = "done" if done else LATE if cell.day < today else DUE if cell.day == today else WAITING
    worst = max(done, key=lambda visit: list(OUTCOME_SIGNS).index(visit.outcome), default=None)
    signs = {LATE: "high", DUE: "info", WAITING: "na"}
    words = {LATE: gettext("未检查"), DUE: gettext("今日"), WAITING: gettext("待检查")}
    return {
        "cell": cell,
        "state": state,
        "visit": worst,
        "object": objects[0] if objects else None,
        "sign": OUTCOME_SIGNS[worst.outcome] if worst else signs[state],
        "words": worst.get_outcome_display() if worst else words[state],
    }


def figures_of(plan: Plan) -> list[tuple[str, str, str]]:
    """Name, figure and fraction of the plan's indicators, as the rows stand now."""
    names = {
        "completion": gettext("检查完成率"),
        "on_time": gettext("按时率"),
        "pass_rate": gettext("合格率"),
        "publication_rate": gettext("公布率"),
    }
    period = periods.parse(plan.period)
    every = indicators.every_figure(indicators.subject_of(plan), period, timezone.now())
    found = []
    for code, name in names.items():
        got = every[code]
        share = gettext("不可评") if got.number is None else f"{100 * got.number:.1f}%"
        part = gettext(got.reason) if got.number is None else f"{got.numerator:.0f}/{got.denominator:.0f}"
        found.append((name, share, part))
    return found


@requires("inspections.plan")
def new_page(request: HttpRequest) -> HttpResponse:
    """A plan's name, period and kinds; the objects come on the next page."""
    scope = scope_of(request.user)
    owners = list(Organisation.objects.within(scope).on(timezone.localdate()).order_by("name")[:500])
    published = Version.objects.within(scope).filter(published_at__isnull=False)
    versions = list(published.select_related("checklist").order_by("checklist__title", "-number")[:200])
    trouble = None
    if request.method == "POST":
        try:
            made = _made(request, owners, versions)
            return redirect(f"/inspections/plans/{made.pk}/draw/")
        except InspectionError as error:
            trouble = error
    typed = [
        (n, request.POST.get(f"kind-{n}", ""), request.POST.get(f"version-{n}", "")) for n in range(1, 9)
    ]
    context = {
        "owners": owners,
        "versions": versions,
        "typed": request.POST,
        "rows": typed,
        "trouble": trouble,
        "period": request.POST.get("period", f"{timezone.localdate():%Y-%m}"),
    }
    return render(request, "web/inspections/plan_new.html", context, status=WRONG if trouble else 200)


def _made(request: HttpRequest, owners: list[Organisation], versions: list[Version]) -> Plan:
    by_key = {str(version.pk): version for version in versions}
    owner = next((one for one in owners if str(one.pk) == request.POST.get("owner")), None)
    if owner is None:
        raise InspectionError(gettext("没有选择主办单位。"), gettext("请从列表里选一个。"))
    kinds = []
    for n in range(1, 9):
        name = request.POST.get(f"kind-{n}", "").strip()
        version = by_key.get(request.POST.get(f"version-{n}", ""))
        if name and version is None:
            raise InspectionError(gettext("有类别没有选择清单。"), gettext("请给每个类别选一份清单。"))
        if name and version:
            kinds.append((name, version))
    count = request.POST.get("count", "1")
    return planning.create(
        request.POST.get("title", ""),
        owner,
        request.POST.get("period", "").strip(),
        kinds,
        planning.Sampling(int(count) if count.isdecimal() and len(count) < 4 else 0),
        actor=actor(request),
    )
