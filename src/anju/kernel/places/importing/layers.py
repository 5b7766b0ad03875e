"""A file of things with positions: a table with coordinates, GeoJSON, or a zipped shapefile."""

from __future__ import annotations

import codecs
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import shapefile

from anju.kernel import documents
from anju.kernel.documents import DocumentError, guard
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, read_ledger
from anju.kernel.places import geo, systems
from anju.kernel.places.systems import Declared

# In Chinese surveys X points north and Y east, in mathematics the other way round: a bare X or Y is not understood.
POSITION_HEADS = (
    Head("x", "经度", ("lon", "lng", "longitude", "东坐标", "横坐标")),
    Head("y", "纬度", ("lat", "latitude", "北坐标", "纵坐标")),
)
_ENCODINGS = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "65001": "utf-8", "utf8": "utf-8"}
_DAMAGED = (shapefile.ShapefileException, zipfile.BadZipFile, ValueError, IndexError, OSError, KeyError)


@dataclass(slots=True)
class Feature(Row):
    """A row with its shape in CGCS2000, or None."""

    shape: Any = None


@dataclass(frozen=True, slots=True)
class Layer:
    """``columns`` are (head in the file, field it is taken for, or "")."""

    rows: list[Feature]
    columns: tuple[tuple[str, str], ...]


def read_layer(path: Path, heads: Sequence[Head], system: Declared | None) -> Layer:
    """The rows of a file with their shapes, faults noted in the rows.

    Raises ``ImportRefused`` or ``systems.SystemRefused`` for a file that cannot be taken as a whole: no rows, no
    system named for its positions, another system than its own statement says; ``DocumentError`` for one that
    cannot be read.
    """
    start = _start(path)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        layer = _geojson(path, heads, system)
    elif start.startswith(b"PK") and (archive := _shapes_in(path)):
        layer = _shapefile(archive, path.name, heads, system)
    else:
        layer = _table(path, heads, system)
    if not layer.rows:
        raise ImportRefused(f"「{path.name}」里没有数据行。", "请核对文件，每行或每个要素一个对象。")
    for row in layer.rows:
        for head in heads:
            if head.required and not row.values.get(head.field) and not row.errors:
                row.fault(head.field, "没有填写，请补上。")
    return layer


def _start(path: Path) -> bytes:
    try:
        guard.check_size(path.stat().st_size, path.name)
        with path.open("rb") as file:
            return file.read(64)
    except OSError as error:
        raise DocumentError(f"读不到文件「{path.name}」。", "请核对路径、文件名和权限。") from error


def _table(path: Path, heads: Sequence[Head], system: Declared | None) -> Layer:
    ledger = read_ledger(documents.read(path), (*heads, *POSITION_HEADS))
    rows = []
    for row in ledger.rows:
        feature = Feature(row.place, row.values, row.names, row.units, row.errors)
        x, y = row.values.get("x", ""), row.values.get("y", "")
        if x or y:
            feature.shape = _point(feature, x, y, _declared(system))
        rows.append(feature)
    return Layer(rows, ledger.columns)


def _point(row: Feature, x: str, y: str, system: Declared) -> Any:
    try:
        return geo.point(float(x), float(y), system)
    except ValueError:
        row.fault("x" if x else "y", f"“{x}，{y}”不是一对坐标，请写成数字，两个都填或都留空。")
    except geo.GeometryError as error:
        row.fault("x", f"{error.sentence}{error.next_step}")
    return None


def _declared(system: Declared | None) -> Declared:
    return system if system is not None else systems.named("")


def _geojson(path: Path, heads: Sequence[Head], system: Declared | None) -> Layer:
    declared = _declared(system)
    try:
        collection = json.loads(path.read_text(encoding="utf-8-sig"))
        features = [
            (dict(one.get("properties") or {}), one.get("geometry")) for one in collection["features"]
        ]
        statement = ((collection.get("crs") or {}).get("properties") or {}).get("name", "")
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError) as error:
        raise DocumentError(
            f"「{path.name}」不是GeoJSON要素集合。", "请导出为UTF-8编码的GeoJSON（FeatureCollection）再导入。"
        ) from error
    if statement:
        systems.check_statement(str(statement), declared)
    return _layer(((f"第{n}个要素", *one) for n, one in enumerate(features, 1)), heads, declared)


