"""答卷: every sheet with what is odd about it; one that cannot be believed is taken out with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from anju.kernel.access.permissions import requires
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.measuring.figures import figures
from anju.kernel.surveys.measuring.quality import MARK_WORDS, marks
from anju.kernel.surveys.models import Response, Standing, Survey
from anju.kernel.surveys.questions import Question, SurveyError
from anju.kernel.wording import listed
from anju.web.surveys.common import WRONG, actor, one_of, survey_of, titled

PER_PAGE = 100
MARKED = "marked"
VIEWS = {"": gettext_lazy("全部"), MARKED: gettext_lazy("有疑点"), **dict(Standing.choices)}


@requires("surveys.manage")
def sheets_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?view=`` chooses by standing, or those with a mark; ``?sheet=`` opens one."""
    survey = survey_of(request, key)
    trouble = None
    opened = _opened(request, survey)
    if request.method == "POST" and opened:
        try:
            reason = request.POST.get("reason", "")
            fieldwork.invalidate(opened, reason, actor=actor(request), now=timezone.now())
            return redirect(f"{request.path}?view={Standing.INVALID}")
        except SurveyError as error:
            trouble = error
    view = request.GET.get("view", "")
    view = view if view in VIEWS else ""
    page = Paginator(_rows(survey, view), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "survey": survey,
        "title": titled(survey),
        "rows": [_row(survey, response) for response in page],
        "page_of_rows": page,
        "views": list(VIEWS.items()),
        "view": view,
        "opened": _row(survey, opened) if opened else None,
        "answers": _answers(survey.version.questions, opened) if opened else (),
        "may_invalidate": opened and opened.standing != Standing.INVALID,
        "trouble": trouble,
        "typed": request.POST,
    }
    return render(request, "web/surveys/sheets.html", context, status=WRONG if trouble else 200)


def _opened(request: HttpRequest, survey: Survey) -> Response | None:
    wanted = request.GET.get("sheet")
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    rows = Response.objects.current().filter(survey=survey).select_related("invitation__stratum")
    found: Response = one_of(request, rows, key)
    return found


def _rows(survey: Survey, view: str) -> Any:
    rows = Response.objects.current().filter(survey=survey).select_related("invitation__stratum")
    rows = rows.defer("invitation__phone").order_by("-finished_at", "id")
    if view == MARKED:
        return [row for row in rows if _marks(survey, row)]
    return rows.filter(standing=view) if view else rows


def _marks(survey: Survey, row: Response) -> list[Any]:
    told = figures(timezone.localdate(row.finished_at))
    return marks(survey.version.questions, row.answers, row.seconds, told)


def _row(survey: Survey, row: Response) -> dict[str, Any]:
    return {"sheet": row, "marks": [MARK_WORDS[mark] for mark in _marks(survey, row)]}


def _answers(questions: list[Question], row: Response) -> list[tuple[str, str]]:
    """Each question with what was answered, in words."""
    found = []
    for question in questions:
        said = row.answers.get(question.code)
        words = question.choices()
        chosen = said if isinstance(said, list) else [said] if said else []
        found.append((question.words(), listed(words.get(code, code) for code in chosen) or "—"))
    return found
