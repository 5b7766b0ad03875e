"""Definitions, values, evidence, and requests to compute again.

A subject is text ``kind:key`` (``budget.line:0190…``), because the kernel knows no pack's tables; a period is
text that ``values.periods`` reads.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger, Record
from anju.kernel.values.formula import Formula, FormulaError
from anju.kernel.wording import listed


class Direction(models.TextChoices):
    UP = "up", gettext_lazy("越大越好")
    DOWN = "down", gettext_lazy("越小越好")
    RANGE = "range", gettext_lazy("在范围内")
    ZERO = "zero", gettext_lazy("应为零")
    WATCH = "watch", gettext_lazy("只观察")


class DefinitionKind(models.TextChoices):
    """导向 and 底线 as city check-ups tell them apart: a missed bottom line is always a finding."""

    GUIDING = "guiding", gettext_lazy("导向指标")
    BOTTOM_LINE = "bottom_line", gettext_lazy("底线指标")
    RESULT = "result", gettext_lazy("结果指标")


class Definition(Ledger):
    """What an indicator means in one version. ``inputs`` maps names of the formula to indicator codes."""

    scope_common: ClassVar[bool] = True

    code = models.CharField("编码", max_length=80)
    version = models.CharField("版本", max_length=20)
    name = models.CharField("名称", max_length=120)
    name_en = models.CharField("英文名称", max_length=120, blank=True)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    direction = models.CharField("方向", max_length=8, choices=Direction)
    kind = models.CharField("性质", max_length=12, choices=DefinitionKind, default=DefinitionKind.RESULT)
    subject_kind = models.CharField("对象种类", max_length=60)
    formula = models.CharField("公式", max_length=500, blank=True)
    inputs = models.JSONField("输入", default=dict, blank=True)
    compute = models.CharField("算法", max_length=200, blank=True)
    standard = models.CharField("标准", max_length=200, blank=True)
    legal_basis = models.CharField("依据", max_length=300, blank=True)
    valid_from = models.DateField("生效日期", null=True, blank=True)
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "指标定义"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=Q(superseded_at__isnull=True),
                name="definition_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.version}）"

    def clean(self) -> None:
        """A formula that can be computed, with an input for each of its names, and dates in their order."""
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValidationError({"valid_to": gettext("失效日期必须晚于生效日期。请改正日期。")})
        if not self.formula:
            return
        if self.compute:
            raise ValidationError({"formula": gettext("这个指标由程序计算，不能再写公式。请清空公式。")})
        try:
            wanted = Formula.parse(self.formula).inputs
        except FormulaError as error:
            raise ValidationError(
                {"formula": gettext("公式不能计算。请只用数字、名称、+-*/、括号、min和max。")}
            ) from error
        missing = sorted(wanted - set(self.inputs))
        if missing:
            sentence = gettext("公式里的{names}没有写来自哪个指标。请在输入里补上，或改正公式。")
            raise ValidationError({"inputs": sentence.format(names=listed(missing))})


class Relation(models.TextChoices):
    SAME = "same", gettext_lazy("相同")
    RENAMED = "renamed", gettext_lazy("改名")
    REDEFINED = "redefined", gettext_lazy("口径变更")
    DROPPED = "dropped", gettext_lazy("取消")


class Crosswalk(Record):
    """How a code of one version continues in another. A trend is never joined over a redefinition."""

    code = models.CharField("编码", max_length=80)
    version = models.CharField("版本", max_length=20)
    next_code = models.CharField("后续编码", max_length=80, blank=True)
    next_version = models.CharField("后续版本", max_length=20, blank=True)
    relation = models.CharField("关系", max_length=10, choices=Relation)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "指标对照"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version", "next_code", "next_version"], name="crosswalk_once"
            )
        ]


class Source(models.TextChoices):
    """Whose figure it is; they stand side by side."""

    PLATFORM = "platform", gettext_lazy("平台测算")
    SELF_REPORTED = "self_reported", gettext_lazy("自行填报")
    THIRD_PARTY = "third_party", gettext_lazy("第三方")
    ADOPTED = "adopted", gettext_lazy("采信")


class Status(models.TextChoices):
    DRAFT = "draft", gettext_lazy("草稿")
    SUBMITTED = "submitted", gettext_lazy("已提交")
    CHECKED = "checked", gettext_lazy("已核对")
    ACCEPTED = "accepted", gettext_lazy("已认定")
    RETURNED = "returned", gettext_lazy("已退回")


class Ground(models.TextChoices):
    """测, 据, 述: what a figure rests on. Without a confirmed document it is only asserted."""

    MEASURED = "measured", gettext_lazy("实测")
    DOCUMENTED = "documented", gettext_lazy("凭据")
    ASSERTED = "asserted", gettext_lazy("自述")


class Evidence(Record):
    """A replayable query: run again with the same watermark it must give the same rows."""

    query = models.CharField("查询", max_length=80)
    version = models.CharField("版本", max_length=20)
    parameters = models.JSONField("参数")
    watermark = models.DateTimeField("数据截至")
    row_count = models.PositiveIntegerField("行数")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "证据"


class Value(Ledger):
    """One figure about one subject in one period from one source.

    ``number`` is numerator / denominator where both are there. A date (``day``) or a judged share of the full
    mark (``share``) answers what no number can. Nothing of all that means not assessable, for ``reason``.
    """

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    code = models.CharField("编码", max_length=80)
    version = models.CharField("版本", max_length=20)
    subject = models.CharField("对象", max_length=120)
    period = models.CharField("期间", max_length=10)
    source = models.CharField("来源", max_length=14, choices=Source)
    status = models.CharField("状态", max_length=10, choices=Status)
    ground = models.CharField("证据种类", max_length=10, choices=Ground)
    number = models.DecimalField("数值", max_digits=30, decimal_places=10, null=True, blank=True)
    numerator = models.DecimalField("分子", max_digits=30, decimal_places=10, null=True, blank=True)
    denominator = models.DecimalField("分母", max_digits=30, decimal_places=10, null=True, blank=True)
    day = models.DateField("日期", null=True, blank=True)
    share = models.DecimalField("评定比例", max_digits=6, decimal_places=4, null=True, blank=True)
    unit = models.CharField("计量单位", max_length=20, blank=True)
    coverage = models.DecimalField("覆盖率", max_digits=6, decimal_places=4, null=True, blank=True)
    reason = models.CharField("不可评原因", max_length=300, blank=True)
    note = models.TextField("说明", blank=True)
    evidence = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, verbose_name="证据")
    adopts = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name="采信自")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="责任单位"
    )
    ancestors = models.JSONField("当时的上级", default=list, blank=True)
    correlation = models.UUIDField("关联号", null=True, blank=True, db_index=True)
    signed_by = models.CharField("签署人", max_length=150, blank=True)
    checked_by = models.CharField("核对人", max_length=150, blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    confirmed_by = models.CharField("认定人", max_length=150, blank=True)
    confirmed_at = models.DateTimeField("认定时间", null=True, blank=True)

    class Meta:
        verbose_name = "指标值"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version", "subject", "period", "source"],
                condition=Q(superseded_at__isnull=True),
                name="value_one_current_a_source",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by="") | ~Q(confirmed_by=F("signed_by")),
                name="value_confirmed_by_another",
                violation_error_message="认定人不能是签署人本人。",
            ),
            models.CheckConstraint(
                # Who checked may well be the one who returns it.
                condition=Q(checked_by="")
                | ~Q(checked_by=F("signed_by")) & (Q(status="returned") | ~Q(checked_by=F("confirmed_by"))),
                name="value_checked_by_another",
                violation_error_message="核对人不能是签署人，也不能是认定人。",
            ),
        ]
        indexes = [models.Index(fields=["subject", "period", "superseded_at"])]

    def __str__(self) -> str:
        return f"{self.code} {self.period}"

    @property
    def assessable(self) -> bool:
        return any(figure is not None for figure in self.figures())

    def figures(self) -> tuple[Any, ...]:
        """All that the value says, to compare one version with the next."""
        return (self.number, self.numerator, self.denominator, self.day, self.share)


class ProofKind(models.TextChoices):
    ACCEPTANCE = "acceptance", gettext_lazy("验收记录")
    CONTRACT = "contract", gettext_lazy("合同")
    SURVEY = "survey", gettext_lazy("调查报告")
    NOTICE = "notice", gettext_lazy("文件通知")
    PHOTO = "photo", gettext_lazy("照片")
    OTHER = "other", gettext_lazy("其他材料")


class Proof(Record):
    """A document behind a value: which file (by hash), of which kind and date."""

    scope_area = "value__organisation__area"
    scope_organisation = "value__organisation"

    value = models.ForeignKey(Value, models.PROTECT, related_name="proofs", verbose_name="指标值")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件")
    kind = models.CharField("材料种类", max_length=12, choices=ProofKind)
    dated = models.DateField("材料日期")
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "佐证材料"
        constraints = [models.UniqueConstraint(fields=["value", "file"], name="proof_once")]


class Request(Record):
    """Something to be computed again. Asking twice is asking once; what fails is tried again, then shown."""

    code = models.CharField("编码", max_length=80)
    version = models.CharField("版本", max_length=20)
    subject = models.CharField("对象", max_length=120)
    period = models.CharField("期间", max_length=10)
    asked_at = models.DateTimeField("请求时间")
    not_before = models.DateTimeField("最早执行")
    attempts = models.PositiveSmallIntegerField("已试次数", default=0)
    error = models.TextField("错误", blank=True)
    correlation = models.UUIDField("关联号", null=True, blank=True)

    class Meta:
        verbose_name = "重算请求"
        constraints = [
            models.UniqueConstraint(fields=["code", "version", "subject", "period"], name="request_once")
        ]
        indexes = [models.Index(fields=["not_before"])]
