"""Whatever is asked of SensorThings, the answer is one of the standard's statuses with a sentence, never a fault of ours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from anju.kernel.access.testing import person, signed_in
from conformance import sensorthings_set as planted_set

pytestmark = pytest.mark.django_db
ROOT = "/api/sta/v1.1/"
EXPRESSIONS = """
name eq 5 · length(id) eq 1 · year(name) eq 2 · id add name gt 1 · substring(name,'a') eq 'b' · concat(1,2) eq 'a'
startswith(name,id) · startswith(name,5) · not name · round('a') eq 1 · id eq 99999999999999999999999 · (1,2) · id in ()
phenomenonTime gt 5 · duration'P1D' eq 1 · id eq duration'P1D' · time eq 2026-01-01 · time gt duration'P1D' · id in 5
geo.distance(location,1) lt 5 · st_relate(location,1,2) · st_relate(location,location,'T*F**F***') · id in (1,'a')
geo.distance(location,geography'POINT(1') lt 5 · Datastreams/any(d:d/id eq 1) · Locations/location eq 1 · Datastreams/id
'a' eq 'a' · 1 eq 1 · null eq null · null eq name · name lt null · -name gt 5 · name mod 2 eq 0 · tolower(5) eq 'a'
now() gt now() · true · false · contains(name,'') · endswith(name,'') · Datastream eq 1 · Thing eq 1 · Datastreams eq 1
properties eq 1 · a/b/c/d eq 1 · id div 0 eq 1 · id mod 0 eq 1 · result div 0 gt 1 · result mod 0 eq 1 · metadata eq 1
-phenomenonTime lt 5 · phenomenonTime add 5 gt now() · date(result) eq 1 · result in (1,'a') · result eq true
resultQuality/status gt 5 · length(resultQuality/status) gt 'a' · substring(id,0,-1) eq 'a' · substring(id,result) eq 'a'
round(phenomenonTime) eq 1 · phenomenonTime eq 2026-11-28 · phenomenonTime sub phenomenonTime eq duration'PT0S'
result add phenomenonTime gt 1 · not result · FeatureOfInterest/feature eq 1 · Datastream/id eq result · id eq 1e400
fractionalseconds(time) eq 0 · time gt mindatetime() · time(time) gt 01:00:00 · properties/enabled eq 1 · result eq 1e400
phenomenonTime gt 9999-12-31T23:59:59Z · phenomenonTime gt 1000-01-01T00:00:00Z · id eq '1-1' and id eq '2-2'
st_within(FeatureOfInterest/feature,geography'POINT(1 1)') or result gt 1 · Observations/id eq 1 · unitOfMeasurement eq 1
"""
QUERIES = """
$expand=Datastreams/Observations $expand=Datastreams( $expand=, $select=, $orderby=, $expand=Datastreams($foo=1)
$expand=Datastreams($filter=name%20eq%20'a;b)') $filter=' $top=1000000000000 $skip=99999999 $expand=Locations($top=0)
$expand=Datastreams($top=0;$count=true) $expand=Datastreams($skip=5) $expand=Datastreams($orderby=Thing/name)
$expand=Datastreams($expand=Thing($expand=Datastreams($expand=Thing($expand=Datastreams($expand=Thing($expand=Locations))))))
"""
PATHS = """
/ Things() Things('') Things(1)(2) Things(1 Observations('1-999999999999999') Observations('999999999999999-1')
Observations(1-2) Things(1)/@iot.id Things(1)/properties/$value $ref Things/$value Things(1)/$ref Things(1)/$value
CreateObservations %E4%B8%AD Things(1)/Datastreams(1)/Observations('2-1795824000000') Things(99999999999)
"""
BODIES = [
    b"", b"null", b"[]", b"1", b"\xff", b'{"result":1e400,"Datastream":{"@iot.id":1}}',
    b'{"result":1,"phenomenonTime":"0001-01-01T00:00:00+14:00","Datastream":{"@iot.id":1}}',
    b'{"result":1,"Datastream":{"@iot.id":99999999999999999999}}', b'{"result":1,"Datastream":1}',
    b'{"result":1,"Datastream":{"@iot.id":1},"FeatureOfInterest":[]}', b'[{"Datastream":{"@iot.id":1}}]',
]  # fmt: skip
# One entity of each kind of rows, and the one with a geometry.
ASKED = [
    *(
        (name, "filter")
        for name in ("Things", "Locations", "Datastreams", "ObservedProperties", "Observations")
    ),
    *((name, "orderby") for name in ("Datastreams", "ObservedProperties", "Observations")),
]
STATUSES = {200, 201, 400, 404, 405, 422, 501, 503}


@pytest.fixture
def client(db: None, settings: Any) -> Client:
    planted = planted_set.plant(settings.DATA)
    client = signed_in(person("dispatcher", area=planted.east.area))
    client.raise_request_exception = False
    return client


def told(answer: Any) -> bool:
    return answer.status_code in STATUSES and (
        answer.status_code < 400 or answer.json()["detail"].rstrip()[-1] == "。"
    )


def test_expressions(client: Client) -> None:
    texts = [text.strip() for line in EXPRESSIONS.splitlines() for text in line.split("·") if text.strip()]
    for name, option in ASKED:
        for text in texts:
            assert told(client.get(f"{ROOT}{name}?${option}={quote(text)}")), (name, option, text)


def test_paths_queries_and_bodies(client: Client) -> None:
    for path in PATHS.split():
        assert told(client.get(f"{ROOT}{path}")), path
    for query in QUERIES.split():
        assert told(client.get(f"{ROOT}Things?{query}")), query
    for body in BODIES:
        for path in ("Observations", "CreateObservations", "Datastreams(1)/Observations"):
            assert told(client.post(f"{ROOT}{path}", body, content_type="application/json")), (path, body)
