"""访问录入: the households still to be asked, and the sheet that an enumerator fills in while asking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.models import Grant
from anju.kernel.access.permissions import may, requires, table
from anju.kernel.access.scope import scope_of
from anju.kernel.surveys import assigning, fieldwork
from anju.kernel.surveys.assigning import TO_ASK
from anju.kernel.surveys.fieldwork import AnswersRefused, Entry
from anju.kernel.surveys.models import Channel, Invitation, InvitationState, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError
from anju.web.surveys.common import (
    WRONG,
    actor,
    asked,
    begun_at,
    begun_mark,
    demand,
    given_in,
    one_of,
    survey_of,
    titled,
)

PER_PAGE, MOST_PEOPLE = 100, 300
BY_PERSON = (Channel.PHONE, Channel.FACE)


@requires("surveys.enter")
def interviews_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who has not answered yet, by stratum in the order of the draw; ``?q=`` looks for a household.

    POST gives households to an interviewer, or takes them back.
    """
    survey = survey_of(request, key)
    trouble: SurveyError | None = None
    if request.method == "POST":
        demand(request, "surveys.manage")
        try:
            return redirect(f"{request.path}?saved={_given(request, survey)}")
        except SurveyError as error:
            trouble = error
    rows = survey.invitations.select_related("stratum").defer("phone").order_by("stratum__name", "position")
    view = request.GET.get("view", "")
    rows = rows.filter(state=view) if view in InvitationState.values else rows.exclude(state="answered")
    stratum, words, who = (request.GET.get(name, "").strip() for name in ("stratum", "q", "who"))
    rows = rows.filter(stratum__name=stratum) if stratum else rows
    rows = rows.filter(key__icontains=words) if words else rows
    rows = rows.filter(interviewer=who) if who else rows
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
        "who": who,
        "trouble": trouble,
        **(_assigning(request, survey) if may(request.user, "surveys.manage") else {}),
    }
    return render(request, "web/surveys/interviews.html", context, status=WRONG if trouble else 200)


def _assigning(request: HttpRequest, survey: Survey) -> dict[str, Any]:
    """What the form that gives households away needs: who may go, and how many each has still to do."""
    rows = survey.invitations.filter(state__in=TO_ASK).order_by("interviewer")
    loads = dict(rows.values_list("interviewer").annotate(n=Count("pk")))
    people = _people(request)
    return {
        "may_assign": survey.state != SurveyState.CLOSED and survey.drawn_at is not None,
        "people": people,
        "unassigned": loads.pop("", 0),
        "loads": [(people.get(username, username), username, n) for username, n in loads.items()],
        "given": request.POST,
    }


def _people(request: HttpRequest) -> dict[str, str]:
    """Accounts that may enter answers, within the scope of who asks: user name → name."""
    grants = Grant.objects.effective(timezone.localdate()).within(scope_of(request.user))
    holders = grants.filter(role__in=table()["surveys.enter"].roles, user__disabled_at=None)
    rows = holders.values_list("user__username", "user__name").order_by("user__name").distinct()
    return dict(rows[:MOST_PEOPLE])


def _given(request: HttpRequest, survey: Survey) -> str:
    """Households given to somebody, or taken back; what was done, as the list tells it."""
    post = request.POST
    if post.get("step") == "take_back":
        assigning.take_back(survey, post.get("interviewer", ""), actor=actor(request))
        return "taken_back"
    who = post.get("interviewer", "")
    count = int(post["count"]) if post.get("count", "").isdecimal() and len(post["count"]) < 6 else 0
    stratum = survey.strata.filter(name=post.get("stratum", "")).first()
    known = who if who in _people(request) else ""
    assigning.assign(survey, known, stratum, count, actor=actor(request))
    return "assigned"


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
