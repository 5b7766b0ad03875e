"""What is watched: rules with the figures that hold from a day on, and planned work during which nobody is alarmed."""

from __future__ import annotations

import builtins
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.assets.models import Asset
from anju.kernel.assets.types import choices as asset_types
from anju.kernel.places.models import Area
from anju.kernel.records.models import Ledger
from anju.kernel.telemetry.models.numbers import Numbered
from anju.kernel.telemetry.properties import choices, properties
from anju.kernel.telemetry.registering.parameters import WORDS, ParameterFault, checked


class RuleKind(models.TextChoices):
    """The kinds that the rule engine knows."""

    ABOVE = "above", gettext_lazy("高于限值")
    BELOW = "below", gettext_lazy("低于限值")
    RATE = "rate", gettext_lazy("变化过快")
    STUCK = "stuck", gettext_lazy("长时间不变")
    MISSING = "missing", gettext_lazy("没有数据")
    DIFFERENCE = "difference", gettext_lazy("与另一测点相差")
    RATIO = "ratio", gettext_lazy("与另一测点之比")
    CURVE = "curve", gettext_lazy("偏离气候曲线")


class RuleGrade(models.TextChoices):
    """The scale of findings (``findings.models.Grade``), in the words of an alarm board."""

    CRIT = "crit", gettext_lazy("一级")
    HIGH = "high", gettext_lazy("二级")
    WARN = "warn", gettext_lazy("三级")
    INFO = "info", gettext_lazy("四级")


class Issuer(models.TextChoices):
    """Who set the figure, from the widest to the closest."""

    NATIONAL = "national", gettext_lazy("国家")
    PROVINCE = "province", gettext_lazy("省")
    CITY = "city", gettext_lazy("市")
    COUNTY = "county", gettext_lazy("县区")
    COMPANY = "company", gettext_lazy("企业")


class ThresholdRule(Ledger):
    """One row of a rule: the figures for an area or an asset from a day on. A correction supersedes the row.

    Rows of one ``code`` stand beside each other; of those that fit a series on a day the most specific is in force:
    one asset before an area, the smaller area first, then the closer issuer, then the later day.
    """

    scope_common = True

    key = models.UUIDField("编号", default=uuid4, editable=False)
    code = models.CharField(
        "规则编码",
        max_length=60,
        validators=(
            RegexValidator(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", gettext_lazy("写成heating.freeze的样子。")),
        ),
    )
    name = models.CharField("名称", max_length=128)
    name_en = models.CharField("英文名称", max_length=128, blank=True)
    kind = models.CharField("种类", max_length=12, choices=RuleKind)
    grade = models.CharField("级别", max_length=8, choices=RuleGrade)
    # Blank for missing data: a station that is offline misses all of its series.
    property = models.CharField("观测量", max_length=40, choices=choices, blank=True)
    other = models.CharField("比较的观测量", max_length=40, choices=choices, blank=True)
    asset_type = models.CharField("设备类型", max_length=40, choices=asset_types, blank=True)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, verbose_name="设备")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="适用区域")
    parameters = models.JSONField("参数", default=dict, blank=True)
    issuer = models.CharField("发布层级", max_length=10, choices=Issuer)
    legal_basis = models.CharField("依据", max_length=300)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "阈值规则"
        ordering = ("code", "-valid_from")
        constraints = (
            models.UniqueConstraint(
                name="telemetry_rule_current", fields=("key",), condition=Q(superseded_at__isnull=True)
            ),
            models.CheckConstraint(
                name="telemetry_rule_days",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=gettext_lazy("失效日期不能早于生效日期。请改正日期。"),
            ),
        )
        indexes = (models.Index(name="telemetry_rule_code", fields=("code", "valid_from")),)

    def __str__(self) -> str:
        return self.name

    @builtins.property
    def attribute_names(self) -> dict[str, str]:
        """The words of the keys of ``parameters``."""
        return {key: str(words) for key, words in WORDS.items()}

    def clean(self) -> None:
        try:
            self.parameters = checked(self.kind, self.parameters or {})
        except ParameterFault as fault:
            raise ValidationError({"parameters": f"{fault.sentence}{fault.next_step}"}) from fault
        if not self.property and self.kind != RuleKind.MISSING:
            raise ValidationError({"property": gettext("这种规则要写观测量。请选择。")})
        needs_other = self.kind in (RuleKind.DIFFERENCE, RuleKind.RATIO, RuleKind.CURVE)
        if needs_other and not self.other:
            raise ValidationError({"other": gettext("这种规则要写与哪个观测量比较。请选择。")})
        if self.other and self.other not in properties():
            raise ValidationError({"other": gettext("没有这个观测量。请重新选择。")})


class MaintenanceWindow(Numbered):
    """Planned work on an asset and its parts: no alarm is raised, until it ends by itself or is ended."""

    scope_area = "asset__area"
    scope_organisation = "asset__operator"
    counter = "window"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="windows", verbose_name="设备")
    since = models.DateTimeField("开始时间")
    until = models.DateTimeField("结束时间")
    reason = models.CharField("事由", max_length=200)
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True, editable=False)
    ended_by = models.CharField("提前结束人", max_length=150, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "检修窗口"
        ordering = ("-since",)
        constraints = (
            models.CheckConstraint(
                name="telemetry_window_ends_later",
                condition=Q(until__gt=F("since")),
                violation_error_message=gettext_lazy("结束时间要晚于开始时间。请改正。"),
            ),
        )
        indexes = (models.Index(name="telemetry_window_until", fields=("until",)),)

    def __str__(self) -> str:
        return f"{self.asset} {timezone.localtime(self.since):%Y-%m-%d %H:%M}"
