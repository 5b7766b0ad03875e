"""Facts of a project sheet: a label and what is written beside or below it, put where it belongs."""

from __future__ import annotations

import re
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.cells import Row, clean, distinct, joined
from anju.packs.budget.forms.figures import CODE, UNIT_FIELDS, department_of, money, number
from anju.packs.budget.targetfile import BudgetLine, Department, Target

_CODED_NAME = re.compile(rf"^\s*({CODE.pattern})\s*[-—－_:： ]*\s*(.+)$", re.S)
_ANNUAL_GOAL = re.compile(r"年度|当年|本年|预期|年初|项目年度")
_QUARTERS = ("quarter1", "quarter2", "quarter3", "quarter4")
_MONEY_FIELDS = ("amount", "total", "initial", "adjusted", "executed", "fund_part")


def beside(row: Row, at: int) -> list[Quote]:
    """The cells right of a label up to the next label, blanks left out."""
    found: list[Quote] = []
    cells = distinct(row)
    for i, cell in cells[[i for i, _ in cells].index(at) + 1 :]:
        if vocabulary.is_label(cell.text):
            break
        if cell.text.strip() and i:
            found.append(cell)
    return found


def below(rows: list[Row], r: int, at: int) -> list[Quote]:
    """The cell under a label with nothing beside it.

    A blank beside the label may be its empty value, or the rest of a merged cell in a copy that lost its merges;
    then the row below must hold values only.
    """
    if r + 1 >= len(rows) or at >= len(rows[r + 1]):
        return []
    right = next((cell for i, cell in distinct(rows[r]) if i > at), None)
    labelled = right is None or vocabulary.is_label(right.text)
    if not labelled and any(vocabulary.is_label(cell.text) for cell in rows[r + 1]):
        return []
    cell = rows[r + 1][at]
    blank = cell is rows[r][at] or not cell.text.strip() or vocabulary.is_label(cell.text)
    return [] if blank else [cell]


class FactSheet:
    """Collects the head of one sheet. ``in_yuan``: the form counts in 元, not 万元."""

    def __init__(self, department: Department, in_yuan: bool = False) -> None:
        self.line = BudgetLine(department=department)
        self.in_yuan = in_yuan
        self.quarters: dict[str, Quote] = {}
        self.amounts: dict[str, tuple[Decimal, Quote]] = {}
        self.units: dict[str, Quote] = {}
        self.goal_rank = -1
        self.long_term: list[Target] = []  # targets of the years to come, printed beside the year's

    def has(self, kind: str) -> bool:
        """Whether this sheet already names its project this way, so that another one begins."""
        return bool(self.line.targets or self.line.empty_slots or getattr(self.line, kind).text)

    def put(self, kind: str, label: str, quotes: list[Quote]) -> None:
        """Store what stands at a label; kinds that no one needs are passed over."""
        if not quotes:
            return
        self.line.stray += [q for q in quotes if "[bookmark" in q.text]
        quotes = [clean(q) for q in quotes]
        first = quotes[0]
        if kind in ("code", "name"):
            self._name(kind, first)
        elif kind in UNIT_FIELDS:
            self.units.setdefault(kind, first)
        elif kind in ("goal", "goal_long"):
            self._goal(kind, label, quotes)
        elif kind in ("purpose", "achieved"):
            setattr(self.line, kind, joined(getattr(self.line, kind), quotes))
        elif kind in _QUARTERS:
            self.quarters.setdefault(kind, first)
        elif kind in _MONEY_FIELDS:
            self._money(kind, label, first)

    def _name(self, kind: str, quote: Quote) -> None:
        coded = _CODED_NAME.match(quote.text)
        if coded and kind == "name":
            self.line.code = self.line.code or quote.part(*coded.span(1))
            self.line.name = Quote(coded[2].strip(), quote.position)
        else:
            setattr(self.line, kind, Quote("".join(quote.text.split("\n")).strip(), quote.position))

    def _goal(self, kind: str, label: str, quotes: list[Quote]) -> None:
        """The year's goal goes before an unnamed one, and both before the long-term goal."""
        rank = 0 if kind == "goal_long" else 2 if _ANNUAL_GOAL.search(label) else 1
        if rank > self.goal_rank:
            self.line.goal = joined(Quote("", ""), quotes)
            self.goal_rank = rank
        elif rank == self.goal_rank:
            self.line.goal = joined(self.line.goal, quotes)

    def _money(self, kind: str, label: str, quote: Quote) -> None:
        if kind == "fund_part" and "财政" not in label:
            return
        in_yuan = self.in_yuan or (("元" in label) and "万元" not in label)
        amount = money(quote.text, in_yuan)
        if amount is None or (kind in self.amounts and self.amounts[kind][0]):
            return
        self.amounts[kind] = (amount, quote)
        if kind in ("initial", "adjusted", "executed"):
            setattr(self.line.funds, kind, quote)

    def finish(self) -> BudgetLine:
        """The line with department, plan and budget settled from what was collected."""
        line = self.line
        line.department = self._department()
        plan = [number(self.quarters[q].text) for q in _QUARTERS if q in self.quarters]
        if len(plan) == 4 and None not in plan:
            line.plan = [figure for figure in plan if figure is not None]
            line.plan_text = [self.quarters[q] for q in _QUARTERS]
        for kind in ("adjusted", "initial", "amount", "fund_part"):
            if kind in self.amounts and line.budget is None:
                line.budget, line.budget_text = self.amounts[kind]
        if "total" in self.amounts:
            line.project_total = self.amounts["total"][0]
        return line

    def _department(self) -> Department:
        """The unit with a six-digit code if there is one, else the department in charge."""
        choices = []
        for kind in ("unit", "department"):
            if kind in self.units:
                code = self.units.get(f"{kind}_code")
                choices.append(
                    department_of(self.units[kind].text.strip(), code.text.strip() if code else None)
                )
        for choice in choices:
            if choice.code and len(choice.code) >= 6:
                return choice
        return choices[-1] if choices else self.line.department
