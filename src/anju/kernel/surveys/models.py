"""Questionnaires in versions, surveys, strata, drawn households, and the ledger of answers."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.records.models import Ledger, Record
from anju.kernel.surveys.questions import Question
from anju.kernel.surveys.statistics.sampling import Allocation

ALLOCATION_WORDS = {
    Allocation.PROPORTIONAL: gettext_lazy("按各层户数"),
    Allocation.EQUAL: gettext_lazy("各层相等"),
}


class Questionnaire(Record):
    """What is asked, under one name through its versions."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    title = models.CharField("名称", max_length=120)
    title_en = models.CharField("英文名称", max_length=120, blank=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "问卷"

    def __str__(self) -> str:
        return self.title


class Version(Record):
    """The questions of a questionnaire at one time; once published they never change."""

    scope_area = "questionnaire__owner__area"
    scope_organisation = "questionnaire__owner"

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="versions", verbose_name="问卷"
    )
    number = models.PositiveSmallIntegerField("版次")
    introduction = models.TextField("开头的话", blank=True)
    introduction_en = models.TextField("英文的开头的话", blank=True)
    content = models.JSONField("题目", default=list)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.CharField("发布人", max_length=150, blank=True)

    class Meta:
        verbose_name = "问卷版本"
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="survey_version_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(published_at__isnull=True),
                name="survey_version_one_draft",
            ),
        ]

    def __str__(self) -> str:
        return gettext("{title}第{number}版").format(title=self.questionnaire.title, number=self.number)

    def save(self, *args: Any, **options: Any) -> None:
        """Refuses to write over a published version: answers were given to just these words."""
        if Version.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise ValidationError(gettext("已发布的版本不能改。请另建一版。"))
        super().save(*args, **options)

    @property
    def questions(self) -> list[Question]:
        return [Question.from_json(raw) for raw in self.content]


class Channel(models.TextChoices):
    LINK = "link", gettext_lazy("链接")
    QR = "qr", gettext_lazy("二维码")
    PHONE = "phone", gettext_lazy("电话")
    FACE = "face", gettext_lazy("入户")


class SurveyState(models.TextChoices):
    DRAFT = "draft", gettext_lazy("准备中")
    OPEN = "open", gettext_lazy("调查中")
    CLOSED = "closed", gettext_lazy("已结束")


class Survey(Record):
    """A version of a questionnaire put to people in a period.

    What is set at the beginning (seed, target, allocation, margins, scale) never changes, so that a result can be
    computed again for any moment. The seed is drawn before the frame is known: nobody chooses it for its sample.
    ``subject`` is text, such as ``area:…`` or ``budget.line:…``. ``margins`` are (question code → option →
    population), to which the weights are raked beside the strata. ``frame`` tells what was drawn from: its name,
    its number of rows and its digest.
    """

    scope_area = "owner__area"
    scope_organisation = "owner"

    title = models.CharField("名称", max_length=120)
    title_en = models.CharField("英文名称", max_length=120, blank=True)
    version = models.ForeignKey(Version, models.PROTECT, related_name="surveys", verbose_name="问卷版本")
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    subject = models.CharField("对象", max_length=120, blank=True)
    period = models.CharField("期间", max_length=10)
    state = models.CharField("状态", max_length=6, choices=SurveyState, default=SurveyState.DRAFT)
    channels = models.JSONField("渠道", default=list)
    open_code = models.CharField("公开链接", max_length=22, unique=True, null=True, blank=True)
    target = models.PositiveIntegerField("样本量")
    minimum = models.PositiveIntegerField("每层最少", default=0)
    allocation = models.CharField(
        "分配", max_length=12, choices=list(ALLOCATION_WORDS.items()), default=Allocation.PROPORTIONAL
    )
    seed = models.CharField("种子", max_length=32)
    scale = models.CharField("折分", max_length=6, default="100-20")
    margins = models.JSONField("总体分布", default=dict, blank=True)
    frame = models.JSONField("抽样框", default=dict, blank=True)
    frame_file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, verbose_name="抽样框文件"
    )
    drawn_at = models.DateTimeField("抽样时间", null=True, blank=True)
    drawn_by = models.CharField("抽样人", max_length=150, blank=True)
    opened_at = models.DateTimeField("开始时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "抽样调查"

    def __str__(self) -> str:
        return self.title


class Asked(Record):
    """A satisfaction question as one survey asks it: what the survey's indicators are about."""

    scope_area = "survey__owner__area"
    scope_organisation = "survey__owner"

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="asked", verbose_name="抽样调查")
    code = models.CharField("题目编码", max_length=20)
    name = models.CharField("名称", max_length=640)

    class Meta:
        verbose_name = "调查题目"
        constraints = [models.UniqueConstraint(fields=["survey", "code"], name="survey_asked_once")]

    def __str__(self) -> str:
        return self.name


