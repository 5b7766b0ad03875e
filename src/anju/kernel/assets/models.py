"""Equipment, the ledger of its states, and the ledger of its maintenance with documents."""

from __future__ import annotations

from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.assets.types import attributes_of, choices
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places import attributes
from anju.kernel.places.models import Area, Batch, Place, Positioned
from anju.kernel.records.models import Ledger, Record

_DEEPEST = 20


class State(models.TextChoices):
    IN_SERVICE = "in_service", gettext_lazy("在用")
    OUT_OF_SERVICE = "out_of_service", gettext_lazy("停用")
    UNDER_REPAIR = "under_repair", gettext_lazy("维修中")
    SCRAPPED = "scrapped", gettext_lazy("已报废")


class Work(models.TextChoices):
    PLANNED = "planned", gettext_lazy("计划保养")
    REPAIR = "repair", gettext_lazy("故障维修")
    INSPECTION = "inspection", gettext_lazy("检查检定")


class Asset(Positioned):
    """A piece of equipment under a code that is unique in its type.

    ``state`` repeats the last row of its ledger (``states.change`` writes both), so that boards need no join. An
    asset without a position of its own stands where its place stands at the time of saving.
    """

    scope_area = "area"
    scope_organisation = "operator"
    typed_by = "code"

    type = models.CharField("类型", max_length=40, choices=choices)
    code = models.CharField("编码", max_length=60)
    name = models.CharField("名称", max_length=128)
    state = models.CharField("状态", max_length=16, choices=State, default=State.IN_SERVICE, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="所在区域")
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="assets", verbose_name="所在场所"
    )
    maker = models.CharField("生产厂家", max_length=128, blank=True)
    model = models.CharField("型号", max_length=64, blank=True)
    serial_number = models.CharField("出厂编号", max_length=64, blank=True)
    owner = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assets_owned",
        verbose_name="产权单位",
    )
    operator = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assets_run",
        verbose_name="运维单位",
    )
    installed_on = models.DateField("安装日期", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="所属设备"
    )
    attributes = models.JSONField("属性", default=dict, blank=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, editable=False, db_index=False, verbose_name="导入批次"
    )

    class Meta:
        verbose_name = verbose_name_plural = "设备"
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(
                name="assets_asset_code_of_type",
                fields=("type", "code"),
                violation_error_message=gettext_lazy("这个类型里已有这个编码。请核对，或去更改那一台。"),
            ),
            models.CheckConstraint(
                name="assets_asset_not_part_of_itself",
                condition=Q(parent__isnull=True) | ~Q(id=F("parent")),
                violation_error_message=gettext_lazy("设备不能属于自己。请另选所属设备。"),
            ),
        )
        indexes = (
            models.Index(name="assets_asset_code", fields=("code", "id")),
            models.Index(name="assets_asset_state", fields=("state", "code")),
            models.Index(name="assets_asset_cell", fields=("cell", "type", "area", "state")),
            models.Index(name="assets_asset_spot", fields=("spot", "type", "area", "state")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def attribute_names(self) -> dict[str, str]:
        """The words of the keys of ``attributes``."""
        return {one.key: gettext(one.name) for one in attributes_of(self.type)}

    def clean(self) -> None:
        self.clean_position()
        if self.position is None and self.place:
            self.stand_at(self.place.position)
        if self.installed_on and self.installed_on > timezone.localdate():
            raise ValidationError({"installed_on": gettext("安装日期还没有到。请核对。")})
        try:
            self.attributes = attributes.read(attributes_of(self.type), self.attributes or {})
        except attributes.AttributeFault as fault:
            raise ValidationError({"attributes": f"{fault.name}：{fault}"}) from fault
        self._refuse_circle()

    def _refuse_circle(self) -> None:
        above, seen = self.parent, {self.pk}
        for _ in range(_DEEPEST):
            if above is None:
                return
            if above.pk in seen:
                break
            seen.add(above.pk)
            above = above.parent
        sentence = gettext("{parent}本身属于{asset}，不能作它的所属设备。请另选。")
        raise ValidationError({"parent": sentence.format(parent=self.parent, asset=self)})


class StateChange(Ledger):
    """From a day on an asset is in a state, with the reason and who said so."""

    scope_area = "asset__area"
    scope_organisation = "asset__operator"

    asset = models.ForeignKey(Asset, models.PROTECT, related_name="states", verbose_name="设备")
    state = models.CharField("状态", max_length=16, choices=State)
    since = models.DateField("起始日期")
    reason = models.CharField("原因", max_length=200)
    entered_by = models.CharField("登记人", max_length=150)

    class Meta:
        verbose_name = verbose_name_plural = "设备状态"
        ordering = ("-since", "-recorded_at")
        constraints = (
            models.UniqueConstraint(
                name="assets_state_one_a_day",
                fields=("asset", "since"),
                condition=Q(superseded_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.asset} {self.get_state_display()}"


class Maintenance(Ledger):
    """What was done to an asset. ``key`` stays over the versions of an entry; its documents hang on it."""

    scope_area = "asset__area"
    scope_organisation = "asset__operator"

    key = models.UUIDField("编号", default=uuid4, editable=False)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="maintenance", verbose_name="设备")
    kind = models.CharField("种类", max_length=12, choices=Work)
    done_on = models.DateField("完成日期")
    done_by = models.CharField("实施人或单位", max_length=128)
    note = models.TextField("情况", blank=True, max_length=2000)
    next_due = models.DateField("下次应做日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "设备维护"
        ordering = ("-done_on", "-recorded_at")
        constraints = (
            models.UniqueConstraint(
                name="assets_maintenance_current",
                fields=("key",),
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="assets_maintenance_due_later",
                condition=Q(next_due__isnull=True) | Q(next_due__gt=F("done_on")),
                violation_error_message=gettext_lazy("下次应做日期要晚于完成日期。请改正日期。"),
            ),
        )
        indexes = (models.Index(name="assets_maintenance_due", fields=("next_due",)),)

    def __str__(self) -> str:
        return f"{self.asset} {self.done_on}"

    def clean(self) -> None:
        if self.done_on and self.done_on > timezone.localdate():
            raise ValidationError({"done_on": gettext("完成日期还没有到。请核对。")})


class MaintenanceFile(Record):
    """A photo or document of an entry, by the ``key`` that its versions share."""

    scope_area = "asset__area"
    scope_organisation = "asset__operator"

    asset = models.ForeignKey(Asset, models.PROTECT, verbose_name="设备")
    key = models.UUIDField("维护编号", db_index=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="附件")

    class Meta:
        verbose_name = verbose_name_plural = "设备维护附件"
        ordering = ("recorded_at",)

    def __str__(self) -> str:
        return self.file.name
