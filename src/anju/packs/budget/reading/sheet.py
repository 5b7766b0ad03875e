"""Tables of any layout as budget lines: stacked forms, forms cut over tables, and ledgers with a row a target."""

from __future__ import annotations

import re

from anju.kernel.documents import Quote, Table
from anju.packs.budget.reading import vocabulary
from anju.packs.budget.reading.columns import (
    Columns,
    Row,
    distinct,
    header,
    is_header,
    is_subheader,
    is_unused,
    target_of,
)
from anju.packs.budget.reading.facts import CODE, FactSheet, below, beside
from anju.packs.budget.targetfile import BudgetLine, Department, Target

_IN_YUAN = re.compile(r"(?:金额)?单位\s*[:：]\s*元|[(（]\s*元\s*[)）]")
_IN_WAN = re.compile(r"万元")
_HEADING = re.compile(r"^\s*(\d{6})\s*[-—_ ]?\s*([\u4e00-\u9fff（）()·]{4,40})\s*$")
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
        self._columns: Columns | None = None
        self._funds: dict[str, int] = {}
        self._above: dict[str, Target] = {}
        self._long: list[Target] = []
        self._rows: list[Row] = []
        self._used: set[int] = set()  # cells of the current table that a label has claimed

    def paragraph(self, quote: Quote) -> None:
        """Text between tables: a department's heading, the unit of money, or ``标签：内容``."""
        heading = _HEADING.match(quote.text)
        if heading and not CODE.match(quote.text.strip()):
            self._flush()
            self._department = Department(heading[1], heading[2])
            return
        if _IN_YUAN.search(quote.text) and not _IN_WAN.search(quote.text):
            self._in_yuan = True
        self._pair(quote)

    def table(self, table: Table) -> None:
        self._rows, self._used = table.rows, set()
        self._columns = None
        skip = -1
        for r, row in enumerate(table.rows):
            if r == skip or not any(cell.text.strip() for cell in row):
                continue
            if is_header(row):
                after = table.rows[r + 1] if r + 1 < len(table.rows) else None
                two = after is not None and is_subheader(after)
                self._columns = header(row, after if two else None)
                self._above, self._funds = {}, {}
                skip = r + 1 if two else skip
            elif self._columns is None or not self._target_row(row):
                self._head(r, row)

    def finish(self) -> list[BudgetLine]:
        self._flush()
        return self.lines

    # -- sheets ------------------------------------------------------------------------------------------

    def _current(self) -> FactSheet:
        if self._sheet is None:
            self._sheet = FactSheet(self._department, self._in_yuan)
        return self._sheet

    def _flush(self) -> None:
        if self._sheet is not None:
            line = self._sheet.finish()
            if not line.targets and self._long:
                line.targets = self._long
                self.notes.append(f"{line.label()}：年度指标一栏为空，读取的是中长期指标。")
            if line.code.text or line.name.text or line.targets:
                self.lines.append(line)
        self._sheet, self._long, self._above, self._funds = None, [], {}, {}

    def _put(self, kind: str, label: str, quotes: list[Quote]) -> None:
        if kind in _BEGINS and quotes and self._sheet is not None and self._sheet.has(kind):
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
        if self._fund_row(row):
            return
        labelled = any(vocabulary.field_of(cell.text) for cell in row)
        if not labelled and self._late_text(r, row):
            return
        for i, cell in distinct(row):
            kind = vocabulary.field_of(cell.text)
            again = _same_above(self._rows, r, i)
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

    def _fund_row(self, row: Row) -> bool:
        """The block of money by source: its head, then the row of the total; the parts are passed over."""
        cells = distinct(row)
        kinds = {vocabulary.field_of(cell.text): i for i, cell in cells}
        if len({"initial", "adjusted", "executed"} & kinds.keys()) >= 2:
            self._funds = {k: i for k, i in kinds.items() if k in ("initial", "adjusted", "executed", "rate")}
            heads = {vocabulary.column_of(cell.text): i for i, cell in cells}
            self._funds |= {k: heads[k] for k in ("weight", "score") if k in heads}
            return True
        if not self._funds:
            return False
        if "amount" in kinds or "fund_part" in kinds or "total_row" in kinds:
            self._fund_figures(row)
            return True
        self._funds = {}
        return False

    def _fund_figures(self, row: Row) -> None:
        sheet = self._current()
        for kind, i in self._funds.items():
            if i >= len(row) or not row[i].text.strip() or vocabulary.is_label(row[i].text):
                continue
            if kind in ("initial", "adjusted", "executed"):
                sheet.put(kind, "", [row[i]])
            elif not getattr(sheet.line.funds, kind).text:
                setattr(sheet.line.funds, kind, row[i])

    def _target_row(self, row: Row) -> bool:
        """Take a row of the indicator table; False when the row belongs to the head of a form."""
        columns = self._columns
        assert columns is not None
        cells = [(i, cell) for i, cell in distinct(row) if cell.text.strip()]
        if columns.facts.keys() & {"code", "name"}:
            self._ledger_facts(row)
        else:
            kind = self._label_of(cells, columns)
            if kind == "total_row":
                self._totals(row)
                return True
            if kind is not None:
                self._columns = None
                return False
        if len(cells) > 1 or (cells and vocabulary.is_level1(cells[0][1].text)):
            self._take(row, columns)
        return True

    @staticmethod
    def _label_of(cells: list[tuple[int, Quote]], columns: Columns) -> str | None:
        """The label that a row begins with, left of the indicator's name; the table's own side label is none."""
        for i, cell in cells:
            kind = vocabulary.field_of(cell.text)
            if kind != "section":
                return kind if i < columns.annual.get("name", 1) else None
        return None

    def _take(self, row: Row, columns: Columns) -> None:
        line = self._current().line
        for places, into, name in (
            (columns.annual, line.targets, "annual"),
            (columns.long_term, self._long, "long"),
        ):
            if not places:
                continue
            target = target_of(row, places, self._above.get(name))
            if not target.level1.text and name == "long":
                target.level1 = line.targets[-1].level1 if line.targets else target.level1
            self._above[name] = target
            if name == "annual":
                line.stray += [cell for _, cell in distinct(row) if "[bookmark" in cell.text]
            if not is_unused(target):
                if (
                    target.name.text
                    or target.description.text
                    or target.parsed.kind not in ("qualitative", "unparseable")
                ):
                    into.append(target)
            elif name == "annual" and target.level2.text:
                line.empty_slots.append(target)

    def _ledger_facts(self, row: Row) -> None:
        """Project columns of a ledger: a new code or name begins a new line, a blank goes on with the last."""
        assert self._columns is not None
        facts = {k: row[i] for k, i in self._columns.facts.items() if i < len(row) and row[i].text.strip()}
        line = self._current().line
        for kind in _BEGINS:
            if (
                kind in facts
                and getattr(line, kind).text
                and facts[kind].text.strip()
                not in (
                    getattr(line, kind).text,
                    f"{line.code.text}-{line.name.text}",
                )
            ):
                self._flush()
                break
        sheet = self._current()
        if sheet.line.targets or sheet.line.empty_slots:
            return
        for kind, quote in facts.items():
            if kind not in _BEGINS or not getattr(sheet.line, kind).text:
                sheet.put(kind, "", [quote])

    def _totals(self, row: Row) -> None:
        assert self._columns is not None
        line = self._current().line
        for kind in ("weight", "score"):
            i = self._columns.annual.get(kind)
            if i is not None and i < len(row) and not vocabulary.field_of(row[i].text):
                setattr(line, f"total_{kind}", row[i])


def _same_above(rows: list[Row], r: int, i: int) -> bool:
    """A cell merged downwards from the row above."""
    return r > 0 and i < len(rows[r - 1]) and rows[r - 1][i] is rows[r][i]
