"""What a row names by code or name, or by where it lies: areas and places, within the scope of who imports."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any
from uuid import UUID

import shapely
from django.db.models import QuerySet
from django.utils import timezone

from anju.kernel.documents.ledgers import Row
from anju.kernel.places import geo
from anju.kernel.places.kinds import Kind
from anju.kernel.places.models import Area, Level, Place
from anju.kernel.values.scope import Scope

_AT_ONCE = 900  # values in one question: older SQLite takes 999
_FAR = (
    0.2  # degrees outside the box of its area at which a position must be of another system, or turned round
)


class Areas:
    """The areas of today: those of the scope by key, code, name and position."""

    def __init__(self, scope: Scope) -> None:
        today = Area.objects.on(timezone.localdate())
        self._mine = {area.pk: area for area in today.within(scope)}
        self._words: dict[str, list[Area]] = {}
        for area in today.defer("geometry"):
            for word in {area.code, area.name}:
                self._words.setdefault(word, []).append(area)

    def of(self, key: object) -> Area | None:
        """The area of a key, if the scope has it."""
        return self._mine.get(key) if isinstance(key, UUID) else None

    def named(self, row: Row, word: str) -> Area | None:
        """The area of a code or name; None with a fault of the row."""
        found = self._words.get(word, [])
        if len(found) == 1 and found[0].pk in self._mine:
            return self._mine[found[0].pk]
        if not found:
            row.fault("area", f"没有“{word}”这个区域，请写现行区域的代码或名称。")
        elif len(found) > 1:
            row.fault("area", f"有{len(found)}个区域叫“{word}”，请改写区域代码。")
        else:
            row.fault("area", f"“{word}”不在您的管理范围内，请核对，或请有权限的人导入。")
        return None

    def around(self, position: geo.Position) -> Area | None:
        """The county-level area in whose outline a position lies."""
        areas, tree = self._outlines
        for at in tree.query(shapely.Point(position), predicate="within"):
            return areas[at]
        return None

    @cached_property
    def _outlines(self) -> tuple[list[Area], Any]:
        areas = [a for a in self._mine.values() if a.geometry and a.level in (Level.COUNTY, Level.ZONE)]
        return areas, shapely.STRtree([geo.parse(a.geometry, geo.System.CGCS2000) for a in areas])

    def place_in(
        self, row: Row, given: str, other: Area | None, position: geo.Position | None
    ) -> Area | None:
        """The area that a row names, or that of what it belongs to, or where it lies; None with a fault."""
        area = self.named(row, given) if given else other or (self.around(position) if position else None)
        if area is None:
            if not given:
                row.fault("area", "没有填写所在区域，位置也不在管理范围内的区域里，请补上。")
        elif position and area.west is not None:
            box = geo.Box(area.west, area.south, area.east, area.north)
            if not box.holds(position, _FAR):
                x, y = position
                row.fault("x", f"位置（{x:.4f}，{y:.4f}）离{area}太远，请核对坐标系和经纬度的先后。")
        return area


def in_chunks(rows: QuerySet[Any], field: str, values: Iterable[str]) -> Iterable[Any]:
    """The rows whose field has one of many values."""
    wanted = sorted(set(values))
    for start in range(0, len(wanted), _AT_ONCE):
        yield from rows.filter(**{f"{field}__in": wanted[start : start + _AT_ONCE]})


def places_of_codes(codes: Iterable[str]) -> dict[str, list[Place]]:
    """The places in force by their codes, of whatever kind."""
    found: dict[str, list[Place]] = {}
    for place in in_chunks(Place.objects.filter(valid_to__isnull=True), "code", codes):
        found.setdefault(place.code, []).append(place)
    return found


def place_named(row: Row, field: str, code: str, found: list[Place], kinds: Iterable[str]) -> Place | None:
    """The one place of a code among the kinds allowed; None with a fault of the row."""
    allowed = [place for place in found if place.kind in kinds]
    if len(allowed) == 1:
        return allowed[0]
    if allowed:
        row.fault(field, f"编码{code}有{len(allowed)}个场所，请改用不重复的编码。")
    elif found:
        row.fault(field, f"编码{code}是{Kind(found[0].kind).label}，不能作它的所属场所，请核对。")
    else:
        row.fault(field, f"找不到编码为{code}的场所，请核对，或先导入它。")
    return None
