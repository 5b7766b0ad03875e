"""Two surveys of the fictional city: one finished, with faults planted in it, and one that is running.

The finished one asks fictional households of four places about property service. Planted: in 月亮岛旅游区 fewer than
30 answer; two households answer a second time; one sheet is filled in seven seconds; one has the same grade all
through; one was taken out of the count. The figures come from a seed, so every installation has the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from anju.kernel.parties.models import Organisation
from anju.kernel.surveys import assigning, drawing, fieldwork, questionnaires
from anju.kernel.surveys.drawing import Frame, Member
from anju.kernel.surveys.models import Channel, Invitation, InvitationState, Survey, Version, hash_of
from anju.kernel.surveys.questions import Option, Question, QuestionKind, Sheet

ACTOR, ENUMERATOR = "样例", "样例访问员"
# Some households of one place are on this person's phone.
INTERVIEWER, GIVEN = "demo-inspector", "城南区"
FINISHED, RUNNING = "2021年物业服务满意度调查", "老旧小区改造满意度调查"
SEED, OPEN_CODE = "anju-2021-wuye", "yangli-gongkai-lianjie"
# The code of one household of the running survey: the sample shows what a resident sees.
LINK = "yangli-shoufang-lianjie"
YEAR = 2021
# Stratum → households, answers, share of the satisfied
STRATA = {
    "城北区": (460, 150, 0.86),
    "城南区": (370, 130, 0.80),
    "望湖区": (155, 60, 0.71),
    "月亮岛旅游区": (15, 15, 0.55),
}
_GRADES = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")

QUESTIONS = (
    Question(
        "overall",
        QuestionKind.SATISFACTION,
        "您对小区物业服务总体满意吗？",
        "Overall, how satisfied are you with property service?",
        dont_know=True,
    ),
    Question("clean", QuestionKind.SATISFACTION, "对保洁满意吗？", "With the cleaning?", dont_know=True),
    Question("repair", QuestionKind.SATISFACTION, "对报修处理满意吗？", "With repairs?", dont_know=True),
    Question("safety", QuestionKind.SATISFACTION, "对门禁和安全满意吗？", "With safety?", dont_know=True),
    Question(
        "improve",
        QuestionKind.MULTIPLE,
        "最希望改进哪些方面？（可多选）",
        "What should improve first? (choose any)",
        required=False,
        options=(
            Option("parking", "停车", "Parking"),
            Option("green", "绿化", "Greenery"),
            Option("lift", "电梯", "Lifts"),
            Option("charging", "充电", "Charging"),
        ),
    ),
    Question("fee", QuestionKind.YES_NO, "收费公示看得到吗？", "Are the fees posted where you can see them?"),
    Question(
        "words",
        QuestionKind.TEXT,
        "还有什么建议？（请不要写姓名、电话）",
        "Anything else? (please no names or telephone numbers)",
        required=False,
    ),
)
INTRODUCTION = "只占您一分钟。不记姓名，结果只按区汇总。"
INTRODUCTION_EN = "One minute of your time. No names are kept; results are shown by district only."


@transaction.atomic
def build() -> None:
    """Create both surveys over the organisations of ``parties.sample``; a second call changes nothing."""
    if Survey.objects.filter(title=FINISHED).exists():
        return
    owner = Organisation.objects.get(name="房产科")
    _finished(owner, _questionnaire("物业服务满意度问卷", owner))
    _running(owner, _questionnaire("改造满意度问卷", owner))


def _questionnaire(title: str, owner: Organisation) -> Version:
    version = questionnaires.create(title, owner, actor=ACTOR)
    questionnaires.write(version, INTRODUCTION, QUESTIONS, actor=ACTOR, introduction_en=INTRODUCTION_EN)
    return questionnaires.publish(version, actor=ACTOR, now=_moment(1))


def _moment(days: float) -> datetime:
    """So many days after 1 September of the sample's year, at nine in the morning."""
    return timezone.make_aware(datetime.combine(date(YEAR, 9, 1), time(9))) + timedelta(days=days)


def _frame() -> Frame:
    members = [
        Member(f"{name}-{number:05d}", name)
        for name, (households, _, _) in STRATA.items()
        for number in range(households)
    ]
    return Frame("样例住户清单", members)


def _finished(owner: Organisation, version: Version) -> Survey:
    setup = fieldwork.Setup(
        FINISHED,
        version,
        owner,
        str(YEAR),
        480,
        tuple(Channel.values),
        title_en="Satisfaction with property service 2021",
        minimum=15,
    )
    survey = fieldwork.create(setup, actor=ACTOR, seed=SEED)
    drawing.record(survey, _frame(), actor=ACTOR, now=_moment(2))
    fieldwork.begin(survey, actor=ACTOR, now=_moment(3))
    _answers(survey)
    fieldwork.close(survey, actor=ACTOR, now=_moment(40))
    return survey


