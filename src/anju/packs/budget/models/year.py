"""A line's year: versions, monitoring rounds, evaluations, decisions; commitments and quotas beside the lines.

A line is named by its ``key``, which stays the same over its corrections.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.records.models import Ledger, Record
from anju.packs.budget.models.files import BudgetFile, Line


class VersionStage(models.TextChoices):
    """申报, 审核, 批复, 年中调整 (budget-performance section 1)."""

    DECLARED = "declared", gettext_lazy("申报")
    REVIEWED = "reviewed", gettext_lazy("审核")
    APPROVED = "approved", gettext_lazy("批复")
    ADJUSTED = "adjusted", gettext_lazy("年中调整")


class Version(Record):
    """A line with its targets as they stood at one moment: ``line`` is the exact row, targets are those of then.

    Nothing of it is stored twice, because the rows of lines and targets are never overwritten; ``digest``
    proves that.
    """

    scope_area = "line__department__area"
    scope_organisation = "line__department"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="versions", verbose_name="文件")
    line = models.ForeignKey(Line, models.PROTECT, related_name="versions", verbose_name="项目")
    line_key = models.UUIDField("项目标识", db_index=True)
    number = models.PositiveSmallIntegerField("版次")
    stage = models.CharField("阶段", max_length=10, choices=VersionStage)
    digest = models.CharField("摘要", max_length=64)
    made_by = models.CharField("经手人", max_length=150)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "项目版本"
        ordering = ["line_key", "number"]
        constraints = [models.UniqueConstraint(fields=["line_key", "number"], name="version_numbers_once")]

    def __str__(self) -> str:
        return f"{self.line.code} 第{self.number}版"


class Binding(Ledger):
    """Which indicator answers a target: its value for ``subject`` is the target's actual value."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="bindings", verbose_name="文件")
    target_key = models.UUIDField("指标标识", db_index=True)
    code = models.CharField("业务指标编码", max_length=80)
    version = models.CharField("版本", max_length=20)
    subject = models.CharField("对象", max_length=120)
    bound_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "指标对应"
        constraints = [
            models.UniqueConstraint(
                fields=["target_key"],
                condition=Q(superseded_at__isnull=True),
                name="binding_one_current",
            )
        ]


class Milestone(Ledger):
    """What share of a target should be reached by a day (里程碑, or the calendar of a season)."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="milestones", verbose_name="文件")
    target_key = models.UUIDField("指标标识", db_index=True)
    day = models.DateField("日期")
    percent = models.DecimalField("应完成百分比", max_digits=5, decimal_places=2)
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "里程碑"
        ordering = ["target_key", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_key", "day"],
                condition=Q(superseded_at__isnull=True),
                name="milestone_one_current_a_day",
            )
        ]


class Commitment(Ledger):
    """A number promised in the text of a safeguard measure, tracked like a target (承诺)."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    key = models.UUIDField("承诺标识", db_index=True)
    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="commitments", verbose_name="文件")
    order = models.PositiveSmallIntegerField("次序")
    measure = models.CharField("保障措施", max_length=200)
    clause = models.TextField("原文")
    position = models.CharField("位置", max_length=120)
    value = models.CharField("承诺值", max_length=200)
    line_key = models.UUIDField("所属项目", null=True, blank=True, db_index=True)
    owner = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="责任单位")
    bound_by = models.CharField("经手人", max_length=150, blank=True)

    class Meta:
        verbose_name = "承诺"
        ordering = ["file", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="commitment_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure}：{self.value}"


class Quota(Record):
    """A quota from above for the whole city (户, 套, 公里), to be split over counties."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="quotas", verbose_name="文件")
    target_key = models.UUIDField("对应指标", null=True, blank=True)
    name = models.CharField("名称", max_length=200)
    issuer = models.CharField("下达机关", max_length=120)
    basis = models.CharField("文号", max_length=200)
    amount = models.DecimalField("数量", max_digits=20, decimal_places=4)
    unit = models.CharField("计量单位", max_length=20)
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "指标任务"

    def __str__(self) -> str:
        return self.name


class QuotaShare(Ledger):
    """A county's part, by its signed responsibility letter (责任书); without one it is only a plan."""

    scope_area = "area"

    quota = models.ForeignKey(Quota, models.PROTECT, related_name="shares", verbose_name="任务")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="县（市）、区")
    amount = models.DecimalField("数量", max_digits=20, decimal_places=4)
    letter = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="责任书")
    signed_on = models.DateField("签订日期", null=True, blank=True)
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "分解任务"
        constraints = [
            models.UniqueConstraint(
                fields=["quota", "area"],
                condition=Q(superseded_at__isnull=True),
                name="quota_share_one_current",
            )
        ]


