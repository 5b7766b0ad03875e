from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from anju.kernel.documents import DocumentError
from anju.kernel.places.geo import System
from anju.kernel.places.hierarchy import ancestors
from anju.kernel.places.imports import import_file
from anju.kernel.places.models import ADMINISTRATIVE, Area, Membership
from anju.kernel.places.rows import ImportRefused

HEADS = ("代码", "代码体系", "名称", "级别", "上级代码", "生效日期")
CITY = ("990100", "gb2260", "安居市", "市", "", "")
ZONE = ("AJ-1", "本地代码", "海岛旅游区", "功能区", "990100", "2021-01-01")
RING = [[118, 39], [119, 39], [119, 40], [118, 40], [118, 39]]

pytestmark = pytest.mark.django_db


def workbook(folder: Path, *rows: Sequence[object], heads: Sequence[str] = HEADS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "区域"
    for row in (heads, *rows):
        sheet.append(list(row))
    path = folder / "区域.xlsx"
    book.save(path)
    return path


def geojson(folder: Path, *features: tuple[dict[str, Any], object]) -> Path:
    path = folder / "区域.geojson"
    listed = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}), encoding="utf-8")
    return path


def refusal(path: Path, system: System | None = None) -> ImportRefused:
    with pytest.raises(ImportRefused) as refused:
        import_file(path, actor="测试", system=system)
    assert refused.value.next_step
    return refused.value


def test_a_workbook_brings_areas_and_memberships_once(tmp_path: Path) -> None:
    path = workbook(tmp_path, CITY, ZONE)
    assert import_file(path, actor="测试") == {"created": 2, "changed": 0, "unchanged": 0}
    zone = Area.objects.get(code="AJ-1")
    assert (zone.name, zone.level, zone.code_system) == ("海岛旅游区", "zone", "local")
    assert zone.valid_from == date(2021, 1, 1)
    city = Area.objects.get(code="990100")
    assert ancestors(zone, ADMINISTRATIVE, date(2021, 1, 1)) == [city.pk]
    assert ancestors(zone, ADMINISTRATIVE, date(2020, 12, 31)) == []
    assert import_file(path, actor="测试") == {"created": 0, "changed": 0, "unchanged": 2}
    assert Membership.objects.count() == 1


def test_all_errors_are_told_by_row_and_nothing_is_stored(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        CITY,
        ("990102", "国标", "甲区", "县（市）、区", "990100", "2021-02-30"),
        ("990103", "gb2260", "", "county", "990100", ""),
    )
    refused = refusal(path)
    assert [(error.place, error.column) for error in refused.errors] == [
        ("区域第3行", "代码体系"),
        ("区域第3行", "生效日期"),
        ("区域第4行", "名称"),
    ]
    assert refused.errors[1].message == "“2021-02-30”不是日期，请写成2021-09-20的样子。"
    assert refused.sentence.startswith("有3处错误，没有导入任何一行；第一处在区域第3行：“国标”不可选")
    assert not Area.objects.exists()


def test_an_error_found_while_storing_takes_all_back(tmp_path: Path) -> None:
    orphan = ("AJ-2", "本地代码", "孤岛", "功能区", "990999", "")
    short = ("9901", "gb2260", "短码市", "市", "", "")
    refused = refusal(workbook(tmp_path, CITY, short, orphan))
    assert [(error.place, error.column, error.message) for error in refused.errors] == [
        ("区域第3行", "代码", "行政区划代码是6位数字。请核对，或把代码体系改为本地代码。"),
        ("区域第4行", "", "上级代码990999找不到区域。请核对，或先导入上级。"),
    ]
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("heads", "sentence"),
    [
        (("代码", "代码体系", "名称"), "「区域」缺少列：级别。"),
        (("代码", "代码体系", "名称", "级别", "人口"), "「区域」里有不认识的列：人口。"),
        (("代码", "代码体系", "名称", "级别", "name"), "「区域」里有重复的列：名称。"),
    ],
)
def test_the_columns_are_checked_first(tmp_path: Path, heads: tuple[str, ...], sentence: str) -> None:
    assert refusal(workbook(tmp_path, CITY, heads=heads)).sentence == sentence


def test_an_import_never_renames(tmp_path: Path) -> None:
    import_file(workbook(tmp_path, CITY), actor="测试")
    refused = refusal(workbook(tmp_path, ("990100", "gb2260", "乐居市", "市", "", "")))
    assert refused.errors[0].column == "名称"
    assert refused.errors[0].message.startswith("代码990100已登记为安居市，这里的“乐居市”与“安居市”不符。")
    assert Area.objects.get().name == "安居市"


def test_an_import_never_moves(tmp_path: Path) -> None:
    other = ("990200", "gb2260", "乐居市", "市", "", "")
    import_file(workbook(tmp_path, CITY, other, ZONE), actor="测试")
    refused = refusal(workbook(tmp_path, (*ZONE[:4], "990200", "")))
    assert "海岛旅游区的行政隶属上级已登记为安居市" in refused.errors[0].message


def test_a_drawn_outline_is_added_to_a_known_zone(tmp_path: Path) -> None:
    import_file(workbook(tmp_path, CITY, ZONE), actor="测试")
    properties = {"代码": "AJ-1", "代码体系": "local", "name": "海岛旅游区", "level": "zone", "备注": "勘测"}
    path = geojson(tmp_path, (properties, {"type": "Polygon", "coordinates": [RING]}))
    assert refusal(path).sentence == "没有说明坐标系。"
    counts = import_file(path, actor="测试", system=System.CGCS2000)
    assert counts == {"created": 0, "changed": 1, "unchanged": 0}
    zone = Area.objects.get(code="AJ-1")
    assert (zone.west, zone.north, zone.schematic) == (118, 40, False)
    assert zone.outline_source == "导入文件区域.geojson"


def test_a_crossed_outline_is_told_by_feature(tmp_path: Path) -> None:
    crossed = {"type": "Polygon", "coordinates": [[[118, 39], [119, 40], [119, 39], [118, 40], [118, 39]]]}
    properties = {"code": "AJ-1", "code_system": "local", "name": "岛", "level": "zone"}
    refused = refusal(geojson(tmp_path, (properties, crossed)), System.GCJ02)
    error = refused.errors[0]
    assert (error.place, error.column) == ("第1个要素", "轮廓")
    assert error.message.startswith("边界自相交，位置在118.")


@pytest.mark.parametrize(
    "text", ["[1, 2]", "{", '{"type": "Polygon"}', '{"features": [3]}', '{"features": 3}']
)
def test_what_is_no_feature_collection_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="不是GeoJSON要素集合"):
        import_file(path, actor="测试", system=System.WGS84)


@pytest.mark.parametrize(
    "make", [lambda folder: workbook(folder), lambda folder: geojson(folder)], ids=["xlsx", "geojson"]
)
def test_a_file_without_areas_is_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    assert refusal(path, System.WGS84).sentence == f"「{path.name}」里没有区域。"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="读不到文件"):
        import_file(tmp_path / "x.geojson", actor="测试", system=System.WGS84)
