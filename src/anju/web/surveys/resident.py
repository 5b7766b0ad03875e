"""/s/<code>/: a resident answers on one page, in a minute, without login, without script, without a name."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from anju.kernel.access.login import address_of
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.fieldwork import AnswersRefused, Entry
from anju.kernel.surveys.models import Channel, Invitation, Standing, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError
from anju.web.surveys.common import WRONG, asked, begun_at, begun_mark, given_in, opening, titled
from anju.web.surveys.throttle import allowed

TOO_MANY = 429
# ``?by=qr`` stands in the printed codes, so that the channel is known.
_BY = {"qr": Channel.QR}


@require_http_methods(["GET", "HEAD", "POST"])
def answer_page(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet behind a code; thanks after it was sent, and a kind word where it was sent before."""
    now = timezone.now()
    found = fieldwork.find(code)
    if found is None:
        return _unknown(request, now)
    survey, invitation = found
    if request.method == "POST" and survey.state == SurveyState.OPEN:
        if not allowed("answer", address_of(request), now):
            return _said(request, *_wait(), status=TOO_MANY)
        return _answered(request, survey, invitation, now)
    if request.GET.get("done") or (invitation and fieldwork.has_answered(invitation)):
        return _thanks(request, survey, request.GET.get("done", "before"))
    if survey.state != SurveyState.OPEN:
        sentence = (
            gettext("这项调查还没有开始。")
            if survey.state == SurveyState.DRAFT
            else gettext("这项调查已经结束。")
        )
        return _said(request, sentence, gettext("谢谢您的关心。"), survey)
    return _sheet(request, survey)


def _answered(
    request: HttpRequest, survey: Survey, invitation: Invitation | None, now: datetime
) -> HttpResponse:
    given = given_in(request.POST, survey.version.questions)
    entry = Entry(
        channel=_BY.get(request.GET.get("by", ""), Channel.LINK),
        finished_at=now,
        started_at=begun_at(request.POST.get("begun", ""), now),
        device="phone" if "Mobi" in request.META.get("HTTP_USER_AGENT", "") else "computer",
    )
    try:
        kept = fieldwork.answer(survey, invitation, given, entry)
    except AnswersRefused as error:
        return _sheet(request, survey, error)
    except SurveyError as error:
        return _said(request, error.sentence, error.next_step, survey)
    return redirect(f"{request.path}?done={'again' if kept.standing == Standing.REPEATED else 'now'}")


def _sheet(request: HttpRequest, survey: Survey, error: AnswersRefused | None = None) -> HttpResponse:
    questions = survey.version.questions
    given = given_in(request.POST, questions) if error else {}
    context = {
        "title": titled(survey),
        "survey": survey,
        "introduction": opening(survey.version),
        "rows": asked(questions, given, error.faults if error else {}),
        "trouble": error,
        # A sheet that is sent a second time was begun when it was first opened.
        "begun": request.POST.get("begun") or begun_mark(timezone.now()),
    }
    return render(request, "web/surveys/resident.html", context, status=WRONG if error else 200)


def _thanks(request: HttpRequest, survey: Survey, done: str) -> HttpResponse:
    words = {
        "now": (gettext("谢谢，您的回答已经收到。"), gettext("现在可以关闭这一页。")),
        "again": (
            gettext("您家已经回答过，谢谢。"),
            gettext("这一次的回答留作备查，不重复计算；现在可以关闭这一页。"),
        ),
    }
    before = (gettext("这个链接已经用过，谢谢您的回答。"), gettext("每户回答一次；现在可以关闭这一页。"))
    return _said(request, *words.get(done, before), survey, sign="ok")


def _unknown(request: HttpRequest, now: datetime) -> HttpResponse:
    if not allowed("unknown", address_of(request), now):
        return _said(request, *_wait(), status=TOO_MANY)
    step = gettext("请核对短信或纸上的链接是否完整，或重新扫一次二维码。")
    return _said(request, gettext("没有这个调查链接。"), step, status=404)


def _wait() -> tuple[str, str]:
    return gettext("这里的请求太多了。"), gettext("请十分钟后再试，已填的内容请先不要关闭。")


def _said(
    request: HttpRequest,
    sentence: str,
    next_step: str,
    survey: Survey | None = None,
    *,
    status: int = 200,
    sign: str = "info",
) -> HttpResponse:
    context = {"title": titled(survey) if survey else sentence, "survey": survey, "sign": sign}
    context |= {"sentence": sentence, "next_step": next_step}
    return render(request, "web/surveys/said.html", context, status=status)
