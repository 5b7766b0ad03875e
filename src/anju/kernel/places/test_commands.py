from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from anju.kernel.places import sample
from anju.kernel.places.commands import places
from anju.kernel.places.models import Area
from anju.kernel.places.rows import ImportRefused

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
