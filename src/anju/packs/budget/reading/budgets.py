"""What a line costs, where the form has no cell for it and the purpose says it in words."""

from __future__ import annotations

import re
from decimal import Decimal

from anju.packs.budget.prose.quantities import Amount, amounts
from anju.packs.budget.targetfile import BudgetLine

_TOTAL = re.compile(r"(?:项目)?总(?:预算|投资)|投资总额|总金额|概算")
_ASKED = re.compile(r"预算|资金|经费|安排|申请|拨款")
_YEAR = re.compile(r"(20\d{2})年")


def settle_budget(line: BudgetLine, year: int | None) -> None:
    """Fill ``budget`` and ``project_total`` from the purpose; what is not said stays None."""
    text = line.purpose.text
    total, asked = None, []
    at = 0
    for amount in amounts(text):
        lead = text[at : amount.start]
        at = amount.end
        if _TOTAL.search(lead) and total is None:
            total = amount
        elif _ASKED.search(lead):
            asked.append((amount, lead))
    if total is not None and line.project_total is None:
        line.project_total = total.wan
    chosen = _of_year(asked, year) or (asked[0][0] if asked and total is None else total)
    if chosen is not None and line.budget is None:
        line.budget, line.budget_text = chosen.wan, line.purpose.part(chosen.start, chosen.end)


def _of_year(asked: list[tuple[Amount, str]], year: int | None) -> Amount | None:
    """The amount asked for the year of the file, where amounts of several years stand side by side."""
    for amount, lead in asked:
        named = _YEAR.findall(lead)
        if named and year is not None and int(named[-1]) == year:
            return amount
    return None


def total_budget(lines: list[BudgetLine]) -> Decimal:
    """Sum of the budgets that are known, 万元."""
    return sum((line.budget for line in lines if line.budget is not None), Decimal(0))
