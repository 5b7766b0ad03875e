"""Series and weather from files: all rows or none, with the errors by row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.conf import settings

from anju.kernel.assets.models import Asset
from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.places.writing import write
from anju.kernel.telemetry.client import Result
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.models import Series
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.registering import importing
from anju.kernel.telemetry.sample.testing import ACTOR, Site, site
from anju.kernel.telemetry.weather import delivering, reading
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
HEAD = "设备编码,观测量,上报标识,来源编码,倍率,量程下限,量程上限,上报间隔（秒）"


@pytest.fixture
def where(data_folder: Path) -> Site:
    return site()


def table(folder: Path, head: str, *lines: str) -> Path:
    path = folder / "测点.csv"
    path.write_text("\n".join((head, *lines)), "utf-8")
    return path


def test_new_series_take_unit_and_range_of_what_they_observe(where: Site, tmp_path: Path) -> None:
    path = table(tmp_path, HEAD, "S-甲,流量,F2,source-1,0.1,,,300", "S-甲,pressure,P2,source-1,,0,1.6,")
    plan = importing.plan(path, Scope.whole())
    assert plan.errors == ()
    importing.bring(plan, actor=ACTOR, file=path.name)
    flow, pressure = Series.objects.order_by("number")[2:]
    assert (flow.unit, flow.low, flow.high, flow.scale, flow.interval) == ("t/h", 0, None, 0.1, 300)
    assert (pressure.unit, pressure.high, pressure.number) == ("MPa", 1.6, 4)
    again = importing.plan(path, Scope.whole())
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 2)
    changed = importing.plan(table(tmp_path, HEAD, "S-甲,流量,F2,source-1,0.2,,,"), Scope.whole())
    importing.bring(changed, actor=ACTOR, file=path.name)
    assert (Series.objects.get(tag="F2").scale, Series.objects.count()) == (0.2, 4)


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("S-丙,流量,F2,source-1,,,,", "设备编码", "没有编码为S-丙的设备"),
        ("S-甲,流速,F2,source-1,,,,", "观测量", "“流速”不可选"),
        ("S-甲,流量,F2,source-9,,,,", "来源编码", "没有编码为source-9的来源"),
        ("S-甲,流量,,source-1,,,,", "上报标识", "没有写上报标识"),
        ("S-甲,流量,F2,source-1,高,,,", "倍率", "“高”不是数"),
        ("S-甲,流量,F2,source-1,0,,,", "倍率", "倍率不能是0"),
        ("S-甲,流量,F2,source-1,,5,1,", "量程下限", "量程下限要低于上限"),
        ("S-甲,流量,F2,source-1,,,,1.5", "上报间隔（秒）", "应是0或正整数"),
        ("S-甲,流量,T2S,source-1,,,,", "上报标识", "标识T2S已对应甲换热站的二次供水温度"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_kept(
    where: Site, tmp_path: Path, line: str, column: str, words: str
) -> None:
    plan = importing.plan(table(tmp_path, HEAD, line, "S-甲,流量,GOOD,source-1,,,,"), Scope.whole())
    assert [(error.column, words in error.message) for error in plan.errors] == [(column, True)], plan.errors
    with pytest.raises(ImportRefused):
        importing.bring(plan, actor=ACTOR, file="测点.csv")
    assert Series.objects.count() == 2


def test_one_tag_twice_in_a_file_and_what_is_out_of_scope(where: Site, tmp_path: Path) -> None:
    twice = table(tmp_path, HEAD, "S-甲,流量,F2,source-1,,,,", "S-甲,流量,F2,source-1,,,,")
    (error,) = importing.plan(twice, Scope.whole()).errors
    assert "与第2行重复" in error.message
    assert len(importing.plan(twice, Scope.none()).errors) >= 2


def test_an_import_reaches_the_next_snapshot(where: Site, tmp_path: Path) -> None:
    now = datetime.now(CHINA)
    writer.tick(now)
    plan = importing.plan(table(tmp_path, HEAD, "S-甲,流量,F2,source-1,,,,"), Scope.whole())
    importing.bring(plan, actor=ACTOR, file="测点.csv")
    assert writer.tick(now) == 2


class Gateway:
    """Takes what it is handed and remembers it."""

    told: ClassVar[list[Any]] = []

    def __init__(self, path: Path) -> None:
        assert path.name == "gateway.sock"

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *about: object) -> None:
        return None

    def deliver(self, source: str, key: str, rows: list[dict[str, Any]]) -> Result:
        self.told.append((source, key, rows))
        nothing = np.zeros(len(rows), np.uint8)
        return Result(5, Status.ACCEPTED, Reason.NONE, "", len(rows), nothing, nothing)


@pytest.fixture
def sky(where: Site) -> dict[str, Series]:
    """A weather station with four of the six; its temperature is delivered in tenths online."""
    station = Asset(type="weather_station", code="54534", name="气象站", area=where.area)
    write(station, actor=ACTOR)
    made = {}
    for observed in ("outdoor_temperature", "humidity", "wind_speed", "solar"):
        series = Series(asset=station, property=observed, source=where.source, tag=observed)
        series.scale = 0.1 if observed == "outdoor_temperature" else 1
        write(series, actor=ACTOR)
        made[observed] = series
    return made


def test_weather_of_a_file_goes_to_the_gateway_as_raw_values(
    sky: dict[str, Series], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "气象.csv"
    path.write_text(
        "站号,时间,气温,风速\n54534,2026-11-28 08:00,−6.5,2.4\n54534,2026/11/28 09:00,,3\n", "utf-8"
    )
    sheet = reading.sheet(path, Scope.whole())
    assert (sheet.errors, sheet.count, sheet.rows) == ((), 3, 2)
    Gateway.told = []
    monkeypatch.setattr(delivering, "Client", Gateway)
    done = delivering.deliver(sheet, path.read_bytes(), settings.DATA)
    assert (done.kept, done.refused, done.repeats) == (3, 0, 0)
    ((source, key, rows),) = Gateway.told
    assert (source, key.startswith("weather/")) == ("source-1", True)
    at = int(datetime(2026, 11, 28, 8, tzinfo=CHINA).timestamp() * 1000)
    assert rows[0] == {"series": sky["outdoor_temperature"].number, "time": at, "value": -65.0}


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("99999,2026-11-28 08:00,1,", "站号", "没有编码为99999的气象站"),
        ("54534,昨天,1,", "时间", "“昨天”不是时间"),
        ("54534,2026-11-28 08:00,冷,", "室外温度", "“冷”不是数"),
        ("54534,2026-11-28 08:00,,3", "降水量", "没有这个测点"),
    ],
)
def test_a_bad_row_of_weather_delivers_nothing(
    sky: dict[str, Series], tmp_path: Path, line: str, column: str, words: str
) -> None:
    path = tmp_path / "气象.csv"
    path.write_text(f"站号,时间,气温,降水\n{line}\n", "utf-8")
    sheet = reading.sheet(path, Scope.whole())
    assert [(error.column, words in error.message) for error in sheet.errors] == [(column, True)], (
        sheet.errors
    )
    with pytest.raises(ImportRefused):
        delivering.deliver(sheet, b"", settings.DATA)
