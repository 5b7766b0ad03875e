"""Assets of a file: a workbook, csv, GeoJSON file or zipped shapefile; all rows, or none with the errors by row."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from anju.kernel.assets.models import Asset
from anju.kernel.assets.types import asset_types, attributes_of, choices, every_attribute
from anju.kernel.documents import typed
from anju.kernel.documents.ledgers import Head, Row
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places import attributes
from anju.kernel.places.importing import batches, comparing
from anju.kernel.places.importing.batches import Plan, Task
from anju.kernel.places.importing.finding import Areas, in_chunks, place_named, places_of_codes
from anju.kernel.places.importing.layers import POSITION_HEADS, Feature, read_layer
from anju.kernel.places.kinds import Kind
from anju.kernel.places.models import Batch, Content

COMMON_HEADS = (
    Head("code", "编码", ("设备编码", "编号", "设备编号", "资产编号"), required=True),
    Head("name", "名称", ("设备名称",), required=True),
    Head("type", "类型", ("设备类型", "类别")),
    Head("area", "所在区域", ("区域", "县区", "区县", "区域代码")),
    Head("place", "所在场所编码", ("场所编码", "安装位置编码", "工地编码")),
    Head("maker", "生产厂家", ("厂家", "品牌", "生产单位")),
    Head("model", "型号", ("规格型号", "设备型号")),
    Head("serial_number", "出厂编号", ("序列号", "机身号")),
    Head("owner", "产权单位", ("所有单位",)),
    Head("operator", "运维单位", ("运营单位", "维护单位")),
    Head("installed_on", "安装日期", ("安装时间",)),
    Head("parent", "所属设备编码", ("上级设备编码",)),
)
_LENGTHS = {"code": 60, "name": 128, "maker": 128, "model": 64, "serial_number": 64}
_FILLED = (
    "area", "place", "maker", "model", "serial_number", "owner", "operator", "installed_on", "parent", "attributes",
    "longitude", "latitude", "cell", "spot",
)  # fmt: skip


def heads() -> tuple[Head, ...]:
    """The columns that a file may have; those of attributes are named in the types."""
    return (*COMMON_HEADS, *(Head(f"@{a.name}", a.name, a.synonyms) for a in every_attribute()))


def bring(path: Path, original: StoredFile, task: Task) -> Batch:
    """Import the assets of a file; again, it adds nothing. Raises as ``places.importing.places.bring``."""
    return batches.keep(plan(path, task), original, task, Content.ASSETS, _FILLED)


def plan(path: Path, task: Task) -> Plan:
    """What ``bring`` would do; errors of rows stand in the plan. Raises as ``layers.read_layer``."""
    layer = read_layer(path, heads(), task.system)
    names = {head.field: head.name for head in (*heads(), *POSITION_HEADS)}
    work = _Work(layer.rows, task)
    work.run()
    return Plan(
        columns=[(written, names.get(field, "")) for written, field in layer.columns],
        rows=len(layer.rows),
        new=work.new,
        filled=work.filled,
        errors=tuple(error for row in layer.rows for error in row.errors),
        kinds=work.kinds,
        box=batches.box_around([*work.new, *work.filled]),
    )


class _Work:
    """The rows of one file on their way to assets."""

    def __init__(self, rows: list[Feature], task: Task) -> None:
        self.rows, self.task = rows, task
        self.areas = Areas(task.scope)
        self.types = dict(choices())
        self.places = places_of_codes(code for row in rows if (code := row.values.get("place", "")))
        bodies = Organisation.objects.on(timezone.localdate())
        self.bodies = {word: body for body in bodies for word in (body.name, body.short_name) if word}
        codes = {row.values.get(name, "") for row in rows for name in ("code", "parent")} - {""}
        self.known: dict[tuple[str, str], Asset] = {
            (asset.type, asset.code): asset for asset in in_chunks(Asset.objects.all(), "code", codes)
        }
        self.made: dict[tuple[str, str], tuple[Feature, Asset]] = {}
        self.new: list[Asset] = []
        self.filled: list[Asset] = []
        self.kinds: Counter[str] = Counter()

    def run(self) -> None:
        for row in self.rows:
            asset = self._made(row)
            if asset is not None:
                self.made[asset.type, asset.code] = row, asset
        for row, asset in self.made.values():
            self._join(row, asset)
            if not row.errors:
                self._settle(row, asset)

    def _made(self, row: Feature) -> Asset | None:
        for name, longest in _LENGTHS.items():
            if len(row.values.get(name, "")) > longest:
                row.fault(name, f"最多{longest}个字，请写短一些。")
        given = row.values.get("type", "")
        kind = row.chosen("type", self.types) if given else self.task.kind
        if not given and kind not in asset_types():
            row.fault("type", "没有填写类型，请补上，或在导入时选择类型。")
        if row.errors:
            return None
        code = row.values["code"]
        if (kind, code) in self.made:
            row.fault("code", f"编码{code}与{self.made[kind, code][0].place}重复，请只留一行。")
            return None
        plain = {name: row.values.get(name, "") for name in ("name", "maker", "model", "serial_number")}
        asset = Asset(type=kind, code=code, **plain)
        asset.installed_on = _day(row)
        asset.attributes = _attributes(row, kind)
        if row.shape is not None:
            if row.shape.geom_type == "Point":
                asset.stand_at((row.shape.x, row.shape.y))
            else:
                row.fault("图形", "设备的位置应是点，请改为点图层。")
        self.kinds[kind] += 1
        return asset

    def _join(self, row: Feature, asset: Asset) -> None:
        """Its place, area, organisations, and the asset that it is part of."""
        code = row.values.get("place", "")
        if code:
            scope = self.task.scope
            found = [p for p in self.places.get(code, ()) if scope.everything or p.area_id in scope.areas]
            asset.place = place_named(row, "place", code, found, tuple(Kind))
        if asset.position is None and asset.place:
            asset.stand_at(asset.place.position)
        for name in ("owner", "operator"):
            word = row.values.get(name, "")
            if word and word not in self.bodies:
                row.fault(name, f"没有“{word}”这个单位，请核对名称，或先登记单位。")
            elif word:
                setattr(asset, name, self.bodies[word])
        self._join_parent(row, asset)
        given = row.values.get("area", "")
        if given or (asset.type, asset.code) not in self.known:
            above = self.areas.of(asset.place.area_id) if asset.place else None
            area = self.areas.place_in(row, given, above, asset.position)
            if area is not None:
                asset.area = area

    def _join_parent(self, row: Feature, asset: Asset) -> None:
        code = row.values.get("parent", "")
        if not code:
            return
        everything = {
            **self.known,
            **{key: self.known.get(key, made) for key, (_, made) in self.made.items()},
        }
        found = [
            one
            for (kind, its), one in everything.items()
            if its == code and (kind, its) != (asset.type, asset.code)
        ]
        if len(found) != 1:
            fault = f"编码{code}有{len(found)}台设备" if found else f"找不到编码为{code}的设备"
            row.fault("parent", f"{fault}，请核对。")
        else:
            asset.parent = found[0]

    def _settle(self, row: Feature, asset: Asset) -> None:
        stored = self.known.get((asset.type, asset.code))
        what, scope = f"编码{asset.code}", self.task.scope
        if stored is None:
            self.new.append(asset)
            return
        if not scope.everything and stored.area_id not in scope.areas:
            row.fault("code", f"{what}已由您管理范围以外的设备使用，请核对编码。")
            return
        plain = ("name", "maker", "model", "serial_number", "installed_on", "attributes")
        filled = comparing.fill(row, stored, {name: getattr(asset, name) for name in plain}, what)
        for name in ("area", "place", "owner", "operator", "parent"):
            filled |= _fill_relation(row, stored, asset, name, what)
        if asset.position and stored.position is None:
            stored.stand_at(asset.position)
            filled = True
        elif asset.position and row.shape is not None:
            comparing.far_from(row, stored, asset.position, what)
        if filled and not row.errors:
            self.filled.append(stored)


def _fill_relation(row: Row, stored: Asset, asset: Asset, name: str, what: str) -> bool:
    given, known = getattr(asset, f"{name}_id"), getattr(stored, f"{name}_id")
    if given is None or given == known:
        return False
    if known is None:
        setattr(stored, name, getattr(asset, name))
        return True
    comparing.contradict(row, name, getattr(stored, name), getattr(asset, name), what)
    return False


def _day(row: Feature) -> date | None:
    day = typed.day(row, "installed_on")
    if day and day > timezone.localdate():
        row.fault("installed_on", f"{day}还没有到，请核对日期。")
    return day


def _attributes(row: Feature, kind: str) -> dict[str, Any]:
    known = {attribute.name: attribute for attribute in attributes_of(kind)}
    found = {}
    for field, text in row.values.items():
        if not field.startswith("@") or not text:
            continue
        name = field[1:]
        if name not in known:
            row.fault(field, f"{asset_types()[kind].name}没有这一属性，请清空。")
            continue
        try:
            found[known[name].key] = attributes.value_of(known[name], text)
        except attributes.AttributeFault as fault:
            row.fault(field, str(fault))
    return found
