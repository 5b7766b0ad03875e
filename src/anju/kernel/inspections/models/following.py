"""What is made of visits: published results, and the second look at accepted cards."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from anju.kernel.cases.models import Case
from anju.kernel.inspections.models.plans import Plan
from anju.kernel.inspections.models.visits import Visit
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Record


class Publication(Record):
    """The results of a plan made public, by whom, where and when."""

    scope_area = "plan__owner__area"
    scope_organisation = "plan__owner"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="publications", verbose_name="检查计划")
    channel = models.CharField("公布渠道", max_length=120)
    published_by = models.CharField("公布人", max_length=150)
    digest = models.CharField("内容摘要", max_length=64)

    class Meta:
        verbose_name = "结果公布"

    def __str__(self) -> str:
        return f"{self.plan} {self.recorded_at:%Y-%m-%d}"


class PublishedVisit(Record):
    """A visit whose result was published, as it stood then; once for a row."""

    scope_area = "visit__area"
    scope_organisation = "visit__organisation"

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="rows", verbose_name="结果公布")
    visit = models.OneToOneField(Visit, models.PROTECT, related_name="published", verbose_name="检查")

    class Meta:
        verbose_name = "公布的检查"


class RecheckDraw(Record):
    """Which accepted cards are looked at again, drawn by a seed: the frame holds their keys in order."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    seed = models.CharField("种子", max_length=32)
    frame = models.JSONField("已验收的督办卡", default=list)
    drawn_by = models.CharField("抽取人", max_length=150)

    class Meta:
        verbose_name = "复查抽取"


class Recheck(Record):
    """The second look at one accepted card on a day; ``passed`` is None until somebody was there."""

    scope_area = "case__owner__area"
    scope_organisation = "case__owner"

    draw = models.ForeignKey(RecheckDraw, models.PROTECT, related_name="rechecks", verbose_name="复查抽取")
    case = models.OneToOneField(Case, models.PROTECT, related_name="recheck", verbose_name="督办卡")
    day = models.DateField("日期")
    passed = models.BooleanField("仍符合", null=True, blank=True)
    note = models.TextField("情况", blank=True)
    done_at = models.DateTimeField("复查时间", null=True, blank=True)
    done_by = models.CharField("复查人", max_length=150, blank=True)

    class Meta:
        verbose_name = "复查"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.case} {self.day}"


class CardEventKind(models.TextChoices):
    RECEIVED = "received", gettext_lazy("签收")
    ASKED = "asked", gettext_lazy("申请延期")
    GRANTED = "granted", gettext_lazy("同意延期")
    REFUSED = "refused", gettext_lazy("不同意延期")
    REMINDED = "reminded", gettext_lazy("催办")
    ESCALATED = "escalated", gettext_lazy("上报")


class CardEvent(Record):
    """What happened to a supervision card beside its stages; rows are added and never changed.

    ``until`` is the day that was asked for or granted. ``mark`` tells reminders and escalations of one kind apart, so
    that each is made once (``receipt``, ``50``, ``80``, ``100``; ``1``, ``2``, ``3``); "" where a person did it.
    ``to`` says who is told.
    """

    scope_area = "case__owner__area"
    scope_organisation = "case__owner"

    case = models.ForeignKey(Case, models.PROTECT, related_name="card_events", verbose_name="督办卡")
    kind = models.CharField("事项", max_length=9, choices=CardEventKind)
    mark = models.CharField("标记", max_length=8, blank=True)
    until = models.DateTimeField("延至", null=True, blank=True)
    to = models.CharField("告知", max_length=120, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    actor = models.CharField("经办人", max_length=150)

    class Meta:
        verbose_name = "督办事项"
        ordering = ["recorded_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="received"), name="inspection_card_received_once"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind="granted"), name="inspection_card_extended_once"
            ),
            models.UniqueConstraint(
                fields=["case", "kind", "mark"], condition=~Q(mark=""), name="inspection_card_pressed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.recorded_at:%Y-%m-%d}"
