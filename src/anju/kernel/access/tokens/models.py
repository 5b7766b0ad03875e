"""What other programs prove themselves with."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel.records.models import Record


class Opens(models.TextChoices):
    """The interfaces that a token may open, one each."""

    SENSORTHINGS = "sensorthings", gettext_lazy("物联数据接口（SensorThings）")
    METRICS = "metrics", gettext_lazy("运行指标（Prometheus）")


class Token(Record):
    """What another program proves itself with: it may what its user may, at one interface. Only the digest is kept."""

    scope_organisation = "user__organisation"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name="用户"
    )
    name = models.CharField("程序", max_length=80)
    opens = models.CharField("接口", max_length=16, choices=Opens)
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    valid_to = models.DateField("最后一天")
    issued_by = models.CharField("发放人", max_length=150)
    ended_at = models.DateTimeField("作废时间", null=True, blank=True)
    last_used = models.DateTimeField("最近使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        ordering = ("-recorded_at",)

    def __str__(self) -> str:
        return f"{self.user} {self.name}"

    def is_live(self, on: date) -> bool:
        return self.ended_at is None and on <= self.valid_to and self.user.is_active
