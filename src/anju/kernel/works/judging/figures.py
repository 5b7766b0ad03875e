"""The figures of the rulebook ``works.figures`` that hold on a day: distance, prepayment, retention, pace."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

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

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


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

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def pace(self, kind: str, measure: str, on: date) -> Pace | None:
        fits = (p for p in self.paces if (p.kind, p.measure) == (kind, measure) and p.holds(on))
        return next(fits, None)


def figures(on: date) -> Figures:
    """Those in force on a day. ``WorksError`` where there are none, or the text is badly written."""
    found = next((row for row in load(rulebooks.in_force(CODE, SOURCE)) if row.holds(on)), None)
    if found is None:
        raise WorksError(f"{on}没有有效的工程参数。", "请在规则表里补上这一天的一行。")
    return found


@lru_cache(maxsize=8)
def load(text: str) -> tuple[Figures, ...]:
    """The rows of a text, each with all paces. Raises ``WorksError`` for the first thing that is wrong."""
    try:
        raw: dict[str, Any] = tomllib.loads(text)
        paces = tuple(Pace(**row | {"most_a_day": Decimal(str(row["most_a_day"]))}) for row in raw["pace"])
        shares = ("prepayment", "retention_most")
        rows = tuple(
            Figures(**row | {name: Decimal(row[name]) for name in shares}, paces=paces)
            for row in raw["figures"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise WorksError(f"工程参数的写法不对：{error}。", "请照随产品提供的规则表改正。") from error
    for row in rows:
        if row.metres_from_unit < 1 or not (0 <= row.prepayment <= 1 and 0 < row.retention_most <= 1):
            raise WorksError("距离应是正整数，比例应在0和1之间。", "请改正后再载入。")
        if sum(other.holds(row.valid_from) for other in rows) > 1:
            raise WorksError("工程参数有两行的有效期重叠。", "请给旧的一行填上valid_to。")
    for pace in paces:
        same = [p for p in paces if (p.kind, p.measure) == (pace.kind, pace.measure)]
        if pace.most_a_day <= 0 or sum(p.holds(pace.valid_from) for p in same) > 1:
            raise WorksError(
                f"{pace.kind}的{pace.measure}每天上限不是正数，或有效期重叠。", "请改正后再载入。"
            )
    return rows