class Stratum(Record):
    """A part of the population that is drawn from by itself; fixed with the draw."""

    scope_area = "survey__owner__area"
    scope_organisation = "survey__owner"

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="strata", verbose_name="抽样调查")
    name = models.CharField("层", max_length=120)
    population = models.PositiveIntegerField("总体户数")
    sampled = models.PositiveIntegerField("抽取户数")

    class Meta:
        verbose_name = "抽样层"
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="survey_stratum_once")]

    def __str__(self) -> str:
        return self.name


class InvitationState(models.TextChoices):
    DRAWN = "drawn", gettext_lazy("已抽中")
    INVITED = "invited", gettext_lazy("已邀请")
    ANSWERED = "answered", gettext_lazy("已回答")
    REFUSED = "refused", gettext_lazy("拒绝")
    UNREACHABLE = "unreachable", gettext_lazy("联系不上")


class Invitation(Record):
    """A household of the sample. Its code is kept as a hash only; the telephone number is sealed.

    ``interviewer`` is the account that goes there, "" where nobody was sent.
    """

    scope_area = "survey__owner__area"
    scope_organisation = "survey__owner"

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations", verbose_name="抽样调查")
    stratum = models.ForeignKey(Stratum, models.PROTECT, related_name="invitations", verbose_name="层")
    key = models.CharField("户编码", max_length=120)
    position = models.PositiveIntegerField("层内抽取次序")
    phone = EncryptedTextField("电话", purpose="surveys.invitation.phone", null=True, blank=True)
    code_hash = models.CharField("链接摘要", max_length=64, unique=True, null=True, blank=True)
    state = models.CharField("状态", max_length=11, choices=InvitationState, default=InvitationState.DRAWN)
    changed_at = models.DateTimeField("变更时间", null=True, blank=True)
    interviewer = models.CharField("访问员", max_length=150, blank=True)

    class Meta:
        verbose_name = "受访户"
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="survey_invitation_once")]
        indexes = [
            models.Index(fields=["interviewer"], condition=~Q(interviewer=""), name="survey_invitation_given")
        ]

    def __str__(self) -> str:
        return self.key


def hash_of(code: str) -> str:
    """How a code is kept. 128 random bits need no salt and no slow hash."""
    return hashlib.sha256(code.encode()).hexdigest()


class Standing(models.TextChoices):
    COUNTED = "counted", gettext_lazy("计入")
    OPEN_LINK = "open_link", gettext_lazy("公开链接，另计")
    REPEATED = "repeated", gettext_lazy("重复，不计")
    INVALID = "invalid", gettext_lazy("作废，不计")


class Response(Ledger):
    """One answer sheet. A change of its standing is a new row; nothing that was answered goes away."""

    scope_area = "survey__owner__area"
    scope_organisation = "survey__owner"

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", verbose_name="抽样调查")
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="responses", verbose_name="受访户"
    )
    key = models.UUIDField("答卷", db_index=True)
    channel = models.CharField("渠道", max_length=5, choices=Channel)
    answers = models.JSONField("回答")
    standing = models.CharField("计入情况", max_length=9, choices=Standing)
    reason = models.CharField("原因", max_length=300, blank=True)
    enumerator = models.CharField("访问员", max_length=150, blank=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间")
    device = models.CharField("设备", max_length=12, blank=True)

    class Meta:
        verbose_name = "答卷"
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"],
                condition=Q(superseded_at__isnull=True, standing="counted"),
                name="survey_response_one_a_household",
            ),
            models.CheckConstraint(
                condition=Q(invitation__isnull=False) | ~Q(standing="counted"),
                name="survey_response_counted_is_drawn",
            ),
        ]
        indexes = [models.Index(fields=["survey", "superseded_at"])]

    def __str__(self) -> str:
        return f"{self.survey} {self.finished_at:%Y-%m-%d}"

    @property
    def seconds(self) -> int | None:
        """How long it took; None where the beginning is not known."""
        return round((self.finished_at - self.started_at).total_seconds()) if self.started_at else None