@dataclass(frozen=True, slots=True)
class Planted:
    """Positions in 城北区, counted from nought in the order of the draw, with a fault each."""

    quick: int = 3
    alike: int = 5
    invalid: int = 7
    repeated: tuple[int, int] = (9, 11)


PLANTED = Planted()


def _answers(survey: Survey) -> None:
    random = Random(YEAR)
    for name, (_, wanted, satisfied) in STRATA.items():
        drawn = list(survey.invitations.filter(stratum__name=name).order_by("position"))
        for place, invitation in enumerate(drawn):
            if place >= wanted:
                state = InvitationState.REFUSED if place % 2 else InvitationState.UNREACHABLE
                fieldwork.mark(invitation, state, actor=ENUMERATOR, now=_moment(20))
                continue
            planted = PLANTED if name == next(iter(STRATA)) else None
            _answer(survey, invitation, place, _sheet(random, satisfied), planted)


def _answer(
    survey: Survey, invitation: Invitation, place: int, sheet: Sheet, planted: Planted | None
) -> None:
    begun = _moment(4 + place % 30) + timedelta(minutes=place)
    seconds = 45 + place % 60
    if planted and place == planted.quick:
        seconds = 7
    if planted and place == planted.alike:
        sheet |= dict.fromkeys(("overall", "clean", "repair", "safety"), "very_satisfied")
    kept = fieldwork.answer(survey, invitation, sheet, _entry(begun, seconds, place))
    if planted and place == planted.invalid:
        fieldwork.invalidate(kept, "电话回访：不是该户住户所填。", actor=ACTOR, now=_moment(35))
    if planted and place in planted.repeated:
        again = begun + timedelta(days=1)
        fieldwork.answer(survey, invitation, sheet, _entry(again, 50, place))


def _entry(begun: datetime, seconds: int, place: int) -> fieldwork.Entry:
    by_phone = place % 5 == 0
    return fieldwork.Entry(
        Channel.PHONE if by_phone else Channel.QR if place % 2 else Channel.LINK,
        begun + timedelta(seconds=seconds),
        begun,
        ENUMERATOR if by_phone else "",
        "" if by_phone else "phone",
    )


def _sheet(random: Random, satisfied: float) -> Sheet:
    """Grades that differ within a sheet, around the share of the satisfied."""
    sheet: Sheet = {"overall": _grade(random, satisfied)}
    grades = list(_each(random, satisfied))
    # Nobody of the clean ones says the same four times: the last then moves by one grade.
    if len({sheet["overall"], *grades}) == 1:
        grades[-1] = _GRADES[(_GRADES.index(grades[-1]) + 1) % 5]
    sheet |= dict(zip(("clean", "repair", "safety"), grades, strict=True))
    sheet["fee"] = "yes" if random.random() < 0.6 else "no"
    chosen = [option.code for option in QUESTIONS[4].options if random.random() < 0.35]
    if chosen:
        sheet["improve"] = list(chosen)
    if random.random() < 0.05:
        sheet["overall"] = "dont_know"
    if random.random() < 0.04:
        sheet["words"] = random.choice(("希望增加充电车位。", "电梯经常停。", "绿化不错。"))
    return sheet


def _each(random: Random, satisfied: float) -> Iterator[str]:
    for shift in (0.03, -0.05, 0.0):
        yield _grade(random, satisfied + shift)


def _grade(random: Random, satisfied: float) -> str:
    below = random.random() >= satisfied
    return random.choices(_GRADES[2:] if below else _GRADES[:2], (5, 3, 1) if below else (2, 3))[0]


def _running(owner: Organisation, version: Version) -> Survey:
    now = timezone.now()
    setup = fieldwork.Setup(
        RUNNING,
        version,
        owner,
        str(timezone.localdate().year),
        60,
        tuple(Channel.values),
        title_en="Satisfaction with the renovation of old communities",
        minimum=5,
        open_link=True,
    )
    survey = fieldwork.create(setup, actor=ACTOR)
    drawing.record(survey, _frame(), actor=ACTOR, now=now)
    Survey.objects.filter(pk=survey.pk).update(open_code=OPEN_CODE)
    fieldwork.begin(survey, actor=ACTOR, now=now)
    issued = fieldwork.issue(survey, actor=ACTOR, now=now)
    random = Random(YEAR + 1)
    for place, (invitation, _) in enumerate(issued[:24]):
        entry = _entry(now - timedelta(hours=place + 1), 50, place)
        fieldwork.answer(survey, invitation, _sheet(random, 0.8), entry)
    last = issued[-1][0]
    last.code_hash = hash_of(LINK)
    last.save(update_fields=["code_hash"])
    assigning.assign(survey, INTERVIEWER, survey.strata.get(name=GIVEN), 6, actor=ACTOR)
    return survey
