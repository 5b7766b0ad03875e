"""单元: the households, buildings or doors of a project, by state and code, a hundred at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.permissions import requires
from anju.kernel.works import units
from anju.kernel.works.importing.reading import HEADS, Content
from anju.kernel.works.models import Unit, UnitState
from anju.web.surveys.workbook import XLSX, book
from anju.web.works.common import WRONG, actor, project_of, titled

PER_PAGE, MOST_ROWS = 100, 100_000


@requires("works.view")
def units_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """``?state=`` and ``?q=`` (the beginning of a code, or else of a name) narrow; ``?export=xlsx`` gives them."""
    project = project_of(request, key)
    counts = units.counts(project)
    state = request.GET.get("state", "")
    state = state if state in UnitState.values else ""
    words = request.GET.get("q", "").strip()[:60]
    rows = Unit.objects.current().filter(project=project)
    rows = rows.filter(state=state) if state else rows
    rows = _matching(rows, words).order_by("code") if words else rows.order_by("code")
    known = None if words else counts[state] if state else sum(counts.values())
    trouble = ""
    if request.GET.get("export") == "xlsx":
        if (known if known is not None else rows.count()) <= MOST_ROWS:
            return _exported(request, project, rows)
        trouble = gettext("超过{n}行，一个表格放不下。请先按状态或编码筛选。").format(n=MOST_ROWS)
    context = {
        "project": project,
        "title": titled(project),
        "page_of_rows": _Counted(rows, PER_PAGE, known).get_page(request.GET.get("page")),
        "views": [("", gettext("全部"), sum(counts.values()))]
        + [(each.value, each.label, counts[each.value]) for each in UnitState],
        "state": state,
        "words": words,
        "trouble": trouble,
    }
    return render(request, "web/works/units.html", context, status=WRONG if trouble else 200)


class _Counted(Paginator):
    """Pages over rows whose number is known already: half a million are not counted twice."""

    def __init__(self, rows: Any, per_page: int, known: int | None) -> None:
        super().__init__(rows, per_page)
        if known is not None:
            self.count = known


def _matching(rows: Any, words: str) -> Any:
    """Codes that begin so, and where there are none names; both by their index."""
    by_code = rows.filter(_begins("code", words))
    return by_code if by_code.exists() else rows.filter(_begins("name", words))


def _begins(field: str, words: str) -> Q:
    """SQLite uses an index for a range only; PostgreSQL orders texts by language, so a range would miss some."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": words, f"{field}__lt": f"{words}\U0010ffff"})
    return Q(**{f"{field}__startswith": words})


def _exported(request: HttpRequest, project: Any, rows: Any) -> FileResponse:
    """The rows with the heads that the import reads, so that the file may come back."""
    fields = ("code", "name", "quantity", "longitude", "latitude", "state", "done_on", "accepted_on")
    labels = dict(UnitState.choices)
    heads = [
        head.name for head in HEADS[Content.UNITS][:5]
    ]  # as the import reads them, whatever the page is in
    table: list[list[Any]] = [[*heads, gettext("状态"), gettext("完成日期"), gettext("验收日期")]]
    for *first, state, done, accepted in rows.values_list(*fields).iterator(chunk_size=2000):
        table.append(
            [
                *first[:2],
                float(first[2]),
                *first[3:],
                str(labels[state]),
                str(done or ""),
                str(accepted or ""),
            ]
        )
    audit.record("works.units.export", project, actor=actor(request), after={"rows": len(table) - 1})
    name = f"{project.code}-{gettext('单元')}.xlsx"
    return FileResponse(
        book([(gettext("单元"), table)]), as_attachment=True, filename=name, content_type=XLSX
    )
