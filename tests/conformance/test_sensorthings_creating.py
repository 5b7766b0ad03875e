"""Creating observations over SensorThings 1.1: what is kept, what is refused, and who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anju.gateway import stage
from anju.kernel.access.testing import person
from anju.kernel.audit.models import AuditRow
from anju.kernel.telemetry.publishing import writer
from conformance import sensorthings_set as planted_set
from conformance.sensorthings_set import Planted

pytestmark = pytest.mark.django_db
ROOT = "/api/sta/v1.1/"
AT = "2026-11-28T00:30:00Z"
ONE = {"phenomenonTime": AT, "result": 54.5, "Datastream": {"@iot.id": 1}}


@pytest.fixture
def planted(db: None, settings: Any) -> Planted:
    return planted_set.plant(settings.DATA)


@pytest.fixture
def client(planted: Planted) -> Client:
    return program("company", planted)


def program(role: str, planted: Planted) -> Client:
    secret = planted_set.token_of(person(role, organisation=planted.east.company))
    return Client(headers={"host": "localhost", "authorization": f"Bearer {secret}"})


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"{ROOT}{path}", body, content_type="application/json", headers=headers)


def test_what_the_gateway_keeps_is_answered_with_its_address(
    planted: Planted, client: Client, settings: Any
) -> None:
    """create-update-delete/create-entity, link-to-existing-entities; data-array/data-array; by path and by link."""
    writer.tick(timezone.now())
    with stage.running(settings.DATA):
        first = post(client, "Observations", ONE)
        assert (first.status_code, first["Location"]) == (
            201,
            "http://localhost/api/sta/v1.1/Observations('1-1795825800000')",
        )
        second = post(
            client,
            "Datastreams(2)/Observations",
            {"phenomenonTime": "2026-11-28T08:31:00+08:00", "result": 41, "resultQuality": "uncertain",
             "FeatureOfInterest": {"@iot.id": 1}},
        )  # fmt: skip
        assert second.status_code == 201
        future = (timezone.now() + timedelta(days=2)).isoformat()
        late = post(client, "Observations", ONE | {"phenomenonTime": future})
        assert (late.status_code, late.json()["detail"]) == (422, "观测值没有收下：观测时间在将来。")
        array = {
            "Datastream": {"@iot.id": 1},
            "components": ["phenomenonTime", "result", "FeatureOfInterest/id"],
            "dataArray@iot.count": 3,
            "dataArray": [
                ["2026-11-28T00:31:00Z", 54.6, 1],
                [AT, "warm", 1],
                ["2026-11-28T00:32:00Z", 54.7, 1],
            ],
        }
        foreign = array | {"Datastream": {"@iot.id": 3}, "dataArray": [[AT, 1, 2]]}
        told = post(client, "CreateObservations", [array, foreign])
        again = [post(client, "Observations", ONE | {"result": 55.5}, idempotency_key="k") for _ in range(2)]
    assert told.status_code == 201
    assert [one.rpartition("/")[2] for one in told.json()] == [
        "Observations('1-1795825860000')",
        "error: result应是一个数。",
        "Observations('1-1795825920000')",
        "error: 没有Datastreams(3)，或者您看不到它。",
    ]
    assert [one.status_code for one in again] == [201, 201]
    read = client.get(f"{ROOT}Datastreams(1)/Observations?$filter=phenomenonTime ge {AT}").json()["value"]
    assert [one["result"] for one in read[:3]] == [55.5, 54.6, 54.7]
    quality = client.get(f"{ROOT}Observations('2-1795825860000')/resultQuality/status/$value")
    assert quality.content == b"uncertain"
    rows = AuditRow.objects.filter(action="telemetry.observation.create")
    assert rows.count() == 6
    assert list(rows.filter(result="refused").values_list("actor", flat=True)) == ["test-company"]


def test_without_a_gateway_nothing_is_acknowledged(client: Client) -> None:
    answer = post(client, "Observations", ONE)
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert "anju gateway" in answer.json()["next_step"]
    assert AuditRow.objects.filter(action="telemetry.observation.create").count() == 0


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("Observations", {"phenomenonTime": AT, "result": 1}, 400),
        ("Observations", ONE | {"result": "warm"}, 400),
        ("Observations", ONE | {"result": None}, 400),
        ("Observations", ONE | {"phenomenonTime": "yesterday"}, 400),
        ("Observations", ONE | {"phenomenonTime": "2026-11-28T00:30:00"}, 400),
        ("Observations", ONE | {"colour": "red"}, 400),
        ("Observations", ONE | {"Datastream": {"name": "new"}}, 400),
        ("Observations", [ONE], 400),
        ("Datastreams(1)/Observations", ONE | {"Datastream": {"@iot.id": 2}}, 400),
        ("Observations", ONE | {"Datastream": {"@iot.id": 3}}, 404),
        ("Datastreams(3)/Observations", {"result": 1}, 404),
        ("Things", {"name": "new"}, 405),
        ("Things(1)/Datastreams", {"name": "new"}, 405),
        ("FeaturesOfInterest(1)/Observations", ONE, 405),
        ("Observations", ONE | {"phenomenonTime": f"{AT}/{AT}"}, 501),
        ("Observations", ONE | {"validTime": f"{AT}/{AT}"}, 501),
        ("Observations", ONE | {"resultTime": "2026-11-28T00:31:00Z"}, 501),
        ("Observations", ONE | {"FeatureOfInterest": {"name": "new"}}, 501),
        ("Observations", ONE | {"resultQuality": "fine"}, 501),
        ("CreateObservations", ONE, 400),
        ("CreateObservations", [{"Datastream": {"@iot.id": 1}}], 400),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    client: Client, path: str, body: Any, status: int
) -> None:
    answer = post(client, path, body)
    assert (answer.status_code, answer.json()["detail"][-1]) == (status, "。")


def test_nothing_but_creating_changes_anything(client: Client) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(f"{ROOT}Observations('1-1795824000000')").status_code == 405
    assert client.post(f"{ROOT}Observations", b"{", content_type="application/json").status_code == 400


def test_a_series_without_an_enabled_source_takes_nothing(planted: Planted, client: Client) -> None:
    planted.east.source.enabled = False
    planted.east.source.save()
    assert post(client, "Observations", ONE).status_code == 422


def test_who_may_only_read_creates_nothing(planted: Planted) -> None:
    answer = post(program("inspector", planted), "Observations", ONE)
    assert (answer.status_code, answer.json()["title"]) == (403, "没有权限")


def test_observations_by_columns(client: Client) -> None:
    """data-array/data-array: two series, each with its own array."""
    answer = client.get(
        f"{ROOT}Observations?$resultFormat=dataArray&$select=id,result&$count=true"
        "&$filter=phenomenonTime lt 2026-11-28T00:02:00Z"
    ).json()
    assert answer["@iot.count"] == 3
    assert [(one["components"], one["dataArray@iot.count"]) for one in answer["value"]] == [
        (["id", "result"], 2),
        (["id", "result"], 1),
    ]
    assert answer["value"][1]["dataArray"] == [["2-1795824000000", 40.0]]
    assert answer["value"][1]["Datastream@iot.navigationLink"].endswith("/Datastreams(2)")
    for wrong, status in (
        ("csv", 501),
        ("dataArray&$expand=Datastream", 400),
        ("dataArray&$select=result", 400),
    ):
        assert client.get(f"{ROOT}Observations?$resultFormat={wrong}").status_code == status
