"""What is made of visits: published results, and the second look at accepted cards."""

from __future__ import annotations

from django.db import models

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
