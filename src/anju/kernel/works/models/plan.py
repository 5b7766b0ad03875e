"""What is to be done: programmes, projects, quantities, units and milestones."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy
from uuid6 import uuid7

from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.records.models import Ledger, Record

# Whose people see a project: who orders it, who does it, who supervises it.
BODIES = ("owner", "contractor", "supervisor")
PROJECT_BODIES = tuple(f"project__{body}" for body in BODIES)


class Measure(models.TextChoices):
    """The units that quantities are counted in; a closed list, so that equal ones can be added."""

    HOUSEHOLD = "household", gettext_lazy("户")
    BUILDING = "building", gettext_lazy("栋")
    COMMUNITY = "community", gettext_lazy("个小区")
    KILOMETRE = "kilometre", gettext_lazy("公里")
    SQUARE_METRE = "square_metre", gettext_lazy("平方米")
    DWELLING = "dwelling", gettext_lazy("套")
    MODULE = "module", gettext_lazy("个模块")
    DOCUMENT = "document", gettext_lazy("份文件")
    DOOR = "door", gettext_lazy("个单元门")
    PIECE = "piece", gettext_lazy("个")


class WorkKind(models.TextChoices):
    CONSTRUCTION = "construction", gettext_lazy("新建改造")
    REPAIR = "repair", gettext_lazy("维修")
    INSTALLATION = "installation", gettext_lazy("安装")
    SURVEY = "survey", gettext_lazy("测绘普查")
    SYSTEM = "system", gettext_lazy("信息系统")
    DOCUMENT = "document", gettext_lazy("规划文件")
    REGULATION = "regulation", gettext_lazy("法规办法")


class State(models.TextChoices):
    """The course of a project, and where it leaves it; cancelled and carried over are never the same."""

    PLANNED = "planned", gettext_lazy("计划")
    UNDER_WAY = "under_way", gettext_lazy("在建")
    COMPLETED = "completed", gettext_lazy("完工")
    ACCEPTED = "accepted", gettext_lazy("已验收")
    SETTLED = "settled", gettext_lazy("已结算")
    SUSPENDED = "suspended", gettext_lazy("暂停")
    CANCELLED = "cancelled", gettext_lazy("取消")
    CARRIED_OVER = "carried_over", gettext_lazy("结转")


class Programme(Record):
    """The works of one year under one name (年度计划); ``line_code`` names the budget line that pays, as text."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    name_en = models.CharField("英文名称", max_length=120, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="责任单位")
    line_code = models.CharField("预算项目编码", max_length=40, blank=True)
    quota = models.DecimalField("任务数", max_digits=16, decimal_places=3, null=True, blank=True)
    quota_measure = models.CharField("任务计量单位", max_length=14, choices=Measure, blank=True)
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "年度计划"
        ordering = ("-year", "code")

    def __str__(self) -> str:
        return self.name


