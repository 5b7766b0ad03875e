"""What the forms are filled with: the nested data of a target declaration and of the summary ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from anju.kernel.documents.forms import Data
from anju.packs.budget.targetfile import BudgetLine, Target, TargetFile

_CENT = Decimal("0.01")
_NO_PLAN = ("", "", "", "")
_CLASSES = (
    "quantity",
    "quality",
    "timeliness",
    "cost",
    "economic",
    "social",
    "ecological",
    "sustainable",
    "satisfaction",
)
_ORDER = {code: place for place, code in enumerate(_CLASSES)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a line has come: 万元 paid, share of the targets attained (1 is all), score; None is not known."""

    paid: Decimal | None = None
    attainment: Decimal | None = None
    score: Decimal | None = None
    grade: str = ""


def declaration(line: BudgetLine, year: int | None) -> Data:
    """The data of 目标申报表: ``year``, ``line`` with its ``plan``, and ``targets``."""
    quarters = [quote.text for quote in line.plan_text] or _NO_PLAN
    return {
        "year": _year(year),
        "line": {
            "code": line.code.text,
            "name": line.name.text,
            "department": line.department.name or "",
            "department_code": line.department.code or "",
            "budget": figure(line.budget),
            "project_total": figure(line.project_total),
            "plan": {f"quarter{i}": text for i, text in enumerate(quarters, 1)},
            "purpose": line.purpose.text,
            "goal": line.goal.text,
        },
        "targets": [
            {
                "level1": target.level1.text,
                "level2": target.level2.text,
                "name": target.name.text,
                "description": target.description.text,
                "value": target.value.text,
                "basis": target.basis.text,
            }
            for target in rows_of(line)
        ],
    }


def summary(file: TargetFile, standings: Mapping[str, Standing]) -> Data:
    """The data of 汇总台账: ``year``, ``lines`` and their ``total``; ``standings`` by the label of a line.

    A total is printed only where every line has its figure; the score is not added up.
    """
    known = [standings.get(line.label(), Standing()) for line in file.lines]
    budgets = [line.budget for line in file.lines]
    lines = [
        {
            "number": str(number),
            "code": line.code.text,
            "name": line.name.text,
            "department": line.department.name or "",
            "budget": figure(line.budget),
            "paid": figure(standing.paid),
            "rate": percent(ratio(standing.paid, line.budget)),
            "attainment": percent(standing.attainment),
            "score": figure(standing.score),
            "grade": standing.grade,
        }
        for number, (line, standing) in enumerate(zip(file.lines, known, strict=True), 1)
    ]
    budget, paid = _sum(budgets), _sum([standing.paid for standing in known])
    total = {
        "count": str(len(lines)),
        "budget": figure(budget),
        "paid": figure(paid),
        "rate": percent(ratio(paid, budget)),
    }
    return {"year": _year(file.year), "lines": lines, "total": total}


def rows_of(line: BudgetLine) -> list[Target]:
    """The targets with the form's unused classes between them, where the targets stand in the form's order."""
    ranks = [_ORDER.get(target.class2, -1) for target in line.targets]
    if ranks != sorted(ranks) or -1 in ranks:
        return line.targets
    unused = [slot for slot in line.empty_slots if slot.class2 in _ORDER]
    return sorted([*line.targets, *unused], key=lambda target: _ORDER[target.class2])


def figure(value: Decimal | None) -> str:
    """All digits of a figure, without an exponent; nothing for what is not known."""
    return "" if value is None else f"{value:f}"


def percent(share: Decimal | None) -> str:
    """A share as per cent with two decimals, rounded half up."""
    return "" if share is None else f"{(share * 100).quantize(_CENT, ROUND_HALF_UP)}%"


def ratio(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """None where one is not known or nothing can be divided."""
    return None if part is None or not whole else part / whole


def _sum(values: list[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _year(year: int | None) -> str:
    return "" if year is None else str(year)
