"""The figures of the rulebook ``telemetry.figures`` that hold on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from anju.kernel.values import figures as dated
from anju.kernel.values import rulebooks
from anju.kernel.values.refusal import Refusal

CODE, SOURCE = "telemetry.figures", "anju.kernel.telemetry.registering/figures.toml"
GRADES = ("crit", "high", "warn", "info")
_COUNTS = (
    *(f"{grade}_{what}" for grade in GRADES for what in ("sign", "term")),
    "escalations", "delivery_percent", "silent_minutes",
    "raw_days", "frame_days", "minute_days", "hour_days", "day_days",
)  # fmt: skip


class FiguresError(Refusal):
    """A text that cannot be read, or a day without figures."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One row: since when, and what holds from then on. Terms in minutes; how long history stays in days."""

    valid_from: date
    case_from: str
    crit_sign: int
    high_sign: int
    warn_sign: int
    info_sign: int
    crit_term: int
    high_term: int
    warn_term: int
    info_term: int
    escalations: int
    delivery_percent: int
    silent_minutes: int
    raw_days: int
    frame_days: int
    minute_days: int
    hour_days: int
    day_days: int
    basis: str
    valid_to: date | None = None

    def sign(self, grade: str) -> timedelta:
        """How soon somebody must have signed."""
        return timedelta(minutes=getattr(self, f"{grade}_sign"))

    def term(self, grade: str) -> timedelta:
        """How soon the case must be handed in."""
        return timedelta(minutes=getattr(self, f"{grade}_term"))

    def opens_case(self, grade: str) -> bool:
        return GRADES.index(grade) <= GRADES.index(self.case_from)


def figures(on: date) -> Figures:
    """Those in force on a day. ``FiguresError`` where there are none, or the text is badly written."""
    found = dated.in_force(load(rulebooks.in_force(CODE, SOURCE)), on)
    if found is None:
        raise FiguresError(f"{on}没有有效的告警参数。", "请在规则表里补上这一天的一行。")
    return found


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text. Raises ``FiguresError`` for the first thing that is wrong."""
    try:
        rows = dated.rows_of(dated.table(text, "figures"), Figures)
    except ValueError as error:
        raise FiguresError(f"告警参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        _check(row)
    return rows


def _check(row: Figures) -> None:
    if row.case_from not in GRADES:
        raise FiguresError(
            f"自动派单的级别{row.case_from!r}不存在。", f"可用的是{'、'.join(GRADES)}（一级至四级）。"
        )
    if not dated.wholes(row, _COUNTS):
        raise FiguresError("告警参数的分钟、天数、次数和比例应是正整数。", "请改正后再载入。")
    if row.delivery_percent > 100:
        raise FiguresError("上报率要求不能超过100%。", "请改正后再载入。")
