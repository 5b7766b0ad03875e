"""A survey from its setting up to its end: links, calls, answers, and what is taken out of the count."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from uuid6 import uuid7

from anju.kernel import audit
from anju.kernel.parties.models import Organisation
from anju.kernel.surveys.measuring import indicators
from anju.kernel.surveys.models import (
    Asked,
    Channel,
    Invitation,
    InvitationState,
    Response,
    Standing,
    Survey,
    SurveyState,
    Version,
    hash_of,
)
from anju.kernel.surveys.questions import Answer, QuestionKind, SurveyError, check_answers
from anju.kernel.surveys.statistics.grades import SCALES
from anju.kernel.values import periods

CODE_BYTES = 16  # 128 bits
RESIDENT = gettext_noop("受访居民")
# What a person may note of a household that did not answer.
NOT_ANSWERED = (InvitationState.REFUSED, InvitationState.UNREACHABLE)


class AnswersRefused(SurveyError):
    """Some answers are missing or wrong: question code → sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(
            gettext("还有{n}题要补充或改正。").format(n=len(faults)), gettext("请看标红的题目。")
        )
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Setup:
    """What a survey is set up with; ``open_link`` also lets people answer who were not drawn, counted apart."""

    title: str
    version: Version
    owner: Organisation
    period: str
    target: int
    channels: tuple[str, ...]
    subject: str = ""
    title_en: str = ""
    minimum: int = 0
    allocation: str = "proportional"
    scale: str = "100-20"
    open_link: bool = False
    margins: Mapping[str, Mapping[str, int]] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How an answer sheet came: by whom, through what, from when to when."""

    channel: str
    finished_at: datetime
    started_at: datetime | None = None
    enumerator: str = ""
    device: str = ""


@transaction.atomic
def create(setup: Setup, *, actor: str, seed: str = "") -> Survey:
    """A survey in preparation, with a fresh seed unless one is given. ``SurveyError`` for what does not fit."""
    margins = {code: dict(rows) for code, rows in (setup.margins or {}).items()}
    _check_setup(setup, margins)
    survey = Survey.objects.create(
        title=setup.title.strip(),
        title_en=setup.title_en.strip(),
        version=setup.version,
        owner=setup.owner,
        subject=setup.subject.strip(),
        period=setup.period,
        channels=list(setup.channels),
        open_code=secrets.token_urlsafe(CODE_BYTES) if setup.open_link else None,
        target=setup.target,
        minimum=setup.minimum,
        allocation=setup.allocation,
        scale=setup.scale,
        margins=margins,
        seed=seed or secrets.token_hex(8),
        made_by=actor,
    )
    Asked.objects.bulk_create(
        Asked(survey=survey, code=question.code, name=f"{survey.title}：{question.text}")
        for question in setup.version.questions
        if question.kind == QuestionKind.SATISFACTION
    )
    audit.record("surveys.create", survey, actor=actor, after={"seed": survey.seed, "target": setup.target})
    return survey


def _check_setup(setup: Setup, margins: Mapping[str, Mapping[str, int]]) -> None:
    if len(setup.title.strip()) < 2:
        raise SurveyError(gettext("没有写调查名称。"), gettext("请写2个字以上的名称。"))
    if setup.version.published_at is None:
        raise SurveyError(gettext("问卷还没有发布。"), gettext("请先发布这一版问卷。"))
    if not 0 < setup.target <= 1_000_000 or setup.minimum < 0:
        raise SurveyError(gettext("样本量不对。"), gettext("请填正整数。"))
    if not setup.channels or not set(setup.channels) <= set(Channel.values):
        raise SurveyError(gettext("没有选择渠道。"), gettext("请至少选一个渠道。"))
    if setup.scale not in SCALES:
        raise SurveyError(gettext("没有选择折分办法。"), gettext("请选一种折分。"))
    try:
        periods.parse(setup.period)
    except ValueError as error:
        raise SurveyError(str(error), "") from error
    for code, rows in margins.items():
        _check_margin(setup.version, code, rows)


def _check_margin(version: Version, code: str, rows: Mapping[str, int]) -> None:
    """A margin gives every option of a question that everybody answers; else some would weigh nothing."""
    question = next((q for q in version.questions if q.code == code), None)
    fit = question and question.kind in (QuestionKind.SINGLE, QuestionKind.YES_NO)
    if question is None or not fit or question.dont_know or not question.required:
        raise SurveyError(
            gettext("总体分布里的“{code}”不是必答的单选题。").format(code=code), gettext("请改正题目编码。")
        )
    if set(rows) != set(question.choices()) or min(rows.values(), default=0) <= 0:
        raise SurveyError(
            gettext("总体分布里“{code}”的选项和问卷不一致。").format(code=code),
            gettext("请给每个选项一个正整数。"),
        )


@transaction.atomic
def begin(survey: Survey, *, actor: str, now: datetime) -> Survey:
    """Open a survey that was drawn, or that anybody may answer."""
    survey = _locked(survey)
    if survey.state != SurveyState.DRAFT:
        raise SurveyError(gettext("这项调查已经开始。"), gettext("请刷新后再看。"))
    if survey.drawn_at is None and survey.open_code is None:
        raise SurveyError(gettext("还没有抽样。"), gettext("请先抽样，或在新建时允许公开链接。"))
    return _moved(survey, SurveyState.OPEN, "opened_at", actor, now)


@transaction.atomic
def close(survey: Survey, *, actor: str, now: datetime) -> Survey:
    """End a survey; its figures are asked for, and links no longer take answers."""
    survey = _locked(survey)
    if survey.state != SurveyState.OPEN:
        raise SurveyError(gettext("这项调查不在进行中。"), gettext("请刷新后再看。"))
    survey = _moved(survey, SurveyState.CLOSED, "closed_at", actor, now)
    indicators.ask_again(survey, now)
    return survey


def _locked(survey: Survey) -> Survey:
    return Survey.objects.select_for_update().get(pk=survey.pk)


def _moved(survey: Survey, state: str, stamp: str, actor: str, now: datetime) -> Survey:
    survey.state = state
    setattr(survey, stamp, now)
    survey.save(update_fields=["state", stamp])
    audit.record(f"surveys.{state}", survey, actor=actor, after={"state": state})
    return survey


@transaction.atomic
def issue(survey: Survey, *, actor: str, now: datetime, again: bool = False) -> list[tuple[Invitation, str]]:
    """A fresh code for each household that has none yet; with ``again`` for each that has not answered.

    Only the hash is kept, so the codes are seen once, by the caller; an earlier code of a household dies.
    """
    rows = (
        survey.invitations.select_for_update(of=("self",))
        .select_related("stratum")
        .exclude(state__in=NOT_ANSWERED)
    )
    rows = rows.exclude(state=InvitationState.ANSWERED)
    if not again:
        rows = rows.filter(code_hash=None)
    made = []
    for invitation in rows.order_by("stratum__name", "position"):
        code = secrets.token_urlsafe(CODE_BYTES)
        invitation.code_hash, invitation.state = hash_of(code), InvitationState.INVITED
        invitation.changed_at = now
        made.append((invitation, code))
    fields = ["code_hash", "state", "changed_at"]
    Invitation.objects.bulk_update([invitation for invitation, _ in made], fields, batch_size=200)
    audit.record("surveys.issue", survey, actor=actor, after={"links": len(made), "again": again})
    return made


def find(code: str) -> tuple[Survey, Invitation | None] | None:
    """The survey, and the household, that a code opens; None for a code that opens nothing."""
    of_survey = Survey.objects.select_related("version__questionnaire")
    invitation = Invitation.objects.select_related("stratum").filter(code_hash=hash_of(code)).first()
    if invitation:
        return of_survey.get(pk=invitation.survey_id), invitation
    survey = of_survey.filter(open_code=code).first() if code else None
    return (survey, None) if survey else None


@transaction.atomic
def mark(invitation: Invitation, state: str, *, actor: str, now: datetime) -> Invitation:
    """Note that a household refused or could not be reached."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.state == InvitationState.ANSWERED:
        raise SurveyError(gettext("这一户已经回答。"), gettext("请刷新后再看。"))
    if state not in NOT_ANSWERED:
        raise SurveyError(gettext("没有选择结果。"), gettext("请选拒绝或联系不上。"))
    before = invitation.state
    _set_state(invitation, state, now)
    audit.record(
        "surveys.mark", invitation, actor=actor, before={"state": before}, after={"state": str(state)}
    )
    return invitation


