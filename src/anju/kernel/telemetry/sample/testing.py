"""A company with a station, its source, series and a rule, and a gateway's log, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from anju.kernel.assets.models import Asset
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level
from anju.kernel.places.writing import write
from anju.kernel.telemetry.events import Event, EventLog
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import Series, Source, ThresholdRule
from anju.kernel.telemetry.publishing.numbering import number_assets

NOW = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)  # 08:30 in the installation
ACTOR = "测试"


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@dataclass(slots=True)
class Site:
    """``supply`` and ``back`` are the secondary temperatures of the station."""

    area: Area
    company: Organisation
    station: Asset
    source: Source
    supply: Series
    back: Series
    rule: ThresholdRule


def site(name: str = "甲", *, tags: tuple[str, str] = ("T2S", "T2R")) -> Site:
    """Everything of one company; the rule watches the return temperatures everywhere."""
    area = Area.objects.create(
        code=f"T-{name}", code_system=CodeSystem.LOCAL, name=f"{name}区", level=Level.COUNTY
    )
    company = Organisation.objects.create(name=f"{name}供热公司", kind=Kind.COMPANY, area=area)
    station = Asset(type="station", code=f"S-{name}", name=f"{name}换热站", area=area, operator=company)
    write(station, actor=ACTOR)
    code = f"source-{Source.objects.count() + 1}"
    source = Source(code=code, name=f"{name}平台", protocol="http", organisation=company)
    source.secret = f"口令{name}"
    write(source, actor=ACTOR)
    made = []
    for observed, tag in zip(
        ("secondary_supply_temperature", "secondary_return_temperature"), tags, strict=True
    ):
        series = Series(asset=station, property=observed, source=source, tag=tag)
        write(series, actor=ACTOR)
        made.append(series)
    rule = ThresholdRule.objects.filter(code="heating.cold_return").first() or rule_of()
    number_assets()
    return Site(area, company, station, source, *made, rule)


def rule_of(**given: Any) -> ThresholdRule:
    """A rule on low return temperatures: below 30 °C for two minutes, over again above 32."""
    told: dict[str, Any] = {
        "code": "heating.cold_return",
        "name": "回水温度低",
        "kind": "below",
        "grade": "high",
        "property": "secondary_return_temperature",
        "parameters": {"limit": 30, "clear": 32, "hold": 120},
        "issuer": "city",
        "legal_basis": "测试依据",
        "valid_from": date(2026, 1, 1),
    }
    rule = ThresholdRule(**told | given)
    write(rule, actor=ACTOR)
    return rule


def raised(where: Site, at: datetime = NOW, **given: Any) -> Event:
    """The event of a low return temperature; ``given`` changes what it says."""
    told = {
        "kind": "alarm",
        "id": f"heating.cold_return/s{where.back.number}/{ms(at)}",
        "rule": "heating.cold_return",
        "grade": "high",
        "series": where.back.number,
        "asset": where.station.telemetry_number.number,
        "source": where.source.number,
        "state": "raised",
        "since": ms(at),
        "at": ms(at) + 120_000,
        "value": 28.4,
        "judged": 28.4,
        "limit": 30.0,
        "frame": 17,
        "cause": None,
        "members": [],
    }
    return told | given


def delivered(where: Site, at: datetime = NOW, **given: Any) -> Event:
    """The event of one minute of the source: 4 frames, of which one a repeat and one rejected, with 6 values."""
    told = {
        "kind": "delivery",
        "source": where.source.number,
        "minute": ms(at),
        "frames": 4,
        "accepted": 2,
        "repeated": 1,
        "rejected": {"malformed": 1},
        "points": 6,
        "late": 2,
        "refused_points": 3,
        "turned_away": 0,
        "skew_p50": -40,
        "skew_p95": 90,
        "delay_p50": 900,
        "delay_p95": 2000,
    }
    return told | given


def refused(where: Site, frame: int = 21, **given: Any) -> Event:
    """The event of a frame with a tag that nobody registered."""
    told = {
        "kind": "quarantine",
        "frame": frame,
        "source": where.source.number,
        "received": ms(NOW),
        "protocol": "http",
        "reason": "unknown_tag",
        "detail": "",
        "refused": 1,
        "tags": ["T9"],
    }
    return told | given


def tell(data: Path, *told: Event) -> None:
    """Append to the gateway's log of an installation, durably."""
    log = EventLog(Layout.of(data).events)
    log.append(told)
    log.close()
