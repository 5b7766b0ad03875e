from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pytest_django import Settings

from anju.kernel.places import sample
from anju.kernel.places.commands import places
from anju.kernel.places.models import Area, Batch, Place
from anju.kernel.places.rows import ImportRefused
from anju.kernel.secrets import KeyRing

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(places, arguments)


def write_csv(folder: Path, *lines: str) -> str:
    path = folder / "区域.csv"
    path.write_text("\n".join(("代码,代码体系,名称,级别", *lines)), encoding="utf-8")
    return str(path)


def test_list_as_json_and_as_a_table() -> None:
    assert json.loads(run("list", "--json").stdout) == []
    sample.build()
    listed = json.loads(run("list", "--json").stdout)
    assert len(listed) == 23
    north = next(area for area in listed if area["name"] == "城北区")
    assert (north["code"], north["level"], north["schematic"]) == ("990102", "county", True)
    shown = run("list", "--on", "2021-07-01")
    assert "城北区" in shown.stdout
    assert "共23个区域。" in shown.stderr


def test_import_tells_what_it_did(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "AJ-1,local,岛,功能区")
    assert json.loads(run("import", path, "--json").stdout) == {"created": 1, "changed": 0, "unchanged": 0}
    assert "新建0个区域，更新0个，未变1个。" in run("import", path).stderr


def test_a_refused_import_shows_its_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path, "AJ-1,local,岛,州")
    refused = run("import", path, "--json")
    assert isinstance(refused.exception, ImportRefused)
    (error,) = json.loads(refused.stdout)["errors"]
    assert (error["column"], "第2行" in error["place"]) == ("级别", True)
    assert "级别" in run("import", path).stdout
    assert not Area.objects.exists()


@pytest.mark.parametrize("zone", ["130271", "130271=", "=甲", "1=2=3"])
def test_a_zone_is_a_code_and_a_name(zone: str) -> None:
    refused = run("import-outlines", "1302", "--zone", zone)
    assert refused.exit_code == 2
    assert "--zone应写成代码=名称" in refused.stderr


def test_places_are_imported_with_their_original(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    KeyRing.create(settings.DATA)
    Area.objects.create(code="E1", code_system="local", name="东县", level="county")
    path = tmp_path / "小区.csv"
    path.write_text("编码,名称,区域,经度,纬度\nXQ1,示例家园,东县,118.2,39.6\n", encoding="utf-8")
    told = run("import", str(path), "--kind", "community", "--system", "GCJ-02", "--json")
    assert json.loads(told.stdout) == {"rows": 1, "new": 1, "filled": 0}
    batch = Batch.objects.get()
    assert (batch.original.name, batch.system, batch.imported_by) == ("小区.csv", "GCJ-02", "命令行")
    assert Place.objects.get().longitude == pytest.approx(118.2 - 0.0063, abs=0.0003)
    undeclared = run("import", str(path), "--kind", "community")
    assert str(undeclared.exception).startswith("没有说明坐标系。")
    assert run("import", str(path), "--kind", "palace").exit_code == 2
