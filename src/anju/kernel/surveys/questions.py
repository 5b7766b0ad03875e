"""What a questionnaire asks, as data of a version, and whether an answer fits it. Pure but for the words of faults.

In JSON a question is ``{code, kind, text, text_en, required, dont_know, options: [[code, text, text_en]], low,
high}``; an answer sheet is ``{question code: answer}``, where an answer is a code, a list of codes, a number as
text, or a text. What was not answered is not in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.surveys.statistics.grades import GRADES, GradeCode
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import is_english

DONT_KNOW = GradeCode.DONT_KNOW.value
LONGEST_TEXT, LONGEST_NUMBER, MOST_QUESTIONS, MOST_OPTIONS = 500, 15, 30, 20
_CODE = re.compile(r"[a-z][a-z0-9_]{0,19}")

GRADE_WORDS: dict[str, Promise] = {
    GradeCode.VERY_SATISFIED: gettext_lazy("非常满意"),
    GradeCode.SATISFIED: gettext_lazy("比较满意"),
    GradeCode.NEUTRAL: gettext_lazy("一般"),
    GradeCode.DISSATISFIED: gettext_lazy("不太满意"),
    GradeCode.VERY_DISSATISFIED: gettext_lazy("很不满意"),
}
YES_NO: dict[str, Promise] = {"yes": gettext_lazy("是"), "no": gettext_lazy("否")}
DONT_KNOW_WORDS = gettext_lazy("说不清")


class SurveyError(Refusal):
    """A step of a survey that cannot be taken: one sentence and a next step."""


class QuestionKind(StrEnum):
    SATISFACTION = "satisfaction"
    SINGLE = "single"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"


KIND_WORDS: dict[str, Promise] = {
    QuestionKind.SATISFACTION: gettext_lazy("五级满意度"),
    QuestionKind.SINGLE: gettext_lazy("单选"),
    QuestionKind.MULTIPLE: gettext_lazy("多选"),
    QuestionKind.YES_NO: gettext_lazy("是否"),
    QuestionKind.NUMBER: gettext_lazy("数字"),
    QuestionKind.TEXT: gettext_lazy("文字"),
}
WITH_OPTIONS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
COUNTED = (QuestionKind.SATISFACTION, QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.YES_NO)

# One answer: a code or a text, or several codes.
Answer = str | list[str]
Sheet = dict[str, Answer]


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    text: str
    text_en: str = ""

    def words(self) -> str:
        return (self.text_en if is_english() else "") or self.text


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``low`` and ``high`` bound a number."""

    code: str
    kind: str
    text: str
    text_en: str = ""
    required: bool = True
    dont_know: bool = False
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""

    def words(self) -> str:
        return (self.text_en if is_english() else "") or self.text

    def choices(self) -> dict[str, str]:
        """What may be chosen, code → words; {} for numbers and texts."""
        if self.kind == QuestionKind.SATISFACTION:
            found = {str(grade): str(GRADE_WORDS[grade]) for grade in GRADES}
        elif self.kind == QuestionKind.YES_NO:
            found = {code: str(words) for code, words in YES_NO.items()}
        else:
            found = {option.code: option.words() for option in self.options}
        return found | ({DONT_KNOW: str(DONT_KNOW_WORDS)} if found and self.dont_know else {})

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"options": [[o.code, o.text, o.text_en] for o in self.options]}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Question:
        return cls(**{**raw, "options": tuple(Option(*option) for option in raw["options"])})


def check_questions(questions: Sequence[Question]) -> None:
    """``SurveyError`` unless they can be asked and told apart."""
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise SurveyError(
            gettext("一份问卷应有1至{most}道题。").format(most=MOST_QUESTIONS), gettext("请增减题目。")
        )
    codes = [question.code for question in questions]
    for number, question in enumerate(questions, 1):
        fault = _question_fault(question, codes)
        if fault:
            raise SurveyError(
                gettext("第{number}题：{fault}").format(number=number, fault=fault),
                gettext("请改正后再保存。"),
            )


def _question_fault(question: Question, codes: Sequence[str]) -> str:
    if question.kind not in tuple(QuestionKind):
        return gettext("没有选择题型。")
    if not _CODE.fullmatch(question.code) or codes.count(question.code) > 1:
        return gettext("编码应以小写字母开头、只含小写字母和数字，且不重复。")
    if not 2 <= len(question.text.strip()) <= LONGEST_TEXT:
        return gettext("题目应有2至500个字。")
    if question.kind in WITH_OPTIONS:
        texts = [option.text for option in question.options]
        if not 2 <= len(texts) <= MOST_OPTIONS or len(set(texts)) < len(texts):
            return gettext("应有2至20个选项，每个一行，不重复。")
    try:
        bounds = [Decimal(bound) for bound in (question.low, question.high) if bound]
    except InvalidOperation:
        return gettext("最小值和最大值应是数字。")
    return gettext("最小值大于最大值。") if len(bounds) == 2 and bounds[0] > bounds[1] else ""


def check_answers(questions: Sequence[Question], given: Mapping[str, Answer]) -> tuple[Sheet, dict[str, str]]:
    """The sheet as it is kept, and what is wrong with it: question code → sentence. Unknown codes are dropped."""
    sheet: Sheet = {}
    faults: dict[str, str] = {}
    for question in questions:
        answer = _cleaned(question, given.get(question.code, ""))
        if not answer:
            if question.required:
                faults[question.code] = gettext("这一题还没有回答。")
            continue
        fault = _answer_fault(question, answer)
        if fault:
            faults[question.code] = fault
        else:
            sheet[question.code] = answer
    return sheet, faults


def _cleaned(question: Question, raw: Answer) -> Answer:
    if question.kind == QuestionKind.MULTIPLE:
        return list(dict.fromkeys([raw] if isinstance(raw, str) and raw else raw or []))
    return (raw if isinstance(raw, str) else "".join(raw[:1])).strip()


def _answer_fault(question: Question, answer: Answer) -> str:
    choices = question.choices()
    if choices:
        chosen = answer if isinstance(answer, list) else [answer]
        if not set(chosen) <= set(choices):
            return gettext("所选的答案不在选项里，请重新选择。")
        if DONT_KNOW in chosen and len(chosen) > 1:
            return gettext("选了“说不清”就不能再选其他答案。")
        return ""
    if question.kind == QuestionKind.NUMBER:
        return _number_fault(question, str(answer))
    return "" if len(answer) <= LONGEST_TEXT else gettext("最多写500个字。")


def _number_fault(question: Question, answer: str) -> str:
    try:
        number = Decimal(answer)
    except InvalidOperation:
        return gettext("请只填数字。")
    if not number.is_finite() or len(answer) > LONGEST_NUMBER:
        return gettext("请只填数字。")
    if question.low and number < Decimal(question.low):
        return gettext("不应小于{low}。").format(low=question.low)
    if question.high and number > Decimal(question.high):
        return gettext("不应大于{high}。").format(high=question.high)
    return ""