class WorksProject(Record):
    """One piece of work. ``state`` is that of its last step (``ProjectStep``).

    What figures read (programme, kind, area, owner, planned days, carried from) never changes after the beginning,
    so that a figure can be computed again for any moment; a later end is a change order. ``carried_from`` is the year
    that this work was left over from, ``carried_to`` the year that it was carried over to.
    """

    scope_area = "area"
    scope_organisation = BODIES

    code = models.CharField("编号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=160)
    name_en = models.CharField("英文名称", max_length=160, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="projects", verbose_name="年度计划")
    kind = models.CharField("种类", max_length=12, choices=WorkKind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="建设单位")
    contractor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承包单位"
    )
    supervisor = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="监理单位"
    )
    place = models.CharField("地点", max_length=200, blank=True)
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    planned_start = models.DateField("计划开工")
    planned_end = models.DateField("计划完工")
    carried_from = models.PositiveSmallIntegerField("结转自", null=True, blank=True)
    carried_to = models.PositiveSmallIntegerField("结转到", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PLANNED)
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "工程项目"
        constraints = (
            models.CheckConstraint(
                condition=Q(planned_end__gte=models.F("planned_start")), name="works_project_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="carried_over", carried_to__isnull=False)
                | ~Q(state="carried_over") & Q(carried_to__isnull=True),
                name="works_project_carried_names_its_year",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ProjectStep(Record):
    """A project came into a state on a day. Steps are added and never changed; the last one holds."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="steps", verbose_name="工程项目")
    state = models.CharField("状态", max_length=12, choices=State)
    on = models.DateField("日期")
    reason = models.CharField("原因", max_length=300, blank=True)
    actor = models.CharField("经办人", max_length=150)

    class Meta:
        verbose_name = "工程状态"
        ordering = ("recorded_at", "id")


class QuantityItem(Record):
    """What is counted of a project. How much was done comes from the ledgers; here stands only what was planned.

    ``by_unit``: the project has a list of units, and this item is the sum of theirs.
    """

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(WorksProject, models.PROTECT, related_name="items", verbose_name="工程项目")
    name = models.CharField("名称", max_length=80)
    measure = models.CharField("计量单位", max_length=14, choices=Measure)
    planned = models.DecimalField("计划量", max_digits=16, decimal_places=3)
    by_unit = models.BooleanField("按单元清单计数", default=False)
    order = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        verbose_name = "工程量"
        ordering = ("order", "id")
        constraints = (
            models.UniqueConstraint(fields=["project", "name"], name="works_item_once"),
            models.UniqueConstraint(
                fields=["project"], condition=Q(by_unit=True), name="works_item_one_by_unit"
            ),
            models.CheckConstraint(condition=Q(planned__gt=0), name="works_item_planned_something"),
        )

    def __str__(self) -> str:
        return self.name


class UnitState(models.TextChoices):
    PLANNED = "planned", gettext_lazy("待做")
    DONE = "done", gettext_lazy("已做")
    ACCEPTED = "accepted", gettext_lazy("已验收")
    REJECTED = "rejected", gettext_lazy("验收不合格")
    CANCELLED = "cancelled", gettext_lazy("取消")


class Unit(Ledger):
    """One of the many things of a project: a household, a building, a dwelling, a door.

    Half a million rows must stay quick, so the table is narrow and its indexes hold current rows only. ``key``
    stays over the versions of a unit; ``source`` is the key of the progress or acceptance that made this version.
    """

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, db_index=False, related_name="units", verbose_name="工程项目"
    )
    key = models.UUIDField("单元", default=uuid7, editable=False, db_index=True)
    code = models.CharField("编码", max_length=60)
    name = models.CharField("名称或地址", max_length=120, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, db_index=False, related_name="+", verbose_name="区域"
    )
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=UnitState, default=UnitState.PLANNED)
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=3, default=1)
    done_on = models.DateField("完成日期", null=True, blank=True)
    accepted_on = models.DateField("验收日期", null=True, blank=True)
    place = models.UUIDField("地点", null=True, blank=True)
    source = models.UUIDField("来源", null=True, blank=True)

    class Meta:
        verbose_name = "单元"
        constraints = (
            models.UniqueConstraint(
                fields=["project", "code"], condition=Q(superseded_at__isnull=True), name="works_unit_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["project", "state", "quantity"],
                condition=Q(superseded_at__isnull=True),
                name="works_unit_by_state",
            ),
            models.Index(
                fields=["project", "name"],
                condition=Q(superseded_at__isnull=True),
                name="works_unit_by_name",
            ),
            models.Index(
                fields=["place"],
                condition=Q(superseded_at__isnull=True, place__isnull=False),
                name="works_unit_by_place",
            ),
        )

    def __str__(self) -> str:
        return self.code


class Milestone(Ledger):
    """A day that was promised, and the day on which it came; ``weight`` is a share of the whole in per cent."""

    scope_area = "project__area"
    scope_organisation = PROJECT_BODIES

    project = models.ForeignKey(
        WorksProject, models.PROTECT, related_name="milestones", verbose_name="工程项目"
    )
    key = models.UUIDField("节点", default=uuid7, editable=False)
    name = models.CharField("名称", max_length=80)
    weight = models.PositiveSmallIntegerField("权重（%）", default=0)
    planned_on = models.DateField("计划日期")
    actual_on = models.DateField("实际日期", null=True, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, verbose_name="佐证")
    entered_by = models.CharField("经手人", max_length=150)

    class Meta:
        verbose_name = "节点"
        ordering = ("planned_on", "recorded_at")
        constraints = (
            models.UniqueConstraint(
                fields=["key"], condition=Q(superseded_at__isnull=True), name="works_milestone_one_current"
            ),
        )

    def __str__(self) -> str:
        return self.name
