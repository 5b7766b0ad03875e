"""What was done, checked and accepted, each with its photos and documents."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.records.models import Ledger, Record
from anju.kernel.works.models.plan import PROJECT_BODIES, QuantityItem, WorksProject


class Origin(models.TextChoices):
    """Through what a row came; what is imported is kept as it was told, and its faults become findings."""

    FORM = "form", gettext_lazy("页面")
    PHONE = "phone", gettext_lazy("手机")
    IMPORT = "import", gettext_lazy("导入")


class Progress(Ledger):
    """So much of an item was done since the last report. ``unit`` is the key of one unit, where it is about one."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, related_name="progress", verbose_name="工程项目"
    )
    key = models.UUIDField("进度", default=uuid7, editable=False)
    item = models.ForeignKey(QuantityItem, models.PROTECT, related_name="progress", verbose_name="工程量")
    unit = models.UUIDField("单元", null=True, blank=True)
    on = models.DateField("日期")
    amount = models.DecimalField("本次完成", max_digits=16, decimal_places=3)
    note = models.CharField("说明", max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="施工单位")
    reported_by = models.CharField("填报人", max_length=150)
    origin = models.CharField("来源", max_length=6, choices=Origin, default=Origin.FORM)
    device = models.CharField("设备", max_length=60, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    far_reason = models.CharField("不在现场的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "进度"
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="works_progress_one_current"
            ),
        )
        indexes = (models.Index(fields=["project", "on"], name="works_progress_by_day"),)

    def __str__(self) -> str:
        return f"{self.project} {self.on}"


class PhotoKind(models.TextChoices):
    PHOTO = "photo", gettext_lazy("照片")
    DOCUMENT = "document", gettext_lazy("文件")


class Photo(Record):
    """A photo or document behind a row of progress, check or acceptance (``of`` is its key), named by its hash.

    A phone sends the hash with the row and the bytes later: until then there is no ``file``.
    """

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="photos", verbose_name="工程项目")
    of = models.UUIDField("属于", db_index=True)
    unit = models.UUIDField("单元", null=True, blank=True)
    day = models.DateField("日期")
    kind = models.CharField("种类", max_length=8, choices=PhotoKind, default=PhotoKind.PHOTO)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, related_name="+", blank=True, verbose_name="文件"
    )
    sha256 = models.CharField("摘要", max_length=64, db_index=True)
    name = models.CharField("文件名", max_length=150)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    added_by = models.CharField("上传人", max_length=150)

    class Meta:
        verbose_name = "照片"
        ordering = ("recorded_at", "id")

    def __str__(self) -> str:
        return self.name


class QualityCheck(Ledger):
    """A look at a part of the work by the supervisor or the bureau. A failed one stands until the part passes."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="checks", verbose_name="工程项目")
    key = models.UUIDField("检查", default=uuid7, editable=False)
    on = models.DateField("日期")
    part = models.CharField("部位", max_length=120)
    passed = models.BooleanField("合格")
    points = models.DecimalField("得分", max_digits=5, decimal_places=1, null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="检查单位")
    checked_by = models.CharField("检查人", max_length=150)

    class Meta:
        verbose_name = "质量检查"
        constraints = (
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=100),
                name="works_check_points_of_100",
            ),
        )

    def __str__(self) -> str:
        return f"{self.part} {self.on}"


class AcceptanceKind(models.TextChoices):
    STAGED = "staged", gettext_lazy("阶段验收")
    FINAL = "final", gettext_lazy("竣工验收")


class Acceptance(Ledger):
    """What was accepted and what was not, by another organisation and another person than the doer."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, related_name="acceptances", verbose_name="工程项目"
    )
    key = models.UUIDField("验收", default=uuid7, editable=False)
    kind = models.CharField("种类", max_length=6, choices=AcceptanceKind)
    on = models.DateField("日期")
    passed = models.BooleanField("合格")
    note = models.CharField("意见", max_length=300, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="验收单位")
    accepted_by = models.CharField("验收人", max_length=150)
    origin = models.CharField("来源", max_length=6, choices=Origin, default=Origin.FORM)

    class Meta:
        verbose_name = "验收"

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class AcceptedQuantity(Record):
    """How much of an item an acceptance looked at, and how much of that it accepted."""

    scope_area = "acceptance__project__area"
    scope_organisation = tuple(f"acceptance__{path}" for path in PROJECT_BODIES)

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="quantities", verbose_name="验收")
    item = models.ForeignKey(QuantityItem, models.PROTECT, related_name="accepted", verbose_name="工程量")
    checked = models.DecimalField("查验", max_digits=16, decimal_places=3)
    accepted = models.DecimalField("合格", max_digits=16, decimal_places=3)

    class Meta:
        verbose_name = "验收数量"
        constraints = (
            models.UniqueConstraint(fields=["acceptance", "item"], name="works_accepted_once"),
            models.CheckConstraint(
                condition=Q(accepted__gte=0, accepted__lte=models.F("checked")),
                name="works_accepted_of_checked",
            ),
        )
