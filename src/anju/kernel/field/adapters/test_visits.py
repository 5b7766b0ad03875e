"""Visits on a phone: what is due, what becomes of one, and why one is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel.access.testing import person, signed_in
from anju.kernel.cases.models import Case
from anju.kernel.field import rates, testing
from anju.kernel.field.adapters.conftest import HERE, png, receipt, sent, tasks_of
from anju.kernel.field.conftest import Phone
from anju.kernel.field.models import Receipt
from anju.kernel.inspections.conftest import made as made
from anju.kernel.inspections.conftest import site as site
from anju.kernel.inspections.models import Group, Member, Plan, PlanObject, Visit


@pytest.fixture
def visitor(made: Plan, site: PlanObject) -> Phone:
    """An inspector in the group of a cell whose day is tomorrow."""
    rates.forget()
    user = person("inspector", area=site.cell.area)
    day = timezone.localdate()
    site.cell.day = day + timedelta(days=1)
    site.cell.save()
    Member.objects.create(group=site.cell.group, user=user.username, name=user.name, valid_from=day)
    return Phone(user)


def visit(phone: Phone, **changes: Any) -> dict[str, Any]:
    """A visit without a fault to the first due object; ``answers`` of the checklist come over it."""
    ((task, form),) = tasks_of(phone, "inspection.visit")
    answers = {"fence": "pass", "cover": "pass", "crane": "pass"} | changes.pop("answers", {})
    answers |= {"visit-party": "signed", "visit-party-name": "工地负责人"} | changes.pop("own", {})
    return sent(
        phone,
        task,
        form,
        answers=answers,
        shots={"cover": [testing.jpeg(11)]} | changes.pop("shots", {}),
        drawn=changes.pop("drawn", {"inspector": png(1), "party": png(2)}),
        **changes,
    )


def test_due_visits_of_the_own_group_are_tasks_with_their_whole_form(
    visitor: Phone, site: PlanObject
) -> None:
    ((task, form),) = tasks_of(visitor, "inspection.visit")
    user = visitor.device.user
    assert task["title"] == site.name
    assert task["given"] == {"visit-inspectors": f"{user.name}\n检查员甲"}
    assert (task["at"], task["once"]) == ({"lon": 118.0, "lat": 39.0}, True)
    assert form["version"] == str(site.cell.kind.version_id)
    codes = [item["code"] for section in form["sections"] for item in section["items"]]
    assert codes[1:7] == ["fence", "cover", "height", "crane", "wash", "words"]
    items = {item["code"]: item for section in form["sections"] for item in section["items"]}
    assert items["height"]["low"] == "1.8"
    assert "high" not in items["height"], "a bound that is not there is not a bound of nothing"
    assert [option["fails"] for option in items["wash"]["options"]] == [False, True]
    assert [s["role"] for s in form["signatures"]] == ["inspector", "second", "party", "witness"]


def test_what_is_not_due_to_me_is_no_task(visitor: Phone, site: PlanObject) -> None:
    site.cell.day = timezone.localdate() + timedelta(days=8)
    site.cell.save()
    assert tasks_of(visitor, "inspection.visit") == []
    site.cell.day, site.cell.group = timezone.localdate(), Group.objects.exclude(pk=site.cell.group_id)[0]
    site.cell.save()
    assert tasks_of(visitor, "inspection.visit") == []


def test_a_visit_is_taken_with_signatures_photo_position_and_times(visitor: Phone, site: PlanObject) -> None:
    item = visit(visitor, answers={"crane": "fail"}, remarks={"crane": "检验过期。"})
    answer = receipt(visitor, item)
    kept = Visit.objects.get()
    assert (answer["status"], answer["key"]) == ("accepted", str(kept.key))
    assert (kept.object, str(kept.submission), kept.outcome) == (site, item["id"], "grave")
    assert (kept.distance, kept.device, kept.skew) == (0.0, "手机", 0)
    assert kept.started_at.isoformat() == item["body"]["begun_at"]
    assert sorted(kept.signatures.values_list("role", "name")) == [
        ("inspector", visitor.device.user.name),
        ("party", "工地负责人"),
    ]
    assert kept.photos.get().longitude == 118.0
    assert Case.objects.get().finding.part == "crane"
    assert receipt(visitor, item) == answer
    assert Visit.objects.count() == 1
    assert tasks_of(visitor, "inspection.visit") == []


def test_a_party_that_refuses_needs_a_witness(visitor: Phone) -> None:
    own = {"visit-party": "refused", "visit-party-name": "工地负责人", "visit-witness": "社区王某"}
    without = visit(visitor, own=own, drawn={"inspector": png(3)})
    assert receipt(visitor, without)["status"] == "refused"
    whole = visit(
        visitor, own=own, drawn={"inspector": png(3), "witness": png(4)}, shots={"cover": [testing.jpeg(12)]}
    )
    assert receipt(visitor, whole)["status"] == "accepted"
    assert Visit.objects.get().signatures.filter(refused=True).get().name == "工地负责人"


def test_a_refused_visit_names_the_items_and_what_to_do(visitor: Phone) -> None:
    item = visit(visitor, answers={"crane": "fail"}, shots={"cover": []})
    answer = receipt(visitor, item)
    assert answer["status"] == "refused"
    assert "裸土与物料覆盖：要1张照片，现有0张。" in answer["sentence"]
    assert "塔吊检验合格：不符合的要写明问题。" in answer["sentence"]
    assert answer["next_step"] == "请另存为新记录，补正后再提交。"
    assert not Visit.objects.exists()


def test_an_object_that_another_has_seen_meanwhile_is_a_conflict_and_shown(
    visitor: Phone, site: PlanObject
) -> None:
    other = Phone(person("inspector", "second-inspector", area=site.cell.area))
    Member.objects.create(
        group=site.cell.group, user="second-inspector", name="乙", valid_from=timezone.localdate()
    )
    late = visit(other, shots={"cover": [testing.jpeg(13)]})
    assert receipt(visitor, visit(visitor))["status"] == "accepted"
    answer = receipt(other, late)
    assert answer["status"] == "conflict"
    assert "检查过这个对象，两份都已留存。" in answer["sentence"]
    assert Visit.objects.count() == 1
    assert Receipt.objects.get(status="conflict").sent == late


def test_far_from_the_object_a_reason_is_wanted(visitor: Phone) -> None:
    away = HERE | {"lat": 39.01}
    assert receipt(visitor, visit(visitor, position=away))["status"] == "refused"
    reasoned = visit(
        visitor,
        position=away,
        own={"visit-party": "signed", "visit-party-name": "甲", "visit-reason": "道路封闭"},
    )
    assert receipt(visitor, reasoned)["status"] == "accepted"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ""},
        {"subject": "inspection.object:7"},
        {"subject": f"inspection.object:{uuid7()}"},
        {"version": "7"},
        {"remarks": 7},
        {"photos": 7},
        {"begun_at": 7},
        {"signatures": [7]},
        {"signatures": 7},
        {"answers": 7},
    ],
)
def test_what_is_no_visit_is_refused_and_breaks_nothing(visitor: Phone, changes: dict[str, Any]) -> None:
    item = visit(visitor)
    answer = receipt(visitor, item | {"body": item["body"] | changes})
    assert answer["status"] == "refused"
    assert answer["sentence"]
    assert "服务器处理这一条时出错" not in answer["sentence"]
    assert not Visit.objects.exists()


def test_the_office_reads_a_visit_in_the_words_of_its_checklist(visitor: Phone) -> None:
    receipt(visitor, visit(visitor))
    one = Receipt.objects.get()
    page = signed_in(person("leader")).get(f"/field/receipts/{one.pk}/").content.decode()
    assert "裸土与物料覆盖" in page
    assert f"/inspections/visits/{one.became}/" in page
