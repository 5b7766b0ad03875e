"""Files of places: each layout, each bad row with its sentence, all or nothing, again without effect."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import shapefile
from pyproj import CRS, Transformer
from pytest_django import Settings

from anju.kernel.audit.models import AuditRow
from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.files import store
from anju.kernel.places import geo
from anju.kernel.places.importing.batches import Task
from anju.kernel.places.importing.places import bring, plan
from anju.kernel.places.kinds import Kind
from anju.kernel.places.models import Area, Batch, CodeSystem, Level, Place
from anju.kernel.places.systems import System, SystemRefused, Zone
from anju.kernel.secrets import KeyRing
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
HEAD = "编码,名称,类别,所属楼栋编码,所在区域,经度,纬度,层数,供热面积（平方米）"
GOOD = (
    "L1-101,101室,户,L1,,,,,72.5",  # its building stands after it, and gives it its area
    "XQ1,示例家园,小区,,东县,118.20,39.60,,",
    "L1,1号楼,楼栋,XQ1,,118.2001,39.6001,6,1200",
)


@pytest.fixture(autouse=True)
def county(tmp_path: Path, settings: Settings) -> Area:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)
    area = Area(code="E1", code_system=CodeSystem.LOCAL, name="东县", level=Level.COUNTY)
    square = [[118, 39], [119, 39], [119, 40], [118, 40], [118, 39]]
    area.draw(geo.parse({"type": "Polygon", "coordinates": [square]}, System.CGCS2000), "测绘")
    area.save()
    return area


def task(**options: Any) -> Task:
    return Task(**{"actor": "测试", "scope": Scope.whole(), "system": System.CGCS2000} | options)


def given(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "场所.csv"
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


def kept(path: Path, wanted: Task) -> Batch:
    with path.open("rb") as content:
        return bring(path, store(content, path.name, actor=wanted.actor), wanted)


def faults(path: Path, wanted: Task | None = None) -> list[str]:
    """Errors by row as ``place column: message``."""
    return [f"{e.place} {e.column}：{e.message}" for e in plan(path, wanted or task()).errors]


def test_a_table_of_mixed_kinds_in_any_order(tmp_path: Path, county: Area) -> None:
    batch = kept(given(tmp_path, *GOOD), task())
    assert (batch.rows, batch.new, batch.filled, batch.system) == (3, 3, 0, "CGCS2000")
    dwelling = Place.objects.get(code="L1-101")
    assert (dwelling.parent.code, dwelling.parent.parent.code, dwelling.area) == ("L1", "XQ1", county)
    assert dwelling.attributes == {"heated_area": 72.5}
    building = Place.objects.get(code="L1")
    assert building.attributes == {"floors": 6, "heated_area": 1200.0}
    assert building.position == (118.2001, 39.6001)
    # Square of 0.01°: row (39.6001 + 90)·100 = 12960, column (118.2001 + 180)·100 = 29820; 36,000 a row.
    assert building.cell == 12960 * 36_000 + 29820
    row = AuditRow.objects.get(action="places.import.places")
    assert json.loads(row.after)["new"] == 3


def test_again_it_adds_nothing_and_what_was_missing_is_filled_in(tmp_path: Path) -> None:
    kept(given(tmp_path, *GOOD), task())
    again = kept(given(tmp_path, *GOOD), task())
    assert (again.new, again.filled, Place.objects.count()) == (0, 0, 3)
    more = kept(given(tmp_path, "L1-101,101室,户,,,118.2001,39.6001,,72.5"), task())
    assert (more.new, more.filled) == (0, 1)
    assert Place.objects.get(code="L1-101").position == (118.2001, 39.6001)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (("A,甲,宫殿,,东县,,,,",), "第2行 类别：“宫殿”不可选"),
        (("A,甲,,,东县,,,,",), "第2行 类别：没有填写类别"),
        ((",甲,小区,,东县,,,,",), "第2行 编码：没有填写，请补上。"),
        (("A,甲,小区,,西县,,,,",), "第2行 所在区域：没有“西县”这个区域"),
        (("A,甲,小区,,,,,,",), "第2行 所在区域：没有填写所在区域"),
        (("A,甲,小区,,东县,,,,", "A,乙,小区,,东县,,,,"), "第3行 编码：编码A与第2行重复"),
        (("A,甲,楼栋,无,东县,,,,",), "第2行 所属场所编码：找不到编码为无的场所"),
        (
            ("A,甲,小区,,东县,,,,", "B,乙,户,A,东县,,,,"),
            "第3行 所属场所编码：编码A是小区，不能作它的所属场所",
        ),
        (("A,甲,小区,,东县,,,六,",), "第2行 层数：小区没有这一属性，请清空。"),
        (("A,甲,楼栋,,东县,,,六,",), "第2行 层数：“六”不是数，请只写数字。"),
        (("A,甲,楼栋,,东县,,,6.5,",), "第2行 层数：“6.5”应是整数，请核对。"),
        (("A,甲,小区,,东县,118.2,,,",), "第2行 经度：“118.2，”不是一对坐标"),
        (("A,甲,小区,,东县,39.6,118.2,,",), "第2行 经度：轮廓的坐标不是经纬度（度）。"),
        (("A,甲,小区,,东县,108.2,39.6,,",), "第2行 经度：位置（108.2000，39.6000）离东县太远"),
        (("A" * 41 + ",甲,小区,,东县,,,,",), "第2行 编码：最多40个字"),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_nothing_is_kept(
    tmp_path: Path, lines: tuple[str, ...], fault: str
) -> None:
    path = given(tmp_path, *lines, "Z,好,小区,,东县,118.3,39.3,,")
    assert any(told.startswith(fault) for told in faults(path)), faults(path)
    with pytest.raises(ImportRefused, match="没有导入任何一行"):
        kept(path, task())
    assert (Place.objects.count(), Batch.objects.count()) == (0, 0)


def test_what_contradicts_the_register_is_refused(tmp_path: Path) -> None:
    kept(given(tmp_path, *GOOD), task())
    path = given(tmp_path, "L1,2号楼,楼栋,XQ1,,118.2101,39.6001,7,1200")
    told = faults(path)
    assert "第2行 名称：编码L1已登记为“1号楼”，与本行的“2号楼”不符。请在台账里更改，或改正本行。" in told
    assert "第2行 层数：编码L1已登记为“6”，与本行的“7”不符。请在台账里更改，或改正本行。" in told
    # 0.01° of longitude at 39.6° is 859 m: 111.32 km · cos 39.6° · 0.01, on the ellipsoid.
    assert "第2行 经度：编码L1的位置与已登记的相差859米。请核对坐标系，或在台账里更改。" in told


def test_nobody_imports_outside_the_own_area(tmp_path: Path, county: Area) -> None:
    west = Area.objects.create(code="W1", code_system=CodeSystem.LOCAL, name="西县", level=Level.COUNTY)
    kept(given(tmp_path, *GOOD), task())
    wanted = task(scope=Scope(areas=frozenset({west.pk})))
    own = given(
        tmp_path,
        "A,甲,小区,,西县,,,,",
        "B,乙,小区,,东县,,,,",
        "C,丙,楼栋,XQ1,西县,,,,",
        "XQ1,示例家园,小区,,西县,,,,",
    )
    told = faults(own, wanted)
    assert any("“东县”不在您的管理范围内" in one for one in told)
    assert any("编码XQ1已由您管理范围以外的场所使用" in one for one in told)
    stranger = given(tmp_path, "C,丙,楼栋,XQ1,西县,,,,")
    assert faults(stranger, wanted) == ["第2行 所属场所编码：找不到编码为XQ1的场所，请核对，或先导入它。"]


def test_positions_without_a_system_are_refused_and_a_table_without_them_is_not(tmp_path: Path) -> None:
    with pytest.raises(SystemRefused) as refused:
        plan(given(tmp_path, *GOOD), task(system=None))
    assert refused.value.sentence == "没有说明坐标系。"
    assert plan(given(tmp_path, "XQ1,示例家园,小区,,东县,,,,"), task(system=None)).errors == ()


def test_an_undeclared_x_is_told_as_not_understood(tmp_path: Path) -> None:
    """X is north in Chinese surveys, east in others: it is never guessed."""
    found = plan(given(tmp_path, "A,甲,4380000", head="编码,名称,X"), task(kind="site"))
    assert ("X", "") in found.columns
    assert found.box is None


def test_projected_coordinates_of_a_survey(tmp_path: Path) -> None:
    east, north = Transformer.from_crs(4490, 4548, always_xy=True).transform(118.2, 39.6)
    path = given(tmp_path, f"A,甲,{east:.3f},{north:.3f}", head="编码,名称,东坐标（米）,北坐标（米）")
    kept(path, task(system=Zone(4548), kind="site"))
    assert Place.objects.get().position == pytest.approx((118.2, 39.6), abs=1e-7)


def test_geojson_places_get_the_area_in_which_they_lie(tmp_path: Path, county: Area) -> None:
    path = tmp_path / "道路.geojson"
    line = {"type": "LineString", "coordinates": [[118.2, 39.6], [118.21, 39.6]]}
    block = {"type": "Polygon", "coordinates": [[[118.3, 39.3], [118.4, 39.3], [118.4, 39.4], [118.3, 39.3]]]}
    features = [
        {
            "type": "Feature",
            "properties": {"编码": "D1", "name": "甲路", "kind": "road", "车道数": 4},
            "geometry": line,
        },
        {
            "type": "Feature",
            "properties": {"编码": "J1", "name": "乙街区", "kind": "district"},
            "geometry": block,
        },
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    kept(path, task())
    road, district = Place.objects.get(kind=Kind.ROAD), Place.objects.get(kind=Kind.DISTRICT)
    assert (road.area, road.attributes, road.geometry["type"]) == (county, {"lanes": 4}, "LineString")
    assert road.position == pytest.approx((118.205, 39.6))
    assert (district.west, district.north) == (118.3, 39.4)
    path.write_text(
        json.dumps(
            {"type": "FeatureCollection", "features": features, "crs": {"properties": {"name": "EPSG:4548"}}}
        )
    )
    with pytest.raises(SystemRefused, match="不符"):
        plan(path, task())


def zipped(folder: Path, encoding: str, **parts: bytes | None) -> Path:
    """A shapefile of one community, its text in an encoding; ``parts`` replace files, None leaves one out."""
    files = {name: BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**files, shapeType=shapefile.POINT, encoding=encoding) as writer:
        writer.field("code", "C", 20)
        writer.field("name", "C", 40)
        writer.field("floors", "N", 4)
        writer.point(118.2, 39.6)
        writer.record("XQ9", "示例小区", None)
    made: dict[str, bytes | None] = {name: file.getvalue() for name, file in files.items()}
    path = folder / "小区.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (made | parts).items():
            if content is not None:
                archive.writestr(f"小区.{name}", content)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [("gbk", b"GBK"), ("gbk", None), ("utf-8", b"UTF-8"), ("utf-8", None), ("gbk", b"936")],
)
def test_a_shapefile_in_each_encoding(tmp_path: Path, encoding: str, cpg: bytes | None) -> None:
    prj = CRS.from_epsg(4490).to_wkt("WKT1_ESRI").encode()
    batch = kept(zipped(tmp_path, encoding, cpg=cpg, prj=prj), task(kind="community"))
    assert (batch.original.kind, batch.original.name) == ("shp", "小区.zip")
    assert (Place.objects.get().name, Place.objects.get().position) == ("示例小区", (118.2, 39.6))


def test_a_shapefile_that_says_another_system_or_lacks_a_part(tmp_path: Path) -> None:
    prj = CRS.from_epsg(4548).to_wkt("WKT1_ESRI").encode()
    with pytest.raises(SystemRefused, match="与所选的CGCS2000不符"):
        plan(zipped(tmp_path, "gbk", prj=prj), task(kind="community"))
    with pytest.raises(ImportRefused, match="缺少dbf文件"):
        plan(zipped(tmp_path, "gbk", dbf=None), task(kind="community"))
    with pytest.raises(ImportRefused, match="文字编码与cpg说明的不符"):
        plan(zipped(tmp_path, "gbk", cpg=b"UTF-8"), task(kind="community"))


def test_a_circle_of_places_is_refused(tmp_path: Path) -> None:
    path = given(tmp_path, "A,甲,其他,B,东县,,,,", "B,乙,其他,A,东县,,,,")
    assert all("绕了一圈又回到自己" in told for told in faults(path))
    assert len(faults(path)) == 2
