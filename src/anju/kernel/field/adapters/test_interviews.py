"""Interviews on a phone: the households of an interviewer, and their sheets."""

from __future__ import annotations

from typing import Any

import pytest

from anju.kernel.access.models import User
from anju.kernel.access.testing import person, signed_in
from anju.kernel.field import rates
from anju.kernel.field.adapters.conftest import receipt, sent, tasks_of
from anju.kernel.field.conftest import Phone
from anju.kernel.places.models import Area
from anju.kernel.surveys import assigning
from anju.kernel.surveys.models import Invitation, Response, Survey
from anju.kernel.surveys.testing import survey_of


@pytest.fixture
def survey(db: None) -> Survey:
    area = Area.objects.create(code="甲县", code_system="local", name="甲县", level="county")
    survey = survey_of()
    survey.owner.area = area
    survey.owner.save()
    survey.channels = ["face"]
    survey.save()
    return survey


@pytest.fixture
def interviewer(survey: Survey) -> Phone:
    """Somebody to whom the first two households were given."""
    rates.forget()
    phone = Phone(person("inspector", area=survey.owner.area))
    stratum = survey.strata.order_by("name")[0]
    assert assigning.assign(survey, phone.device.user.username, stratum, 2, actor="甲") == 2
    return phone


def interview(phone: Phone, place: int = 0, **answers: Any) -> dict[str, Any]:
    task, form = tasks_of(phone, "survey.response")[place]
    return sent(
        phone,
        task,
        form,
        answers={"interview-outcome": "answered", "overall": "satisfied", "age": "old"} | answers,
    )


def test_assigned_households_are_tasks_and_share_one_form(interviewer: Phone, survey: Survey) -> None:
    told = interviewer.call("GET", "/field/tasks/").json()
    given = Invitation.objects.filter(interviewer=interviewer.device.user.username)
    assert {task["title"] for task in told["tasks"]} == set(given.values_list("key", flat=True))
    assert len(told["sheets"]) == 1
    ((form),) = told["sheets"].values()
    items = {item["code"]: item for section in form["sections"] for item in section["items"]}
    assert items["overall"]["kind"] == "grade"
    assert items["overall"]["when"] == {"code": "interview-outcome", "is": ["answered"]}
    assert [o["value"] for o in items["interview-outcome"]["options"]] == [
        "answered",
        "refused",
        "unreachable",
    ]


def test_a_sheet_from_the_doorstep_counts(interviewer: Phone, survey: Survey) -> None:
    item = interview(interviewer)
    answer = receipt(interviewer, item)
    kept = Response.objects.get()
    assert (answer["status"], answer["key"]) == ("accepted", str(kept.key))
    assert (kept.standing, kept.channel, kept.enumerator) == ("counted", "face", "test-inspector")
    assert kept.answers == {"overall": "satisfied", "age": "old"}
    assert (kept.seconds, kept.device) == (1200, "phone")
    assert receipt(interviewer, item) == answer
    assert Response.objects.count() == 1
    assert len(tasks_of(interviewer, "survey.response")) == 1


def test_a_household_that_has_answered_already_is_a_conflict_and_kept_as_repeated(interviewer: Phone) -> None:
    first, second = interview(interviewer), interview(interviewer, overall="neutral")
    assert receipt(interviewer, first)["status"] == "accepted"
    answer = receipt(interviewer, second)
    assert (answer["status"], answer["sentence"]) == (
        "conflict",
        "这一户先前已有一份计入的答卷，这一份记为重复，不计入。",
    )
    assert sorted(Response.objects.values_list("standing", flat=True)) == ["counted", "repeated"]
    assert receipt(interviewer, second) == answer
    assert Response.objects.count() == 2


def test_nobody_at_home_is_noted_and_the_task_of_a_refusal_ends(interviewer: Phone) -> None:
    away, no = interview(interviewer, **{"interview-outcome": "unreachable"}), None
    assert receipt(interviewer, away)["status"] == "accepted"
    assert len(tasks_of(interviewer, "survey.response")) == 2, "somebody may be at home another time"
    no = interview(interviewer, 1, **{"interview-outcome": "refused"})
    assert receipt(interviewer, no)["status"] == "accepted"
    assert sorted(Invitation.objects.exclude(interviewer="").values_list("state", flat=True)) == [
        "refused",
        "unreachable",
    ]
    assert len(tasks_of(interviewer, "survey.response")) == 1


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"age": ""}, "您的年龄段？这一题还没有回答。"),
        ({"age": 7}, "您的年龄段？这一题还没有回答。"),
        ({"overall": ["x"]}, "不在选项里"),
        ({"interview-channel": "phone"}, "没有选择访问方式。"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused_with_its_questions(
    interviewer: Phone, answers: dict[str, Any], words: str
) -> None:
    answer = receipt(interviewer, interview(interviewer, **answers))
    assert answer["status"] == "refused"
    assert words in answer["sentence"]
    assert not Response.objects.exists()


def test_households_are_given_and_taken_back_on_the_page(survey: Survey) -> None:
    office = signed_in(person("office", area=survey.owner.area))
    person("inspector", "goer", area=survey.owner.area)
    address = f"/surveys/{survey.pk}/interviews/"
    page = office.get(address).content.decode()
    assert "goer" in page
    stratum = survey.strata.order_by("name")[0].name
    told = {"step": "assign", "interviewer": "goer", "stratum": stratum, "count": "3"}
    assert office.post(address, told).status_code == 302
    given = Invitation.objects.filter(interviewer="goer")
    assert sorted(given.values_list("position", flat=True)) == sorted(
        survey.invitations.filter(stratum__name=stratum)
        .order_by("position")
        .values_list("position", flat=True)[:3]
    )
    for faulty in ({"interviewer": ""}, {"interviewer": "stranger"}, {"count": "x"}, {"count": "0"}):
        assert office.post(address, told | faulty).status_code == 422
    assert office.post(address, {"step": "take_back", "interviewer": "goer"}).status_code == 302
    assert not given.exists()
    assert office.post(address, {"step": "take_back", "interviewer": "goer"}).status_code == 422
    inspector = signed_in(User.objects.get(username="goer"))
    assert inspector.post(address, told).status_code == 403
