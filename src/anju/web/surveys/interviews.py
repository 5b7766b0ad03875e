"""访问录入: the households still to be asked, and the sheet that an enumerator fills in while asking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.fieldwork import AnswersRefused, Entry
from anju.kernel.surveys.models import Channel, Invitation, InvitationState, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError
from anju.web.surveys.common import (
    WRONG,
    actor,
    asked,
    begun_at,
    begun_mark,
    given_in,
    one_of,
    survey_of,
    titled,
)

PER_PAGE = 100
BY_PERSON = (Channel.PHONE, Channel.FACE)


@requires("surveys.enter")
def interviews_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who has not answered yet, by stratum in the order of the draw; ``?q=`` looks for a household."""
    survey = survey_of(request, key)
    rows = survey.invitations.select_related("stratum").defer("phone").order_by("stratum__name", "position")
    view = request.GET.get("view", "")
    rows = rows.filter(state=view) if view in InvitationState.values else rows.exclude(state="answered")
    stratum, words = request.GET.get("stratum", ""), request.GET.get("q", "").strip()
    rows = rows.filter(stratum__name=stratum) if stratum else rows
    rows = rows.filter(key__icontains=words) if words else rows
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "survey": survey,
        "title": titled(survey),
        "open": survey.state == SurveyState.OPEN,
        "rows": page,
        "views": [("", gettext("未回答")), *InvitationState.choices],
        "view": view,
        "strata": list(survey.strata.order_by("name").values_list("name", flat=True)),
        "stratum": stratum,
        "words": words,
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "web/surveys/interviews.html", context)


@requires("surveys.enter")
def interview_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One household: its telephone number (the reading is audited), the sheet, or why there is none."""
    invitation = one_of(request, Invitation.objects.select_related("stratum"), key)
    survey = survey_of(request, invitation.survey_id)
    trouble: SurveyError | None = None
    if request.method == "POST":
        try:
            return redirect(f"/surveys/{survey.pk}/interviews/?saved={_saved(request, survey, invitation)}")
        except SurveyError as error:
            trouble = error
    elif invitation.phone:
        audit.record("surveys.phone", invitation, actor=actor(request), context=context_of(request))
    return _shown(request, survey, invitation, trouble)


def _saved(request: HttpRequest, survey: Survey, invitation: Invitation) -> str:
    """What was done, as the list tells it."""
    now, step = timezone.now(), request.POST.get("step", "")
    if step in fieldwork.NOT_ANSWERED:
        fieldwork.mark(invitation, step, actor=actor(request), now=now)
        return "marked"
    channel = request.POST.get("channel", "")
    if channel not in BY_PERSON or channel not in survey.channels:
        raise SurveyError(gettext("没有选择访问方式。"), gettext("请选电话或入户。"))
    begun = begun_at(request.POST.get("begun", ""), now)
    entry = Entry(channel, now, begun, enumerator=actor(request))
    kept = fieldwork.answer(survey, invitation, given_in(request.POST, survey.version.questions), entry)
    return str(kept.standing)


def _shown(
    request: HttpRequest, survey: Survey, invitation: Invitation, trouble: SurveyError | None
) -> HttpResponse:
    questions = survey.version.questions
    given: dict[str, Any] = given_in(request.POST, questions) if trouble else {}
    faults = trouble.faults if isinstance(trouble, AnswersRefused) else {}
    ways = [channel for channel in BY_PERSON if channel in survey.channels]
    chosen = request.POST.get("channel") or (ways[0] if ways else "")
    context = {
        "survey": survey,
        "title": titled(survey),
        "invitation": invitation,
        "open": survey.state == SurveyState.OPEN,
        "answered": fieldwork.has_answered(invitation),
        "rows": asked(questions, given, faults),
        "trouble": trouble,
        "ways": [(channel.value, channel.label, channel == chosen) for channel in ways],
        "outcomes": [(state.value, state.label) for state in fieldwork.NOT_ANSWERED],
        "begun": request.POST.get("begun") or begun_mark(timezone.now()),
    }
    return render(request, "web/surveys/interview.html", context, status=WRONG if trouble else 200)
