"""An exported form, perhaps filled in further by hand, as its data again: the inverse of ``fill`` and a writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from anju.kernel.documents.forms.grid import FormError
from anju.kernel.documents.forms.notation import Slot, fixed, pattern
from anju.kernel.documents.forms.template import Block, Box, Template
from anju.kernel.documents.model import Document, Quote, Table

Tree = dict[str, "str | Tree | list[Tree]"]
_NEXT_STEP = "请用同一模板导出的文件；如果改过模板，请先把新模板放进模板文件夹。"
_NOTHING = Quote("", "")


def read_form(document: Document, template: Template) -> Tree:
    """The data that the form shows. Raises ``FormError`` where the document is not of this template.

    A name that stands several times must say the same everywhere. An entry of which nothing is written is not seen
    at the end of a workbook's sheet.
    """
    refusal = FormError(f"「{document.name}」里没有表格。", _NEXT_STEP)
    for rows in _candidates(document, len(template.widths)):
        try:
            return _Form(template, rows, document.name).tree()
        except FormError as error:
            refusal = error
    raise refusal


def _candidates(document: Document, width: int) -> Iterator[list[list[Quote]]]:
    """All rows of a text document, a paragraph being a row as wide as the form; each sheet of a workbook for itself."""
    if document.kind == "docx":
        rows: list[list[Quote]] = []
        for block in document.blocks:
            rows += block.rows if isinstance(block, Table) else [[block] * width]
        if rows:
            yield rows
    else:
        yield from (table.rows for table in document.tables() if table.rows)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A box as a row of a file must show it."""

    box: Box
    wanted: re.Pattern[str]

    @staticmethod
    def of(box: Box) -> _Shape:
        return _Shape(box, pattern(box.parts))

    def texts(self, row: list[Quote]) -> list[str] | None:
        """What stands in the slots, or None where the row is another one."""
        cells = row[self.box.column : self.box.column + self.box.columns]
        if any(cell is not cells[0] and (cell or cells[0]) for cell in cells):
            return None
        if self.box.column and cells[0] and row[self.box.column - 1] is cells[0]:
            return None  # the file's cell begins further left
        found = self.wanted.fullmatch(cells[0].text.strip())
        return [text.strip() for text in found.groups()] if found else None


