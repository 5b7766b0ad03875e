"""Works progress on a phone: units to do, and a report with its photos."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel.access.testing import person
from anju.kernel.field import rates, testing
from anju.kernel.field.adapters.conftest import receipt, sent, tasks_of
from anju.kernel.field.conftest import Phone
from anju.kernel.works.models import Photo, Progress, Unit, WorksProject
from anju.kernel.works.planning import ItemTold
from anju.kernel.works.testing import project_of
from anju.kernel.works.testing import site as works_site


@pytest.fixture
def project(db: None) -> WorksProject:
    return project_of(works_site())


@pytest.fixture
def installer(project: WorksProject) -> Phone:
    rates.forget()
    return Phone(person("company", organisation=project.contractor))


def done(phone: Phone, place: int = 0, **changes: Any) -> dict[str, Any]:
    task, form = tasks_of(phone, "works.progress")[place]
    shots = changes.pop("shots", {"shots": [testing.jpeg(20 + place)]})
    return sent(phone, task, form, shots=shots, **changes)


def test_units_to_do_are_tasks_of_who_does_the_work(installer: Phone, project: WorksProject) -> None:
    tasks = tasks_of(installer, "works.progress")
    assert [task["title"] for task, _ in tasks] == [f"甲-{n:02}" for n in range(1, 11)]
    assert tasks[0][0]["at"] == {"lon": 118.0, "lat": 39.5}
    stranger = Phone(person("company", "stranger", organisation=project.supervisor))
    assert tasks_of(stranger, "works.progress") == []


def test_a_unit_is_done_with_its_photo_position_and_day(installer: Phone, project: WorksProject) -> None:
    item = done(installer, answers={"note": "户内已试压", "reason": "信号在楼下"})
    answer = receipt(installer, item)
    made, unit = Progress.objects.get(), Unit.objects.current().get(code="甲-01")
    assert (answer["status"], answer["key"], str(made.key)) == ("accepted", str(made.key), item["id"])
    assert (unit.state, unit.key, unit.done_on) == ("done", made.unit, timezone.localdate())
    assert (made.origin, made.device, made.reported_by) == ("phone", "手机", "test-company")
    assert (made.amount, made.longitude, made.note, made.far_reason) == (1, 118.0, "户内已试压", "信号在楼下")
    assert Photo.objects.get().file.sha256 == item["photos"][0]["sha256"]
    assert receipt(installer, item) == answer
    assert Progress.objects.count() == 1
    assert len(tasks_of(installer, "works.progress")) == 9


def test_a_unit_that_is_done_already_is_a_conflict(installer: Phone) -> None:
    first, second = done(installer), done(installer, shots={"shots": [testing.jpeg(31)]})
    assert receipt(installer, first)["status"] == "accepted"
    answer = receipt(installer, second)
    assert answer["status"] == "conflict"
    assert answer["sentence"].startswith("甲-01现在是“已做”（test-company")
    assert Progress.objects.count() == 1


def test_without_a_photo_nothing_is_reported(installer: Phone) -> None:
    answer = receipt(installer, done(installer, shots={}))
    assert (answer["status"], answer["sentence"]) == ("refused", "没有完工照片。")


def test_a_quantity_is_reported_as_often_as_wanted(db: None) -> None:
    rates.forget()
    project = project_of(works_site("西县"), "W-2", (ItemTold("管网", "kilometre", Decimal(3)),))
    phone = Phone(person("company", organisation=project.contractor))
    for n, amount in enumerate(("0.5", "0.250")):
        item = done(phone, answers={"amount": amount}, shots={"shots": [testing.jpeg(40 + n)]})
        assert receipt(phone, item)["status"] == "accepted"
    assert sum(Progress.objects.values_list("amount", flat=True)) == Decimal("0.750")
    for amount in ("0", "-1", "NaN", "1e99", "0.0001", "十", ""):
        answer = receipt(phone, done(phone, answers={"amount": amount}))
        assert answer["status"] == "refused", amount
        assert "最多3位小数" in answer["sentence"]


def test_nobody_reports_on_the_work_of_others(installer: Phone, project: WorksProject) -> None:
    item = done(installer)
    stranger = Phone(person("company", "stranger", organisation=project.supervisor))
    stranger.put(testing.jpeg(20))
    assert receipt(stranger, item | {"id": str(uuid7())})["status"] == "refused"
    other = project_of(works_site("西县"), "W-3")
    unit = Unit.objects.current().filter(project=other)[0]
    body = item["body"] | {"subject": f"works.unit:{unit.key}"}
    assert receipt(installer, item | {"id": str(uuid7()), "body": body})["status"] == "refused"
    assert not Progress.objects.exists()
