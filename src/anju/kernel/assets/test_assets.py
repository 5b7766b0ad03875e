"""Equipment: types and attributes, the ledger of states, maintenance with documents, files of assets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from anju.kernel import packs
from anju.kernel.assets import imports, ledger, sample
from anju.kernel.assets.commands import assets
from anju.kernel.assets.ledger import AssetRefused, Change
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile, StateChange
from anju.kernel.assets.types import TYPES, asset_types
from anju.kernel.audit.models import AuditRow
from anju.kernel.files import store
from anju.kernel.packs import Attribute, PackError
from anju.kernel.parties import sample as parties
from anju.kernel.places.importing.batches import Task
from anju.kernel.places.models import Area, Batch, CodeSystem, Level, Place
from anju.kernel.places.systems import System
from anju.kernel.secrets import KeyRing
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
DAY = date(2021, 7, 1)


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)


@pytest.fixture
def county() -> Area:
    return Area.objects.create(code="E1", code_system=CodeSystem.LOCAL, name="东县", level=Level.COUNTY)


@pytest.fixture
def camera(county: Area) -> Asset:
    asset = Asset(type="camera", code="SX1", name="摄像机一", area=county)
    asset.full_clean()
    asset.save()
    return asset


def test_an_asset_without_a_position_stands_at_its_place(county: Area) -> None:
    site = Place(kind="site", code="G1", name="工地", area=county)
    site.stand_at((118.2, 39.6))
    site.save()
    asset = Asset(
        type="meter",
        code="Y1",
        name="表",
        area=county,
        place=site,
        attributes={"检定日期": "2021-03-05"},
    )
    asset.full_clean()
    assert (asset.position, asset.cell) == ((118.2, 39.6), site.cell)
    assert asset.attributes == {"verified_on": "2021-03-05"}


def test_codes_are_unique_in_a_type_and_attributes_of_the_type(camera: Asset, county: Area) -> None:
    Asset(type="meter", code="SX1", name="表", area=county).full_clean()
    with pytest.raises(ValidationError, match="这个类型里已有这个编码"):
        Asset(type="camera", code="SX1", name="二", area=county).full_clean()
    camera.attributes = {"上报间隔": "60"}
    with pytest.raises(ValidationError, match="没有“上报间隔”这一属性"):
        camera.full_clean()


def test_parts_form_no_circle(camera: Asset, county: Area) -> None:
    part = Asset.objects.create(type="camera", code="SX2", name="镜头", area=county, parent=camera)
    camera.parent = part
    with pytest.raises(ValidationError, match="镜头本身属于摄像机一"):
        camera.full_clean()


def test_states_are_a_ledger_and_the_asset_repeats_the_last(camera: Asset) -> None:
    ledger.change(camera, Change("under_repair", DAY, "黑屏"), actor="甲")
    ledger.change(camera, Change("in_service", DAY + timedelta(days=5), "修好"), actor="甲")
    # Entered late, for a day before the last: the ledger takes it, the asset stays in service.
    ledger.change(camera, Change("out_of_service", DAY + timedelta(days=2), "停电"), actor="乙")
    camera.refresh_from_db()
    assert camera.state == "in_service"
    days = StateChange.objects.current().order_by("since").values_list("state", flat=True)
    assert list(days) == ["under_repair", "out_of_service", "in_service"]
    ledger.change(camera, Change("out_of_service", DAY, "更正"), actor="乙")
    assert StateChange.objects.filter(since=DAY).count() == 2
    assert StateChange.objects.current().get(since=DAY).reason == "更正"
    assert AuditRow.objects.filter(object_type="assets.statechange").count() == 4
    assert AuditRow.objects.filter(object_type="assets.asset", action="assets.asset.change").count() == 2


@pytest.mark.parametrize(
    ("state", "since", "reason", "sentence"),
    [
        ("broken", DAY, "坏", "没有选择状态。"),
        ("scrapped", DAY, " ", "没有写原因。"),
        ("scrapped", date(2999, 1, 1), "旧", "起始日期还没有到。"),
        ("under_repair", DAY + timedelta(days=1), "坏", "摄像机一自2021-07-01起已经是“维修中”。"),
    ],
)
def test_a_state_that_cannot_be_is_refused(
    camera: Asset, state: str, since: date, reason: str, sentence: str
) -> None:
    ledger.change(camera, Change("under_repair", DAY, "黑屏"), actor="甲")
    with pytest.raises(AssetRefused) as refused:
        ledger.change(camera, Change(state, since, reason), actor="甲")
    assert refused.value.sentence == sentence
    assert StateChange.objects.count() == 1


def test_what_is_scrapped_stays_scrapped(camera: Asset) -> None:
    ledger.change(camera, Change("scrapped", DAY, "旧"), actor="甲")
    with pytest.raises(AssetRefused, match="已于2021-07-01报废"):
        ledger.change(camera, Change("in_service", DAY + timedelta(days=1), "又用"), actor="甲")


def test_maintenance_keeps_its_documents_over_corrections(camera: Asset) -> None:
    paper = store(BytesIO("维修单".encode()), "维修单.txt", actor="甲")
    entry = Maintenance(asset=camera, kind="repair", done_on=DAY, done_by="维保")
    ledger.maintain(entry, [paper], actor="甲")
    corrected = entry.replaced(done_by="维保二队")
    assert list(Maintenance.objects.current()) == [corrected]
    assert MaintenanceFile.objects.get(key=corrected.key).file == paper
    with pytest.raises(ValidationError, match="下次应做日期要晚于完成日期"):
        ledger.maintain(
            Maintenance(asset=camera, kind="repair", done_on=DAY, done_by="甲", next_due=DAY), [], actor="甲"
        )
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="完成日期还没有到"):
        ledger.maintain(
            Maintenance(asset=camera, kind="repair", done_on=tomorrow, done_by="甲"), [], actor="甲"
        )


def test_types_come_from_the_kernel_and_are_well_written() -> None:
    assert list(asset_types())[:4] == ["camera", "meter", "station", "weather_station"]
    bad = replace(TYPES[0], attributes=(Attribute("a", "甲"), Attribute("a", "乙")))
    for kind, words in (
        (bad, "的属性a重复"),
        (replace(TYPES[0], code="Camera"), "写法不对"),
        (replace(TYPES[0], attributes=(Attribute("a", "甲", "money"),)), "未知种类money"),
    ):
        with pytest.raises(PackError, match=words):
            packs.validate_asset_type(kind)


def test_the_sample_has_thirty_assets_with_planted_faults() -> None:
    parties.build()
    sample.build()
    sample.build()
    assert Asset.objects.count() == 30
    assert Asset.objects.filter(state="under_repair").count() == 3
    assert Asset.objects.filter(state="scrapped").count() == 3
    assert Maintenance.objects.filter(next_due__lt=timezone.localdate()).count() == 3


def table(folder: Path, *lines: str) -> Path:
    path = folder / "设备.csv"
    path.write_text(
        "\n".join(("编码,名称,类型,区域,场所编码,运维单位,安装日期,测量量,经度,纬度", *lines)), "utf-8"
    )
    return path


def kept(path: Path) -> Batch:
    task = Task("测试", Scope.whole(), System.CGCS2000)
    with path.open("rb") as content:
        return imports.bring(path, store(content, path.name, actor="测试"), task)


def test_assets_of_a_file_and_again(tmp_path: Path, county: Area) -> None:
    site = Place(kind="site", code="G1", name="工地", area=county)
    site.stand_at((118.2, 39.6))
    site.save()
    lines = ("Y1,表一,仪表,,G1,,2021-03-01,热量,,", "S1,像机,摄像机,东县,,,,,118.3,39.5")
    batch = kept(table(tmp_path, *lines))
    assert (batch.new, batch.content) == (2, "assets")
    meter, camera = Asset.objects.get(code="Y1"), Asset.objects.get(code="S1")
    assert (meter.place, meter.area, meter.position) == (site, county, (118.2, 39.6))
    assert (meter.attributes, meter.installed_on) == ({"quantity": "热量"}, date(2021, 3, 1))
    assert camera.position == (118.3, 39.5)
    again = kept(table(tmp_path, *lines))
    assert (again.new, again.filled) == (0, 0)
    filled = kept(table(tmp_path, "S1,像机,摄像机,,,,2021-05-01,,,"))
    assert (filled.new, filled.filled) == (0, 1)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Y1,表,锅炉,东县,,,,,,", "类型：“锅炉”不可选"),
        ("Y1,表,,东县,,,,,,", "类型：没有填写类型"),
        ("Y1,表,仪表,东县,G9,,,,,", "所在场所编码：找不到编码为G9的场所"),
        ("Y1,表,仪表,东县,,某公司,,,,", "运维单位：没有“某公司”这个单位"),
        ("Y1,表,仪表,东县,,,去年,,,", "安装日期：“去年”不是日期"),
        ("Y1,表,仪表,东县,,,2099-01-01,,,", "安装日期：2099-01-01还没有到"),
        ("Y1,表,摄像机,东县,,,,热量,,", "测量量：摄像机没有这一属性"),
        ("Y1,表,仪表,,,,,,,", "所在区域：没有填写所在区域"),
    ],
)
def test_a_bad_asset_is_named_with_its_column(tmp_path: Path, county: Area, line: str, fault: str) -> None:
    found = imports.plan(table(tmp_path, line, "Z,好,仪表,东县,,,,,,"), Task("测试", Scope.whole()))
    assert any(f"{e.column}：{e.message}".startswith(fault) for e in found.errors), found.errors


def test_the_command_imports_and_says_so_as_json(tmp_path: Path, county: Area) -> None:
    path = table(tmp_path, "Y1,表一,,东县,,,,热量,,")
    told = CliRunner().invoke(assets, ["import", str(path), "--type", "meter", "--json"])
    assert json.loads(told.stdout) == {"rows": 1, "new": 1, "filled": 0}
    bad = table(tmp_path, "Y2,表二,,西县,,,,热量,,")
    refused = CliRunner().invoke(assets, ["import", str(bad), "--type", "meter", "--json"])
    assert json.loads(refused.stdout)["errors"][0]["column"] == "所在区域"
    assert CliRunner().invoke(assets, ["import", str(path), "--type", "boiler"]).exit_code == 2
