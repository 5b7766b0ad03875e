"""What one unit costs, against dated plausible ranges."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.plausible_costs import CostRange, cost_ranges
from anju.packs.budget.targetfile import BudgetLine, Target


def unit_cost_implausible(ctx: Context) -> Iterator[Hit]:
    """Budget divided by quantity lies outside what such a thing usually costs."""
    for line in ctx.lines:
        for target in line.of("quantity"):
            hit = _judge(line, target, ctx.year)
            if hit:
                yield hit


def _judge(line: BudgetLine, target: Target, year: int | None) -> Hit | None:
    value = target.parsed
    if line.budget is None or value.kind != "number" or not value.base_number or value.unit is None:
        return None
    row = _range_for(line.name.text, value.base_unit, year)
    each = line.budget * 10_000 / value.base_number
    if row is None or row.low <= each <= row.high:
        return None
    usual = f"{row.low.normalize():f}至{row.high.normalize():f}元"
    message = f"{line.budget:f}万元÷{target.value.text}＝每{value.base_unit}{each:.0f}元，通常为{usual}（{row.basis}），请核对数量或口径。"
    return Hit(line, target, message, (line.budget_text or line.name, target.value))


def _range_for(name: str, unit: str | None, year: int | None) -> CostRange | None:
    """The latest row in force in the file's year."""
    day = date(year or 9999, 12, 31)
    fitting = [r for r in cost_ranges() if r.unit == unit and r.word.search(name) and r.term.holds(day)]
    return max(fitting, key=lambda r: r.term.since, default=None)
