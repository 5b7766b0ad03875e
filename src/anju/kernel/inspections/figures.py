"""The figures of the rulebook ``inspections.figures`` that hold on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from anju.kernel.inspections.drawing import Weights
from anju.kernel.inspections.items import InspectionError
from anju.kernel.values import figures as dated
from anju.kernel.values import rulebooks

CODE, SOURCE = "inspections.figures", "anju.kernel.inspections/figures.toml"
_WEIGHTS = ("base", "alarm_day", "overdue_case", "complaint", "month_since", "never")
_COUNTS = (
    "far_metres", "clock_seconds", "card_from", "general_days", "serious_days", "grave_hours",
    "recheck_percent", "recheck_from", "recheck_to", "recurrence_days", "receipt_hours", "superior_days", "head_days",
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
    receipt_hours: int
    superior_days: int
    head_days: int
    basis: str
    valid_to: date | None = None

    @property
    def weights(self) -> Weights:
        return Weights(*(getattr(self, name) for name in _WEIGHTS))


def figures(on: date) -> Figures:
    """Those in force on a day. ``InspectionError`` where there are none, or the text is badly written."""
    found = dated.in_force(load(rulebooks.in_force(CODE, SOURCE)), on)
    if found is None:
        raise InspectionError(f"{on}没有有效的巡查检查参数。", "请在规则表里补上这一天的一行。")
    return found


def _row(**given: Any) -> Figures:
    # A number would have been rounded by whoever wrote it, and a truth value is one.
    if not all(isinstance(given[name], str) for name in _WEIGHTS):
        raise ValueError("权重应写成带引号的数")
    row = Figures(**{**given, **{name: Decimal(given[name]) for name in _WEIGHTS}})
    if not isinstance(row.working_days, bool):
        raise ValueError("是否按工作日计应是true或false")
    return row


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text. Raises ``InspectionError`` for the first thing that is wrong."""
    try:
        rows = dated.rows_of(dated.table(text, "figures"), _row)
    except ValueError as error:
        raise InspectionError(f"巡查检查参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        _check(row)
    return rows


def _check(row: Figures) -> None:
    weights = [getattr(row, name) for name in _WEIGHTS]
    if not all(weight.is_finite() and weight >= 0 for weight in weights) or row.base <= 0:
        raise InspectionError("巡查检查的权重不能是负数，基本权重应大于0。", "请改正后再载入。")
    if not dated.wholes(row, _COUNTS):
        raise InspectionError("巡查检查的天数、小时、米、秒和比例应是正整数。", "请改正后再载入。")
    if row.recheck_percent > 100 or row.recheck_from > row.recheck_to or row.card_from > 3:
        raise InspectionError(
            "复查比例应不超过100，最早天数不晚于最晚天数，开卡的严重程度不超过3。", "请改正后再载入。"
        )
    if row.superior_days > row.head_days:
        raise InspectionError("报政府负责人不应早于报上级单位。", "请改正天数后再载入。")
