"""Places of a file: new ones are created, known ones filled in where they lack something, the rest refused by row."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from anju.kernel.documents.ledgers import Head
from anju.kernel.files.models import StoredFile
from anju.kernel.places import attributes
from anju.kernel.places.importing import batches, comparing
from anju.kernel.places.importing.batches import Plan, Task
from anju.kernel.places.importing.finding import Areas, place_named, places_of_codes
from anju.kernel.places.importing.layers import POSITION_HEADS, Feature, read_layer
from anju.kernel.places.kinds import ATTRIBUTES, PARENTS, Kind, every_attribute
from anju.kernel.places.models import Area, Batch, Content, Place

COMMON_HEADS = (
    Head("code", "编码", ("代码", "编号", "场所编码", "小区编码", "楼栋编码", "房屋编码"), required=True),
    Head("name", "名称", ("场所名称", "小区名称", "楼栋名称", "工程名称", "道路名称"), required=True),
    Head("kind", "类别", ("场所类别", "类型")),
    Head("area", "所在区域", ("区域", "县区", "区县", "区域代码", "所属区域")),
    Head("parent", "所属场所编码", ("上级编码", "所属小区编码", "所属楼栋编码", "所属单元编码")),
    Head("address", "地址", ("坐落", "详细地址")),
)
HEADS = (*COMMON_HEADS, *(Head(a.key, a.name, a.synonyms) for a in every_attribute()))
_LENGTHS = {"code": 40, "name": 128, "address": 200}
_FILLED = (
    "area", "parent", "address", "attributes", "geometry", "west", "south", "east", "north",
    "longitude", "latitude", "cell", "spot", "position_source",
)  # fmt: skip


def bring(path: Path, original: StoredFile, task: Task) -> Batch:
    """Import the places of a workbook, csv, GeoJSON file or zipped shapefile; again, it adds nothing.

    Raises ``ImportRefused`` with the errors of all rows, then nothing is stored; and as ``layers.read_layer``.
    """
    return batches.keep(plan(path, task), original, task, Content.PLACES, _FILLED)


def plan(path: Path, task: Task) -> Plan:
    """What ``bring`` would do; errors of rows stand in the plan. Raises as ``layers.read_layer``."""
    layer = read_layer(path, HEADS, task.system)
    names = {head.field: head.name for head in (*HEADS, *POSITION_HEADS)}
    columns = [(written, names.get(field, "")) for written, field in layer.columns]
    work = _Work(layer.rows, task, f"导入文件{path.name}")
    work.run()
    return Plan(
        columns=columns,
        rows=len(layer.rows),
        new=work.new,
        filled=work.filled,
        errors=tuple(error for row in layer.rows for error in row.errors),
        kinds=work.kinds,
        box=batches.box_around([*work.new, *work.filled]),
    )


class _Work:
    """The rows of one file on their way to places: what is new, what is filled in."""

    def __init__(self, rows: list[Feature], task: Task, source: str) -> None:
        self.rows, self.task, self.source = rows, task, source
        self.areas = Areas(task.scope)
        self.words = {code: str(label) for code, label in Kind.choices}
        codes = [row.values.get(name, "") for row in rows for name in ("code", "parent")]
        self.known = places_of_codes(code for code in codes if code)
        self.in_file: dict[tuple[str, str], tuple[Feature, Place]] = {}
        self.by_code: dict[str, list[Place]] = {}
        self.new: list[Place] = []
        self.filled: list[Place] = []
        self.kinds: Counter[str] = Counter()

    def run(self) -> None:
        for row in self.rows:
            place = self._made(row)
            if place is not None:
                self.in_file[place.kind, place.code] = row, place
                self.by_code.setdefault(place.code, []).append(place)
        for row, place in self.in_file.values():
            self._join(row, place)
        # Only now: a parent may stand after its children.
        for row, place in self.in_file.values():
            self._lie(row, place)
        for row, place in self.in_file.values():
            if not row.errors:
                self._settle(row, place)

    def _made(self, row: Feature) -> Place | None:
        """The place that a row describes, without parent and area; None with faults."""
        for name, longest in _LENGTHS.items():
            if len(row.values.get(name, "")) > longest:
                row.fault(name, f"最多{longest}个字，请写短一些。")
        given = row.values.get("kind", "")
        kind = row.chosen("kind", self.words) if given else self.task.kind
        if not kind and not given:
            row.fault("kind", "没有填写类别，请补上，或在导入时选择类别。")
        if row.errors:
            return None
        code = row.values["code"]
        twin = self.in_file.get((kind, code))
        if twin:
            row.fault("code", f"编码{code}与{twin[0].place}重复，请只留一行。")
            return None
        place = Place(kind=kind, code=code, name=row.values["name"], address=row.values.get("address", ""))
        place.attributes = _attributes(row, kind)
        if row.shape is not None:
            place.draw(row.shape, self.source)
        self.kinds[kind] += 1
        return place

    def _join(self, row: Feature, place: Place) -> None:
        """The place that it belongs to, in the file or registered."""
        code = row.values.get("parent", "")
        if code:
            found = [
                one for one in (*self.by_code.get(code, ()), *self._registered(code)) if one is not place
            ]
            kinds = PARENTS.get(place.kind, tuple(Kind))
            place.parent = place_named(row, "parent", code, found, kinds)

    def _lie(self, row: Feature, place: Place) -> None:
        """Its area: named, that of the place it belongs to, or where it lies."""
        given = row.values.get("area", "")
        if given or not self._stored(place):
            area = self.areas.place_in(row, given, self._area_above(place), place.position)
            if area is not None:
                place.area = area

    def _registered(self, code: str) -> list[Place]:
        """What is registered under a code within the scope, and not in the file again."""
        scope = self.task.scope
        return [
            one
            for one in self.known.get(code, ())
            if (one.kind, one.code) not in self.in_file and (scope.everything or one.area_id in scope.areas)
        ]

    def _stored(self, place: Place) -> Place | None:
        return next((one for one in self.known.get(place.code, ()) if one.kind == place.kind), None)

    def _area_above(self, place: Place) -> Area | None:
        """The area of the nearest place above that has one."""
        above = place.parent
        for _ in Kind:
            if above is None:
                return None
            row = self.in_file.get((above.kind, above.code))
            stored = self._stored(above)
            word = row[0].values.get("area", "") if row else ""
            if word and row:
                return self.areas.named(row[0], word)
            if stored:
                return self.areas.of(stored.area_id)
            if above.area_id:
                return self.areas.of(above.area_id)
            above = above.parent
        return None

    def _settle(self, row: Feature, place: Place) -> None:
        stored = self._stored(place)
        if place.parent:
            place.parent = self._stored(place.parent) or place.parent
        if self._circles(stored or place, place.parent):
            row.fault("parent", "所属场所绕了一圈又回到自己，请改正。")
        elif stored is None:
            self.new.append(place)
        elif not self.task.scope.everything and stored.area_id not in self.task.scope.areas:
            row.fault("code", f"编码{place.code}已由您管理范围以外的场所使用，请核对编码。")
        elif self._fill(row, stored, place) and not row.errors:
            self.filled.append(stored)

    def _fill(self, row: Feature, stored: Place, place: Place) -> bool:
        what = f"编码{place.code}"
        given = {"name": place.name, "address": place.address, "attributes": place.attributes}
        filled = comparing.fill(row, stored, given, what)
        if place.area_id and place.area_id != stored.area_id:
            comparing.contradict(row, "area", stored.area, place.area, what)
        if place.parent and stored.parent_id is None:
            stored.parent, filled = place.parent, True
        elif place.parent and place.parent.pk != stored.parent_id:
            comparing.contradict(row, "parent", stored.parent, place.parent, what)
        return self._fill_shape(row, stored, place, what) or filled

    def _fill_shape(self, row: Feature, stored: Place, place: Place, what: str) -> bool:
        """A shape where there was none, or a line or outline where there was a point."""
        if place.position is None:
            return False
        known = stored.geometry["type"] if stored.geometry else None
        if stored.position is None or (known == "Point" and row.shape.geom_type != "Point"):
            stored.draw(row.shape, self.source)
            return True
        comparing.far_from(row, stored, place.position, what)
        return False

    def _circles(self, place: Place, above: Place | None) -> bool:
        """Whether going up from ``above`` leads back; registered places lead back only to registered ones."""
        seen = {place.pk}
        while above is not None and (above._state.adding or not place._state.adding):
            if above.pk in seen:
                return True
            seen.add(above.pk)
            above = above.parent
        return False


def _attributes(row: Feature, kind: str) -> dict[str, Any]:
    known = {attribute.key: attribute for attribute in ATTRIBUTES[kind]}
    found = {}
    for attribute in every_attribute():
        text = row.values.get(attribute.key, "")
        if not text:
            continue
        if attribute.key not in known:
            row.fault(attribute.key, f"{Kind(kind).label}没有这一属性，请清空。")
            continue
        try:
            found[attribute.key] = attributes.value_of(attribute, text)
        except attributes.AttributeFault as fault:
            row.fault(attribute.key, str(fault))
    return found