def _layer(
    given: Iterator[tuple[str, dict[str, object], object]], heads: Sequence[Head], system: Declared
) -> Layer:
    known = {word: head.field for head in heads for word in (head.field, head.name, *head.synonyms)}
    names = {head.field: head.name for head in heads}
    columns: dict[str, str] = {}
    rows = []
    for place, properties, geometry in given:
        columns |= {key: known.get(key, "") for key in properties if key not in columns}
        values = {known[key]: _text(value) for key, value in properties.items() if key in known}
        rows.append(_feature(Feature(place, values, names), geometry, system))
    _refuse_repeats(columns, names)
    return Layer(rows, tuple(columns.items()))


def _refuse_repeats(columns: Mapping[str, str], names: Mapping[str, str]) -> None:
    taken = [field for field in columns.values() if field]
    repeated = [name for field, name in names.items() if taken.count(field) > 1]
    if repeated:
        raise ImportRefused(f"文件里有重复的列：{'、'.join(repeated)}。", "请每列只留一个。")


def _feature(row: Feature, geometry: object, system: Declared) -> Feature:
    if geometry is not None:
        try:
            row.shape = geo.parse_shape(geometry, system)
        except geo.GeometryError as error:
            row.fault("图形", f"{error.sentence}{error.next_step}")
    return row


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("gb18030", "replace")
    return "" if value is None else str(value).strip().strip("\0")


def _shapes_in(path: Path) -> dict[str, bytes]:
    """The parts of the one shapefile in a zip, by extension; {} for a zip without one (a workbook)."""
    with guard.open_zip(path.read_bytes(), path.name) as archive:
        names = [name for name in archive.namelist() if not name.startswith("__MACOSX/")]
        shapes = [name for name in names if name.lower().endswith(".shp")]
        if not shapes:
            return {}
        if len(shapes) > 1:
            raise ImportRefused(
                f"「{path.name}」里有{len(shapes)}个图层。", "请每个图层单独压缩成一个zip再导入。"
            )
        stem = shapes[0][: -len(".shp")]
        return {
            name.rpartition(".")[2].lower(): archive.read(name)
            for name in names
            if name.rpartition(".")[0] == stem
        }


def _shapefile(parts: dict[str, bytes], name: str, heads: Sequence[Head], system: Declared | None) -> Layer:
    missing = [part for part in ("dbf", "shx") if part not in parts]
    if missing:
        raise ImportRefused(
            f"「{name}」缺少{'、'.join(missing)}文件。", "请把同名的shp、shx、dbf、prj、cpg一起压缩成zip。"
        )
    declared = _declared(system)
    if "prj" in parts:
        systems.check_statement(parts["prj"].decode("utf-8", "replace"), declared)
    encoding = _encoding(parts)
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise _other_encoding(name) from error
    try:
        with shapefile.Reader(
            shp=BytesIO(parts["shp"]),
            shx=BytesIO(parts["shx"]),
            dbf=BytesIO(parts["dbf"]),
            encoding=encoding,
        ) as reader:
            found = [
                (f"第{n}个要素", one.record.as_dict(), _geometry(one.shape))
                for n, one in enumerate(reader.iterShapeRecords(), 1)
            ]
    except _DAMAGED as error:
        if "decode" in str(error):
            raise _other_encoding(name) from error
        raise guard.damaged(name) from error
    return _layer(iter(found), heads, declared)


def _other_encoding(name: str) -> ImportRefused:
    return ImportRefused(
        f"「{name}」的dbf文字编码与cpg说明的不符。", "请改正cpg文件（GBK或UTF-8）后重新压缩。"
    )


def _encoding(parts: dict[str, bytes]) -> str:
    """What the ``.cpg`` says; without it UTF-8 where the whole table is that, else GB 18030."""
    said = parts.get("cpg", b"").decode("ascii", "ignore").strip().lower().removeprefix("cp")
    if said:
        return _ENCODINGS.get(said.replace("-", ""), _ENCODINGS.get(said, said))
    try:
        parts["dbf"][32:].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _geometry(given: Any) -> object:
    return None if given.shapeType == shapefile.NULL else given.__geo_interface__
