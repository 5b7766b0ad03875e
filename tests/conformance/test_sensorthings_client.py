"""An independent client, frost-sta-client, against a live server beside a real gateway process."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frost_sta_client as frost  # type: ignore[import-untyped]
import pytest
import requests
from django.utils import timezone

from anju.gateway import stage
from anju.kernel.access.models import User
from anju.kernel.access.testing import person
from anju.kernel.audit.models import AuditRow
from anju.kernel.telemetry.publishing import writer
from conformance import sensorthings_set as planted_set

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def planted(transactional_db: None, settings: Any) -> planted_set.Planted:
    return planted_set.plant(settings.DATA)


def program(area: Any) -> User:
    """The account of a program that may see and submit in one area."""
    return person("dispatcher", "program", area=area)


def service_of(live_server: Any, user: User) -> Any:
    handler = frost.AuthHandler("program", planted_set.token_of(user))
    return frost.SensorThingsService(f"{live_server.url}/api/sta/v1.1/", auth_handler=handler)


def test_an_independent_client_lists_filters_and_expands(
    planted: planted_set.Planted, live_server: Any
) -> None:
    """Of two companies the program sees one: a Thing, two Datastreams, 66 Observations on pages of 25."""
    service = service_of(live_server, program(planted.east.area))
    (thing,) = service.things().query().expand("Datastreams($orderby=id),Locations").list()
    assert (thing.name, thing.id) == ("甲换热站", 1)
    assert [one.name for one in thing.datastreams] == ["二次供水温度", "二次回水温度"]
    assert thing.locations.entities[0].location["coordinates"] == [123.0, 36.5]
    (series,) = (
        service.datastreams().query().filter("ObservedProperty/id eq 'secondary_supply_temperature'").list()
    )
    assert (series.id, series.unit_of_measurement.symbol) == (1, "°C")
    results = [one.result for one in service.observations().query().top(25).list()]
    assert len(results) == 66
    high = series.get_observations().query().filter("result ge 55.5").orderby("result").list()
    assert [round(one.result, 1) for one in high] == [55.9, 55.8, 55.7, 55.6, 55.5]
    assert service.datastreams().find(1).name == "二次供水温度"
    with pytest.raises(requests.HTTPError):
        service.things().find(2)


def test_an_observation_is_created_through_the_gateway_and_read_back(
    planted: planted_set.Planted, live_server: Any, settings: Any
) -> None:
    """Answered when it is on the disk, kept in the unit of the series, and audited under the account's name."""
    series = planted.east.supply
    series.scale, series.offset = 0.5, 10.0
    series.save()
    writer.tick(timezone.now())
    service = service_of(live_server, program(planted.east.area))
    at = timezone.now().replace(microsecond=0) - timedelta(minutes=5)
    new = frost.Observation(phenomenon_time=at, result=61.5, datastream=frost.Datastream(id=1))
    with stage.running(settings.DATA):
        service.create(new)
        found = service.observations().find(new.id)
    assert (found.result, found.phenomenon_time) == (61.5, at.isoformat().replace("+00:00", ".000Z"))
    assert new.id == f"1-{int(at.timestamp() * 1000)}"
    row = AuditRow.objects.get(action="telemetry.observation.create")
    assert (row.actor, row.result) == ("program", "ok")
