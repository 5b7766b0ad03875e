"""OGC SensorThings API 1.1, part 1 (OGC 18-088): each test bears the identifier of the requirement that it shows.

Identifiers are those below ``http://www.opengis.net/spec/iot_sensing/1.1/req/``, as the public conformance suites use.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from anju.api.sensorthings.model import ENTITIES
from anju.kernel.access.testing import person, signed_in
from conformance import sensorthings_set as planted_set
from conformance.sensorthings_set import Planted

pytestmark = pytest.mark.django_db
ROOT = "http://localhost/api/sta/v1.1/"
BEGIN = "2026-11-28T00:"


@pytest.fixture
def planted(db: None, settings: Any) -> Planted:
    return planted_set.plant(settings.DATA)


@pytest.fixture
def client(planted: Planted) -> Client:
    return signed_in(person("leader"))


def ask(client: Client, path: str, status: int = 200, **options: str) -> Any:
    query = "&".join(f"${name}={quote(text)}" for name, text in options.items())
    answer = client.get(f"/api/sta/v1.1/{path}?{query}" if query else f"/api/sta/v1.1/{path}")
    assert answer.status_code == status, (path, options, answer.content.decode()[:300])
    return answer.json()


def ids(client: Client, path: str, **options: str) -> list[Any]:
    return [one["@iot.id"] for one in ask(client, path, **options)["value"]]


# -- datamodel ---------------------------------------------------------------------------------------------

CONTROL = {"@iot.id", "@iot.selfLink"}
MODEL = {
    "Things": ({"name", "description", "properties"}, {"Locations", "HistoricalLocations", "Datastreams"}),
    "Locations": (
        {"name", "description", "encodingType", "location", "properties"},
        {"Things", "HistoricalLocations"},
    ),
    "HistoricalLocations": ({"time"}, {"Locations", "Thing"}),
    "Datastreams": (
        {"name", "description", "unitOfMeasurement", "observationType", "observedArea", "properties"},
        {"Thing", "Sensor", "ObservedProperty", "Observations"},
    ),
    "Sensors": ({"name", "description", "encodingType", "metadata", "properties"}, {"Datastreams"}),
    "ObservedProperties": ({"name", "definition", "description", "properties"}, {"Datastreams"}),
    "Observations": (
        {"phenomenonTime", "result", "resultTime", "resultQuality", "parameters"},
        {"Datastream", "FeatureOfInterest"},
    ),
    "FeaturesOfInterest": (
        {"name", "description", "encodingType", "feature", "properties"},
        {"Observations"},
    ),
}


@pytest.mark.parametrize("name", MODEL)
def test_entities_have_the_properties_and_relations_of_the_model(client: Client, name: str) -> None:
    """datamodel/{thing … feature-of-interest}/properties and /relations; entity-control-information."""
    properties, relations = MODEL[name]
    one = ask(client, name, top="1")["value"][0]
    links = {f"{relation}@iot.navigationLink" for relation in relations}
    assert set(one) == CONTROL | properties | links
    assert ask(client, one["@iot.selfLink"].removeprefix(ROOT)) == one
    for link in links:
        ask(client, one[link].removeprefix(ROOT))


def test_an_observation_tells_value_time_quality_and_where_it_came_from(client: Client) -> None:
    """datamodel/observation/properties: minute 7 of series 1, which was judged to have changed too fast."""
    (one,) = ask(client, "Datastreams(1)/Observations", filter=f"phenomenonTime eq {BEGIN}07:00Z")["value"]
    assert one["@iot.id"] == "1-1795824420000"
    assert (one["phenomenonTime"], one["result"]) == (f"{BEGIN}07:00.000Z", pytest.approx(50.7))
    assert one["resultQuality"] == {"code": 2, "status": "uncertain", "name": "变化过快"}
    assert one["parameters"] == {"received": "2026-11-28T02:00:00.000Z", "frame": 1}


# -- resource-path -----------------------------------------------------------------------------------------


def test_the_service_root_names_every_set_and_what_is_met(client: Client) -> None:
    """resource-path/resource-path-to-entities: usage 1; serverSettings/conformance."""
    body = ask(client, "")
    assert {one["name"]: one["url"] for one in body["value"]} == {name: f"{ROOT}{name}" for name in MODEL}
    assert set(ENTITIES) == set(MODEL)
    assert all("/spec/iot_sensing/1.1/req/" in one for one in body["serverSettings"]["conformance"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Things(1)/Datastreams(2)", "Datastreams(2)"),
        ("Datastreams(3)/Thing", "Things(2)"),
        ("Datastreams(3)/Thing/Locations(2)/Things(2)", "Things(2)"),
        ("Sensors(4)/Datastreams(4)/Sensor", "Sensors(4)"),
        ("Observations('3-1795824300000')/Datastream/Thing", "Things(2)"),
        ("Observations('3-1795824300000')/FeatureOfInterest", "FeaturesOfInterest(2)"),
        ("Datastreams(3)/Observations('3-1795824300000')", "Observations('3-1795824300000')"),
        (
            "Datastreams(1)/ObservedProperty/Datastreams(3)/ObservedProperty",
            "ObservedProperties('secondary_supply_temperature')",
        ),
        ("HistoricalLocations(1)/Thing", "Things(1)"),
    ],
)
def test_paths_lead_from_entity_to_entity(client: Client, path: str, expected: str) -> None:
    """resource-path/resource-path-to-entities: usages 3, 5 and 8."""
    assert ask(client, path)["@iot.selfLink"] == f"{ROOT}{expected}"


def test_paths_lead_to_collections_properties_values_and_references(client: Client) -> None:
    """resource-path/resource-path-to-entities: usages 2, 4, 6 and 7."""
    assert ids(client, "FeaturesOfInterest(2)/Observations") == ["3-1795824300000"]
    assert ask(client, "Things(1)/name") == {"name": "甲换热站"}
    assert ask(client, "Things(1)/properties/code") == {"code": "S-甲"}
    raw = client.get("/api/sta/v1.1/Things(1)/name/$value")
    assert (raw["Content-Type"], raw.content.decode()) == ("text/plain; charset=utf-8", "甲换热站")
    assert ask(client, "Things(1)/Datastreams/$ref")["value"] == [
        {"@iot.selfLink": f"{ROOT}Datastreams(1)"},
        {"@iot.selfLink": f"{ROOT}Datastreams(2)"},
    ]


@pytest.mark.parametrize(
    "path",
    [
        "Thing",
        "Things(9)",
        "Things('a')",
        "Things(1)/Datastreams(3)",
        "Things(9)/Datastreams",
        "Things/Datastreams",
        "Things(1)/colour",
        "Things(1)/name/$value/more",
        "Observations('1-1')",
        "Observations('x')",
        "ObservedProperties('colour')",
        "Locations(1)/Things(2)",
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    """request-data/status-code."""
    assert ask(client, path, 404)["status"] == 404


# -- request-data ------------------------------------------------------------------------------------------


def test_expansions_nest_and_have_their_own_options(client: Client) -> None:
    """request-data/expand: both ways of writing; filter, order, top, count and select within."""
    inner = "Datastreams($filter=id lt 4;$orderby=id desc;$top=1;$count=true;$select=id;$expand=Sensor/Datastreams)"
    (east, west) = ask(client, "Things", expand=f"{inner},Locations")["value"]
    assert [one["@iot.id"] for one in east["Datastreams"]] == [2]
    assert (east["Datastreams@iot.count"], west["Datastreams@iot.count"]) == (2, 1)
    assert east["Datastreams"][0]["Sensor"]["Datastreams"][0]["@iot.id"] == 2
    assert "Datastreams@iot.nextLink" not in west
    rest = ask(client, east["Datastreams@iot.nextLink"].removeprefix(ROOT))
    assert [one["@iot.id"] for one in rest["value"]] == [1]
    assert west["Locations"][0]["location"] == {"type": "Point", "coordinates": [123.2, 36.7]}


def test_observations_are_expanded_with_their_series_and_place(client: Client) -> None:
    """request-data/expand, over the store: newest value of each series, and back."""
    found = ask(client, "Datastreams", expand="Observations($top=1;$orderby=phenomenonTime desc)")["value"]
    newest = [[one["result"] for one in series["Observations"]] for series in found]
    assert newest == [[pytest.approx(55.9)], [35.0], [61.25], []]
    (one,) = ask(client, "Observations", filter="result gt 60", expand="Datastream/Thing,FeatureOfInterest")[
        "value"
    ]
    assert one["Datastream"]["Thing"]["name"] == one["FeatureOfInterest"]["name"] == "乙换热站"
    (east, _) = ask(client, "FeaturesOfInterest", expand="Observations($top=2;$count=true)")["value"]
    assert (east["Observations@iot.count"], len(east["Observations"])) == (66, 2)


def test_select_gives_what_is_named(client: Client) -> None:
    """request-data/select."""
    assert ask(client, "Things(1)", select="name,@iot.id") == {"@iot.id": 1, "name": "甲换热站"}
    assert set(ask(client, "Things(1)", select="Datastreams")) == {"Datastreams@iot.navigationLink"}


def test_orders_of_rows_and_of_points(client: Client) -> None:
    """request-data/orderby, request-data/order."""
    assert ids(client, "Datastreams", orderby="Thing/id desc,id desc") == [4, 3, 2, 1]
    # 二次供水温度 before 二次回水温度, by code point as by sound.
    assert ids(client, "Datastreams", orderby="name,id desc") == [3, 1, 4, 2]
    found = ask(client, "Observations", orderby="result desc", top="3")["value"]
    assert [one["result"] for one in found] == [61.25, pytest.approx(55.9), pytest.approx(55.8)]
    latest = ask(client, "Observations", orderby="phenomenonTime desc", top="2")["value"]
    assert [one["@iot.id"] for one in latest] == ["1-1795827540000", "1-1795827480000"]
    assert ids(client, "ObservedProperties", orderby="id desc", top="1") == [
        max(ids(client, "ObservedProperties"))
    ]


def test_pages_follow_each_other_without_gap_or_repeat(client: Client) -> None:
    """request-data/top, skip, count, pagination: 67 observations on pages of 30."""
    path, sizes, seen = "Observations?$top=30&$count=true", [], []
    while path:
        body = ask(client, path)
        assert body["@iot.count"] == 67
        sizes.append(len(body["value"]))
        seen += [one["@iot.id"] for one in body["value"]]
        path = body.get("@iot.nextLink", "").removeprefix(ROOT)
    assert sizes == [30, 30, 7]
    assert len(set(seen)) == 67
    assert ids(client, "Datastreams", top="2", skip="1") == [2, 3]
    assert ask(client, "Things", top="0", count="true") == {
        "@iot.count": 2,
        "value": [],
        "@iot.nextLink": f"{ROOT}Things?$top=0&$count=true&$skip=0",
    }


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("Things", {"filtr": "id eq 1"}),
        ("Things", {"top": "-1"}),
        ("Things", {"count": "yes"}),
        ("Things", {"select": "colour"}),
        ("Things", {"expand": "Observations"}),
        ("Things", {"expand": "Datastreams($top=1"}),
        ("Things", {"filter": "id"}),
        ("Things", {"filter": "id eq"}),
        ("Things", {"filter": "colour eq 'red'"}),
        ("Things", {"filter": "length(name,1) eq 1"}),
        ("Observations", {"filter": "result"}),
        ("Observations", {"filter": "colour eq 1"}),
        ("Observations", {"filter": "phenomenonTime gt 2026-02-30T00:00:00Z"}),
        ("Observations", {"orderby": "colour"}),
    ],
)
def test_a_wrong_query_is_400_with_a_sentence(client: Client, path: str, options: dict[str, str]) -> None:
    """request-data/query-status-code."""
    body = ask(client, path, 400, **options)
    assert body["detail"].endswith("。")


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("Datastreams", {"filter": "Observations/result gt 5"}),
        ("Things", {"filter": "soundex(name) eq 'a'"}),
        ("Things", {"filter": "st_within(name,geography'POINT(1 1)')"}),
        ("Things", {"orderby": "Datastreams/name"}),
        ("Observations", {"filter": "st_within(result,geography'POINT(1 1)')"}),
    ],
)
def test_what_cannot_be_answered_is_501_with_a_sentence(
    client: Client, path: str, options: dict[str, str]
) -> None:
    """request-data/query-status-code."""
    assert ask(client, path, 501, **options)["detail"].endswith("。")


@pytest.mark.parametrize("name", ENTITIES)
def test_a_page_costs_few_queries(
    client: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At most 20, with everything expanded that can be."""
    relations = ",".join(one.name for one in ENTITIES[name].relations)
    with django_assert_max_num_queries(20):
        ask(client, name, expand=relations, count="true", top="20")


def test_a_scope_sees_its_own_and_no_filter_tells_of_others(planted: Planted) -> None:
    """A person of one area: nothing of the other, neither by path nor by what a filter would give away."""
    client = signed_in(person("dispatcher", area=planted.east.area))
    assert [ids(client, name) for name in ("Things", "Datastreams", "Locations")] == [[1], [1, 2], [1]]
    assert len(ids(client, "Observations", top="1000")) == 66
    for path in ("Things(2)", "Datastreams(3)", "Observations('3-1795824300000')", "FeaturesOfInterest(2)"):
        ask(client, path, 404)
    assert ids(client, "ObservedProperties", filter="Datastreams/Thing/name eq '乙换热站'") == []
    assert ids(client, "Observations", filter="Datastream/id eq 3 or result lt 0") == []