class Round(Record):
    """A formal monitoring round: what was so on a day (in August on the data of January to July)."""

    scope_area = "file__organisation__area"
    scope_organisation = "file__organisation"

    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="rounds", verbose_name="文件")
    day = models.DateField("数据截至")
    opened_by = models.CharField("发起人", max_length=150)
    closed_by = models.CharField("结束人", max_length=150, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "监控轮次"
        constraints = [models.UniqueConstraint(fields=["file", "day"], name="round_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}监控"


class Likelihood(models.TextChoices):
    CERTAIN = "certain", gettext_lazy("确定能")
    POSSIBLE = "possible", gettext_lazy("有可能")
    IMPOSSIBLE = "impossible", gettext_lazy("完全不可能")


class RoundEntry(Ledger):
    """What a round says about one line: the figures of that day, and the words of the business office."""

    scope_area = "line__department__area"
    scope_organisation = "line__department"

    round = models.ForeignKey(Round, models.PROTECT, related_name="entries", verbose_name="轮次")
    line = models.ForeignKey(Line, models.PROTECT, verbose_name="项目")
    line_key = models.UUIDField("项目标识", db_index=True)
    grade = models.CharField("等级", max_length=8)
    figures = models.JSONField("当日数据")
    reasons = models.JSONField("偏差原因", default=list, blank=True)
    likelihood = models.CharField("完成可能性", max_length=12, choices=Likelihood, blank=True)
    note = models.TextField("说明", blank=True)
    entered_by = models.CharField("填报人", max_length=150, blank=True)

    class Meta:
        verbose_name = "监控记录"
        constraints = [
            models.UniqueConstraint(
                fields=["round", "line_key"],
                condition=Q(superseded_at__isnull=True),
                name="round_entry_one_current",
            )
        ]


class EvaluationStatus(models.TextChoices):
    DRAFT = "draft", gettext_lazy("草稿")
    SUBMITTED = "submitted", gettext_lazy("已提交")
    OBJECTED = "objected", gettext_lazy("有异议")
    CONFIRMED = "confirmed", gettext_lazy("已确认")


class Evaluation(Ledger):
    """The self-evaluation of one line: by which scheme, on which version, and the whole score sheet."""

    scope_area = "version__line__department__area"
    scope_organisation = "version__line__department"

    key = models.UUIDField("自评标识", db_index=True)
    file = models.ForeignKey(BudgetFile, models.PROTECT, related_name="evaluations", verbose_name="文件")
    version = models.ForeignKey(Version, models.PROTECT, verbose_name="项目版本")
    line_key = models.UUIDField("项目标识", db_index=True)
    scheme = models.CharField("评分方案", max_length=40)
    status = models.CharField("状态", max_length=10, choices=EvaluationStatus)
    total = models.DecimalField("得分", max_digits=6, decimal_places=2)
    assessable = models.DecimalField("可评分值", max_digits=6, decimal_places=2)
    grade = models.CharField("等级", max_length=4, blank=True)
    sheet = models.JSONField("评分表")
    reasons = models.JSONField("偏差原因", default=dict, blank=True)
    made_by = models.CharField("自评人", max_length=150)
    objection = models.TextField("异议", blank=True)
    confirmed_by = models.CharField("确认人", max_length=150, blank=True)

    class Meta:
        verbose_name = "绩效自评"
        constraints = [
            models.UniqueConstraint(
                fields=["line_key"], condition=Q(superseded_at__isnull=True), name="evaluation_one_current"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("made_by")),
                name="evaluation_confirmed_by_another",
                violation_error_message="确认人不能是自评人本人。",
            ),
        ]


class DecisionKind(models.TextChoices):
    KEEP = "keep", gettext_lazy("保持")
    IMPROVE = "improve", gettext_lazy("整改")
    CUT = "cut", gettext_lazy("压减")
    RECOVER = "recover", gettext_lazy("收回")
    RETURN = "return", gettext_lazy("上缴")


class Decision(Record):
    """What follows from a confirmed evaluation (结果应用), with its amount in next year's line."""

    scope_area = "evaluation__version__line__department__area"
    scope_organisation = "evaluation__version__line__department"

    evaluation = models.ForeignKey(
        Evaluation, models.PROTECT, related_name="decisions", verbose_name="绩效自评"
    )
    line_code = models.CharField("项目编码", max_length=40, db_index=True)
    kind = models.CharField("决定", max_length=10, choices=DecisionKind)
    amount_fen = models.BigIntegerField("金额（分）", default=0)
    for_year = models.PositiveSmallIntegerField("适用年度")
    reason = models.CharField("理由", max_length=300)
    decided_by = models.CharField("决定人", max_length=150)

    class Meta:
        verbose_name = "结果应用"

    def __str__(self) -> str:
        return f"{self.line_code} {self.get_kind_display()}"

    @property
    def amount_wan(self) -> Decimal:
        return Decimal(self.amount_fen) / 1_000_000
