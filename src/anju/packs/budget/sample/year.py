"""The sample's year, as data: who pays what when, what is answered with which document, what July should show."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources

from anju.packs.budget.monitoring.curve import QuarterPlan
from anju.packs.budget.targetfile import BudgetLine

FILE_NAME = "安居市2021年绩效目标批复稿.docx"


@dataclass(frozen=True, slots=True)
class Answered:
    """What is said of a target up to a day; ``document`` is a kind of proof or ""."""

    target: str
    day: date
    said: str
    document: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class LineYear:
    """One line: payments (day, 万元), answers, and the grade that it is planted to have on the round's day."""

    code: str
    shows: str
    payments: tuple[tuple[date, str], ...]
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Year:
    complete_to: date
    round: date
    lines: tuple[LineYear, ...]

    def ledger(self, others: Iterable[BudgetLine]) -> str:
        """The payments as the csv that a treasury would export; ``others`` pay on plan, at the end of each month."""
        known = {line.code for line in self.lines}
        rows = [(line.code, day, amount) for line in self.lines for day, amount in line.payments]
        for other in others:
            if other.code.text not in known:
                rows += [(other.code.text, day, amount) for day, amount in _on_plan(other, self.round.year)]
        head = "项目编码,支付日期,凭证号,支付金额（万元）,资金来源"
        return "\n".join([head, *(f"{c},{d},{d:%m%d}-{c[-4:]},{a},财政拨款" for c, d, a in rows)]) + "\n"


def allotments(lines: Iterable[BudgetLine]) -> str:
    """The budgets as approved in January, and one adjustment in September, as a csv."""
    rows = [f"{one.code.text},2021-01-20,年初预算,{one.budget},批复1号" for one in lines]
    rows.append("801002B16DX0012,2021-09-15,预算调整,6,批复2号")
    return "\n".join(["项目编码,批复日期,种类,金额（万元）,依据", *rows]) + "\n"


def _on_plan(line: BudgetLine, year: int) -> Iterator[tuple[date, str]]:
    if line.plan is None or line.budget is None:
        return
    plan, before = QuarterPlan(year, tuple(line.plan)), Decimal(0)
    for month in range(1, 13):
        day = date(year, month, monthrange(year, month)[1])
        paid = (line.budget * plan.at(day) / 100).quantize(Decimal("0.0001"))
        if paid > before:
            yield day, f"{paid - before}"
        before = paid


@cache
def year() -> Year:
    """The year of ``year.toml``."""
    raw = tomllib.loads(resources.files(__package__).joinpath("year.toml").read_text("utf8"))
    lines = tuple(
        LineYear(
            line["code"],
            line["shows"],
            tuple((day, amount) for day, amount in line["payments"]),
            tuple(Answered(*answer) for answer in line["answers"]),
        )
        for line in raw["line"]
    )
    return Year(raw["complete_to"], raw["round"], lines)
