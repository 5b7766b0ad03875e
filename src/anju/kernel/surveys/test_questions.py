from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from anju.kernel.packs import resolve
from anju.kernel.rulebooks.kernel import SURVEYS
from anju.kernel.values.rulebooks import packaged

from .measuring.figures import Figures, figures, load
from .measuring.quality import Mark, marks
from .questions import Option, Question, QuestionKind, SurveyError, check_answers, check_questions
from .testing import QUESTIONS

MANY = Question(
    "m", QuestionKind.MULTIPLE, "选哪些？", options=(Option("a", "甲"), Option("b", "乙")), dont_know=True
)
NUMBER = Question("n", QuestionKind.NUMBER, "住几口人？", low="1", high="20")


def test_a_question_comes_back_from_its_json() -> None:
    assert [Question.from_json(q.to_json()) for q in (*QUESTIONS, MANY, NUMBER)] == [*QUESTIONS, MANY, NUMBER]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "其他"}, "没有选择题型"),
        ({"code": "1a"}, "编码应以小写字母开头"),
        ({"code": "overall"}, "编码应以小写字母开头"),
        ({"text": " "}, "题目应有2至500个字"),
        ({"options": (Option("a", "甲"),)}, "2至20个选项"),
        ({"kind": QuestionKind.NUMBER, "low": "9", "high": "1"}, "最小值大于最大值"),
        ({"kind": QuestionKind.NUMBER, "low": "x"}, "应是数字"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(SurveyError, match=words):
        check_questions((QUESTIONS[0], replace(MANY, **changed)))


def test_a_questionnaire_is_not_empty() -> None:
    with pytest.raises(SurveyError, match="1至30道题"):
        check_questions(())


def test_answers_are_kept_and_what_was_not_answered_is_not_there() -> None:
    given = {"overall": "satisfied", "age": "old", "m": ["a", "b"], "n": " 3 ", "strange": "x"}
    sheet, faults = check_answers((*QUESTIONS, MANY, NUMBER), given)
    assert sheet == {"overall": "satisfied", "age": "old", "m": ["a", "b"], "n": "3"}
    assert faults == {}


@pytest.mark.parametrize(
    ("question", "answer", "words"),
    [
        (QUESTIONS[0], "", "还没有回答"),
        (QUESTIONS[0], "yes", "不在选项里"),
        (QUESTIONS[1], "dont_know", "不在选项里"),
        (MANY, ["a", "dont_know"], "不能再选其他"),
        (MANY, ["c"], "不在选项里"),
        (NUMBER, "三", "只填数字"),
        (NUMBER, "NaN", "只填数字"),
        (NUMBER, "0", "不应小于1"),
        (NUMBER, "21", "不应大于20"),
        (QUESTIONS[2], "长" * 501, "最多写500个字"),
    ],
)
def test_wrong_answers_are_told_at_their_question(question: Question, answer: str, words: str) -> None:
    sheet, faults = check_answers([question], {question.code: answer})
    assert sheet == {}
    assert words in faults[question.code]


def test_quick_and_uniform_sheets_are_marked() -> None:
    told = figures(date(2021, 1, 1))
    four = [replace(QUESTIONS[0], code=f"q{i}") for i in range(4)]
    alike = {q.code: "satisfied" for q in four}
    mixed = alike | {"q3": "neutral"}
    # two seconds a question: eight for four
    assert marks(four, mixed, 8, told) == []
    assert marks(four, mixed, 7, told) == [Mark.TOO_QUICK]
    assert marks(four, mixed, None, told) == []
    assert marks(four, alike, 60, told) == [Mark.ALL_ALIKE]
    # Three grades alike are nothing odd, nor is knowing nothing four times.
    assert marks(four[:3], alike, 60, told) == []
    assert marks(four, {q.code: "dont_know" for q in four}, 60, told) == []


def test_figures_are_dated_and_checked() -> None:
    text = packaged(SURVEYS.source)
    assert load(text)[0].least_answers == 30
    assert {key for key, _ in SURVEYS.labels} == {field.name for field in fields(Figures)}
    assert resolve(SURVEYS.load) is load
    later = text.replace("2000-01-01", "2030-01-01")
    assert len(load(text.replace("2000-01-01", "2000-01-01\nvalid_to = 2029-12-31") + later)) == 2
    for wrong, words in (
        (text + later.replace("2030", "2010"), "重叠"),
        (text.replace("= 30", "= 0"), "正整数"),
        (text.replace('"0.95"', '"1"'), "置信度"),
        ("[[figures]", "写法不对"),
    ):
        with pytest.raises(SurveyError, match=words):
            load(wrong)
    with pytest.raises(SurveyError, match="没有有效的"):
        figures(date(1999, 1, 1))
