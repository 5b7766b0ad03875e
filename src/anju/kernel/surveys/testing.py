"""For tests of every part: a questionnaire, a survey that is open, and answers to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.surveys import drawing, fieldwork, questionnaires
from anju.kernel.surveys.drawing import Frame, Member
from anju.kernel.surveys.models import Channel, Response, Survey, Version
from anju.kernel.surveys.questions import Option, Question, QuestionKind

NOW = datetime(2021, 10, 1, 9, tzinfo=UTC)
QUESTIONS = (
    Question("overall", QuestionKind.SATISFACTION, "总体满意吗？", "Satisfied?", dont_know=True),
    Question(
        "age",
        QuestionKind.SINGLE,
        "您的年龄段？",
        options=(Option("young", "60岁以下"), Option("old", "60岁以上")),
    ),
    Question("words", QuestionKind.TEXT, "还有什么建议？", required=False),
)


def questionnaire(owner: Organisation, questions: tuple[Question, ...] = QUESTIONS) -> Version:
    version = questionnaires.create("试用问卷", owner, actor="甲")
    questionnaires.write(version, "一分钟。", questions, actor="甲")
    return questionnaires.publish(version, actor="甲", now=NOW)


def survey_of(
    owner: Organisation | None = None,
    households: dict[str, int] | None = None,
    *,
    target: int = 20,
    open_link: bool = False,
    margins: dict[str, dict[str, int]] | None = None,
) -> Survey:
    """An open survey, drawn from strata of so many households (keys ``甲-0``, ``甲-1``, …) in equal parts."""
    owner = owner or Organisation.objects.create(name="房产科", kind=Kind.OFFICE)
    setup = fieldwork.Setup(
        "试用调查",
        questionnaire(owner),
        owner,
        "2021",
        target,
        (Channel.LINK, Channel.PHONE),
        allocation="equal",
        open_link=open_link,
        margins=margins,
    )
    survey = fieldwork.create(setup, actor="甲", seed="种子")
    frame = [
        Member(f"{name}-{i}", name)
        for name, n in (households or {"甲": 900, "乙": 100}).items()
        for i in range(n)
    ]
    drawing.record(survey, Frame("清单", frame), actor="甲", now=NOW)
    return fieldwork.begin(survey, actor="甲", now=NOW)


def answered(survey: Survey, stratum: str, place: int, grade: str, age: str = "young") -> Response:
    """The household at a place of a stratum's draw says a grade, a minute long."""
    invitation = survey.invitations.get(stratum__name=stratum, position=place)
    entry = fieldwork.Entry(Channel.LINK, NOW + timedelta(minutes=1), NOW)
    return fieldwork.answer(survey, invitation, {"overall": grade, "age": age}, entry)
