"""A table of weather observations, one row a station and time, as points of the stations' series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.documents import read
from anju.kernel.documents.ledgers import Head, Row, RowError, read_ledger
from anju.kernel.telemetry.models import Series
from anju.kernel.telemetry.properties import WEATHER, properties
from anju.kernel.values.scope import Scope

STATION = "weather_station"
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "outdoor_temperature": ("气温", "室外气温", "温度", "temperature"),
    "humidity": ("湿度", "humidity"),
    "wind_speed": ("wind_speed",),
    "wind_direction": ("wind_direction",),
    "precipitation": ("降水", "降雨量", "precipitation"),
    "solar": ("辐射", "总辐射", "solar"),
}
HEADS = (
    Head("station", "站号", ("气象站编码", "站点", "区站号"), required=True),
    Head("time", "时间", ("观测时间", "日期时间"), required=True),
)
_WAYS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S")


def heads() -> tuple[Head, ...]:
    """The columns that a file may have."""
    known = properties()
    return (*HEADS, *(Head(code, known[code].name, _SYNONYMS[code]) for code in WEATHER))


@dataclass(slots=True)
class Sheet:
    """``points`` by code of the source: (number of the series, ms, value). With ``errors`` nothing may be delivered."""

    columns: list[tuple[str, str]]
    rows: int
    points: dict[str, list[tuple[int, int, float]]] = field(default_factory=dict)
    errors: tuple[RowError, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(points) for points in self.points.values())


def sheet(path: Path, scope: Scope) -> Sheet:
    """What a file says. Raises as ``documents.read`` and ``read_ledger``; errors of rows stand in the sheet."""
    ledger = read_ledger(read(path), heads())
    series = _series(ledger.rows, scope)
    names = {head.field: head.name for head in heads()}
    found = Sheet([(head, names.get(name, "")) for head, name in ledger.columns], len(ledger.rows))
    for row in ledger.rows:
        _take(row, series, found)
    found.errors = tuple(error for row in ledger.rows for error in row.errors)
    return found


def _series(rows: list[Row], scope: Scope) -> dict[tuple[str, str], Series]:
    """By code of the station and property."""
    codes = {row.values.get("station", "") for row in rows}
    known = Series.objects.within(scope).filter(
        asset__type=STATION, asset__code__in=codes, property__in=WEATHER, enabled=True
    )
    return {(one.asset.code, one.property): one for one in known.select_related("asset", "source")}


def _take(row: Row, series: Mapping[tuple[str, str], Series], found: Sheet) -> None:
    code, at = row.values.get("station", ""), _time(row)
    if code and not any(station == code for station, _ in series):
        row.fault("station", gettext("没有编码为{code}的气象站，或它还没有测点。").format(code=code))
        return
    for name in WEATHER:
        text = row.values.get(name, "").replace("−", "-")
        if not text or at is None:
            continue
        one = series.get((code, name))
        if one is None or one.source is None:
            row.fault(name, gettext("气象站{code}没有这个测点，或测点没有来源。").format(code=code))
            continue
        try:
            value = float(text)
        except ValueError:
            row.fault(name, gettext("“{text}”不是数。").format(text=text))
            continue
        # A raw value is scaled by the gateway; a file is in the unit of the series already.
        raw = (value - one.offset) / one.scale
        found.points.setdefault(one.source.code, []).append((one.number, at, raw))


def _time(row: Row) -> int | None:
    text = row.values.get("time", "")
    for way in _WAYS:
        try:
            at = datetime.strptime(text, way)
        except ValueError:
            continue
        aware = timezone.make_aware(at, timezone.get_current_timezone())
        return int(aware.timestamp() * 1000)
    if text:
        row.fault("time", gettext("“{text}”不是时间，请写成2026-11-28 08:00的样子。").format(text=text))
    return None