def _set_state(invitation: Invitation, state: str, now: datetime) -> None:
    invitation.state, invitation.changed_at = state, now
    invitation.save(update_fields=["state", "changed_at"])


@transaction.atomic
def answer(
    survey: Survey, invitation: Invitation | None, given: Mapping[str, Answer], entry: Entry
) -> Response:
    """Keep an answer sheet. The first of a household counts; a further one is kept as repeated.

    Raises ``AnswersRefused`` with what is wrong by question, ``SurveyError`` for a survey that is not open.
    """
    survey = Survey.objects.select_related("version").get(pk=survey.pk)
    if survey.state != SurveyState.OPEN:
        raise SurveyError(gettext("这项调查不在进行中。"), gettext("谢谢您的关心。"))
    sheet, faults = check_answers(survey.version.questions, given)
    if faults:
        raise AnswersRefused(faults)
    if entry.started_at and entry.started_at > entry.finished_at:
        raise SurveyError(gettext("开始时间晚于完成时间。"), gettext("请改正时间。"))
    standing = Standing.OPEN_LINK
    if invitation:
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        standing = Standing.REPEATED if has_answered(invitation) else Standing.COUNTED
        if standing == Standing.COUNTED:
            _set_state(invitation, InvitationState.ANSWERED, entry.finished_at)
    kept = Response.objects.create(
        survey=survey,
        invitation=invitation,
        key=uuid7(),
        channel=entry.channel,
        answers=sheet,
        standing=standing,
        enumerator=entry.enumerator,
        started_at=entry.started_at,
        finished_at=entry.finished_at,
        device=entry.device,
    )
    facts: dict[str, Any] = {"standing": str(standing), "channel": str(entry.channel)}
    audit.record("surveys.answer", kept, actor=entry.enumerator or RESIDENT, after=facts)
    return kept


