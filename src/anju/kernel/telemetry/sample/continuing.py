"""What the demonstration registers so that it can go on by itself: the live station, its rule, secrets to push with."""

from __future__ import annotations

from datetime import date, datetime
from secrets import token_urlsafe

from django.db import transaction

from anju.kernel.assets.models import Asset
from anju.kernel.places.sample import ACTOR
from anju.kernel.places.writing import write
from anju.kernel.telemetry.models import Series, Source, ThresholdRule
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.sample.live import LIVE, LIVE_INTERVAL, NUMBER
from anju.kernel.telemetry.sample.registry import HEAT, TAGS

LOW_PRESSURE = "heating.low_pressure"


def build(now: datetime) -> None:
    """A second call changes nothing."""
    if not Source.objects.filter(code=LIVE).exists():
        _register()
        writer.tick(now)


@transaction.atomic
def _register() -> None:
    heat = Source.objects.get(code=HEAT)
    heat.secret = token_urlsafe(32)
    write(heat, actor=ACTOR)
    source = Source(code=LIVE, name="新城实时采集", protocol="http", organisation=heat.organisation)
    source.secret = token_urlsafe(32)
    write(source, actor=ACTOR)
    beside = Asset.objects.get(type="station", code="HRZ001")
    station = Asset(
        type="station",
        code=f"HRZ{NUMBER:03}",
        name=f"新城{NUMBER}号换热站",
        area=beside.area,
        operator=beside.operator,
    )
    if beside.position:
        lon, lat = beside.position
        station.stand_at((lon + 0.01, lat))
    write(station, actor=ACTOR)
    for observed, tag, stuck in TAGS:
        series = Series(asset=station, property=observed, source=source, tag=f"S{NUMBER}.{tag}")
        series.interval, series.stuck = LIVE_INTERVAL, stuck
        write(series, actor=ACTOR)
    rule = ThresholdRule(
        code=LOW_PRESSURE,
        name="二次网压力低，疑似泄漏",
        name_en="Secondary pressure low, leak suspected",
        kind="below",
        grade="crit",
        property="secondary_return_pressure",
        parameters={"limit": 0.2, "clear": 0.25, "hold": 10},
        issuer="city",
        legal_basis="样例城市供热运行规程",
        valid_from=date(2020, 11, 1),
    )
    write(rule, actor=ACTOR)
