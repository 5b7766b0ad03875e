"""The ledger of findings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy

from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Record


class Grade(models.TextChoices):
    """One grade scale everywhere (glossary: crit / high / warn / info / ok / na)."""

    CRIT = "crit", gettext_lazy("严重")
    HIGH = "high", gettext_lazy("预警")
    WARN = "warn", gettext_lazy("关注")
    INFO = "info", gettext_lazy("询问")


class State(models.TextChoices):
    OPEN = "open", gettext_lazy("待处理")
    IN_CASE = "in_case", gettext_lazy("办理中")
    CORRECTED = "corrected", gettext_lazy("已改正")
    EXPLAINED = "explained", gettext_lazy("已说明")
    DISMISSED = "dismissed", gettext_lazy("不成立")


class Finding(Record):
    """Something judged wrong about a subject, and the words or rows that show it.

    A rule that finds the same again (same ``fingerprint`` on the same subject) finds this row, not a new one.
    ``subject`` names what it is about as ``kind:key`` (``budget.file:…``): the kernel knows no pack's tables.
    ``cites`` is a list of ``{"text", "position"}``.
    """

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    rule = models.CharField("规则", max_length=80)
    grade = models.CharField("等级", max_length=8, choices=Grade)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    subject = models.CharField("对象", max_length=120, db_index=True)
    part = models.CharField("部位", max_length=200, blank=True)
    label = models.CharField("名称", max_length=300, blank=True)
    message = models.TextField("说明")
    cites = models.JSONField("引文", default=list)
    fingerprint = models.CharField("指纹", max_length=64)
    correlation = models.UUIDField("关联号", null=True, blank=True, db_index=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="责任单位"
    )
    last_seen_at = models.DateTimeField("最近发现时间")
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "发现"
        constraints = [
            models.UniqueConstraint(fields=["subject", "fingerprint"], name="finding_once_a_subject")
        ]
        indexes = [models.Index(fields=["subject", "state", "grade"])]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.message}"

    @property
    def settled(self) -> bool:
        return self.state in (State.CORRECTED, State.EXPLAINED, State.DISMISSED)
