"""The figures of the rulebook ``survey.figures`` that hold on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from anju.kernel.rulebooks.kernel import SURVEYS
from anju.kernel.surveys.questions import SurveyError
from anju.kernel.values import figures as dated
from anju.kernel.values import rulebooks


@dataclass(frozen=True, slots=True)
class Figures:
    """One row: since when, and what holds from then on."""

    valid_from: date
    least_answers: int
    confidence: float
    seconds_a_question: int
    alike_from: int
    basis: str
    valid_to: date | None = None


def figures(on: date) -> Figures:
    """Those in force on a day. ``SurveyError`` where there are none, or the text is badly written."""
    found = dated.in_force(load(rulebooks.in_force(SURVEYS.code, SURVEYS.source)), on)
    if found is None:
        raise SurveyError(f"{on}没有有效的抽样调查参数。", "请在规则表里补上这一天的一行。")
    return found


def _row(confidence: str, **others: Any) -> Figures:
    if isinstance(confidence, bool):
        raise ValueError("置信度不是数")
    return Figures(confidence=float(confidence), **others)


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text. Raises ``SurveyError`` for the first thing that is wrong."""
    try:
        rows = dated.rows_of(dated.table(text, "figures"), _row)
    except ValueError as error:
        raise SurveyError(f"抽样调查参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        counts = ("least_answers", "seconds_a_question", "alike_from")
        if not 0 < row.confidence < 1 or not dated.wholes(row, counts):
            raise SurveyError("抽样调查参数应是正整数，置信度应在0和1之间。", "请改正后再载入。")
    return rows
