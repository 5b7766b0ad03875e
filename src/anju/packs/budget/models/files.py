"""Target files as the bureau keeps them. Rows are superseded, never overwritten; ``key`` stays the same."""

from __future__ import annotations

from django.db import models
from uuid6 import uuid7

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger, Record


class BudgetFile(Record):
    """One imported file of a year, with its prose; the original is kept with its hash.

    ``content`` holds overall goal, sub-goals, measures and notes as quotes (text, position, seams).
    """

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    year = models.PositiveSmallIntegerField("年度", null=True)
    name = models.CharField("文件名", max_length=200)
    kind = models.CharField("格式", max_length=8)
    original = models.ForeignKey(StoredFile, models.PROTECT, null=True, verbose_name="原件")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="申报单位")
    imported_by = models.CharField("导入人", max_length=150)
    content = models.JSONField("文字部分", default=dict)
    checked_at = models.DateTimeField("审核时间", null=True)

    class Meta:
        verbose_name = "绩效目标文件"
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return f"{self.name}（{self.year or '年度不详'}）"

    @property
    def subject(self) -> str:
        """What findings on this file are about."""
        return f"budget.file:{self.pk}"


class Line(Ledger):
    """One budget line in one version. Money is fen; ``content`` holds its texts as quotes."""

    scope_area = "department__area"
    scope_organisation = "department"

    key = models.UUIDField("项目标识", default=uuid7, editable=False, db_index=True)
    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="lines", verbose_name="文件")
    order = models.PositiveIntegerField("次序")
    code = models.CharField("项目编码", max_length=40, blank=True)
    name = models.CharField("项目名称", max_length=300, blank=True)
    department = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="预算单位")
    department_code = models.CharField("单位编码", max_length=12, blank=True)
    department_name = models.CharField("单位名称", max_length=120, blank=True)
    sub_goal = models.CharField("分项目标", max_length=200, blank=True)
    budget_fen = models.BigIntegerField("预算（分）", null=True)
    project_total_fen = models.BigIntegerField("项目总额（分）", null=True)
    plan = models.JSONField("支出计划", null=True)
    content = models.JSONField("文字", default=dict)
    changed_by = models.CharField("更正人", max_length=150, blank=True)

    class Meta:
        verbose_name = "预算项目"
        ordering = ["file", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(superseded_at__isnull=True), name="line_one_current"
            )
        ]
        indexes = [models.Index(fields=["superseded_at", "department_code", "order"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class LineTarget(Ledger):
    """One target of a line in one version. ``line_key`` names the line whatever version it is in."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    key = models.UUIDField("指标标识", default=uuid7, editable=False, db_index=True)
    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="targets", verbose_name="文件")
    line_key = models.UUIDField("项目标识", db_index=True)
    order = models.PositiveIntegerField("次序")
    slot = models.BooleanField("空栏", default=False)  # printed by the form, filled in by nobody
    class1 = models.CharField("一级类别", max_length=12, blank=True)
    class2 = models.CharField("二级类别", max_length=12, blank=True)
    name = models.CharField("指标", max_length=400, blank=True)
    value = models.CharField("指标值", max_length=400, blank=True)
    kind = models.CharField("值的种类", max_length=12, blank=True)
    content = models.JSONField("文字", default=dict)
    changed_by = models.CharField("更正人", max_length=150, blank=True)

    class Meta:
        verbose_name = "绩效指标"
        ordering = ["file", "line_key", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(superseded_at__isnull=True), name="target_one_current"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.value


class ImportDraft(Record):
    """A file uploaded and not yet kept: what was corrected in its preview, by place (``3.purpose``, ``3.2.value``)."""

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    original = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="原件")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="申报单位")
    uploaded_by = models.CharField("上传人", max_length=150)
    corrections = models.JSONField("更正", default=dict)
    kept = models.OneToOneField(
        BudgetFile, models.PROTECT, null=True, related_name="draft", verbose_name="已保存为"
    )

    class Meta:
        verbose_name = "导入预览"
