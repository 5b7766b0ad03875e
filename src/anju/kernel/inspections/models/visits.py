"""Visits with their photos and signatures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from anju.kernel.cases.models import CaseStep
from anju.kernel.files.models import StoredFile
from anju.kernel.inspections.models.checklists import Version
from anju.kernel.inspections.models.plans import PlanObject
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.records.models import Ledger, Record

OUTCOMES = [
    ("pass", gettext_lazy("合格")),
    ("fail", gettext_lazy("有问题")),
    ("grave", gettext_lazy("有严重问题")),
]


class Visit(Ledger):
    """One form filled in at one place. A correction is a new row of the same ``key``.

    ``submission`` is the UUIDv7 that the phone made, ``digest`` the SHA-256 of what it sent: the same again is taken
    once, the same with other content is refused. Positions are CGCS2000 in degrees, ``distance`` metres to the object;
    ``skew`` is how many seconds the device's clock was behind. Nothing that the device said about times is changed.
    """

    scope_area = "area"
    scope_organisation = "organisation"

    key = models.UUIDField("检查", db_index=True)
    submission = models.UUIDField("提交号", unique=True)
    digest = models.CharField("内容摘要", max_length=64)
    version = models.ForeignKey(Version, models.PROTECT, related_name="visits", verbose_name="清单版本")
    object = models.ForeignKey(
        PlanObject, models.PROTECT, null=True, blank=True, related_name="visits", verbose_name="计划对象"
    )
    subject = models.CharField("对象", max_length=120, db_index=True)
    name = models.CharField("对象名称", max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="责任单位")
    inspectors = models.JSONField("检查人", default=list)
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("完成时间")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    accuracy = models.FloatField("定位精度（米）", null=True, blank=True)
    distance = models.FloatField("离对象（米）", null=True, blank=True)
    position_reason = models.CharField("位置说明", max_length=300, blank=True)
    device = models.CharField("设备", max_length=60, blank=True)
    skew = models.IntegerField("时钟误差（秒）", null=True, blank=True)
    answers = models.JSONField("回答")
    remarks = models.JSONField("问题描述", default=dict)
    outcome = models.CharField("结论", max_length=5, choices=OUTCOMES)
    points = models.DecimalField("得分", max_digits=4, decimal_places=1, null=True, blank=True)
    kept = models.PositiveIntegerField("保住的分值")
    applicable = models.PositiveIntegerField("适用的分值")
    passed = models.PositiveIntegerField("符合项")
    judged = models.PositiveIntegerField("判定项")
    reason = models.CharField("更正原因", max_length=300, blank=True)
    taken_by = models.CharField("提交人", max_length=150)

    class Meta:
        verbose_name = "现场检查"
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="inspection_visit_one_current"
            )
        ]
        indexes = [models.Index(fields=["subject", "finished_at"])]

    def __str__(self) -> str:
        return f"{self.name} {self.finished_at:%Y-%m-%d}"


class Photo(Record):
    """A photo of an item of a visit, or of a step of a card. The same content may be filed again; that is told of."""

    scope_area = "area"
    scope_organisation = "organisation"

    visit = models.ForeignKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="检查"
    )
    step = models.ForeignKey(
        CaseStep, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="办理步骤"
    )
    item = models.CharField("检查项", max_length=20)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    sha256 = models.CharField("摘要", max_length=64, db_index=True)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    accuracy = models.FloatField("定位精度（米）", null=True, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", verbose_name="区域")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="责任单位")

    class Meta:
        verbose_name = "照片"
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visit__isnull=False) ^ Q(step__isnull=False), name="inspection_photo_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.sha256


class SignatureRole(models.TextChoices):
    INSPECTOR = "inspector", gettext_lazy("检查人")
    PARTY = "party", gettext_lazy("当事人")
    WITNESS = "witness", gettext_lazy("见证人")


class Signature(Record):
    """A drawn signature; a party that refused has none, and a witness beside it."""

    scope_area = "visit__area"
    scope_organisation = "visit__organisation"

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="signatures", verbose_name="检查")
    role = models.CharField("身份", max_length=9, choices=SignatureRole)
    name = models.CharField("姓名", max_length=80)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签字"
    )
    sha256 = models.CharField("摘要", max_length=64, blank=True)
    refused = models.BooleanField("拒绝签字", default=False)

    class Meta:
        verbose_name = "签字"
        constraints = [
            models.CheckConstraint(
                condition=Q(refused=True, file__isnull=True, role="party")
                | Q(refused=False, file__isnull=False),
                name="inspection_signature_or_refusal",
            )
        ]

    def __str__(self) -> str:
        return self.name
