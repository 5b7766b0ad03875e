"""Tables of any layout as budget lines: stacked forms, forms cut over tables, and ledgers with a row a target."""

from __future__ import annotations

import re

from anju.kernel.documents import Quote, Table
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.cells import Row, distinct
from anju.packs.budget.forms.figures import CODE, UNIT_FIELDS, department_heading
from anju.packs.budget.reading.columns import header, is_header, is_subheader
from anju.packs.budget.reading.facts import FactSheet, below, beside
from anju.packs.budget.reading.indicators import FundBlock, IndicatorTable
from anju.packs.budget.targetfile import BudgetLine, Department

_UNIT = re.compile(r"单位\s*[:：]\s*(?:人民币)?(万?元)|[（(]\s*(万?元)\s*[)）]")
_WHOLE = re.compile(r"(?:部门|单位)整体(?:支出)?(?:预算)?绩效")
_PAIR = re.compile(r"^\s*([^:：\n]{2,20})[:：]\s*(\S.*?)\s*$", re.S)
_BEGINS = ("code", "name")


class SheetReader:
    """Feeds on paragraphs and tables in reading order and gives budget lines.

    A form begins at its code or name and goes on until the next one begins, whatever tables it is cut into.
    """

    def __init__(self) -> None:
        self.lines: list[BudgetLine] = []
        self.notes: list[str] = []
        self._department = Department(None, None)
        self._in_yuan = False
        self._sheet: FactSheet | None = None
        self._table: IndicatorTable | None = None
        self._funds = FundBlock()
        self._rows: list[Row] = []
        self._is_whole = False  # the form is a department's own, not a project's
        self._used: set[int] = set()  # cells of the current table that a label has claimed

    def paragraph(self, quote: Quote) -> None:
        """Text between tables: a department's heading, the unit of money, or ``标签：内容``."""
        department = department_heading(quote.text)
        if department and not CODE.match(quote.text.strip()) and not self._is_begun():
            self._flush()
            self._department = department
            return
        if _WHOLE.search(quote.text[:40]) and "表" in quote.text:
            self._flush()
            self._is_whole = True
        if unit := _UNIT.search(quote.text):
            self._in_yuan = "元" in unit.groups()
        self._pair(quote)

    def table(self, table: Table) -> None:
        if not self._goes_on(table):
            self._table = None
        self._rows, self._used = table.rows, set()
        skip = -1
        for r, row in enumerate(table.rows):
            if r == skip or not any(cell.text.strip() for cell in row):
                continue
            if is_header(row):
                after = table.rows[r + 1] if r + 1 < len(table.rows) else None
                two = after is not None and is_subheader(after)
                self._table = IndicatorTable(header(row, after if two else None))
                self._funds = FundBlock()
                skip = r + 1 if two else skip
            elif self._table is None or not self._target_row(row, self._table):
                self._head(r, row)

    def _goes_on(self, table: Table) -> bool:
        """Whether a page break cut the last table here: as wide, and begun without a label."""
        first = next((row for row in table.rows if any(cell.text.strip() for cell in row)), [])
        as_wide = bool(self._rows) and len(self._rows[-1]) == len(first)
        several = len({cell.text for cell in first if cell.text.strip()}) > 1
        return as_wide and several and not any(vocabulary.is_label(cell.text) for cell in first)

    def finish(self) -> list[BudgetLine]:
        self._flush()
        lines = with_sheets(self.lines)
        known = {line.name.text for line in lines}
        self.notes += [
            f"“{line.label()}”（{line.name.position}）只有名称和金额，没有绩效目标表，未读作项目。"
            for line in self.lines
            if line.name.text not in known
        ]
        return lines

    # -- sheets ------------------------------------------------------------------------------------------

    def _current(self) -> FactSheet:
        if self._sheet is None:
            self._sheet = FactSheet(self._department, self._in_yuan)
        return self._sheet

    def _flush(self) -> None:
        if self._sheet is not None:
            line = self._sheet.finish()
            if self._is_whole and line.targets and not line.name.text:
                units = self._sheet.units
                line.name = (
                    units.get("department") or units.get("unit") or Quote(line.department.name or "", "")
                )
                self.notes.append(f"{line.label()}：这是部门整体绩效目标表，作为一项读取。")
            self._is_whole = self._is_whole and not line.targets
            if not line.targets and self._sheet.long_term:
                line.targets = self._sheet.long_term
                self.notes.append(f"{line.label()}：年度指标一栏为空，读取的是中长期指标。")
            if line.code.text or line.name.text or line.targets:
                self.lines.append(line)
        self._sheet, self._funds = None, FundBlock()
        if self._table is not None:
            self._table.forget()

    def _has_indicators(self) -> bool:
        return self._sheet is not None and bool(self._sheet.line.targets or self._sheet.line.empty_slots)

    def _is_begun(self) -> bool:
        """Whether a named form is open whose indicators are still to come."""
        named = self._sheet is not None and bool(self._sheet.line.code.text or self._sheet.line.name.text)
        return named and not self._has_indicators()

    def _put(self, kind: str, label: str, quotes: list[Quote]) -> None:
        if quotes and self._sheet is not None:
            again = (
                self._sheet.has(kind) if kind in _BEGINS else kind in UNIT_FIELDS and self._has_indicators()
            )
            if again:
                self._flush()
        self._current().put(kind, label, quotes)

    def _pair(self, cell: Quote) -> None:
        """``项目名称：某工程`` inside one cell or paragraph."""
        pair = _PAIR.match(cell.text)
        kind = vocabulary.field_of(pair[1]) if pair else None
        if pair and kind:
            self._put(kind, pair[1], [cell.part(*pair.span(2))])

    # -- rows --------------------------------------------------------------------------------------------

    def _head(self, r: int, row: Row) -> None:
        if self._funds.take(row, self._sheet):
            return
        if any(vocabulary.field_of(cell.text) == "task" for cell in row):
            self._is_whole = True  # amounts in this block belong to single tasks
            return
        labelled = any(vocabulary.field_of(cell.text) for cell in row)
        if not labelled and self._late_text(r, row):
            return
        for i, cell in distinct(row):
            kind = vocabulary.field_of(cell.text)
            again = _same_above(self._rows, r, i)
            if kind == "section" and (unit := _UNIT.search(cell.text)):
                self._current().in_yuan = "元" in unit.groups()
            if kind is None and not again and (not labelled or _PAIR.match(cell.text)):
                self._aside(cell)
            elif kind is not None and (not again or kind in ("purpose", "goal", "achieved")):
                found = beside(row, i) or below(self._rows, r, i)
                fresh = [q for q in found if not again or id(q) not in self._used]
                self._used.update(map(id, fresh))
                self._put(kind, cell.text, fresh)

    def _late_text(self, r: int, row: Row) -> bool:
        """The text of a label above that has amounts beside it, in a copy that lost the label's merge."""
        filled = [cell for _, cell in distinct(row) if cell.text.strip()]
        above = self._rows[r - 1][0] if r and self._rows[r - 1] else None
        kind = vocabulary.field_of(above.text) if above is not None else None
        if len(filled) != 1 or row[0].text.strip() or kind not in ("purpose", "goal") or above is None:
            return False
        if id(filled[0]) in self._used:
            return True
        if self._current().has(kind):
            return False
        self._put(kind, above.text, filled)
        return True

    def _aside(self, cell: Quote) -> None:
        """A cell that is no label: a heading, a remark on units, or a pair."""
        if len(cell.text) < 60:
            self.paragraph(cell)

    def _target_row(self, row: Row, table: IndicatorTable) -> bool:
        """Take a row of the indicator table; False when the row belongs to the head of a form."""
        cells = [(i, cell) for i, cell in distinct(row) if cell.text.strip()]
        if table.is_ledger:
            self._ledger_facts(table.facts(row))
        else:
            kind = table.label_of(cells)
            if kind == "total_row":
                table.totals(row, self._current())
                return True
            if kind is not None:
                self._table = None
                return False
        if _is_indicator(cells):
            table.take(row, self._current())
        elif cells:
            self._aside(cells[0][1])
        return True

    def _ledger_facts(self, facts: dict[str, tuple[str, Quote]]) -> None:
        """Project columns of a ledger: a new code or name begins a new line, a blank goes on with the last."""
        line = self._current().line
        same = (line.code.text, line.name.text, f"{line.code.text}-{line.name.text}")
        begun = [
            facts[kind][1].text.strip() for kind in _BEGINS if kind in facts and getattr(line, kind).text
        ]
        if any(text not in same for text in begun):
            self._flush()
        if self._has_indicators():
            return
        sheet = self._current()
        for kind, (label, quote) in facts.items():
            if kind not in _BEGINS or not getattr(sheet.line, kind).text:
                sheet.put(kind, label, [quote])


def _is_indicator(cells: list[tuple[int, Quote]]) -> bool:
    """A row of several texts, or of a class alone; not a remark, however its merged cell was copied."""
    texts = [cell.text for _, cell in cells]
    if len(set(texts)) > 1:
        return not vocabulary.is_remark(texts[0])
    return bool(texts) and vocabulary.is_level1(texts[0])


def _same_above(rows: list[Row], r: int, i: int) -> bool:
    """A cell merged downwards from the row above."""
    return r > 0 and i < len(rows[r - 1]) and rows[r - 1][i] is rows[r][i]


def with_sheets(lines: list[BudgetLine]) -> list[BudgetLine]:
    """The lines with a sheet of their own; rows of other budget tables only name a project and its money.

    Where no line has targets, nothing tells the two apart and all are kept.
    """
    sheets = [
        line for line in lines if line.targets or line.empty_slots or line.goal or line.purpose or line.plan
    ]
    return sheets if any(line.targets for line in sheets) else lines
