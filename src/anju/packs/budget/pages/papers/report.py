"""评价报告: every figure leads to its evidence; what only people can say is written section by section."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.packs.budget.models import Evaluation, Line, Opinion
from anju.packs.budget.pages.common import actor, last_day, one
from anju.packs.budget.reports import opinions
from anju.packs.budget.reports.opinions import REPORT, OpinionError
from anju.packs.budget.reports.report import Paragraph, Part, sections
from anju.packs.budget.year.printing import standing_of

MOST = 30  # earlier opinions on one page
_ADDRESSES = {
    "line": "/budget/lines/{key}/",
    "target": "/budget/targets/{key}/",
    "round": "/budget/rounds/{key}/",
    "version": "/budget/versions/{key}/",
    "evaluation": "/budget/evaluations/{key}/",
}


def report_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The report of one evaluated line as it would be printed; a posted section is kept as an opinion."""
    mine = Evaluation.objects.current().within(scope_of(request.user))
    row = one(mine.select_related("version__line", "file__organisation"), key=key)
    line = Line.objects.current().select_related("file__organisation", "department").get(key=row.line_key)
    trouble = None
    if request.method == "POST":
        try:
            _write(request, line)
            return redirect(request.path)
        except OpinionError as error:
            trouble = error
    stands = standing_of(line, last_day(row.file.year))
    context = {
        "row": row,
        "line": line,
        "day": stands.day,
        "trouble": trouble,
        "sections": _sections(request, line, sections(stands, row)),
        "may_write": may(request.user, "budget.report"),
        "kinds": (("docx", "Word"), ("xlsx", "Excel"), ("pdf", "PDF")),
        "history": _history(line),
    }
    return render(request, "budget/evaluation_report.html", context, status=422 if trouble else 200)


@transaction.atomic
def _write(request: HttpRequest, line: Line) -> None:
    if not may(request.user, "budget.report"):
        raise OpinionError(gettext("您的角色不能写评价意见。"), gettext("请联系有权限的同事。"))
    for code in REPORT:
        if code in request.POST:
            opinions.write(line, code, request.POST[code], actor=actor(request))


def _sections(request: HttpRequest, line: Line, found: dict[str, list[Paragraph]]) -> list[dict[str, Any]]:
    said = opinions.of(line)
    return [
        {
            "code": code,
            "name": gettext(name),
            "paragraphs": [[(part.text, _address(part, line)) for part in each] for each in found[code]],
            "said": request.POST.get(code, said.get((code, ""), "")),
        }
        for code, name in REPORT.items()
    ]


def _address(part: Part, line: Line) -> str:
    """Where the evidence of a part stands; "" for words that need none."""
    if part.about in ("payments", "allotments"):
        return f"/r/{part.about}/?{urlencode({'line_code': part.key, 'year': line.file.year or ''})}"
    return _ADDRESSES[part.about].format(key=part.key) if part.about else ""


def _history(line: Line) -> list[tuple[Opinion, str]]:
    rows = Opinion.objects.filter(about=line.key, section__in=REPORT).order_by("-recorded_at")[:MOST]
    return [(row, gettext(REPORT[row.section])) for row in rows]
