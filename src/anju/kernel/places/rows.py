"""Areas as the rows of a file: GeoJSON, or a workbook with a head line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from anju.kernel import documents
from anju.kernel.documents import DocumentError, Table, guard, typed
from anju.kernel.documents.ledgers import ImportRefused, Row, RowError, refuse
from anju.kernel.places import geo
from anju.kernel.places.models import ADMINISTRATIVE, HIERARCHIES, CodeSystem, Level
from anju.kernel.places.systems import Declared

# Field -> the head of its column; GeoJSON properties may bear either.
COLUMNS = {
    "code": "代码",
    "code_system": "代码体系",
    "name": "名称",
    "name_en": "英文名称",
    "level": "级别",
    "parent": "上级代码",
    "hierarchy": "层级关系",
    "valid_from": "生效日期",
    "valid_to": "失效日期",
}
_REQUIRED = ("code", "code_system", "name", "level")
_CHOICES = {
    "code_system": {code: str(words) for code, words in CodeSystem.choices},
    "level": {code: str(words) for code, words in Level.choices},
    "hierarchy": HIERARCHIES,
}
_OF_FIELD = {name: field for field, head in COLUMNS.items() for name in (field, head)}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area to be imported; ``place`` says where it stands (``第3行``), ``parent`` is the parent's code."""

    place: str
    code: str
    code_system: str
    name: str
    level: str
    name_en: str = ""
    parent: str = ""
    hierarchy: str = ADMINISTRATIVE
    valid_from: date | None = None
    valid_to: date | None = None
    outline: geo.Outline | None = None


@dataclass(slots=True)
class _Raw(Row):
    geometry: object = None


def read_rows(path: Path, system: Declared | None = None) -> list[AreaRow]:
    """The rows of a GeoJSON file (``.geojson``, ``.json``; ``system`` is required) or of a workbook or csv.

    Raises ``ImportRefused`` with all errors of all rows, ``DocumentError`` for a file that cannot be read.
    """
    if path.suffix.lower() in (".geojson", ".json"):
        if system is None:
            raise ImportRefused("没有说明坐标系。", f"请用--system写明坐标系，可选{'、'.join(geo.System)}。")
        raw = list(_features(path))
    else:
        raw = [row for table in documents.read(path).tables() for row in _lines(table)]
    if not raw:
        raise ImportRefused(f"「{path.name}」里没有区域。", "请核对文件，第一行应是表头，其后每行一个区域。")
    rows = [_row(one, system) for one in raw]
    refuse([error for one in raw for error in one.errors])
    return [row for row in rows if row]


def _features(path: Path) -> Iterator[_Raw]:
    try:
        guard.check_size(path.stat().st_size, path.name)
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
        features = collection["features"]
        for number, feature in enumerate(features, 1):
            properties = feature.get("properties") or {}
            values = {_OF_FIELD[key]: _text(value) for key, value in properties.items() if key in _OF_FIELD}
            yield _Raw(f"第{number}个要素", values, COLUMNS, geometry=feature.get("geometry"))
    except OSError as error:
        raise DocumentError(f"读不到文件「{path.name}」。", "请核对路径、文件名和权限。") from error
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise DocumentError(
            f"「{path.name}」不是GeoJSON要素集合。", "请导出为UTF-8编码的GeoJSON（FeatureCollection）再导入。"
        ) from error


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _lines(table: Table) -> Iterator[_Raw]:
    heads = [cell.text.strip() for cell in table.rows[0]]
    _check_heads([head for head in heads if head], table.name)
    for number, cells in enumerate(table.rows[1:], 2):
        values = {
            _OF_FIELD[head]: cell.text.strip() for head, cell in zip(heads, cells, strict=False) if head
        }
        if any(values.values()):
            yield _Raw(f"{table.name}第{number}行", values, COLUMNS)


def _check_heads(heads: list[str], name: str) -> None:
    known = f"可用的列是{'、'.join(COLUMNS.values())}。"
    unknown = [head for head in heads if head not in _OF_FIELD]
    if unknown:
        raise ImportRefused(f"「{name}」里有不认识的列：{'、'.join(unknown)}。", f"请改名或删去，{known}")
    given = [_OF_FIELD[head] for head in heads]
    repeated = [COLUMNS[field] for field in COLUMNS if given.count(field) > 1]
    if repeated:
        raise ImportRefused(f"「{name}」里有重复的列：{'、'.join(repeated)}。", "请每列只留一个。")
    missing = [COLUMNS[field] for field in _REQUIRED if field not in given]
    if missing:
        raise ImportRefused(f"「{name}」缺少列：{'、'.join(missing)}。", f"请补上，{known}")


def _row(raw: _Raw, system: Declared | None) -> AreaRow | None:
    """The row, or None with ``raw.errors`` filled."""
    for name in _REQUIRED:
        if not raw.values.get(name):
            raw.fault(name, "没有填写，请补上。")
    values: dict[str, Any] = {name: value for name, value in raw.values.items() if value}
    for name, choices in _CHOICES.items():
        if name in values:
            values[name] = raw.chosen(name, choices)
    for name in ("valid_from", "valid_to"):
        if name in values:
            values[name] = typed.day(raw, name)
    outline = _outline(raw, system)
    return None if raw.errors else AreaRow(raw.place, outline=outline, **values)


def _outline(raw: _Raw, system: Declared | None) -> geo.Outline | None:
    if raw.geometry is None or system is None:
        return None
    try:
        return geo.parse(raw.geometry, system)
    except geo.GeometryError as error:
        raw.fault("轮廓", f"{error.sentence}{error.next_step}")
        return None


__all__ = ["COLUMNS", "AreaRow", "ImportRefused", "RowError", "read_rows", "refuse"]
