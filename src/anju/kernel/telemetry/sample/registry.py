"""What is registered in the sample: stations, sources, series, rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from anju.kernel.assets.models import Asset
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area
from anju.kernel.places.sample import ACTOR, UNITS
from anju.kernel.places.writing import write
from anju.kernel.telemetry.models import MaintenanceWindow, Series, Source, ThresholdRule
from anju.kernel.telemetry.properties import WEATHER

STATIONS = 8
HEAT, SKY, GAS = "nuanyang", "weather", "qingyan"
INTERVAL, SKY_INTERVAL = 300, 600
# What is wrong, and where it must show: fault → number of the station (0: not one station).
PLANTED = {"offline": 3, "cold_return": 5, "stuck": 6, "unknown_tag": 8, "silent_source": 0}
# Property, end of the tag, stuck after s
TAGS = (
    ("secondary_supply_temperature", "T2S", 21_600),
    ("secondary_return_temperature", "T2R", 21_600),
    ("secondary_return_pressure", "P2R", 7_200),
    ("flow", "F2", 7_200),
)
_RULES: tuple[dict[str, Any], ...] = (
    {
        "code": "heating.cold_return",
        "name": "二次回水温度低",
        "name_en": "Secondary return too cold",
        "kind": "below",
        "grade": "high",
        "property": "secondary_return_temperature",
        "parameters": {"limit": 32, "clear": 33, "hold": 600},
    },
    {
        "code": "heating.freeze",
        "name": "冻害风险",
        "name_en": "Risk of freezing",
        "kind": "below",
        "grade": "crit",
        "property": "secondary_return_temperature",
        "other": "outdoor_temperature",
        "parameters": {"limit": 15, "clear": 18, "hold": 120, "other_below": 0},
    },
    {
        "code": "telemetry.offline",
        "name": "站点离线",
        "name_en": "Station offline",
        "kind": "missing",
        "grade": "warn",
        "property": "",
        "asset_type": "station",
        "parameters": {"seconds": 900, "share": 50, "least": 3},
    },
    {
        "code": "heating.stuck_flow",
        "name": "流量长时间不变",
        "name_en": "Flow does not move",
        "kind": "stuck",
        "grade": "info",
        "property": "flow",
        "parameters": {"seconds": 7_200},
    },
)


@transaction.atomic
def build(begin: datetime) -> None:
    """Everything bears the time of ``begin``, so that the ledgers of its day are due."""
    heat, gas = (Organisation.objects.get(short_name=name) for name in ("暖阳供热", "清焰燃气"))
    bureau = Organisation.objects.get(short_name="市住建局")
    sources = {
        HEAT: _source(HEAT, "暖阳供热生产平台", "http", heat, begin),
        SKY: _source(SKY, "市气象观测", "local", bureau, begin),
        GAS: _source(GAS, "清焰燃气调压站平台", "mqtt", gas, begin),
    }
    areas = [Area.objects.get(code=code, valid_to__isnull=True) for code, _, _ in UNITS[:STATIONS]]
    for number, area in enumerate(areas, 1):
        station = _asset("station", f"HRZ{number:03}", f"{area.name}{number}号换热站", area, heat)
        for observed, tag, stuck in TAGS:
            _series(station, observed, sources[HEAT], f"S{number}.{tag}", interval=INTERVAL, stuck=stuck)
    sky = _asset("weather_station", "QX001", "市区气象站", areas[0], bureau)
    for observed in WEATHER:
        _series(sky, observed, sources[SKY], observed, interval=SKY_INTERVAL)
    regulator = _asset("station", "TYZ001", f"{areas[1].name}1号调压站", areas[1], gas)
    _series(regulator, "gas", sources[GAS], "TYZ001/gas", interval=60)
    write(_planned(begin), actor=ACTOR)
    for told in _RULES:
        row = ThresholdRule(
            **told, issuer="city", legal_basis="样例城市供热运行规程", valid_from=date(2020, 11, 1)
        )
        write(row, actor=ACTOR)


def _planned(begin: datetime) -> MaintenanceWindow:
    """Work at the seventh station that was planned for the first two hours of the day, and is over."""
    station = Asset.objects.get(type="station", code="HRZ007")
    until = begin + timedelta(hours=2)
    return MaintenanceWindow(asset=station, since=begin, until=until, reason="更换循环泵", recorded_at=begin)


def _source(code: str, name: str, protocol: str, body: Organisation, begin: datetime) -> Source:
    source = Source(code=code, name=name, protocol=protocol, organisation=body, recorded_at=begin)
    write(source, actor=ACTOR)
    return source


def _asset(kind: str, code: str, name: str, area: Area, operator: Organisation) -> Asset:
    asset = Asset(type=kind, code=code, name=name, area=area, operator=operator)
    if operator.kind != Kind.COMPANY:
        asset.owner = operator
    if area.west is not None:
        # Beside the name that maps write into the middle.
        down = 0.16 * (area.north - area.south) * (1 if kind == "station" else -1.4)
        aside = 0.1 * (area.east - area.west) * (int(code[-1]) % 3 - 1)
        asset.stand_at(((area.west + area.east) / 2 + aside, (area.south + area.north) / 2 - down))
    write(asset, actor=ACTOR)
    return asset


def _series(asset: Asset, observed: str, source: Source, tag: str, **given: Any) -> Series:
    series = Series(asset=asset, property=observed, source=source, tag=tag, **given)
    write(series, actor=ACTOR)
    return series
