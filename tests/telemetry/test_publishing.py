"""What the gateway is told: the registry as it is, whenever it changed and never otherwise."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from anju.kernel.assets.models import Asset
from anju.kernel.places.models import ADMINISTRATIVE, Area, CodeSystem, Level, Membership
from anju.kernel.places.writing import write
from anju.kernel.secrets import KeyRing
from anju.kernel.telemetry import snapshot
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.models import MaintenanceWindow, Series, Source
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.sample.testing import ACTOR, Site, ms, rule_of, site
from anju.kernel.telemetry.store.sealing import retention
from anju.kernel.telemetry.store.sealing.retention import Keep

pytestmark = pytest.mark.django_db


@pytest.fixture
def where(data_folder: Path) -> Site:
    return site()


def newest() -> snapshot.Snapshot:
    path = snapshot.newest(Layout.of(settings.DATA).snapshots)
    assert path is not None
    return snapshot.read(path)


def test_the_registry_goes_out_as_it_is(where: Site) -> None:
    write(
        Series(asset=where.station, property="heat_power", source=where.source, tag="Q", enabled=False),
        actor=ACTOR,
    )
    where.back.scale, where.back.offset, where.back.rate, where.back.stuck = 0.1, -5, 5, 21600
    write(where.back, actor=ACTOR)
    now = timezone.now()
    assert writer.tick(now) == 1
    made = newest()
    assert made.by_tag == {1: {"T2S": where.supply.number, "T2R": where.back.number}}
    number = where.back.number
    figures = [
        getattr(made.series, name)[number] for name in ("scale", "offset", "low", "high", "rate", "stuck")
    ]
    assert figures == [0.1, -5, 0, 95, 5, 21600]
    assert np.isnan(made.series.rate[where.supply.number])
    (source,) = made.sources
    assert (source.code, source.protocol, source.late_after, source.skew) == ("source-1", "http", 900, 300)
    assert KeyRing.load(settings.DATA).open_sealed(source.secret, "telemetry.source") == "口令甲".encode()
    (rule,) = made.rules
    assert (rule.code, rule.series, rule.grade) == ("heating.cold_return", (number,), "high")
    assert rule.parameters == {"limit": 30, "clear": 32, "hold": 120}


def test_nothing_new_writes_nothing_and_a_change_writes_once(where: Site) -> None:
    now = timezone.now()
    assert [writer.tick(now + timedelta(seconds=n)) for n in range(3)] == [1, None, None]
    where.back.high = 90
    write(where.back, actor=ACTOR)
    assert [writer.tick(now + timedelta(seconds=n)) for n in range(3, 6)] == [2, None, None]
    write(where.company, actor=ACTOR)
    assert writer.tick(now + timedelta(seconds=7)) is None
    assert newest().series.high[where.back.number] == 90


def test_a_quiet_round_is_two_small_queries(where: Site, django_assert_num_queries: object) -> None:
    now = timezone.now()
    writer.tick(now)
    with django_assert_num_queries(2):  # type: ignore[operator]
        writer.tick(now + timedelta(seconds=1))


def test_a_source_that_is_switched_off_says_so(where: Site) -> None:
    where.source.enabled = False
    write(where.source, actor=ACTOR)
    assert [source.enabled for source in writer.build(timezone.now()).sources] == [False]


def test_of_the_rows_of_a_rule_the_most_specific_holds(where: Site) -> None:
    other = site("乙")
    city = Area.objects.create(code="C", code_system=CodeSystem.LOCAL, name="市", level=Level.CITY)
    for area in (where.area, other.area):
        Membership.objects.create(
            parent=city, child=area, hierarchy=ADMINISTRATIVE, valid_from=date(2020, 1, 1)
        )
    rule_of(area=city, issuer="national", parameters={"limit": 25})
    rule_of(area=other.area, issuer="county", parameters={"limit": 28})
    rule_of(asset=other.station, issuer="company", parameters={"limit": 27}, valid_from=date(2099, 1, 1))
    found = {rule.series: rule.parameters["limit"] for rule in writer.build(timezone.now()).rules}
    assert found == {(where.back.number,): 25, (other.back.number,): 28}
    rule_of(asset=other.station, issuer="national", parameters={"limit": 26})
    found = {rule.series: rule.parameters["limit"] for rule in writer.build(timezone.now()).rules}
    assert found == {(where.back.number,): 25, (other.back.number,): 26}


def test_a_comparison_finds_its_other_series_on_the_asset_above_it_or_in_the_area(where: Site) -> None:
    part = Asset(type="meter", code="P1", name="机组", area=where.area, parent=where.station)
    write(part, actor=ACTOR)
    own = Series(asset=part, property="secondary_return_temperature", source=where.source, tag="P.T2R")
    write(own, actor=ACTOR)
    weather = Asset(type="weather_station", code="W1", name="气象站", area=where.area)
    write(weather, actor=ACTOR)
    outdoor = Series(asset=weather, property="outdoor_temperature", source=where.source, tag="OUT")
    write(outdoor, actor=ACTOR)
    rule_of(
        code="heating.gap", kind="difference", other="secondary_supply_temperature", parameters={"limit": 20}
    )
    rule_of(
        code="heating.curve", kind="curve", other="outdoor_temperature", parameters={"curve": "-10:60 10:40"}
    )
    writer.number_assets()
    rules = {rule.code: rule for rule in writer.build(timezone.now()).rules}
    watched = (where.back.number, own.number)
    assert (rules["heating.gap"].series, rules["heating.gap"].others) == (watched, (where.supply.number,) * 2)
    assert rules["heating.curve"].others == (outdoor.number,) * 2
    assert rules["heating.curve"].parameters == {"curve": [[-10, 60], [10, 40]]}


def test_planned_work_covers_the_parts_of_an_asset(where: Site) -> None:
    part = Asset(type="meter", code="P1", name="机组", area=where.area, parent=where.station)
    write(part, actor=ACTOR)
    write(Series(asset=part, property="flow"), actor=ACTOR)
    now = timezone.now()
    row = MaintenanceWindow(asset=where.station, since=now, until=now + timedelta(hours=2), reason="换泵")
    write(row, actor=ACTOR)
    writer.tick(now)
    (window,) = newest().windows
    numbers = {where.station.telemetry_number.number, Asset.objects.get(pk=part.pk).telemetry_number.number}
    assert (set(window.assets), window.until) == (numbers, ms(row.until))
    assert newest().parents == {max(numbers): min(numbers)}
    row.ended_at = now
    write(row, actor=ACTOR)
    writer.tick(now + timedelta(seconds=1))
    assert newest().windows == ()


def test_numbers_have_no_gaps(where: Site) -> None:
    site("乙")
    assert sorted(Series.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert sorted(Source.objects.values_list("number", flat=True)) == [1, 2]


def test_the_sealer_is_told_how_long_history_stays_and_keeps_everything_until_then(where: Site) -> None:
    layout = Layout.of(settings.DATA)
    assert retention.told(layout) is None
    writer.tick(timezone.now())
    # Two seasons of values, five years of minutes, ten of hours and days (telemetry.figures).
    assert retention.told(layout) == Keep(raw=730, frames=730, minute=1827, hour=3653, day=3653)
