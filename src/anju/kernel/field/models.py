"""Devices, the receipts of what they sent, photos, and field notes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.access.models import User
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.models import Finding
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.records.models import Ledger, Record


class Device(Record):
    """A phone of one person, known by its public key (P-256, SPKI in base64); the private key never leaves it.

    ``recorded_at`` is its enrolment. ``skew_seconds`` is how far its clock was ahead when it was last heard.
    """

    scope_area = "user__organisation__area"
    scope_organisation = "user__organisation"

    user = models.ForeignKey(User, models.PROTECT, related_name="devices", verbose_name="持有人")
    name = models.CharField("名称", max_length=60)
    public_key = models.CharField("公钥", max_length=200, unique=True)
    last_seen = models.DateTimeField("最近联系", null=True, blank=True)
    skew_seconds = models.IntegerField("时钟偏差（秒）", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)
    revoked_by = models.CharField("停用人", max_length=150, blank=True)
    revoked_because = models.CharField("停用原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "现场设备"

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None


class Status(models.TextChoices):
    WAITING = "waiting", gettext_lazy("等照片")
    ACCEPTED = "accepted", gettext_lazy("已接收")
    REFUSED = "refused", gettext_lazy("未接收")
    CONFLICT = "conflict", gettext_lazy("内容冲突")


class Receipt(Record):
    """What a device sent under an item's id, kept whole and never changed, and what came of it.

    ``recorded_at`` is when it arrived. ``sent`` is the item as it came, ``digest`` the SHA-256 of its canonical
    text. The same id with another digest is a row of its own with the status conflict: both are kept.
    ``sentence`` and ``next_step`` are Chinese; ``became`` is the key of what the item became.
    """

    scope_area = "organisation__area"
    scope_organisation = "organisation"

    device = models.ForeignKey(Device, models.PROTECT, related_name="receipts", verbose_name="设备")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, verbose_name="单位")
    item = models.UUIDField("条目编号")
    kind = models.CharField("种类", max_length=60)
    digest = models.CharField("内容摘要", max_length=64)
    sent = models.JSONField("上报内容")
    made_at = models.DateTimeField("现场时间", null=True, blank=True)
    skew_seconds = models.IntegerField("时钟偏差（秒）")
    status = models.CharField("状态", max_length=10, choices=Status)
    sentence = models.CharField("说明", max_length=300, blank=True)
    next_step = models.CharField("下一步", max_length=300, blank=True)
    became = models.CharField("成为", max_length=64, blank=True)

    class Meta:
        verbose_name = "上报回执"
        constraints = [
            models.UniqueConstraint(fields=["item", "digest"], name="field_receipt_same_content_once"),
            models.UniqueConstraint(
                fields=["item"], condition=~Q(status="conflict"), name="field_receipt_one_an_item"
            ),
        ]
        indexes = [models.Index(fields=["status", "recorded_at"], name="field_receipt_status")]

    def __str__(self) -> str:
        return f"{self.kind} {self.item}"

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = self.sent["body"]
        return body


class Photo(Record):
    """A picture that a device has delivered: its receipt. The bytes are kept once by ``kernel.files``."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="photos", verbose_name="设备")
    sha256 = models.CharField("内容摘要", max_length=64)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件")

    class Meta:
        verbose_name = "现场照片"
        constraints = [models.UniqueConstraint(fields=["device", "sha256"], name="field_photo_once_a_device")]


class Attachment(Record):
    """A photo that an item names, with when and where it was taken (CGCS2000 degrees, metres); ``photo`` once it is there."""

    scope_area = "receipt__organisation__area"
    scope_organisation = "receipt__organisation"

    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="attachments", verbose_name="回执")
    order = models.PositiveSmallIntegerField("次序")
    sha256 = models.CharField("内容摘要", max_length=64, db_index=True)
    photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, verbose_name="照片")
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    accuracy = models.FloatField("精度（米）", null=True, blank=True)

    class Meta:
        verbose_name = "上报照片"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["receipt", "order"], name="field_attachment_order")]


class Category(models.TextChoices):
    DUST = "dust", gettext_lazy("扬尘")
    SAFETY = "safety", gettext_lazy("施工安全")
    MUNICIPAL = "municipal", gettext_lazy("市政设施")
    ENERGY = "energy", gettext_lazy("供热燃气")
    HOUSING = "housing", gettext_lazy("房屋")
    OTHER = "other", gettext_lazy("其他")


class Note(Ledger):
    """A field note (现场记录): what somebody saw, where and when by the phone's clock. ``key`` stays over versions.

    ``subject`` is what it is about, as ``area:<key>`` or ``case:<key>``, or nothing. ``finding`` once an office
    has made one of it.
    """

    scope_area = "area"
    scope_organisation = "organisation"

    key = models.UUIDField("编号", default=uuid7, db_index=True)
    receipt = models.ForeignKey(Receipt, models.PROTECT, related_name="notes", verbose_name="回执")
    category = models.CharField("类别", max_length=10, choices=Category)
    text = models.TextField("内容")
    subject = models.CharField("对象", max_length=120, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name="区域")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, verbose_name="记录单位"
    )
    made_by = models.CharField("记录人", max_length=150)
    made_at = models.DateTimeField("现场时间")
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    accuracy = models.FloatField("精度（米）", null=True, blank=True)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, verbose_name="发现")

    class Meta:
        verbose_name = "现场记录"

    def __str__(self) -> str:
        return f"{self.get_category_display()} {self.text[:40]}"
