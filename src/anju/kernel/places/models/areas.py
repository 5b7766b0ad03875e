"""Areas and their dated memberships."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from anju.kernel.places import geo
from anju.kernel.places.dated import Dated

ADMINISTRATIVE = "administrative"
MANAGEMENT = "management"
HYDRAULIC = "hydraulic"
HIERARCHIES = {ADMINISTRATIVE: "行政隶属", MANAGEMENT: "管理分组", HYDRAULIC: "水力关系"}


class CodeSystem(models.TextChoices):
    GB2260 = "gb2260", gettext_lazy("行政区划代码（GB/T 2260）")
    STATISTICAL = "statistical", gettext_lazy("统计用区划代码")
    LOCAL = "local", gettext_lazy("本地代码")


class Level(models.TextChoices):
    PROVINCE = "province", gettext_lazy("省")
    CITY = "city", gettext_lazy("市")
    COUNTY = "county", gettext_lazy("县（市）、区")
    TOWNSHIP = "township", gettext_lazy("乡镇、街道")
    ZONE = "zone", gettext_lazy("功能区")
    GROUP = "group", gettext_lazy("管理分组")


class Area(Dated):
    """A territory, or a management group of territories, under one code and name.

    A renaming, a new code or a merger ends this row and begins another (``changes.succeed``), so that what
    was computed under the old name stays readable.
    """

    scope_area = "id"

    code = models.CharField("代码", max_length=32)
    code_system = models.CharField("代码体系", max_length=16, choices=CodeSystem)
    name = models.CharField("名称", max_length=64)
    name_en = models.CharField("英文名称", max_length=128, blank=True)
    level = models.CharField("级别", max_length=16, choices=Level)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name="后继区域"
    )
    geometry = models.JSONField("轮廓", null=True, blank=True, help_text="GeoJSON面，CGCS2000。")
    west = models.FloatField("西界", null=True, editable=False)
    south = models.FloatField("南界", null=True, editable=False)
    east = models.FloatField("东界", null=True, editable=False)
    north = models.FloatField("北界", null=True, editable=False)
    area_square_metres = models.FloatField("椭球面积（平方米）", null=True, editable=False)
    schematic = models.BooleanField("示意轮廓", default=False)
    outline_source = models.CharField("轮廓来源", max_length=128, blank=True)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "区域"
        ordering = ("code", "valid_from")
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="places_area_one_open_row_per_code",
                fields=("code_system", "code"),
                condition=Q(valid_to__isnull=True),
                violation_error_message="这个代码已有现行区域。请先让原区域失效，或改用别的代码。",
            ),
        )
        indexes = (models.Index(name="places_area_box", fields=("west", "east", "south", "north")),)

    def __str__(self) -> str:
        return self.name

    def draw(self, outline: geo.Outline | None, source: str, *, schematic: bool = False) -> None:
        """Take an outline, as ``geo.parse`` gives it, with its box and area; ``None`` erases. Saves nothing."""
        self.geometry = geo.to_geojson(outline) if outline else None
        self.west, self.south, self.east, self.north = geo.box_of(outline) if outline else (None,) * 4
        self.area_square_metres = geo.square_metres(outline) if outline else None
        self.outline_source = source if outline else ""
        self.schematic = schematic and outline is not None

    def clean(self) -> None:
        if self.code_system == CodeSystem.GB2260 and not re.fullmatch(r"[0-9]{6}", self.code):
            raise ValidationError({"code": "行政区划代码是6位数字。请核对，或把代码体系改为本地代码。"})
        self.refuse_overlap(
            f"代码{self.code}在这段时间已有区域。请先让原区域失效，或改用别的代码。",
            code_system=self.code_system,
            code=self.code,
        )


class Membership(Dated):
    """``child`` belongs to ``parent`` in one hierarchy while the row is in force."""

    scope_area = "child"

    child = models.ForeignKey(Area, models.PROTECT, related_name="parents", verbose_name="下级")
    parent = models.ForeignKey(Area, models.PROTECT, related_name="children", verbose_name="上级")
    hierarchy = models.CharField("层级关系", max_length=16, choices=HIERARCHIES)

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "隶属关系"
        constraints = (
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="places_membership_not_of_itself",
                condition=~Q(child=F("parent")),
                violation_error_message="区域不能隶属于自己。请另选上级。",
            ),
            models.UniqueConstraint(
                name="places_membership_one_open_row",
                fields=("child", "hierarchy"),
                condition=Q(valid_to__isnull=True),
                violation_error_message="这个区域在该层级关系里已有上级。请先结束原隶属关系。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.child}隶属{self.parent}（{HIERARCHIES[self.hierarchy]}）"

    def clean(self) -> None:
        self.refuse_overlap(
            f"{self.child}在这段时间已有{HIERARCHIES.get(self.hierarchy, '')}上级。请先结束原隶属关系。",
            child=self.child,
            hierarchy=self.hierarchy,
        )
        self._refuse_cycle()

    def _refuse_cycle(self) -> None:
        """No day may exist on which the parent stands below its own child.

        Going up from the parent, each step keeps only what is in force within this row's dates; the narrowed
        dates go along, for two memberships that never overlap close no circle.
        """
        links = Membership.objects.filter(hierarchy=self.hierarchy).exclude(pk=self.pk)
        seen: set[Any] = set()
        todo = [(self.parent_id, self.valid_from, self.valid_to)]
        while todo:
            area, start, end = step = todo.pop()
            if area == self.child_id:
                raise ValidationError(
                    f"{self.parent}本身在{self.child}之下，不能再作它的上级。请另选上级或日期。"
                )
            if step in seen:
                continue
            seen.add(step)
            for link in links.filter(child=area).overlapping(start, end):
                starts = [day for day in (start, link.valid_from) if day]
                ends = [day for day in (end, link.valid_to) if day]
                todo.append((link.parent_id, max(starts, default=None), min(ends, default=None)))