class _Form:
    """Finds for each row of a file its row in the template, trying the most telling one first."""

    def __init__(self, template: Template, rows: list[list[Quote]], name: str) -> None:
        self.template, self.name = template, name
        width = len(template.widths)
        self.rows = [self._wide(row, width) for row in rows]
        self.shapes = [[_Shape.of(box) for box in boxes] for boxes in template.rows()]
        self.end = len(self.shapes)
        weights = [sum(len(fixed(box.parts)) for box in boxes) for boxes in template.rows()] + [0]
        self.followers = {
            row: sorted(template.followers(row), key=lambda follower: -weights[follower])
            for row in range(-1, self.end)
        }
        self._seen: dict[tuple[int, int], bool] = {}

    @staticmethod
    def _wide(row: list[Quote], width: int) -> list[Quote]:
        """A workbook's reader leaves out the empty columns at the right, which come back here."""
        return row[:width] + [_NOTHING] * (width - len(row)) if not any(row[width:]) else row

    def tree(self) -> Tree:
        reader = _Collector(self.template)
        at = -1
        for number, following in enumerate(self._path()):
            row = self.rows[number] if number < len(self.rows) else [_NOTHING] * len(self.template.widths)
            reader.enter(at, following)
            for shape in self.shapes[following]:
                reader.put(shape.box, shape.texts(row) or [])
            at = following
        return reader.tree

    def _path(self) -> list[int]:
        """The template's row of each row of the file, and those at the end that a file may lack.

        Worked from the end, so that each step forward is one from which the end can be reached.
        """
        count = len(self.rows)
        good: list[set[int]] = [set() for _ in range(count + 1)]
        good[count] = self._blank_ends()
        for number in range(count - 1, -1, -1):
            for row in range(self.end):
                if not good[number + 1].isdisjoint(self.followers[row]) and self._matches(number, row):
                    good[number].add(row)
        path: list[int] = []
        at = -1
        while at != self.end:
            number = min(len(path), count)
            fitting = [r for r in self.followers[at] if r in good[number] and (number < count or r > at)]
            if not fitting:
                raise self._refusal()
            at = (
                fitting[0] if number < count else max(fitting)
            )  # no entries of a block where nothing is written
            path.append(at)
        return path[:-1]

    def _blank_ends(self) -> set[int]:
        """The rows from which on all may be blank: a workbook's reader leaves those out."""
        ends = {self.end}
        blank = [_NOTHING] * len(self.template.widths)
        for row in range(self.end - 1, -1, -1):
            fits = all(shape.texts(blank) is not None for shape in self.shapes[row])
            if fits and any(follower > row and follower in ends for follower in self.followers[row]):
                ends.add(row)
        return ends

    def _matches(self, number: int, row: int) -> bool:
        known = self._seen.get((number, row))
        if known is None:
            cells = self.rows[number]
            fits = len(cells) == len(self.template.widths)
            known = fits and all(shape.texts(cells) is not None for shape in self.shapes[row])
            self._seen[number, row] = known
        return known

    def _refusal(self) -> FormError:
        """Names the first row of the file that fits nowhere."""
        reached = {-1}
        for number, row in enumerate(self.rows):
            below = {follower for at in reached for follower in self.followers[at]} - {self.end}
            reached = {follower for follower in below if self._matches(number, follower)}
            if not reached:
                cell = next((cell for cell in row if cell), row[0])
                return FormError(
                    f"「{self.name}」{cell.position}的“{cell.text[:20]}”与模板「{self.template.name}」对不上。",
                    _NEXT_STEP,
                )
        return FormError(f"「{self.name}」比模板「{self.template.name}」少了最后的行。", _NEXT_STEP)


class _Collector:
    """Builds the tree while rows go by: opens an entry where a block begins or is repeated."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.tree: Tree = {}
        self._open: dict[Block, Tree] = {}
        self._begin((), self.tree)

    def enter(self, before: int, row: int) -> None:
        """Go from one row of the template to the next one."""
        around = self.template.chain(row, row)
        shared = [block for block in around if block.holds(before)]
        repeated = shared[-1] if shared and row <= before else None
        for depth, block in enumerate(around):
            if block not in shared or block is repeated:
                parent = self._open[around[depth - 1]] if depth else self.tree
                entry: Tree = {}
                entries = _descend(parent, block.name)
                assert isinstance(entries, list)
                entries.append(entry)
                self._open[block] = entry
                self._begin(around[: depth + 1], entry)

    def _begin(self, around: tuple[Block, ...], entry: Tree) -> None:
        """The lists of an entry are there even when they are empty."""
        for block in self.template.blocks:
            chain = self.template.chain(block.first, block.last)
            if chain[:-1] == around:
                _place(entry, block.name, [])

    def put(self, box: Box, texts: list[str]) -> None:
        """Note what stands in a box's slots. Raises ``FormError`` where a name says two things."""
        chain = self.template.chain(box.row, box.last)
        entry = self._open[chain[-1]] if chain else self.tree
        slots = [part for part in box.parts if isinstance(part, Slot)]
        for slot, text in zip(slots, texts, strict=True):
            known = _descend(entry, slot.name)
            if known is None:
                _place(entry, slot.name, text)
            elif known != text:
                raise FormError(
                    f"“{slot.name}”在表中写了两样：“{known}”和“{text}”（模板单元格{box.place}）。",
                    "请改成一致后再导入。",
                )


def _descend(entry: Tree, name: str) -> str | Tree | list[Tree] | None:
    found: str | Tree | list[Tree] | None = entry
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _place(entry: Tree, name: str, value: str | list[Tree]) -> None:
    *path, last = name.split(".")
    for part in path:
        step = entry.setdefault(part, {})
        assert isinstance(step, dict)
        entry = step
    entry[last] = value
