"""发放链接: fresh links for the households drawn, as a table or as codes to print; they are seen this once."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.documents.forms.writers.labels import Label, to_labels
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.models import Invitation, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError
from anju.web.surveys.common import WRONG, actor, survey_of, titled
from anju.web.surveys.progress import qr, qr_drawing
from anju.web.surveys.workbook import XLSX, book


@requires("surveys.manage")
def links_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """``step`` is ``xlsx``, ``pdf`` or ``qr``; ``again`` renews the links of all who have not answered."""
    survey = survey_of(request, key)
    waiting = survey.invitations.exclude(state__in=("answered", *fieldwork.NOT_ANSWERED))
    without = waiting.filter(code_hash=None).count()
    trouble = None
    if request.method == "POST":
        try:
            return _issued(request, survey)
        except SurveyError as error:
            trouble = error
    context = {
        "survey": survey,
        "title": titled(survey),
        "trouble": trouble,
        "without": without,
        "having": waiting.count() - without,
    }
    return render(request, "web/surveys/links.html", context, status=WRONG if trouble else 200)


def _issued(request: HttpRequest, survey: Survey) -> HttpResponseBase:
    again, step = bool(request.POST.get("again")), request.POST.get("step")
    if survey.state != SurveyState.OPEN:
        raise SurveyError(gettext("这项调查不在进行中。"), gettext("请先开始调查，再发放链接。"))
    made = fieldwork.issue(survey, actor=actor(request), now=timezone.now(), again=again)
    if not made:
        raise SurveyError(gettext("没有要发放的户。"), gettext("要换新链接，请勾选“也换掉已发的链接”。"))
    found = [(invitation, request.build_absolute_uri(f"/s/{code}/")) for invitation, code in made]
    if step == "pdf":
        return _sheets(survey, found)
    return _cards(request, survey, found) if step == "qr" else _table(survey, found)


def _table(survey: Survey, found: list[tuple[Invitation, str]]) -> HttpResponseBase:
    heads = (gettext("户编码"), gettext("层"), gettext("电话"), gettext("链接"))
    rows = [(one.key, one.stratum.name, one.phone or "", address) for one, address in found]
    name = gettext("{title}的链接.xlsx").format(title=titled(survey))
    content = book([(gettext("链接"), (heads, *rows))])
    return FileResponse(content, as_attachment=True, filename=name, content_type=XLSX)


def _sheets(survey: Survey, found: list[tuple[Invitation, str]]) -> HttpResponseBase:
    """Codes to cut out, one a household, three in a row on A4."""
    title = titled(survey)
    labels = [
        Label(qr_drawing(f"{address}?by=qr"), (title, f"{one.stratum.name}　{one.key}", address))
        for one, address in found
    ]
    name = gettext("{title}的二维码.pdf").format(title=title)
    content = BytesIO(to_labels(title, labels))
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/pdf")


def _cards(request: HttpRequest, survey: Survey, found: list[tuple[Invitation, str]]) -> HttpResponseBase:
    cards = [
        {"key": one.key, "stratum": one.stratum.name, "qr": qr(f"{address}?by=qr"), "address": address}
        for one, address in found
    ]
    context = {"survey": survey, "title": titled(survey), "cards": cards}
    return render(request, "web/surveys/cards.html", context)
