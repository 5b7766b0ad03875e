"""Answer sheets that look wrong: marked for a person to judge, never taken out by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from anju.kernel.surveys.measuring.figures import Figures
from anju.kernel.surveys.questions import Answer, Question, QuestionKind
from anju.kernel.surveys.statistics.grades import GRADES


class Mark(StrEnum):
    TOO_QUICK = "too_quick"
    ALL_ALIKE = "all_alike"


MARK_WORDS: dict[Mark, Promise] = {
    Mark.TOO_QUICK: gettext_lazy("答得过快"),
    Mark.ALL_ALIKE: gettext_lazy("满意度全选一样"),
}


def marks(
    questions: Sequence[Question], answers: Mapping[str, Answer], seconds: int | None, told: Figures
) -> list[Mark]:
    """What is odd about a sheet; a sheet whose beginning is not known (``seconds`` None) is not called quick."""
    found = []
    if seconds is not None and seconds < told.seconds_a_question * len(answers):
        found.append(Mark.TOO_QUICK)
    grades = [answers.get(q.code) for q in questions if q.kind == QuestionKind.SATISFACTION]
    given = [grade for grade in grades if grade in GRADES]
    if len(given) >= told.alike_from and len(set(map(str, given))) == 1:
        found.append(Mark.ALL_ALIKE)
    return found
