"""What the gateway told beside alarms, how far its log was applied, and what was last told to it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel.records.models import Ledger, Record
from anju.kernel.telemetry.frames import REASON_WORDS, Reason
from anju.kernel.telemetry.models.sources import Source


class Applied(models.Model):
    """The position behind the last event that was applied; it is kept in the transaction that applied it."""

    log = models.CharField("日志", max_length=20, primary_key=True, default="gateway")
    file = models.PositiveBigIntegerField("文件", default=0)
    byte = models.PositiveBigIntegerField("字节", default=0)
    at = models.DateTimeField("时间", null=True)

    class Meta:
        verbose_name = "事件日志位置"


class Published(models.Model):
    """The newest snapshot that the gateway was given, and the digest of what it was made of."""

    version = models.PositiveBigIntegerField("版本", primary_key=True)
    digest = models.CharField("摘要", max_length=64)
    at = models.DateTimeField("时间")
    series = models.PositiveIntegerField("测点数", default=0)
    seen = models.JSONField("已看到的变更", default=list)

    class Meta:
        verbose_name = "快照"


class Handling(models.TextChoices):
    WAITING = "waiting", gettext_lazy("待处理")
    REPLAYED = "replayed", gettext_lazy("已重放")
    DISMISSED = "dismissed", gettext_lazy("不再处理")


class Quarantined(Record):
    """A frame of which something could not be taken. Its bytes lie in the store under ``frame``."""

    scope_area = "source__organisation__area"
    scope_organisation = "source__organisation"

    source = models.ForeignKey(Source, models.PROTECT, null=True, verbose_name="来源")
    frame = models.BigIntegerField("报文号", unique=True)
    reason = models.CharField(
        "原因", max_length=20, choices=[(reason.value, REASON_WORDS[reason]) for reason in Reason if reason]
    )
    tags = models.JSONField("上报标识", default=list)
    detail = models.CharField("详情", max_length=300, blank=True)
    protocol = models.CharField("接入方式", max_length=20, blank=True)
    refused = models.PositiveIntegerField("拒收的值", default=0)
    received_at = models.DateTimeField("接收时间")
    handling = models.CharField("处理", max_length=10, choices=Handling, default=Handling.WAITING)
    handled_at = models.DateTimeField("处理时间", null=True)
    handled_by = models.CharField("处理人", max_length=150, blank=True)
    outcome = models.CharField("结果", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "隔离报文"
        ordering = ("-received_at",)
        indexes = (models.Index(name="telemetry_quarantine_waiting", fields=("handling", "-received_at")),)

    def __str__(self) -> str:
        return f"{self.frame}"


class DeliveryHour(Ledger):
    """What a source delivered in one hour of receipt, against what was due.

    Counts of points unless the name says frames; frames seen = accepted + repeated + rejected. ``good`` are the values
    of good quality that the store has of this hour when it is closed. ``skew`` (positive: the source's clock is ahead)
    and ``delay`` (95 of a hundred values came sooner) in ms. ``minutes`` are the gateway's figures by minute, which it
    may tell again. Until ``closed_at`` the row is a running count; from then on it is a ledger row, superseded where
    later events speak of its hour. Figures read closed rows only.
    """

    scope_area = "source__organisation__area"
    scope_organisation = "source__organisation"

    source = models.ForeignKey(Source, models.PROTECT, related_name="hours", verbose_name="来源")
    hour = models.DateTimeField("小时")
    expected = models.PositiveIntegerField("应到", default=0)
    received = models.PositiveIntegerField("实到", default=0)
    good = models.PositiveIntegerField("有效", default=0)
    late = models.PositiveIntegerField("迟到", default=0)
    refused = models.PositiveIntegerField("拒收值", default=0)
    frames = models.PositiveIntegerField("报文", default=0)
    accepted = models.PositiveIntegerField("收下报文", default=0)
    repeated = models.PositiveIntegerField("重复报文", default=0)
    rejected = models.PositiveIntegerField("拒收报文", default=0)
    turned_away = models.PositiveIntegerField("请对方稍后再送", default=0)
    reasons = models.JSONField("拒收原因", default=dict)
    skew = models.IntegerField("时钟偏差", null=True)
    delay = models.PositiveBigIntegerField("延迟", null=True)
    due = models.PositiveIntegerField("应报测点", default=0)
    heard = models.PositiveIntegerField("有数测点", default=0)
    minutes = models.JSONField("逐分钟", default=dict)
    last_minute = models.PositiveSmallIntegerField("最后有报文的分钟", null=True)
    closed_at = models.DateTimeField("结账时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "上报台账"
        ordering = ("-hour",)
        constraints = (
            models.UniqueConstraint(
                name="telemetry_delivery_hour",
                fields=("source", "hour"),
                condition=models.Q(superseded_at__isnull=True),
            ),
        )
        indexes = (models.Index(name="telemetry_delivery_by_hour", fields=("hour",)),)

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H}"
