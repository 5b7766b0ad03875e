"""Text with one cell a line, or a row or a whole form run together, given back its tables.

A line break tells nothing reliable: some copies keep empty cells and blank lines between rows, some put a blank
line between all cells, some lose both. So labels, heads and classes give the structure, and blank lines are
used only where they really separate rows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from anju.kernel.documents import Quote, Table
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.figures import department_heading, money
from anju.packs.budget.pasted.fitting import BLANK, rows_of, without_edges
from anju.packs.budget.pasted.glue import unglue_funds, unglue_rows
from anju.packs.budget.pasted.runs import RowSplitter

_EDGE = " \t\u3000\xa0\u200b\ufeff|"
_ENDS = frozenset(
    (
        "code",
        "name",
        "department",
        "unit",
        "department_code",
        "unit_code",
        "purpose",
        "plan",
        "other",
        "year",
        "goal",
    )
)
BREAK = Quote("\n", "")


def tokens(lines: list[Quote]) -> list[Quote]:
    """Cells in order; ``BREAK`` where a row may end, a blank ``Quote`` for an empty cell."""
    found: list[Quote] = []
    split = RowSplitter()
    for line in lines:
        text = line.text.strip(_EDGE)
        if text:
            cells = split.cells(line.part(at := line.text.index(text), at + len(text)))
            if len(cells) == 1:  # a whole line is cited as such
                cells = [Quote(text, line.position)]
            found += [c for c in cells if vocabulary.field_of(c.text) != "label_rest"]
        elif "||" in line.text or not line.text:
            found.append(BREAK)
        else:
            found.append(Quote("", line.position))
    filled = sum(1 for t in found if t.text.strip())
    breaks = sum(1 for a, b in itertools.pairwise(found) if a is BREAK and b is not BREAK)
    return [t for t in found if t is not BREAK] if breaks > filled * 0.6 else found


class Stream:
    """Cuts tokens into tables that ``SheetReader`` can read, and the paragraphs between them."""

    def __init__(self, cells: list[Quote]) -> None:
        self._cells = cells
        self._at = 0
        self._waiting: Quote | None = None  # 资金用途 with amounts beside it: its text comes after them

    def blocks(self) -> Iterator[Quote | Table]:
        rows: list[list[Quote]] = []
        while self._at < len(self._cells):
            cell = self._cells[self._at]
            if self._is_heading(self._at):
                if rows:
                    yield Table(rows)
                    rows = []
                yield cell
                self._at += 1
            elif self._is_header():
                rows += self._indicators()
            elif vocabulary.is_label(cell.text):
                rows += self._facts()
            else:
                if cell.text.strip():
                    rows.append([cell])
                self._at += 1
        if rows:
            yield Table(rows)

    # -- heads of forms ----------------------------------------------------------------------------------

    def _is_heading(self, at: int) -> bool:
        """A department's heading; with a bracketed code it may be a cell's value, so a form must follow it."""
        text = self._cells[at].text
        if department_heading(text) is None:
            return False
        after = next((c.text for c in self._cells[at + 1 : at + 4] if c.text.strip()), "")
        return text.strip()[0].isdigit() or vocabulary.field_of(after) in ("code", "name")

    def _take(self, wanted: str) -> list[Quote]:
        """The next cells as long as they are ``labels`` or ``values``; blanks and breaks are passed over."""
        taken: list[Quote] = []
        while self._at < len(self._cells):
            cell = self._cells[self._at]
            if cell.text.strip():
                if vocabulary.is_label(cell.text) != (wanted == "labels") or (
                    taken and self._is_heading(self._at)
                ):
                    break
                if wanted == "labels" and taken and self._is_header():
                    break
                taken.append(cell)
            self._at += 1
        return taken

    def _facts(self) -> list[list[Quote]]:
        labels, values = self._take("labels"), self._take("values")
        funds = [
            i
            for i, q in enumerate(labels)
            if vocabulary.field_of(q.text) in ("initial", "adjusted", "executed")
        ]
        if any(vocabulary.field_of(q.text) == "task" for q in labels):
            return [labels, *([value] for value in values)]
        if len(funds) >= 2:
            return self._fund_rows(labels, values, funds[0])
        if vocabulary.field_of(labels[0].text) == "purpose" and len(labels) > 1:
            self._waiting = labels[0]
        if self._waiting and values and vocabulary.field_of(labels[-1].text) in ("amount", "fund_part"):
            texts = [q for q in values if money(q.text, in_yuan=False) is None]
            if texts:
                label, self._waiting = self._waiting, None
                figures = [q for q in values if q not in texts]
                return [[q] for q in labels[:-1] if q is not label] + [
                    [labels[-1], *figures],
                    [label, *texts],
                ]
        if len(labels) > 1 and len(values) > 1:
            heads = labels[-len(values) :]
            return [[label] for label in labels[: -len(values)]] + [heads, values[: len(heads)]]
        # One text for goal and achievement together cannot be cut; it is the goal.
        goal = next((q for q in labels if vocabulary.field_of(q.text) == "goal"), labels[-1])
        owner = goal if vocabulary.field_of(labels[-1].text) == "achieved" else labels[-1]
        return [[label] for label in labels if label is not owner] + [[owner, *values]]

    @staticmethod
    def _fund_rows(labels: list[Quote], values: list[Quote], first: int) -> list[list[Quote]]:
        last = labels[-1]
        if vocabulary.field_of(last.text) in ("amount", "total_row"):
            heads = labels[first:-1]
            return [[BLANK, *heads], [last, *unglue_funds(values, heads)]]
        return [[BLANK, *labels[first:]], [Quote("总额", last.position), *values]]

    # -- indicator tables --------------------------------------------------------------------------------

    def _is_header(self) -> bool:
        if vocabulary.column_of(self._cells[self._at].text) not in ("level1", "level2"):
            return False
        following = [c for c in self._cells[self._at + 1 : self._at + 12] if c.text.strip()][:2]
        return len(following) == 2 and all(vocabulary.column_of(c.text) for c in following)

    def _header(self) -> list[Quote]:
        heads: list[Quote] = []
        while self._at < len(self._cells):
            cell = self._cells[self._at]
            if cell.text.strip():
                if vocabulary.column_of(cell.text) is None:
                    break
                heads.append(cell)
            self._at += 1
        return _parts_in_place([h for h in heads if vocabulary.column_of(h.text) != "term"])

    def _indicators(self) -> list[list[Quote]]:
        heads = self._header()
        kinds = [vocabulary.column_of(h.text) or "" for h in heads]
        sides = 2 if kinds.count("name") == 2 else 1
        if sides == 2:  # long-term and annual side by side: only the annual half is a target of the year
            second = max(i for i, kind in enumerate(kinds) if kind in ("level2", "name"))
            second = max((i for i, kind in enumerate(kinds) if kind == "level2"), default=second)
            keep = [0, *range(second, len(heads))] if kinds[0] == "level1" else [*range(second, len(heads))]
            heads, kinds = [heads[i] for i in keep], [kinds[i] for i in keep]
        levels = [k for k in kinds if k in ("level1", "level2")]
        data = [k for k in kinds if k not in ("level1", "level2")]
        rows = [heads]
        for n, (level1, level2, cells) in enumerate(self._groups("level1" in levels)):
            if sides == 2 and self._is_long_half(n):
                continue
            for row in rows_for(cells, data):
                rows.append(_in_order(kinds, {"level1": level1, "level2": level2}, row))
        rows += self._totals(kinds)
        return rows

    def _is_long_half(self, n: int) -> bool:
        return n % 2 == 0

    def _groups(self, has_level1: bool) -> Iterator[tuple[Quote, Quote, list[Quote]]]:
        """The cells under each printed class: (level 1, level 2, cells)."""
        level1 = level2 = BLANK
        cells: list[Quote] = []
        open_group = False
        while self._at < len(self._cells):
            cell = self._cells[self._at]
            kind = vocabulary.field_of(cell.text)
            if vocabulary.is_remark(cell.text) or vocabulary.is_title(cell.text):
                break
            if kind in _ENDS or kind == "total_row" or self._is_heading(self._at) or self._is_header():
                break
            first, second = self._level(cell, has_level1)
            if first or second:
                if open_group and not (second and not cells and not level2.text):
                    yield level1, level2, cells
                level1, level2 = (cell, BLANK) if first else (level1, cell)
                cells, open_group = [], True
            elif open_group:
                cells.append(cell)
            self._at += 1
        if open_group:
            yield level1, level2, cells

    def _level(self, cell: Quote, has_level1: bool) -> tuple[bool, bool]:
        """Whether a cell is a level-1 or a level-2 class; 成本 and 满意度 may be either, the next cell tells."""
        one, two = vocabulary.is_level1(cell.text), vocabulary.is_level2(cell.text)
        if one and two:
            following = next((c.text for c in self._cells[self._at + 1 : self._at + 4] if c.text.strip()), "")
            nested = vocabulary.is_level2(following) and vocabulary.class1_of(cell.text, "") in (
                vocabulary.class1_of(following, ""),
                vocabulary.class2_of("", following),
            )
            if vocabulary.is_level1(self._before()):
                return False, True
            one = has_level1 and (nested or vocabulary.class1_of(cell.text, "") == "satisfaction")
            return one, not one
        return one, two

    def _before(self) -> str:
        return next(
            (c.text for c in reversed(self._cells[max(0, self._at - 4) : self._at]) if c.text.strip()), ""
        )

    def _totals(self, kinds: list[str]) -> list[list[Quote]]:
        if self._at >= len(self._cells) or vocabulary.field_of(self._cells[self._at].text) != "total_row":
            return []
        label = self._cells[self._at]
        self._at += 1
        figures = list(self._take("values")[:2])
        row = [label] + [BLANK] * (len(kinds) - 1)
        for kind, figure in zip([k for k in ("weight", "score") if k in kinds], figures, strict=False):
            row[kinds.index(kind)] = figure
        return [row]


def _parts_in_place(heads: list[Quote]) -> list[Quote]:
    """指标值 printed over 符号 值 单位 is no column of its own: the second head row belongs where it stands."""
    kinds = [vocabulary.column_of(h.text) for h in heads]
    if kinds.count("value") != 2 or "operator" not in kinds:
        return heads
    whole, sign = kinds.index("value"), kinds.index("operator")
    if sign < whole:
        return heads
    return heads[:whole] + heads[sign:] + heads[whole + 1 : sign]


def rows_for(cells: list[Quote], data: list[str]) -> list[list[Quote]]:
    """Cells of one class as rows: by the breaks where each part fits the head, else by what the cells are."""
    parts: list[list[Quote]] = [[]]
    for cell in cells:
        if cell is BREAK:
            parts.append([])
        else:
            parts[-1].append(cell)
    parts = [
        p if len(p) == len(data) else without_edges(p) for part in parts for p in unglue_rows(part, data)
    ]
    parts = [part for part in parts if part]
    if parts and all(len(part) <= len(data) for part in parts) and any(len(part) > 1 for part in parts):
        return [row for part in parts for row in rows_of(part, data)]
    merged = [cell for part in parts for cell in part]
    return rows_of(merged, data) or [[BLANK] * len(data)]


def _in_order(kinds: list[str], levels: dict[str, Quote], row: list[Quote]) -> list[Quote]:
    cells = iter(row)
    return [levels[kind] if kind in levels else next(cells, BLANK) for kind in kinds]
