"""Interfaces with other platforms, the deliveries due on each, and every step of a delivery."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.exchange.open_data import COLLECTIONS
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places.dated import Dated
from anju.kernel.records.models import Record


class Direction(models.TextChoices):
    OUT = "out", gettext_lazy("报送")
    IN = "in", gettext_lazy("接收")


class Every(models.TextChoices):
    """How often a delivery is due; its part is the period that has ended (2021, 2021Q3, 2021-07, 2021-07-31)."""

    ASKED = "asked", gettext_lazy("按需")
    DAY = "day", gettext_lazy("每日")
    MONTH = "month", gettext_lazy("每月")
    QUARTER = "quarter", gettext_lazy("每季度")
    YEAR = "year", gettext_lazy("每年")


class Interface(Dated):
    """An agreed exchange with another platform. ``due_day`` counts days after the end of the period."""

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    code = models.SlugField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    direction = models.CharField("方向", max_length=4, choices=Direction)
    partner = models.CharField("对方平台", max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="责任单位")
    every = models.CharField("频次", max_length=8, choices=Every, default=Every.ASKED)
    due_day = models.PositiveSmallIntegerField(
        "期限（期末后第几天）",
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=gettext_lazy("例如每月25日前报上月数据，填25。"),
    )
    form = models.CharField("格式", max_length=120, blank=True)
    legal_basis = models.CharField("依据", max_length=300, blank=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "接口"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    EXPECTED = "expected", gettext_lazy("待办")
    SENT = "sent", gettext_lazy("已发出")
    RECEIVED = "received", gettext_lazy("已收到")
    ACKNOWLEDGED = "acknowledged", gettext_lazy("已回执")
    REJECTED = "rejected", gettext_lazy("被退回")


class Delivery(Record):
    """One part of an interface: which period or batch, how far it is, the digest of what went or came last."""

    scope_area = "interface__organisation__area"
    scope_organisation = "interface__organisation"

    interface = models.ForeignKey(Interface, models.PROTECT, related_name="deliveries", verbose_name="接口")
    part = models.CharField("期间或批次", max_length=120)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.EXPECTED)
    digest = models.CharField("摘要", max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="文件")
    rows = models.PositiveIntegerField("行数", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    repeats = models.PositiveIntegerField("重复次数", default=0)
    done_at = models.DateTimeField("发出或收到时间", null=True, blank=True)
    receipt = models.CharField("回执", max_length=200, blank=True)

    class Meta:
        verbose_name = "交换记录"
        ordering = ("-recorded_at",)
        constraints = (
            models.UniqueConstraint(fields=["interface", "part"], name="exchange_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="expected") | ~Q(digest=""), name="exchange_delivery_has_content"
            ),
        )
        indexes = (models.Index(name="exchange_delivery_due", fields=("state", "due_at")),)

    def __str__(self) -> str:
        return f"{self.interface} {self.part}"


class Step(Record):
    """What happened to a delivery, never changed; a rejection and what was sent after it both stay."""

    scope_area = "delivery__interface__organisation__area"
    scope_organisation = "delivery__interface__organisation"

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="steps", verbose_name="交换记录")
    state = models.CharField("状态", max_length=12, choices=State)
    actor = models.CharField("经手", max_length=150)
    note = models.CharField("说明", max_length=500, blank=True)
    digest = models.CharField("摘要", max_length=64, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="文件")

    class Meta:
        verbose_name = "交换经过"
        ordering = ("recorded_at", "id")


class Publication(Dated):
    """The decision that a collection is open data while the row is in force; who decided it stands in the audit."""

    scope_common: ClassVar[bool] = True

    collection = models.CharField(
        "数据集", max_length=20, choices=[(each.code, each.name) for each in COLLECTIONS]
    )
    basis = models.CharField("依据", max_length=300, help_text=gettext_lazy("同意开放的文号或会议。"))

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "开放数据"
        ordering = ("collection", "valid_from")

    def __str__(self) -> str:
        return self.get_collection_display()

    def clean(self) -> None:
        self.refuse_overlap(
            gettext("这个数据集在这段时间已经开放。请更改原来那一条。"), collection=self.collection
        )
