"""Alarms as the gateway told them, and who has taken note of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from anju.kernel.assets.models import Asset
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Record
from anju.kernel.telemetry.models.rules import RuleGrade
from anju.kernel.telemetry.models.series import Series


class Alarm(Record):
    """One transition to trouble and, later, back: the rule, the value that showed it, and the frame it came in.

    ``key`` is the gateway's own, so that an event that is read again finds its row. ``cause`` is the alarm under which
    this one is grouped: a station that is offline is one alarm, not forty; ``members`` are the numbers of the series or
    assets that such an alarm stands for. ``masked`` is one during planned work. ``judged`` is what the rule held against
    the limit (the value, a rate, a difference, seconds). ``raised_at`` is when the condition began, ``told_at`` when it
    was alarm enough.
    """

    scope_area = "asset__area"
    scope_organisation = ("asset__operator", "organisation")

    key = models.CharField("网关编号", max_length=120, unique=True)
    rule = models.CharField("规则", max_length=60)
    kind = models.CharField("种类", max_length=12)
    name = models.CharField("名称", max_length=128)
    grade = models.CharField("级别", max_length=8, choices=RuleGrade)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="alarms", verbose_name="设备")
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="alarms", verbose_name="测点")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, verbose_name="责任单位")
    value = models.FloatField("测值", null=True)
    judged = models.FloatField("判断量", null=True)
    limit = models.FloatField("限值", null=True)
    unit = models.CharField("单位", max_length=16, blank=True)
    message = models.CharField("现象", max_length=300)
    frame = models.BigIntegerField("报文号", null=True)
    raised_at = models.DateTimeField("发生时间")
    told_at = models.DateTimeField("告警时间")
    cleared_at = models.DateTimeField("恢复时间", null=True)
    cleared_value = models.FloatField("恢复时测值", null=True)
    cleared_frame = models.BigIntegerField("恢复报文号", null=True)
    cause = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="grouped", verbose_name="归并到"
    )
    members = models.JSONField("归并的测点或设备", default=list)
    masked = models.BooleanField("检修中", default=False)
    # The finding that it became; the kernel's parts above know what that is.
    finding = models.UUIDField("发现", null=True, db_index=True)
    escalated = models.PositiveSmallIntegerField("升级次数", default=0)
    escalated_at = models.DateTimeField("升级时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "告警"
        ordering = ("-raised_at",)
        indexes = (
            models.Index(
                name="telemetry_alarm_open",
                fields=("grade", "raised_at"),
                condition=Q(cleared_at__isnull=True, cause__isnull=True, masked=False),
            ),
            models.Index(name="telemetry_alarm_raised", fields=("-raised_at",)),
            models.Index(
                name="telemetry_alarm_of_asset", fields=("asset",), condition=Q(cleared_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.message}"

    @property
    def stands(self) -> bool:
        """Whether somebody must know of it now."""
        return self.cleared_at is None and self.cause_id is None and not self.masked


class Acknowledgement(Record):
    """Somebody on duty has seen an alarm and says what is done about it. One an alarm; it is never taken back."""

    scope_area = "alarm__asset__area"
    scope_organisation = ("alarm__asset__operator", "alarm__organisation")

    alarm = models.OneToOneField(Alarm, models.PROTECT, related_name="acknowledgement", verbose_name="告警")
    by = models.CharField("签收人", max_length=150)
    note = models.CharField("处置", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "告警签收"

    def __str__(self) -> str:
        return f"{self.alarm} {self.by}"
