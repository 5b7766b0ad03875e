"""入户访问 on the phone: the households that were given to an interviewer, and the sheet or why there is none."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from anju.kernel.access.models import User
from anju.kernel.field import registers
from anju.kernel.field.adapters import parts
from anju.kernel.field.refusals import Beside, Conflict
from anju.kernel.field.sender import Sender, moment
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.fieldwork import AnswersRefused, Entry
from anju.kernel.surveys.models import (
    Channel,
    Invitation,
    InvitationState,
    Response,
    Standing,
    Survey,
    SurveyState,
    Version,
)
from anju.kernel.surveys.questions import Answer, Question, QuestionKind
from anju.kernel.values.refusal import Refusal
from anju.kernel.values.scope import Scope
from anju.kernel.wording import is_english

SUBJECT = "survey.invitation"
# A question's own codes hold no hyphen.
OUTCOME, CHANNEL = "interview-outcome", "interview-channel"
ANSWERED = "answered"
BY_PERSON = (Channel.FACE, Channel.PHONE)
DEVICE = "phone"
_KINDS = {
    QuestionKind.SATISFACTION: "grade",
    QuestionKind.SINGLE: "choice",
    QuestionKind.YES_NO: "choice",
    QuestionKind.MULTIPLE: "multiple",
    QuestionKind.NUMBER: "number",
    QuestionKind.TEXT: "text",
}


def tasks(user: User, scope: Scope, now: datetime) -> list[dict[str, Any]]:
    """The households of running surveys that were given to the user and have neither answered nor refused."""
    rows = Invitation.objects.within(scope).filter(interviewer=user.username, survey__state=SurveyState.OPEN)
    rows = rows.exclude(state__in=(InvitationState.ANSWERED, InvitationState.REFUSED)).defer("phone")
    due = rows.select_related("survey__version", "stratum").order_by("survey", "stratum__name", "position")
    forms: dict[UUID, dict[str, Any]] = {}
    return [_task(one, forms) for one in due[: parts.MOST_TASKS]]


def _task(one: Invitation, forms: dict[UUID, dict[str, Any]]) -> dict[str, Any]:
    if one.survey_id not in forms:
        forms[one.survey_id] = form_of(one.survey.version, _ways(one.survey), _titled(one.survey))
    ways = _ways(one.survey)
    return {
        "id": f"{SUBJECT}:{one.pk}",
        "title": one.key,
        "place": f"{one.stratum}　{_titled(one.survey)}",
        "deadline": "",
        "subject": f"{SUBJECT}:{one.pk}",
        "form": forms[one.survey_id],
        "once": True,
        "given": {CHANNEL: ways[0].value} if ways else {},
    }


def _titled(survey: Survey) -> str:
    return (survey.title_en if is_english() else "") or survey.title


def _ways(survey: Survey) -> list[Channel]:
    return [channel for channel in BY_PERSON if channel in survey.channels]


def form_of(version: Version, ways: list[Channel], title: str) -> dict[str, Any]:
    """The questions behind what came of the visit, in the words of ``field.kinds``."""
    outcomes = [
        parts.option(ANSWERED, gettext("已回答")),
        *(parts.option(state.value, str(state.label)) for state in fieldwork.NOT_ANSWERED),
    ]
    channels = [parts.option(way.value, str(way.label)) for way in ways]
    first = [
        parts.item(OUTCOME, gettext("问到了吗"), "choice", options=outcomes),
        parts.item(CHANNEL, gettext("访问方式"), "choice", options=channels, when=_answered()),
    ]
    opening = (version.introduction_en if is_english() else "") or version.introduction
    return {
        "kind": registers.INTERVIEW,
        "version": str(version.pk),
        "title": title,
        "sections": [
            {"title": gettext("受访户"), "items": first},
            {"title": opening, "items": [_asked(question) for question in version.questions]},
        ],
        "needs_position": True,
        "needs_signature": False,
    }


def _answered() -> dict[str, Any]:
    return {"code": OUTCOME, "is": [ANSWERED]}


def _asked(question: Question) -> dict[str, Any]:
    options = [parts.option(code, words) for code, words in question.choices().items()]
    bounds = {name: getattr(question, name) for name in ("low", "high") if getattr(question, name)}
    kind = _KINDS[QuestionKind(question.kind)]
    more = {"options": options, "required": question.required, "when": _answered(), **bounds}
    return parts.item(question.code, question.words(), kind, **more)


def take(body: dict[str, Any], sender: Sender) -> str | Beside:
    """The answer sheet, or the note that nobody answered; its key.

    A sheet of a household that has answered is kept as repeated, beside the one that counts.
    """
    rows = Invitation.objects.within(sender.scope).select_related("survey__version").defer("phone")
    one = rows.filter(pk=parts.subject(body, SUBJECT)).first()
    if one is None:
        raise parts.out_of_reach()
    if str(body.get("version")) != str(one.survey.version_id):
        raise Refusal(gettext("这项调查用的不是这一版问卷。"), gettext("请联网更新任务后重新填写。"))
    outcome = parts.said(body, OUTCOME)
    if outcome in fieldwork.NOT_ANSWERED:
        return _marked(one, outcome, sender)
    return _kept(one, body, sender)


def _marked(one: Invitation, outcome: str, sender: Sender) -> str:
    if one.state == InvitationState.ANSWERED:
        raise Conflict(
            gettext("这一户已经回答，“没有问到”没有记。"), gettext("不需要再办；已收的答卷照旧计入。")
        )
    fieldwork.mark(one, outcome, actor=sender.user.username, now=sender.now)
    return str(one.pk)


def _kept(one: Invitation, body: dict[str, Any], sender: Sender) -> str | Beside:
    channel = parts.said(body, CHANNEL)
    if channel not in BY_PERSON or channel not in one.survey.channels:
        raise Refusal(gettext("没有选择访问方式。"), gettext("请另存为新记录，选择后再提交。"))
    finished, begun = parts.made_at(sender), moment(body.get("begun_at"))
    entry = Entry(
        channel, finished, begun if begun and begun <= finished else None, sender.user.username, DEVICE
    )
    given: dict[str, Answer] = {code: _answer(value) for code, value in parts.answers(body).items()}
    try:
        kept = fieldwork.answer(one.survey, one, given, entry)
    except AnswersRefused as refused:
        raise _named(refused, one.survey.version) from refused
    if kept.standing == Standing.REPEATED:
        return Beside(
            str(kept.key),
            Conflict(
                gettext("这一户先前已有一份计入的答卷，这一份记为重复，不计入。"),
                gettext("请核对户编码；先前那份不可信的，由主办科室作废后重新访问。"),
            ),
        )
    return str(kept.key)


def _answer(value: object) -> Answer:
    if isinstance(value, list):
        return [code for code in value if isinstance(code, str)]
    return value if isinstance(value, str) else ""


def _named(refused: AnswersRefused, version: Version) -> Refusal:
    """What is wrong, question by question."""
    texts = {question.code: question.words() for question in version.questions}
    faults = "；".join(f"{texts.get(code, code)}{fault}" for code, fault in refused.faults.items())
    return Refusal(f"{refused.sentence}{faults}"[:300], gettext("请另存为新记录，补正后再提交。"))


def asked(body: dict[str, Any]) -> dict[str, Any] | None:
    """The form of the version that was filled in."""
    version = Version.objects.filter(pk=parts.key_of(body.get("version"))).first()
    return form_of(version, list(BY_PERSON), "") if version else None


def page(key: str) -> str:
    """The page of the household, whether it answered or not."""
    sheet = Response.objects.filter(key=parts.key_of(key)).first()
    return f"/surveys/interviews/{sheet.invitation_id if sheet else key}/"
