"""抽样调查: which surveys run, how far each has come in each stratum, and its beginning and end."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import segno
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.models import (
    Channel,
    InvitationState,
    Response,
    Standing,
    Survey,
    SurveyState,
)
from anju.kernel.surveys.questions import SurveyError
from anju.kernel.wording import listed
from anju.web.surveys.common import WRONG, actor, demand, survey_of, titled

MOST = 50
STATE_SIGNS = {SurveyState.DRAFT: "na", SurveyState.OPEN: "info", SurveyState.CLOSED: "ok"}


@requires("surveys.view")
def surveys_page(request: HttpRequest) -> HttpResponse:
    """The newest surveys with their progress; all of them stand in the register."""
    drawn = Count("invitations", distinct=True)
    answered = Count("invitations", Q(invitations__state=InvitationState.ANSWERED), distinct=True)
    rows = Survey.objects.within(scope_of(request.user)).select_related("owner", "version__questionnaire")
    found = rows.annotate(drawn=drawn, answered=answered).order_by("-recorded_at")[:MOST]
    context = {
        "rows": [
            {
                "survey": s,
                "title": titled(s),
                "sign": STATE_SIGNS[SurveyState(s.state)],
                "share": _share(s.answered, s.drawn),
            }
            for s in found
        ],
        "running": sum(survey.state == SurveyState.OPEN for survey in found),
        "may_manage": may(request.user, "surveys.manage"),
    }
    return render(request, "web/surveys/surveys.html", context)


@requires("surveys.view")
def survey_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One survey: what it was set up with, and its progress by stratum; ``step`` begins or ends it."""
    survey = survey_of(request, key)
    trouble = None
    if request.method == "POST":
        demand(request, "surveys.manage")
        move = {"begin": fieldwork.begin, "close": fieldwork.close}.get(request.POST.get("step", ""))
        try:
            if move:
                move(survey, actor=actor(request), now=timezone.now())
            return redirect(request.path)
        except SurveyError as error:
            trouble = error
    strata = by_stratum(survey)
    address = request.build_absolute_uri(f"/s/{survey.open_code}/") if survey.open_code else ""
    context = {
        "survey": survey,
        "title": titled(survey),
        "sign": STATE_SIGNS[SurveyState(survey.state)],
        "trouble": trouble,
        "strata": strata,
        "whole": _summed(strata),
        "standings": _standings(survey),
        "channels": listed(Channel(code).label for code in survey.channels),
        "open_address": address,
        "open_qr": qr(f"{address}?by=qr") if address else "",
        "may_manage": may(request.user, "surveys.manage"),
        "may_enter": may(request.user, "surveys.enter"),
    }
    return render(request, "web/surveys/survey.html", context, status=WRONG if trouble else 200)


def by_stratum(survey: Survey) -> list[dict[str, Any]]:
    """How many of each stratum were drawn, invited, answered, refused or not reached."""
    states = {state.value: Count("invitations", Q(invitations__state=state)) for state in InvitationState}
    rows = survey.strata.order_by("name").annotate(**states)
    return [
        {
            "name": row.name,
            "population": row.population,
            "sampled": row.sampled,
            **{state.value: getattr(row, state.value) for state in InvitationState},
            "share": _share(row.answered, row.sampled),
        }
        for row in rows
    ]


def _summed(strata: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("population", "sampled", *(state.value for state in InvitationState))
    whole = {name: sum(row[name] for row in strata) for name in names}
    return whole | {"share": _share(whole["answered"], whole["sampled"])}


def _standings(survey: Survey) -> list[tuple[str, int]]:
    rows = Response.objects.current().filter(survey=survey).values_list("standing")
    counts = dict(rows.annotate(n=Count("id")).order_by())
    return [(str(standing.label), counts.get(standing.value, 0)) for standing in Standing]


def _share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def qr_drawing(text: str) -> str:
    """The same as a drawing of its own, for a sheet that is typeset."""
    out = BytesIO()
    segno.make(text, micro=False).save(out, kind="svg", scale=4, dark="#000000", light="#ffffff")
    return out.getvalue().decode()


def qr(text: str) -> SafeString:
    """A code to scan, drawn here from an address of our own."""
    code = segno.make(text, micro=False)
    drawing = code.svg_inline(
        scale=4, light="#ffffff", dark="#000000", omitsize=False, title=gettext("二维码")
    )
    return mark_safe(drawing)
