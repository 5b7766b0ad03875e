"""Groups of inspectors, and plans with their cells and objects. What was drawn is never changed."""

from __future__ import annotations

from django.db import models

from anju.kernel.inspections.models.checklists import Version
from anju.kernel.parties.models import Organisation
from anju.kernel.places.dated import Dated
from anju.kernel.places.models import Area
from anju.kernel.records.models import Record


class Group(Record):
    """Inspectors who go out together."""

    scope_area = "owner__area"
    scope_organisation = "owner"

    name = models.CharField("名称", max_length=60)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)

    class Meta:
        verbose_name = "检查组"
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="inspection_group_name_once")]

    def __str__(self) -> str:
        return self.name


class Member(Dated):
    """A person in a group on the days of [valid_from, valid_to); ``user`` is the account's name as text."""

    scope_area = "group__owner__area"
    scope_organisation = "group__owner"

    group = models.ForeignKey(Group, models.PROTECT, related_name="members", verbose_name="检查组")
    user = models.CharField("用户名", max_length=64)
    name = models.CharField("姓名", max_length=80)

    class Meta(Dated.Meta):
        verbose_name = "组员"

    def __str__(self) -> str:
        return self.name


class Plan(Record):
    """What is inspected in a month or a quarter. Its seed is made with it, before the objects are known.

    ``setting`` keeps what the draw depended on beside the objects, so that it can be made again: weights, days,
    groups, the group that was last in each area, and the digest of the objects.
    """

    scope_area = "owner__area"
    scope_organisation = "owner"

    title = models.CharField("名称", max_length=120)
    owner = models.ForeignKey(Organisation, models.PROTECT, verbose_name="主办单位")
    period = models.CharField("期间", max_length=10)
    count = models.PositiveSmallIntegerField("每格对象数", default=1)
    seed = models.CharField("种子", max_length=32)
    setting = models.JSONField("抽取条件", default=dict, blank=True)
    drawn_at = models.DateTimeField("抽取时间", null=True, blank=True)
    drawn_by = models.CharField("抽取人", max_length=150, blank=True)
    made_by = models.CharField("建立人", max_length=150)

    class Meta:
        verbose_name = "检查计划"

    def __str__(self) -> str:
        return self.title


class PlanKind(Record):
    """A kind of object of a plan, and the checklist that it is inspected with."""

    scope_area = "plan__owner__area"
    scope_organisation = "plan__owner"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="kinds", verbose_name="检查计划")
    name = models.CharField("类别", max_length=60)
    version = models.ForeignKey(Version, models.PROTECT, related_name="kinds", verbose_name="清单版本")
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = "检查类别"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "name"], name="inspection_kind_once")]

    def __str__(self) -> str:
        return self.name


class Cell(Record):
    """One kind in one area: which group goes on which day."""

    scope_area = "area"
    scope_organisation = "plan__owner"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="cells", verbose_name="检查计划")
    kind = models.ForeignKey(PlanKind, models.PROTECT, related_name="cells", verbose_name="检查类别")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="区域")
    group = models.ForeignKey(Group, models.PROTECT, related_name="cells", verbose_name="检查组")
    day = models.DateField("日期")
    order = models.PositiveIntegerField("次序")

    class Meta:
        verbose_name = "计划格"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["kind", "area"], name="inspection_cell_once")]
        indexes = [models.Index(fields=["area", "day"])]

    def __str__(self) -> str:
        return f"{self.area} {self.kind}"


class PlanObject(Record):
    """An object that could be drawn in a cell: its facts, weight and key, and whether it was drawn.

    ``subject`` is text such as ``place:…``; its name, area, position and the body that answers for it are copied as
    they were at the draw.
    """

    scope_area = "cell__area"
    scope_organisation = "organisation"

    cell = models.ForeignKey(Cell, models.PROTECT, related_name="candidates", verbose_name="计划格")
    subject = models.CharField("对象", max_length=120)
    name = models.CharField("名称", max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="责任单位")
    longitude = models.FloatField("经度", null=True, blank=True)
    latitude = models.FloatField("纬度", null=True, blank=True)
    facts = models.JSONField("风险情况", default=dict)
    weight = models.DecimalField("权重", max_digits=12, decimal_places=4)
    key = models.FloatField("抽取键")
    rank = models.PositiveIntegerField("名次")
    drawn = models.BooleanField("抽中", default=False)

    class Meta:
        verbose_name = "检查对象"
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["cell", "subject"], name="inspection_object_once")]
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return self.name
