"""The figures of the rulebook ``survey.figures`` that hold on a day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from anju.kernel.rulebooks.kernel import SURVEYS
from anju.kernel.surveys.questions import SurveyError
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

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def figures(on: date) -> Figures:
    """Those in force on a day. ``SurveyError`` where there are none, or the text is badly written."""
    found = next(
        (row for row in load(rulebooks.in_force(SURVEYS.code, SURVEYS.source)) if row.holds(on)), None
    )
    if found is None:
        raise SurveyError(f"{on}没有有效的抽样调查参数。", "请在规则表里补上这一天的一行。")
    return found


def _row(raw: dict[str, Any]) -> Figures:
    """Raises ``TypeError`` and ``ValueError`` for what is missing, unknown or of another kind."""
    row = Figures(**{**raw, "confidence": float(raw["confidence"])})
    days = (row.valid_from,) if row.valid_to is None else (row.valid_from, row.valid_to)
    counts = (row.least_answers, row.seconds_a_question, row.alike_from)
    # type(), since a truth value is a whole number and a moment is a date as well
    fits = [type(day) is date for day in days] + [type(count) is int for count in counts]
    if not all(fits) or not isinstance(row.basis, str) or isinstance(raw["confidence"], bool):
        raise ValueError("日期、整数或文字的写法不对")
    return row


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text. Raises ``SurveyError`` for the first thing that is wrong."""
    try:
        raw: list[dict[str, Any]] = tomllib.loads(text)["figures"]
        rows = tuple(_row(each) for each in raw)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise SurveyError(f"抽样调查参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        if not 0 < row.confidence < 1 or min(row.least_answers, row.seconds_a_question, row.alike_from) < 1:
            raise SurveyError("抽样调查参数应是正整数，置信度应在0和1之间。", "请改正后再载入。")
        if sum(other.holds(row.valid_from) for other in rows) > 1:
            raise SurveyError("抽样调查参数有两行的有效期重叠。", "请给旧的一行填上valid_to。")
    return rows