def has_answered(invitation: Invitation) -> bool:
    """Whether a sheet of the household counts."""
    return invitation.responses.current().filter(standing=Standing.COUNTED).exists()


@transaction.atomic
def invalidate(response: Response, reason: str, *, actor: str, now: datetime) -> Response:
    """Take a sheet out of the count, with the reason; the household may be asked again while the survey runs."""
    response = (
        Response.objects.select_for_update(of=("self",))
        .select_related("survey", "invitation")
        .get(pk=response.pk)
    )
    if response.superseded_at or response.standing == Standing.INVALID:
        raise SurveyError(gettext("这份答卷已经处理过。"), gettext("请刷新后再看。"))
    if len(reason.strip()) < 2:
        raise SurveyError(gettext("没有写作废的原因。"), gettext("请写明这份答卷哪里不可信。"))
    counted = response.standing == Standing.COUNTED
    before = {"standing": response.standing}
    made: Response = response.replaced(standing=Standing.INVALID, reason=reason.strip()[:300])
    if counted and made.invitation:
        _set_state(made.invitation, InvitationState.INVITED, now)
    audit.record("surveys.invalidate", made, actor=actor, before=before, reason=reason.strip())
    if made.survey.state == SurveyState.CLOSED:
        indicators.ask_again(made.survey, now)
    return made
