"""From the frame to the answers: what is drawn, who may answer, what counts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from anju.kernel.audit.models import AuditRow
from anju.kernel.documents.ledgers import ImportRefused
from anju.kernel.files import store
from anju.kernel.parties.models import Kind, Organisation

from . import drawing, fieldwork, questionnaires
from .drawing import Frame, Member
from .fieldwork import AnswersRefused, Entry
from .models import Channel, Invitation, InvitationState, Response, Standing, Version, hash_of
from .questions import SurveyError
from .testing import NOW, QUESTIONS, answered, questionnaire, survey_of

pytestmark = pytest.mark.django_db
GOOD = {"overall": "satisfied", "age": "old"}
LATER = NOW + timedelta(days=1)


@pytest.fixture
def owner() -> Organisation:
    return Organisation.objects.create(name="房产科", kind=Kind.OFFICE)


def setup(owner: Organisation, **changes: Any) -> fieldwork.Setup:
    made = fieldwork.Setup("试用调查", questionnaire(owner), owner, "2021", 20, (Channel.LINK,))
    return replace(made, **changes)


def test_a_published_version_is_never_changed(owner: Organisation) -> None:
    version = questionnaire(owner)
    with pytest.raises(SurveyError, match="已发布的版本不能改"):
        questionnaires.write(version, "", QUESTIONS[:1], actor="乙")
    version.content = []
    with pytest.raises(ValidationError, match="不能改"):
        version.save()
    following = questionnaires.follow(version.questionnaire, actor="乙")
    assert (following.number, following.questions) == (2, list(QUESTIONS))
    assert questionnaires.follow(version.questionnaire, actor="乙") == following
    assert Version.objects.get(pk=version.pk).questions == list(QUESTIONS)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "没有写调查名称"),
        ({"target": 0}, "样本量不对"),
        ({"channels": ()}, "没有选择渠道"),
        ({"scale": "10-1"}, "没有选择折分"),
        ({"period": "去年"}, "写法不对"),
        ({"margins": {"overall": {"satisfied": 1}}}, "不是必答的单选题"),
        ({"margins": {"age": {"young": 1}}}, "选项和问卷不一致"),
    ],
)
def test_a_survey_that_does_not_fit_is_refused(
    owner: Organisation, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(SurveyError, match=words):
        fieldwork.create(setup(owner, **changes), actor="甲")


def test_a_survey_needs_a_published_questionnaire(owner: Organisation) -> None:
    draft = questionnaires.create("草稿", owner, actor="甲")
    with pytest.raises(SurveyError, match="还没有发布"):
        fieldwork.create(setup(owner, version=draft), actor="甲")


def test_the_draw_is_recorded_once_and_can_be_made_again(owner: Organisation) -> None:
    survey = fieldwork.create(setup(owner, minimum=3), actor="甲", seed="s")
    frame = Frame("清单", [Member(f"k{i}", "甲" if i < 90 else "乙", "13900000000") for i in range(100)])
    shown = drawing.plan(survey, frame)
    made = drawing.record(survey, frame, actor="甲", now=NOW)
    assert made == shown
    survey.refresh_from_db()
    # 20 of 90 and 10: 18 and 2, but at least 3
    assert dict(survey.strata.values_list("name", "sampled")) == {"甲": 17, "乙": 3}
    by_hand = sorted(
        (f"k{i}" for i in range(90)), key=lambda k: hashlib.sha256(f"s:{k}".encode()).hexdigest()
    )
    drawn = survey.invitations.filter(stratum__name="甲").order_by("position")
    assert list(drawn.values_list("key", flat=True)) == by_hand[:17]
    assert survey.frame["rows"] == 100
    assert AuditRow.objects.filter(action="surveys.draw").count() == 1
    with pytest.raises(SurveyError, match="已经抽过样"):
        drawing.record(survey, frame, actor="甲", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM surveys_invitation")
        assert all(stored.startswith("v1.") for (stored,) in cursor.fetchall())
    assert drawn[0].phone == "13900000000"


def test_a_survey_begins_when_somebody_can_answer(owner: Organisation) -> None:
    survey = fieldwork.create(setup(owner), actor="甲")
    with pytest.raises(SurveyError, match="还没有抽样"):
        fieldwork.begin(survey, actor="甲", now=NOW)
    public = fieldwork.create(setup(owner, version=survey.version, open_link=True), actor="甲")
    assert fieldwork.begin(public, actor="甲", now=NOW).state == "open"
    with pytest.raises(SurveyError, match="已经开始"):
        fieldwork.begin(public, actor="甲", now=NOW)


def frame_of(tmp_path: Path, text: str) -> Frame:
    path = tmp_path / "清单.csv"
    path.write_text(text, "utf8")
    with path.open("rb") as content:
        return drawing.read_frame(path, store(content, path.name, actor="甲"))


def test_a_frame_is_read_from_a_table(tmp_path: Path) -> None:
    frame = frame_of(tmp_path, "住户清单,,\n房屋编码,区县,联系电话\nA1,城北区,0315-1234567\nA2,城南区,\n")
    assert frame.members == [Member("A1", "城北区", "0315-1234567"), Member("A2", "城南区")]
    assert frame.keys() == {"城北区": ["A1"], "城南区": ["A2"]}


def test_a_frame_with_faults_is_refused_with_every_row(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refused:
        frame_of(tmp_path, "户编码,层,电话\nA1,城北区,12\nA1,城北区,\n,城南区,\nA3,,\n")
    assert [(e.place, e.column) for e in refused.value.errors] == [
        ("第2行", "电话"),
        ("第3行", "户编码"),
        ("第4行", "户编码"),
        ("第5行", "层"),
    ]
    with pytest.raises(ImportRefused, match="缺少列：层"):
        frame_of(tmp_path, "户编码,电话\nA1,0315-1234567\nA2,0315-1234568\n")


def test_a_code_opens_one_household_and_only_its_hash_is_kept() -> None:
    survey = survey_of()
    issued = fieldwork.issue(survey, actor="甲", now=NOW)
    assert len(issued) == len({code for _, code in issued}) == 20
    invitation, code = issued[0]
    assert len(code) == 22  # 128 bits in base 64
    assert fieldwork.find(code) == (survey, invitation)
    assert fieldwork.find(code[:-1]) is None
    assert fieldwork.find("") is None
    stored = Invitation.objects.get(pk=invitation.pk)
    assert stored.code_hash == hash_of(code) == hashlib.sha256(code.encode()).hexdigest()
    assert stored.state == InvitationState.INVITED
    assert fieldwork.issue(survey, actor="甲", now=NOW) == []
    again = dict(fieldwork.issue(survey, actor="甲", now=NOW, again=True))
    assert fieldwork.find(code) is None
    assert fieldwork.find(again[invitation]) is not None


def test_the_first_sheet_of_a_household_counts_and_a_second_is_kept_beside_it() -> None:
    survey = survey_of()
    first, second = answered(survey, "甲", 1, "satisfied"), answered(survey, "甲", 1, "neutral")
    assert (first.standing, second.standing) == (Standing.COUNTED, Standing.REPEATED)
    assert first.invitation is not None
    assert Invitation.objects.get(pk=first.invitation.pk).state == InvitationState.ANSWERED
    assert Response.objects.count() == 2
    assert AuditRow.objects.filter(action="surveys.answer", actor="受访居民").count() == 2
    # What the program forbids the database forbids too.
    second.standing = Standing.COUNTED
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def test_answers_through_the_open_link_are_kept_apart() -> None:
    survey = survey_of(open_link=True)
    kept = fieldwork.answer(survey, None, GOOD, Entry(Channel.LINK, NOW))
    assert kept.standing == Standing.OPEN_LINK
    kept.standing = Standing.COUNTED
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.save()


def test_wrong_answers_are_refused_and_nothing_is_kept() -> None:
    survey = survey_of()
    invitation = survey.invitations.all()[0]
    with pytest.raises(AnswersRefused) as refused:
        fieldwork.answer(survey, invitation, {"overall": "great"}, Entry(Channel.LINK, NOW))
    assert set(refused.value.faults) == {"overall", "age"}
    with pytest.raises(SurveyError, match="开始时间晚于"):
        fieldwork.answer(survey, invitation, GOOD, Entry(Channel.PHONE, NOW, LATER))
    assert not Response.objects.exists()
    assert Invitation.objects.get(pk=invitation.pk).state == InvitationState.DRAWN


def test_a_closed_survey_takes_no_answers() -> None:
    survey = fieldwork.close(survey_of(), actor="甲", now=NOW)
    with pytest.raises(SurveyError, match="不在进行中"):
        answered(survey, "甲", 1, "satisfied")
    with pytest.raises(SurveyError, match="不在进行中"):
        fieldwork.close(survey, actor="甲", now=NOW)


def test_a_sheet_taken_out_stays_with_its_reason_and_the_household_may_answer_again() -> None:
    survey = survey_of()
    first = answered(survey, "甲", 1, "satisfied")
    with pytest.raises(SurveyError, match="没有写作废的原因"):
        fieldwork.invalidate(first, " ", actor="乙", now=LATER)
    gone = fieldwork.invalidate(first, "不是本户所填", actor="乙", now=LATER)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert (first.standing, first.answers) == (Standing.COUNTED, gone.answers)
    assert (gone.standing, gone.reason, gone.key) == (Standing.INVALID, "不是本户所填", first.key)
    with pytest.raises(SurveyError, match="已经处理过"):
        fieldwork.invalidate(gone, "再来一次", actor="乙", now=LATER)
    assert answered(survey, "甲", 1, "neutral").standing == Standing.COUNTED


def test_who_refused_or_was_not_reached_is_noted_and_gets_no_link() -> None:
    survey = survey_of()
    one, two = survey.invitations.order_by("key")[:2]
    fieldwork.mark(one, InvitationState.REFUSED, actor="丙", now=NOW)
    with pytest.raises(SurveyError, match="没有选择结果"):
        fieldwork.mark(two, InvitationState.ANSWERED, actor="丙", now=NOW)
    assert len(fieldwork.issue(survey, actor="甲", now=NOW)) == 19
    answered(survey, two.stratum.name, two.position, "satisfied")
    with pytest.raises(SurveyError, match="已经回答"):
        fieldwork.mark(two, InvitationState.REFUSED, actor="丙", now=NOW)
