"""The figures of the rulebook ``works.figures`` that hold on a day: distance, prepayment, retention, pace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from anju.kernel.values import figures as dated
from anju.kernel.values import rulebooks
from anju.kernel.works.errors import WorksError

CODE, SOURCE = "works.figures", "anju.kernel.works.judging/figures.toml"


@dataclass(frozen=True, slots=True)
class Pace:
    """No more than ``most_a_day`` of a measure in one project of a kind on one day."""

    kind: str
    measure: str
    most_a_day: Decimal
    valid_from: date
    basis: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Metres from a unit that need no reason, shares of a contract, and the paces of the day."""

    valid_from: date
    metres_from_unit: int
    prepayment: Decimal
    retention_most: Decimal
    basis: str
    valid_to: date | None = None
    paces: tuple[Pace, ...] = ()

    def pace(self, kind: str, measure: str, on: date) -> Pace | None:
        return dated.in_force((p for p in self.paces if (p.kind, p.measure) == (kind, measure)), on)


def figures(on: date) -> Figures:
    """Those in force on a day. ``WorksError`` where there are none, or the text is badly written."""
    rows = load(rulebooks.in_force(CODE, SOURCE))
    found = dated.in_force((row for row in rows if isinstance(row, Figures)), on)
    if found is None:
        raise WorksError(f"{on}没有有效的工程参数。", "请在规则表里补上这一天的一行。")
    return found


def _pace(most_a_day: object, **others: Any) -> Pace:
    pace = Pace(most_a_day=Decimal(str(most_a_day)), **others)
    if not pace.most_a_day.is_finite() or pace.most_a_day <= 0:
        raise ValueError(f"{pace.kind}的{pace.measure}每天上限不是正数")
    return pace


def _row(**given: Any) -> Figures:
    return Figures(**given | {name: Decimal(given[name]) for name in ("prepayment", "retention_most")})


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures | Pace, ...]:
    """The rows of a text: figures, each with all paces, and the paces. Raises ``WorksError`` for the first thing that is wrong."""
    try:
        paces = dated.rows_of(dated.table(text, "pace"), _pace, lambda pace: (pace.kind, pace.measure))
        rows = dated.rows_of(dated.table(text, "figures"), _row)
    except ValueError as error:
        raise WorksError(f"工程参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        fits = 0 <= row.prepayment <= 1 and 0 < row.retention_most <= 1
        if not fits or not dated.wholes(row, ["metres_from_unit"]):
            raise WorksError("距离应是正整数，比例应在0和1之间。", "请改正后再载入。")
    return (*(replace(row, paces=paces) for row in rows), *paces)
