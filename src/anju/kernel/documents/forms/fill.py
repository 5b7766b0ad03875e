"""A template and its data as a grid: blocks repeated, names filled in, merges grown and cells joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias, Union

from anju.kernel.documents.forms.grid import Cell, FormError, Grid
from anju.kernel.documents.forms.notation import Slot
from anju.kernel.documents.forms.template import Block, Box, Template
from anju.kernel.documents.spreadsheets.texts import printable

Value: TypeAlias = Union[str, "Data", "Sequence[Data]"]
Data: TypeAlias = Mapping[str, Value]
_MOST_NAMES = 12  # in one message


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed row: its row in the template, the numbers of the entries around it, and their data."""

    row: int
    entries: tuple[int, ...]
    scopes: tuple[Data, ...]


def fill(template: Template, data: Data) -> Grid:
    """The form. ``data`` holds texts, dicts of them, and lists of dicts for blocks; a text loses its outer blanks.

    Raises ``FormError`` for a name of the template that the data do not hold.
    """
    filling = _Filling(template, _lines(template, data))
    cells = [cell for box in template.boxes for cell in filling.cells(box)]
    first = {line.row: number for number, line in reversed(list(enumerate(filling.lines)))}
    header = template.header and (first[template.header[0]], first[template.header[1]])
    return Grid(
        name=template.name,
        cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        widths=template.widths,
        heights=tuple(template.heights[line.row] for line in filling.lines),
        header=header,
        page=template.page,
    )


def _lines(template: Template, data: Data) -> list[_Line]:
    """The rows to print, blocks repeated."""
    found: list[_Line] = []

    def lay(first: int, last: int, around: _Line) -> None:
        row = first
        while row <= last:
            depth = len(around.entries)
            block = next(
                (b for b in template.blocks if b.first == row and _depth(template, b) == depth), None
            )
            if block is None:
                found.append(_Line(row, around.entries, around.scopes))
                row += 1
                continue
            for number, entry in enumerate(_list(block, around.scopes[-1])):
                lay(
                    block.first,
                    block.last,
                    _Line(row, (*around.entries, number), (*around.scopes, entry)),
                )
            row = block.last + 1

    lay(0, len(template.heights) - 1, _Line(0, (), (data,)))
    return found


def _depth(template: Template, block: Block) -> int:
    return len(template.chain(block.first, block.last)) - 1


def _list(block: Block, scope: Data) -> Sequence[Data]:
    value = _value(block.name, scope, block.place)
    if isinstance(value, (str, Mapping)):
        raise FormError(
            f"模板单元格{block.place}的“{block.name}”不是名单，不能重复。", _names(scope, block.name)
        )
    return value


def _value(name: str, scope: Data, place: str) -> Value:
    found: Value = scope
    for part in name.split("."):
        if not isinstance(found, Mapping) or part not in found:
            raise FormError(f"模板单元格{place}的“{name}”没有对应的内容。", _names(scope, name))
        found = found[part]
    return found


def _names(scope: Data, wanted: str) -> str:
    """What could be meant."""
    known = sorted(_paths(scope))
    names = get_close_matches(wanted, known, _MOST_NAMES, 0.5) or known[:_MOST_NAMES]
    return f"请改成这里可用的名称，例如{'、'.join(names)}。" if names else "请删去它：这里没有可填写的内容。"


def _paths(scope: Data, before: str = "") -> list[str]:
    found = []
    for name, value in scope.items():
        found += _paths(value, f"{before}{name}.") if isinstance(value, Mapping) else [f"{before}{name}"]
    return found


class _Filling:
    """Turns boxes into cells; remembers where joined cells of a block are parted."""

    def __init__(self, template: Template, lines: list[_Line]) -> None:
        self.template, self.lines = template, lines
        self._places: dict[int, list[int]] = {}
        for number, line in enumerate(lines):
            self._places.setdefault(line.row, []).append(number)
        self._parted: dict[int, set[int]] = {}  # by template row: printed rows where a joined cell begins

    def cells(self, box: Box) -> list[Cell]:
        """The cells that a box becomes: one for each entry of its innermost block."""
        depth = len(self.template.chain(box.row, box.last))
        reach: dict[tuple[int, ...], tuple[int, int]] = {}
        for row in range(box.row, box.last + 1):
            for number in self._places.get(row, ()):
                entry = self.lines[number].entries[:depth]
                first, last = reach.get(entry, (number, number))
                reach[entry] = (min(first, number), max(last, number))
        cells = [
            Cell(
                text=self._text(box, self.lines[first].scopes[depth]),
                row=first,
                column=box.column,
                rows=last - first + 1,
                columns=box.columns,
                style=box.style,
            )
            for first, last in reach.values()
        ]
        return self._joined(box, cells) if box.joins else cells

    def _text(self, box: Box, scope: Data) -> str:
        texts = []
        for part in box.parts:
            if isinstance(part, Slot):
                value = _value(part.name, scope, box.place)
                if not isinstance(value, str):
                    raise FormError(
                        f"模板单元格{box.place}的“{part.name}”不是文字，不能填在一格里。",
                        _names({part.name: value} if isinstance(value, Mapping) else {}, part.name),
                    )
                part = printable(value).strip()
            texts.append(part)
        return "".join(texts)

    def _joined(self, box: Box, cells: list[Cell]) -> list[Cell]:
        """Cells one below the other with the same text as one, but not over a border of a joined cell to the left."""
        parted = self._parted.setdefault(box.row, set())
        joined: list[Cell] = []
        for cell in cells:
            last = joined[-1] if joined else None
            same_list = last is not None and self._list(last.row) == self._list(cell.row)
            if last is None or last.text != cell.text or cell.row in parted or not same_list:
                joined.append(cell)
                parted.add(cell.row)
            else:
                joined[-1] = Cell(
                    last.text, last.row, last.column, last.rows + cell.rows, last.columns, last.style
                )
        return joined

    def _list(self, number: int) -> tuple[int, ...]:
        """The entries around the list that a printed row belongs to."""
        return self.lines[number].entries[:-1]
