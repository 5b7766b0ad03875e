"""The indicator table of a form, from its head on; and the block of money by source."""

from __future__ import annotations

from anju.kernel.documents import Quote
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.cells import Row, distinct
from anju.packs.budget.reading.columns import Columns, is_unused, target_of
from anju.packs.budget.reading.facts import FactSheet
from anju.packs.budget.targetfile import Target

_FUNDS = ("initial", "adjusted", "executed")


class IndicatorTable:
    """Puts the rows below one head into sheets; remembers the classes that blank cells continue."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._above: dict[str, Target] = {}

    @property
    def is_ledger(self) -> bool:
        """Whether each row names its project."""
        return bool(self.columns.facts.keys() & {"code", "name"})

    def forget(self) -> None:
        """Another project begins: its first row continues nothing."""
        self._above = {}

    def facts(self, row: Row) -> dict[str, tuple[str, Quote]]:
        """What a ledger's row says of its project: by kind the column's label and the cell."""
        places = self.columns.facts.items()
        return {k: (label, row[i]) for k, (i, label) in places if i < len(row) and row[i].text.strip()}

    def label_of(self, cells: list[tuple[int, Quote]]) -> str | None:
        """The label that a row begins with, left of the indicator's name; the table's own side label is none."""
        for i, cell in cells:
            kind = vocabulary.field_of(cell.text)
            if kind != "section":
                return kind if i < self.columns.annual.get("name", 1) else None
        return None

    def take(self, row: Row, sheet: FactSheet) -> None:
        """A row as a target of the year, and the long-term one printed beside it."""
        line = sheet.line
        target = self._target(row, "annual", self.columns.annual)
        line.stray += [cell for _, cell in distinct(row) if "[bookmark" in cell.text]
        if not is_unused(target):
            if _says_something(target):
                line.targets.append(target)
        elif target.level2.text:
            line.empty_slots.append(target)
        if self.columns.long_term:
            other = self._target(row, "long", self.columns.long_term)
            other.level1 = other.level1 if other.level1.text else target.level1
            if not is_unused(other) and _says_something(other):
                sheet.long_term.append(other)

    def _target(self, row: Row, term: str, places: dict[str, int]) -> Target:
        target = target_of(row, places, self._above.get(term))
        self._above[term] = target
        return target

    def totals(self, row: Row, sheet: FactSheet) -> None:
        """The last row, 总分: weights and scores together."""
        for kind in ("weight", "score"):
            i = self.columns.annual.get(kind)
            if i is not None and i < len(row) and not vocabulary.field_of(row[i].text):
                setattr(sheet.line, f"total_{kind}", row[i])


def _says_something(target: Target) -> bool:
    """A class with a remark in its value cell and no name is no target; with a figure it is."""
    named = target.name.text or target.description.text
    return bool(named) or target.parsed.kind not in ("qualitative", "unparseable")


class FundBlock:
    """The block of money by source: its head, then the row of the total; the parts are passed over."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def take(self, row: Row, sheet: FactSheet | None) -> bool:
        """Whether the row belongs to the block; None for ``sheet`` means that no form has begun."""
        cells = distinct(row)
        kinds = {vocabulary.field_of(cell.text): i for i, cell in cells}
        if len(kinds.keys() & set(_FUNDS)) >= 2:
            heads = {vocabulary.column_of(cell.text): i for i, cell in cells}
            self._places = {k: i for k, i in kinds.items() if k in (*_FUNDS, "rate")}
            self._places |= {k: heads[k] for k in ("weight", "score") if k in heads}
            return True
        if self._places and sheet is not None and kinds.keys() & {"amount", "fund_part", "total_row"}:
            self._figures(row, sheet)
            return True
        self._places = {}
        return False

    def _figures(self, row: Row, sheet: FactSheet) -> None:
        for kind, i in self._places.items():
            if i >= len(row) or not row[i].text.strip() or vocabulary.is_label(row[i].text):
                continue
            if kind in _FUNDS:
                sheet.put(kind, "", [row[i]])
            elif not getattr(sheet.line.funds, kind).text:
                setattr(sheet.line.funds, kind, row[i])
