"""``$filter`` of SensorThings 1.1: each operator and function of the standard's tables, on rows and on points."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from anju.kernel.access.testing import person, signed_in
from conformance import sensorthings_set as planted_set

pytestmark = pytest.mark.django_db
# Things 1 甲换热站 at (123.0, 36.5) and 2 乙换热站 at (123.2, 36.7).
BOX = "geography'POLYGON((122.9 36.4,123.1 36.4,123.1 36.6,122.9 36.6,122.9 36.4))'"
HERE = "geography'POINT(123.0 36.5)'"


@pytest.fixture
def client(db: None, settings: Any) -> Client:
    planted_set.plant(settings.DATA)
    return signed_in(person("leader"))


def found(client: Client, name: str, text: str) -> list[Any]:
    answer = client.get(f"/api/sta/v1.1/{name}?$top=1000&$filter={quote(text)}")
    assert answer.status_code == 200, answer.content.decode()
    return [one["@iot.id"] for one in answer.json()["value"]]


def test_filters_on_rows(client: Client) -> None:
    """request-data/built-in-filter-operations and built-in-query-functions, on what the database keeps."""
    for name, text, expected in ROWS:
        assert found(client, name, text) == expected, text


ROWS: list[tuple[str, str, list[Any]]] = [
    ("Datastreams", "id eq 1", [1]),
    ("Datastreams", "@iot.id ne 1", [2, 3, 4]),
    ("Datastreams", "id gt 2", [3, 4]),
    ("Datastreams", "id ge 2 and id lt 4", [2, 3]),
    ("Datastreams", "id le 1 or id eq 4", [1, 4]),
    ("Datastreams", "not (id le 2)", [3, 4]),
    ("Datastreams", "(id eq 1 or id eq 2) and not (id eq 1)", [2]),
    ("Datastreams", "id in (1,3)", [1, 3]),
    ("Datastreams", "id add 1 eq 3", [2]),
    ("Datastreams", "id sub 1 eq 3", [4]),
    ("Datastreams", "id mul 2 eq 6", [3]),
    ("Datastreams", "id div 2 eq 0.5", [1]),
    ("Datastreams", "id mod 2 eq 0", [2, 4]),
    ("Datastreams", "properties/interval eq 60 and properties/enabled eq true", [1, 2, 3, 4]),
    ("Datastreams", "unitOfMeasurement/symbol eq '°C'", [1, 2, 3, 4]),
    ("Datastreams", "properties/enabled and not (id le 2)", [3, 4]),
    ("Datastreams", "name eq '二次供水温度'", [1, 3]),
    ("Datastreams", "properties/tag eq null", []),
    ("Things", "substringof('换热',name)", [1, 2]),
    ("Things", "startswith(name,'甲')", [1]),
    ("Things", "endswith(properties/code,'乙')", [2]),
    ("Things", "endswith(properties/code,'乙') eq false", [1]),
    ("Things", "length(name) eq 4", [1, 2]),
    ("Things", "indexof(name,'换') eq 1", [1, 2]),
    ("Things", "substring(name,1,2) eq '换热'", [1, 2]),
    ("Things", "substring(properties/code,2) eq '甲'", [1]),
    ("Things", "tolower(properties/code) eq 's-甲'", [1]),
    ("Things", "toupper(properties/type) eq 'STATION'", [1, 2]),
    ("Things", "startswith(properties/type,'STATION')", []),
    ("Things", "trim(concat(' ',name)) eq '乙换热站'", [2]),
    ("Datastreams", "round(id div 2) eq 2", [3, 4]),
    ("Datastreams", "floor(id div 2) eq 1", [2, 3]),
    ("Datastreams", "ceiling(id div 2) eq 1", [1, 2]),
    ("HistoricalLocations", "time lt now() and year(time) ge 2024", [1, 2]),
    ("HistoricalLocations", "time gt 2999-01-01T00:00:00Z", []),
    ("Things", "Datastreams/id eq 3", [2]),
    ("Things", "Datastreams/ObservedProperty/id eq 'pm10'", []),
    ("Datastreams", "Thing/Locations/name eq '甲换热站'", [1, 2]),
    ("Datastreams", "startswith(Thing/name,'乙') and ObservedProperty/name eq '二次回水温度'", [4]),
    ("Sensors", "metadata/maker eq '样例厂' and Datastreams/id lt 3", [1, 2]),
    ("ObservedProperties", "id eq 'pm10' or startswith(id,'wind_s')", ["wind_speed", "pm10"]),
    ("ObservedProperties", "Datastreams/id eq 1", ["secondary_supply_temperature"]),
    ("Locations", f"st_within(location,{BOX})", [1]),
    ("Locations", f"st_disjoint(location,{BOX})", [2]),
    ("Locations", f"not st_intersects(location,{BOX})", [2]),
    ("Locations", f"st_contains({BOX},location)", [1]),
    ("Locations", f"st_equals(location,{HERE})", [1]),
    ("Locations", f"st_relate(location,{BOX},'T*F**F***')", [1]),
    (
        "Locations",
        f"st_touches(location,{BOX}) or st_overlaps(location,{BOX}) or st_crosses(location,{BOX})",
        [],
    ),
    ("Locations", f"geo.intersects(location,{BOX})", [1]),
    # The other place is 0.2° east and 0.2° north: √0.08 = 0.2828°.
    ("Locations", f"geo.distance(location,{HERE}) gt 0.28 and geo.distance(location,{HERE}) lt 0.29", [2]),
    ("Locations", "geo.length(location) eq 0", [1, 2]),
    ("Things", f"st_within(Locations/location,{BOX})", [1]),
    ("FeaturesOfInterest", f"st_within(feature,{BOX})", [1]),
    ("Datastreams", f"st_within(observedArea,{BOX})", [1, 2]),
]


def test_filters_on_points(client: Client) -> None:
    """The same on what the store keeps: how many observations match."""
    for text, expected in POINTS:
        assert len(found(client, "Observations", text)) == expected, text


POINTS: list[tuple[str, int]] = [
    # Series 1 has 50.0 to 55.9 in minutes 0 to 59, series 2 has 40, 39, … 35 every ten minutes, series 3 61.25.
    ("result gt 55", 10),
    ("result ge 55 and result lt 60", 10),
    ("result le 36 or result eq 61.25", 3),
    ("not (result gt 40)", 6),
    ("result ne 61.25", 66),
    ("result in (40,39)", 2),
    ("result add 1 gt 61", 1),
    ("result sub 1 lt 35", 1),
    ("result mul 2 gt 120", 1),
    ("result div 2 lt 18", 1),
    ("result mod 5 eq 0 and Datastream/id eq 2", 2),
    ("-result lt -60", 1),
    ("round(result) eq 61", 1),
    ("floor(result) eq 61", 1),
    ("ceiling(result) eq 62", 1),
    ("phenomenonTime ge 2026-11-28T00:50:00Z", 11),
    ("phenomenonTime gt 2026-11-28T00:50:00Z", 9),
    ("phenomenonTime lt 2026-11-28T08:01:00+08:00", 2),
    ("2026-11-28T00:01:00Z ge phenomenonTime", 3),
    ("resultTime eq 2026-11-28T00:05:00Z", 2),
    ("phenomenonTime ge 2026-11-28T00:10:00Z and phenomenonTime le 2026-11-28T00:20:00Z", 13),
    ("phenomenonTime lt 2026-11-28T00:01:00Z or phenomenonTime ge 2026-11-28T00:59:00Z", 3),
    ("phenomenonTime add duration'PT1H' gt 2026-11-28T01:58:00Z", 1),
    ("year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 11 and day(phenomenonTime) eq 28", 67),
    ("hour(phenomenonTime) eq 0 and minute(phenomenonTime) eq 5", 2),
    ("second(phenomenonTime) eq 0 and fractionalseconds(phenomenonTime) eq 0", 67),
    ("date(phenomenonTime) eq 2026-11-28", 67),
    ("time(phenomenonTime) lt 00:01:00", 2),
    ("totaloffsetminutes(phenomenonTime) eq 0", 67),
    ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", 67),
    ("phenomenonTime lt now()", 67),
    ("resultQuality/status eq 'uncertain'", 1),
    ("resultQuality/code eq 0", 66),
    ("startswith(resultQuality/status,'un') or endswith(resultQuality/status,'z')", 1),
    ("result eq 'warm'", 0),
    ("result eq null", 0),
    ("Datastream/id eq 1", 60),
    ("Datastream/Thing/id eq 2", 1),
    ("Datastream/ObservedProperty/id eq 'secondary_return_temperature' and result lt 37", 2),
    ("Datastream/id eq 3 or result gt 55.85", 2),
    ("not (Datastream/id eq 1)", 7),
    ("FeatureOfInterest/id eq 2", 1),
    (f"st_within(FeatureOfInterest/feature,{BOX})", 66),
    ("id eq '3-1795824300000'", 1),
    ("id eq 'nothing'", 0),
]
