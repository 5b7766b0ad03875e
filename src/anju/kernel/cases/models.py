"""Cases and their steps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Record


class Stage(models.TextChoices):
    """发现、派单、整改、验收、销案: where a case stands. A return adds a step; it never erases one."""

    ASSIGNED = "assigned", gettext_lazy("派单")
    SUBMITTED = "submitted", gettext_lazy("待验收")
    RETURNED = "returned", gettext_lazy("退回整改")
    CLOSED = "closed", gettext_lazy("销案")


class Outcome(models.TextChoices):
    CORRECTED = "corrected", gettext_lazy("已改正")
    EXPLAINED = "explained", gettext_lazy("已说明")
    DISMISSED = "dismissed", gettext_lazy("不成立")


class Case(Record):
    """One thing to be done about a finding. ``kind`` is a case type of a pack (``budget.review``)."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    kind = models.CharField("类型", max_length=60)
    title = models.CharField("标题", max_length=300)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="cases", verbose_name="发现")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="cases", verbose_name="责任单位")
    stage = models.CharField("阶段", max_length=10, choices=Stage, default=Stage.ASSIGNED)
    outcome = models.CharField("结果", max_length=10, choices=Outcome, blank=True)
    opened_by = models.CharField("派单人", max_length=150)
    done_by = models.CharField("办理人", max_length=150, blank=True)
    accepted_by = models.CharField("验收人", max_length=150, blank=True)
    deadline = models.DateTimeField("期限")
    closed_at = models.DateTimeField("销案时间", null=True, blank=True)
    correlation = models.UUIDField("关联号", null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = "办理"
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_by="") | ~Q(accepted_by=F("done_by")),
                name="case_accepted_by_another",
                violation_error_message=gettext_lazy("验收人不能是办理人本人。"),
            ),
            models.UniqueConstraint(
                fields=["finding"], condition=~Q(stage="closed"), name="case_one_open_a_finding"
            ),
        ]
        indexes = [models.Index(fields=["stage", "deadline"])]

    def __str__(self) -> str:
        return self.title


class CaseStep(Record):
    """One entry of a case's timeline: who did what, with which words and files."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps", verbose_name="办理")
    stage = models.CharField("阶段", max_length=10, choices=Stage)
    actor = models.CharField("经办人", max_length=150)
    note = models.TextField("意见", blank=True)
    before = models.JSONField("改前", null=True, blank=True)
    after = models.JSONField("改后", null=True, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, verbose_name="附件")

    class Meta:
        verbose_name = "办理步骤"
        ordering = ["recorded_at", "id"]
