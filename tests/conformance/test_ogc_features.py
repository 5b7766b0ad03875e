"""OGC API - Features, part 1: each test bears the identifiers of the requirements that it shows (OGC 17-069r4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import shapely
from django.test import Client
from owslib.ogcapi.features import Features  # type: ignore[import-untyped]

from anju.kernel.assets.models import Asset
from anju.kernel.exchange.models import Publication
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places import sample as places
from anju.kernel.places.models import Area, Place
from anju.kernel.works.models import Programme, WorksProject

pytestmark = pytest.mark.django_db
ROOT = "/api/features/"
ITEMS = f"{ROOT}collections/areas/items"
# The city with 19 units below it; groups have no outline.
AREAS = 20


@pytest.fixture
def city(db: None) -> None:
    places.build()
    Publication.objects.create(collection="areas", basis="样例〔2021〕1号")


def asked(address: str, status: int = 200) -> Any:
    answer = Client(headers={"host": "localhost"}).get(address)
    assert answer.status_code == status, answer.content
    return answer.json()


def links(body: Any) -> dict[str, str]:
    return {each["rel"]: each["href"] for each in body["links"]}


def test_landing_page_leads_to_definition_conformance_and_data(city: None) -> None:
    """/req/core/root-op, root-success, api-definition-op, api-definition-success, conformance-op, -success."""
    found = links(asked(ROOT))
    assert {"service-desc", "conformance", "data"} <= set(found)
    assert asked(found["service-desc"])["openapi"].startswith("3.0")
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in asked(found["conformance"])["conformsTo"]
    )


def test_each_collection_is_described_with_its_extent_and_its_items(city: None) -> None:
    """/req/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items, fc-md-items-links, fc-md-extent, sfc-md-*."""
    (one,) = asked(f"{ROOT}collections")["collections"]
    assert one["itemType"] == "feature"
    west, south, east, north = one["extent"]["spatial"]["bbox"][0]
    assert 122 < west < 123 < east < 124
    assert 35 < south < 36.5 < north < 38
    assert asked(links(one)["self"])["id"] == "areas"
    assert links(one)["items"].endswith("/collections/areas/items")


def test_items_are_geojson_with_counts_time_and_links(city: None) -> None:
    """/req/core/fc-op, fc-response, fc-links, fc-rel-type, fc-timeStamp, fc-numberMatched, -Returned; /req/geojson/*."""
    answer = Client(headers={"host": "localhost"}).get(ITEMS)
    assert answer["Content-Type"] == "application/geo+json"
    body = answer.json()
    assert (body["type"], body["numberMatched"], body["numberReturned"]) == (
        "FeatureCollection",
        AREAS,
        AREAS,
    )
    assert body["timeStamp"]
    assert {"self", "collection"} <= set(links(body))
    assert all("type" in each and "href" in each for each in body["links"])
    first = body["features"][0]
    assert shapely.geometry.shape(first["geometry"]).is_valid
    assert set(first["properties"]) == {
        "code",
        "name",
        "name_en",
        "level",
        "schematic",
        "valid_from",
        "valid_to",
    }


def test_limit_pages_through_everything_once(city: None) -> None:
    """/req/core/fc-limit-definition, fc-limit-response-1."""
    seen, address = [], f"{ITEMS}?limit=7"
    sizes = []
    while address:
        body = asked(address)
        sizes.append(body["numberReturned"])
        seen += [each["id"] for each in body["features"]]
        address = links(body).get("next", "")
    assert sizes == [7, 7, 6]
    assert len(set(seen)) == AREAS
    assert asked(f"{ITEMS}?limit=100000")["numberReturned"] == AREAS


def test_a_box_finds_what_it_touches(city: None) -> None:
    """/req/core/fc-bbox-definition, fc-bbox-response: compared with shapely on the boxes of the outlines."""
    box = (122.9, 36.4, 123.1, 36.6)
    outlines = Area.objects.filter(geometry__isnull=False)
    wanted = {
        str(area.pk)
        for area in outlines
        if shapely.box(*shapely.geometry.shape(area.geometry).bounds).intersects(shapely.box(*box))
    }
    found = {each["id"] for each in asked(f"{ITEMS}?bbox={','.join(map(str, box))}")["features"]}
    assert found == wanted
    assert 0 < len(found) < AREAS
    assert asked(f"{ITEMS}?bbox=0,0,1,1")["numberMatched"] == 0
    # Over the antimeridian: from 179° east on to 124° east lies the city again.
    assert asked(f"{ITEMS}?bbox=179,30,124,40")["numberMatched"] == AREAS


def test_a_time_finds_what_was_in_force(city: None) -> None:
    """/req/core/fc-time-definition, fc-time-response: valid from 1 May 2020; what has no dates always fits."""
    Area.objects.filter(code="990102").update(valid_from=date(2020, 5, 1))
    for text, n in (
        ("2020-04-30", AREAS - 1),
        ("2020-05-01T00:00:00Z", AREAS),
        ("../2020-04-30", AREAS - 1),
        ("2020-04-30/2020-05-01", AREAS),
        ("2020-05-01/..", AREAS),
    ):
        assert asked(f"{ITEMS}?datetime={text}")["numberMatched"] == n, text


def test_a_property_is_asked_for_by_its_value(city: None) -> None:
    """/rec/core/fc-filters."""
    (one,) = asked(f"{ITEMS}?code=990102")["features"]
    assert one["properties"]["name"] == "城北区"
    assert asked(f"{ITEMS}?level=zone&schematic=true")["numberMatched"] == len(
        [code for code, _, group in places.UNITS if Area.objects.get(code=code).level == "zone"]
    )


def test_one_feature_leads_back_to_its_collection(city: None) -> None:
    """/req/core/f-op, f-success, f-links."""
    key = Area.objects.get(code="990102").pk
    body = asked(f"{ITEMS}/{key}")
    assert (body["id"], body["properties"]["name"]) == (str(key), "城北区")
    assert links(body)["collection"].endswith("/collections/areas")


def test_places_assets_and_works_go_out_as_points_and_homes_never(db: None) -> None:
    """The box takes one of two sites; a dwelling is in no answer, nor is what is no property of the collection."""
    places.build()
    area = Area.objects.get(code="990102")
    for code, kind, longitude in (("A", "site", 10.0), ("B", "site", 10.4), ("C", "dwelling", 10.0)):
        place = Place(kind=kind, code=code, name=f"样例{code}", area=area)
        place.stand_at((longitude, 10.0))
        place.save()
    asset = Asset(type="camera", code="K1", name="样例摄像机", area=area)
    asset.stand_at((10.0, 10.0))
    asset.save()
    body = Organisation.objects.create(name="样例局", kind=Kind.BUREAU, area=area)
    programme = Programme.objects.create(code="P", name="样例计划", year=2021, owner=body, made_by="x")
    WorksProject.objects.create(
        code="W",
        name="样例工程",
        programme=programme,
        kind="repair",
        area=area,
        owner=body,
        planned_start=date(2021, 3, 1),
        planned_end=date(2021, 9, 1),
        longitude=10.0,
        latitude=10.0,
        made_by="x",
    )
    for code, n, name in (("places", 1, "样例A"), ("assets", 1, "样例摄像机"), ("works", 1, "样例工程")):
        Publication.objects.create(collection=code, basis="样例")
        body_of = asked(f"{ROOT}collections/{code}/items?bbox=9.9,9.9,10.1,10.1")
        assert (body_of["numberMatched"], body_of["features"][0]["properties"]["name"]) == (n, name)
        assert body_of["features"][0]["geometry"] == {"type": "Point", "coordinates": [10.0, 10.0]}
        assert body_of["features"][0]["properties"]["area"] == "城北区"
    assert asked(f"{ROOT}collections/places/items?bbox=9,9,11,11")["numberMatched"] == 2
    assert asked(f"{ROOT}collections/works/items?state=planned")["numberMatched"] == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?lmit=3", "没有参数lmit"),
        ("?limit=0", "参数limit"),
        ("?limit=x", "参数limit"),
        ("?bbox=1,2,3", "参数bbox"),
        ("?bbox=1,50,2,40", "参数bbox"),
        ("?bbox=a,b,c,d", "参数bbox"),
        ("?bbox=nan,1,2,3", "参数bbox"),
        ("?datetime=yesterday", "不是日期"),
        ("?datetime=2021-02-30", "不是日期"),
        ("?datetime=2021-02-02/2021-01-01", "由早到晚"),
        ("?datetime=../..", "由早到晚"),
        ("?schematic=maybe", "不能作这个属性的值"),
    ],
)
def test_a_bad_parameter_is_told(city: None, query: str, words: str) -> None:
    """/req/core/query-param-unknown, query-param-invalid; /req/oas30/exceptions-1."""
    body = asked(f"{ITEMS}{query}", 400)
    assert body["status"] == 400
    assert words in body["detail"]


def test_what_is_not_published_does_not_exist() -> None:
    """Default deny: published, then ended."""
    places.build()
    assert asked(f"{ROOT}collections")["collections"] == []
    asked(ITEMS, 404)
    row = Publication.objects.create(collection="areas", basis="样例", valid_from=date(2020, 1, 1))
    asked(ITEMS)
    row.valid_to = date(2021, 1, 1)
    row.save()
    asked(ITEMS, 404)


def test_the_definition_names_every_path_and_parameter(city: None) -> None:
    """/req/oas30/oas-definition-2, completeness."""
    paths = asked(f"{ROOT}api")["paths"]
    assert {"/", "/conformance", "/collections", "/collections/areas", "/collections/areas/items"} <= set(
        paths
    )
    names = {each["name"] for each in paths["/collections/areas/items"]["get"]["parameters"]}
    assert {"limit", "bbox", "datetime", "offset", "level"} <= names


@pytest.mark.django_db(transaction=True)
def test_an_independent_client_reads_it(live_server: Any) -> None:
    """OWSLib: conformance, collections, items by box, one item."""
    places.build()
    Publication.objects.create(collection="areas", basis="样例")
    client = Features(f"{live_server.url}{ROOT}")
    assert any(each.endswith("/core") for each in client.conformance()["conformsTo"])
    assert client.feature_collections() == ["areas"]
    found = client.collection_items("areas", bbox=[122.9, 36.4, 123.1, 36.6], limit=3)
    assert found["numberReturned"] == 3
    key = found["features"][0]["id"]
    assert client.collection_item("areas", key)["id"] == key
