"""检查结果: what the visits of a plan found, as a page, a workbook and a document; and making it public."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.documents.forms.grid import Cell, Grid, Page, Style
from anju.kernel.documents.forms.writers import to_docx
from anju.kernel.inspections import publishing
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Plan, Visit
from anju.web.inspections.common import OUTCOME_SIGNS, WRONG, actor, demand
from anju.web.inspections.plans import plan_of
from anju.web.surveys.workbook import XLSX, book

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LINES = ("thin", "thin", "thin", "thin")
_WIDTHS = (6.0, 14.0, 12.0, 30.0, 26.0, 12.0, 10.0, 8.0)


@requires("inspections.view")
def results_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The visits of a plan as they stand; ``?export=`` xlsx or docx; a post publishes what was not yet."""
    plan = plan_of(request, key)
    trouble = None
    if request.method == "POST":
        demand(request, "inspections.publish")
        try:
            channel = request.POST.get("channel", "")
            publishing.publish(plan, channel, actor=actor(request), now=timezone.now())
            return redirect(request.path)
        except InspectionError as error:
            trouble = error
    visits = list(publishing.results(plan).within(scope_of(request.user)))
    kind = request.GET.get("export", "")
    if kind in ("xlsx", "docx"):
        facts = {"kind": kind, "visits": len(visits)}
        audit.record(
            "inspections.export", plan, actor=actor(request), after=facts, context=context_of(request)
        )
        return _exported(plan, visits, kind)
    context = {
        "plan": plan,
        "rows": [{"visit": visit, "sign": OUTCOME_SIGNS[visit.outcome]} for visit in visits],
        "waiting": sum(not hasattr(visit, "published") for visit in visits),
        "publications": list(plan.publications.order_by("-recorded_at")),
        "may_publish": may(request.user, "inspections.publish"),
        "trouble": trouble,
        "typed": request.POST.get("channel", ""),
    }
    return render(request, "web/inspections/results.html", context, status=WRONG if trouble else 200)


def _table(visits: list[Visit]) -> list[list[str]]:
    heads = [
        gettext("序号"),
        gettext("区县"),
        gettext("类别"),
        gettext("对象"),
        gettext("责任单位"),
        gettext("检查日期"),
        gettext("结论"),
        gettext("得分"),
    ]
    rows = [
        [
            str(number),
            visit.area.name,
            visit.object.cell.kind.name,
            visit.name,
            visit.organisation.name,
            f"{timezone.localtime(visit.finished_at):%Y-%m-%d}",
            str(visit.get_outcome_display()),
            "—" if visit.points is None else str(visit.points),
        ]
        for number, visit in enumerate(visits, 1)
    ]
    return [heads, *rows]


def _exported(plan: Plan, visits: list[Visit], kind: str) -> FileResponse:
    name = gettext("{title}检查结果").format(title=plan.title)
    if kind == "xlsx":
        made = book([(gettext("检查结果"), _table(visits))])
        return FileResponse(made, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    body = io.BytesIO(to_docx(_as_grid(name, _table(visits))))
    return FileResponse(body, as_attachment=True, filename=f"{name}.docx", content_type=DOCX)


def _as_grid(title: str, rows: list[list[str]]) -> Grid:
    """A title over a ruled table on A4 landscape, whose head every page repeats."""
    head = Style(bold=True, align="center", borders=_LINES)
    cells = [Cell(title, 0, 0, 1, len(_WIDTHS), Style(size=16, bold=True, align="center"))]
    for number, row in enumerate(rows, 1):
        style = head if number == 1 else Style(borders=_LINES)
        cells += [Cell(text, number, column, 1, 1, style) for column, text in enumerate(row)]
    heights = (None,) * (len(rows) + 1)
    return Grid(title, tuple(cells), _WIDTHS, heights, (1, 1), Page(True, (20.0, 15.0, 20.0, 15.0), "&P/&N"))
