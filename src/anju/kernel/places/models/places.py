"""Places below areas: communities, buildings, unit doors, dwellings, sites, roads, stations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.places import attributes, geo
from anju.kernel.places.dated import Dated
from anju.kernel.places.kinds import ATTRIBUTES, PARENTS, Kind
from anju.kernel.places.models.areas import Area
from anju.kernel.places.models.batches import Batch
from anju.kernel.places.models.positions import Positioned
from anju.kernel.wording import listed

_DEEPEST = 20


class Place(Dated, Positioned):
    """A place under the bureau's own code. A point, line or outline, and one point that stands for it.

    ``attributes`` hold what ``kinds.ATTRIBUTES`` names for the kind, and nothing else.
    """

    scope_area = "area"
    # What a person types in a form to point to a place: half a million fit into no list to choose from.
    typed_by = "code"

    kind = models.CharField("类别", max_length=16, choices=Kind)
    code = models.CharField("编码", max_length=40)
    name = models.CharField("名称", max_length=128)
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, verbose_name="所在区域")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="所属场所"
    )
    address = models.CharField("地址", max_length=200, blank=True)
    geometry = models.JSONField("图形", null=True, blank=True, editable=False)
    west = models.FloatField("西界", null=True, editable=False)
    south = models.FloatField("南界", null=True, editable=False)
    east = models.FloatField("东界", null=True, editable=False)
    north = models.FloatField("北界", null=True, editable=False)
    position_source = models.CharField(
        "位置来源", max_length=128, blank=True, help_text=gettext_lazy("测绘成果、批次或采集人。")
    )
    attributes = models.JSONField("属性", default=dict, blank=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, editable=False, db_index=False, verbose_name="导入批次"
    )

    class Meta(Dated.Meta):
        verbose_name = verbose_name_plural = "场所"
        ordering = ("code",)
        constraints = (
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                name="places_place_one_open_row_per_code",
                fields=("kind", "code"),
                condition=Q(valid_to__isnull=True),
                violation_error_message=gettext_lazy(
                    "这个编码已有同类的现行场所。请核对，或先让原场所失效。"
                ),
            ),
            models.CheckConstraint(
                name="places_place_not_under_itself",
                condition=Q(parent__isnull=True) | ~Q(id=F("parent")),
                violation_error_message=gettext_lazy("场所不能属于自己。请另选所属场所。"),
            ),
        )
        indexes = (
            models.Index(name="places_place_code", fields=("code", "id", "name", "area")),
            models.Index(name="places_place_area", fields=("area", "kind", "code")),
            models.Index(name="places_place_kind", fields=("kind", "code")),
            models.Index(name="places_place_box", fields=("west", "east", "south", "north")),
            models.Index(name="places_place_cell", fields=("cell", "kind", "area")),
            models.Index(name="places_place_spot", fields=("spot", "kind", "area")),
            models.Index(name="places_place_area_cell", fields=("area", "kind", "cell", "spot")),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def attribute_names(self) -> dict[str, str]:
        """The words of the keys of ``attributes``."""
        return {one.key: gettext(one.name) for one in ATTRIBUTES.get(self.kind, ())}

    def draw(self, given: geo.Shape | None, source: str) -> None:
        """Take a shape, as ``geo.parse_shape`` gives it, with its box and point; ``None`` erases. Saves nothing."""
        self.geometry = geo.to_geojson(given) if given else None
        self.stand_at(geo.representative(given) if given else None)
        self.west, self.south, self.east, self.north = geo.box_of(given) if given else (None,) * 4
        self.position_source = source if given else ""

    def clean(self) -> None:
        self.refuse_overlap(
            gettext("编码{code}在这段时间已有同类场所。请核对，或先让原场所失效。").format(code=self.code),
            kind=self.kind,
            code=self.code,
        )
        self._clean_attributes()
        self._clean_parent()
        self._clean_position()

    def _clean_attributes(self) -> None:
        try:
            self.attributes = attributes.read(ATTRIBUTES.get(self.kind, ()), self.attributes or {})
        except attributes.AttributeFault as fault:
            raise ValidationError({"attributes": f"{fault.name}：{fault}"}) from fault

    def _clean_parent(self) -> None:
        fault = parent_fault(self.kind, self.parent.kind if self.parent else None)
        if fault:
            raise ValidationError({"parent": fault})
        above, seen = self.parent, {self.pk}
        for _ in range(_DEEPEST):
            if above is None:
                return
            if above.pk in seen:
                sentence = gettext("{parent}本身在{place}之下，不能作它的上级。请另选所属场所。")
                raise ValidationError({"parent": sentence.format(parent=self.parent, place=self)})
            seen.add(above.pk)
            above = above.parent
        raise ValidationError({"parent": gettext("所属场所的层数太多。请核对。")})

    def _clean_position(self) -> None:
        """A typed point is the place's shape, unless a line or outline is there, in whose box it must lie."""
        self.clean_position()
        if self.geometry and self.geometry["type"] != "Point":
            box = geo.Box(self.west or 0, self.south or 0, self.east or 0, self.north or 0)
            if self.position is None or not box.holds(self.position):
                raise ValidationError({"longitude": gettext("代表点不在图形的范围里。请核对经纬度。")})
        elif self.position:
            self.draw(geo.Point(*self.position), self.position_source)
        else:
            self.draw(None, "")

    def shape(self) -> Any:
        """The stored shape; None without one."""
        return geo.parse_shape(self.geometry, geo.System.CGCS2000) if self.geometry else None


def parent_fault(kind: str, parent: str | None) -> str:
    """What is wrong with a place of one kind under a place of another; "" for nothing."""
    allowed = PARENTS.get(kind)
    if parent is None or allowed is None or parent in allowed:
        return ""
    sentence = gettext("{kind}不能属于{parent}，可以属于{allowed}。请另选所属场所。")
    return sentence.format(
        kind=Kind(kind).label,
        parent=Kind(parent).label,
        allowed=listed(Kind(one).label for one in allowed),
    )
