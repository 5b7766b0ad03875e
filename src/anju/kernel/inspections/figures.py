"""The figures of the rulebook ``inspections.figures`` that hold on a day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from anju.kernel.inspections.drawing import Weights
from anju.kernel.inspections.items import InspectionError
from anju.kernel.values import rulebooks

CODE, SOURCE = "inspections.figures", "anju.kernel.inspections/figures.toml"
_WEIGHTS = ("base", "alarm_day", "overdue_case", "complaint", "month_since", "never")
_COUNTS = (
    "far_metres", "clock_seconds", "card_from", "general_days", "serious_days", "grave_hours",
    "recheck_percent", "recheck_from", "recheck_to", "recurrence_days",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """One row: since when, and what holds from then on."""

    valid_from: date
    base: Decimal
    alarm_day: Decimal
    overdue_case: Decimal
    complaint: Decimal
    month_since: Decimal
    never: Decimal
    far_metres: int
    clock_seconds: int
    card_from: int
    general_days: int
    serious_days: int
    grave_hours: int
    working_days: bool
    recheck_percent: int
    recheck_from: int
    recheck_to: int
    recurrence_days: int
    basis: str
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def weights(self) -> Weights:
        return Weights(*(getattr(self, name) for name in _WEIGHTS))


def figures(on: date) -> Figures:
    """Those in force on a day. ``InspectionError`` where there are none, or the text is badly written."""
    found = next((row for row in load(rulebooks.in_force(CODE, SOURCE)) if row.holds(on)), None)
    if found is None:
        raise InspectionError(f"{on}没有有效的巡查检查参数。", "请在规则表里补上这一天的一行。")
    return found


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text. Raises ``InspectionError`` for the first thing that is wrong."""
    try:
        raw: list[dict[str, Any]] = tomllib.loads(text)["figures"]
        rows = tuple(Figures(**{**row, **{name: Decimal(row[name]) for name in _WEIGHTS}}) for row in raw)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise InspectionError(f"巡查检查参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row, given in zip(rows, raw, strict=True):
        _check(row, given)
    for row in rows:
        if sum(other.holds(row.valid_from) for other in rows) > 1:
            raise InspectionError("巡查检查参数有两行的有效期重叠。", "请给旧的一行填上valid_to。")
    return rows


def _check(row: Figures, given: dict[str, Any]) -> None:
    days = [row.valid_from, *([] if row.valid_to is None else [row.valid_to])]
    written = all(isinstance(given[name], str) for name in _WEIGHTS) and isinstance(row.basis, str)
    # A moment is a day too for Python, and a truth value a number.
    if not written or not isinstance(row.working_days, bool) or any(type(day) is not date for day in days):
        raise InspectionError(
            "巡查检查参数的日期、权重、依据或是否按工作日计写法不对。", "请照随产品提供的规则表改正。"
        )
    weights = [getattr(row, name) for name in _WEIGHTS]
    if not all(weight.is_finite() and weight >= 0 for weight in weights) or row.base <= 0:
        raise InspectionError("巡查检查的权重不能是负数，基本权重应大于0。", "请改正后再载入。")
    if not all(type(getattr(row, name)) is int and getattr(row, name) > 0 for name in _COUNTS):
        raise InspectionError("巡查检查的天数、小时、米、秒和比例应是正整数。", "请改正后再载入。")
    if row.recheck_percent > 100 or row.recheck_from > row.recheck_to or row.card_from > 3:
        raise InspectionError(
            "复查比例应不超过100，最早天数不晚于最晚天数，开卡的严重程度不超过3。", "请改正后再载入。"
        )
