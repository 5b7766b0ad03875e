"""Series: one observed property of one asset, and where its values come from."""

from __future__ import annotations

import builtins

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.assets.models import Asset
from anju.kernel.telemetry.models.numbers import Numbered
from anju.kernel.telemetry.models.sources import Source
from anju.kernel.telemetry.properties import choices, name_of, properties


class Series(Numbered):
    """A raw value v of the source's tag is kept as ``v * scale + offset`` in ``unit``.

    ``low``, ``high`` (unit) and ``rate`` (unit a minute) are limits of what can be, not of what is good. ``interval``
    is how often a value is due, ``stuck`` how long it may stay the same, both in s; 0 says nothing is demanded.
    """

    scope_area = "asset__area"
    scope_organisation = ("asset__operator", "source__organisation")
    counter = "series"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="series", verbose_name="设备")
    property = models.CharField("观测量", max_length=40, choices=choices)
    name = models.CharField("名称", max_length=128, blank=True)
    unit = models.CharField("单位", max_length=16, blank=True)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="series", verbose_name="来源"
    )
    tag = models.CharField("上报标识", max_length=128, blank=True)
    scale = models.FloatField("倍率", default=1.0)
    offset = models.FloatField("偏移", default=0.0)
    low = models.FloatField("量程下限", null=True, blank=True)
    high = models.FloatField("量程上限", null=True, blank=True)
    rate = models.FloatField("每分钟最大变化", null=True, blank=True)
    interval = models.PositiveIntegerField("上报间隔（秒）", default=60)
    stuck = models.PositiveIntegerField("不变界限（秒）", default=0)
    enabled = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "测点"
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                name="telemetry_series_tag_of_source",
                fields=("source", "tag"),
                condition=Q(source__isnull=False),
                violation_error_message=gettext_lazy("这个来源里已有这个上报标识。请核对。"),
            ),
            models.CheckConstraint(
                name="telemetry_series_range",
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(low__lt=F("high")),
                violation_error_message=gettext_lazy("量程下限要低于上限。请改正。"),
            ),
            models.CheckConstraint(
                name="telemetry_series_scale",
                condition=~Q(scale=0),
                violation_error_message=gettext_lazy("倍率不能是0。请改正。"),
            ),
        )
        indexes = (models.Index(name="telemetry_series_property", fields=("property", "asset")),)

    def __str__(self) -> str:
        return self.title

    @builtins.property
    def title(self) -> str:
        """Its own name, or that of what it observes."""
        return self.name or name_of(self.property)

    def clean(self) -> None:
        if self.source_id and not self.tag:
            raise ValidationError({"tag": gettext("没有写上报标识。请照来源的点表填写。")})
        self.take_defaults()

    def take_defaults(self) -> None:
        """Unit and range of the property, where a new row has none of its own."""
        known = properties().get(self.property)
        if known and self._state.adding:
            self.unit = self.unit or known.unit
            if self.low is None and self.high is None:
                self.low, self.high = known.low, known.high
