"""A template: one sheet of a workbook that an official draws in Excel or WPS; ``notation`` tells its marks."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents import guard
from anju.kernel.documents.forms import looks
from anju.kernel.documents.forms.grid import FormError, Page, Style
from anju.kernel.documents.forms.notation import Slot, Words, fixed, parse
from anju.kernel.documents.model import DocumentError

_MOST_ROWS, _MOST_COLUMNS = 500, 100
_SAVE = "请用Excel或WPS打开模板，另存为xlsx后放回原处。"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell of a template; rows and columns are counted from 0, ``place`` is as Excel names it."""

    row: int
    column: int
    rows: int
    columns: int
    parts: tuple[str | Slot, ...]
    style: Style
    place: str

    @property
    def last(self) -> int:
        return self.row + self.rows - 1

    @property
    def joins(self) -> bool:
        return any(isinstance(part, Slot) and part.joins for part in self.parts)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows ``first`` to ``last`` that are repeated for each entry of the list ``name``."""

    name: str
    first: int
    last: int
    place: str

    def holds(self, row: int) -> bool:
        return self.first <= row <= self.last


@dataclass(frozen=True, slots=True)
class Template:
    """The boxes cover every place of the sheet; ``blocks`` stand outer before inner, top before bottom."""

    name: str
    boxes: tuple[Box, ...]
    blocks: tuple[Block, ...]
    widths: tuple[float, ...]
    heights: tuple[float | None, ...]
    header: tuple[int, int] | None
    page: Page

    def chain(self, first: int, last: int) -> tuple[Block, ...]:
        """The blocks that hold the rows ``first`` to ``last``, outer before inner."""
        return tuple(block for block in self.blocks if block.holds(first) and block.holds(last))

    def rows(self) -> list[list[Box]]:
        """The boxes of each row by column, those that reach into it from above included."""
        rows: list[list[Box]] = [[] for _ in self.heights]
        for box in sorted(self.boxes, key=lambda box: box.column):
            for row in range(box.row, box.last + 1):
                rows[row].append(box)
        return rows

    def followers(self, row: int) -> list[int]:
        """The rows that may stand below ``row`` (-1: the first ones): a block may be repeated or left out.

        The number of rows stands for the end of the form.
        """
        repeated = [block.first for block in reversed(self.blocks) if block.last == row]  # inner before outer
        found = [entry for first in repeated for entry in self._entries(first)]
        return list(dict.fromkeys([*found, *self._entries(row + 1)]))

    def _entries(self, row: int) -> list[int]:
        """``row``, and what may stand in its place where a block that begins there is left out."""
        found = [row]
        for block in self.blocks:
            if block.first == row:
                around = [other for other in reversed(self.blocks) if _encloses(other, block)]
                for outer in around:
                    found += self._entries(outer.first) if outer.last == block.last else []
                found += self._entries(block.last + 1)
        return found


def _encloses(outer: Block, inner: Block) -> bool:
    return outer is not inner and outer.first <= inner.first and inner.last <= outer.last


def read_template(path: Path) -> Template:
    """The first sheet of the workbook at ``path``. Raises ``FormError`` for a template that cannot work."""
    sheet = _sheet(path)
    left, top, right, bottom = _reach(sheet)
    boxes, marks = _boxes(sheet, (left, top, right, bottom))
    blocks = _blocks(marks)
    header = looks.title_rows(sheet, top, bottom)
    template = Template(
        name=sheet.title,
        boxes=tuple(boxes),
        blocks=blocks,
        widths=looks.widths(sheet, right)[left - 1 :],
        heights=tuple(sheet.row_dimensions[row].height for row in range(top, bottom + 1)),
        header=header,
        page=looks.page_of(sheet),
    )
    _check(template)
    return template


def _sheet(path: Path) -> Worksheet:
    try:
        data = path.read_bytes()
        guard.open_zip(data, path.name)
        sheet = load_workbook(BytesIO(data)).worksheets[0]
    except DocumentError as error:
        raise FormError(error.sentence, _SAVE) from error
    except FileNotFoundError as error:
        raise FormError(f"找不到模板「{path.name}」。", "请核对模板所在的文件夹。") from error
    except (OSError, zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise FormError(f"模板「{path.name}」读不出来。", _SAVE) from error
    return sheet


def _reach(sheet: Worksheet) -> tuple[int, int, int, int]:
    """First and last column and row as Excel counts them: the print area, else all that is written or framed."""
    if sheet.max_row > _MOST_ROWS or sheet.max_column > _MOST_COLUMNS:
        raise FormError(
            f"模板「{sheet.title}」太大。", f"请删去第{_MOST_ROWS}行以下、第{_MOST_COLUMNS}列以右的内容。"
        )
    if sheet.print_area:
        area = str(sheet.print_area).partition(",")[0].rpartition("!")[2]
        left, top, right, bottom = range_boundaries(area)
        if None not in (left, top, right, bottom):
            return int(left or 1), int(top or 1), int(right or 1), int(bottom or 1)
    ends = [(merge.max_row, merge.max_col) for merge in sheet.merged_cells.ranges]
    ends += [
        (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or any(_framed(cell))
    ]
    if not ends:
        raise FormError(f"模板「{sheet.title}」是空的。", "请在第一张工作表里画出表样。")
    return 1, 1, max(column for _, column in ends), max(row for row, _ in ends)


def _framed(cell: object) -> list[str | None]:
    border = getattr(cell, "border", None)
    return [side.style for side in (border.left, border.right, border.top, border.bottom)] if border else []


def _boxes(sheet: Worksheet, reach: tuple[int, int, int, int]) -> tuple[list[Box], list[tuple[Box, Words]]]:
    """All boxes, and the words of those in whose row a block begins or ends."""
    left, top, right, bottom = reach
    corners, covered = {}, set()
    for merge in sheet.merged_cells.ranges:
        corners[merge.min_row, merge.min_col] = (min(merge.max_row, bottom), min(merge.max_col, right))
        covered.update(merge.cells)
    boxes, marks = [], []
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) in covered and (row, column) not in corners:
                continue
            cell, (low, far) = sheet.cell(row, column), corners.get((row, column), (row, column))
            assert isinstance(cell, SheetCell)
            words = parse(_text(cell), cell.coordinate)
            box = Box(
                row=row - top,
                column=column - left,
                rows=low - row + 1,
                columns=far - column + 1,
                parts=words.parts,
                style=looks.style_of(cell, sheet.cell(low, far)),
                place=cell.coordinate,
            )
            boxes.append(box)
            if words.begins or words.ends:
                marks.append((box, words))
    return boxes, marks


def _text(cell: SheetCell) -> str:
    if cell.data_type == "f":
        raise FormError(
            f"模板单元格{cell.coordinate}是公式，导出时不会计算。", "请改成文字，或者改成要填写的名称。"
        )
    return "" if cell.value is None else str(cell.value).replace("\r\n", "\n")


def _blocks(marks: list[tuple[Box, Words]]) -> tuple[Block, ...]:
    """Blocks from their marks in reading order. Raises ``FormError`` where they do not pair."""
    blocks: list[Block] = []
    opened: list[tuple[str, Box]] = []
    for box, words in marks:
        opened += [(name, box) for name in words.begins]
        for name in words.ends:
            if not opened or opened[-1][0] != name:
                raise FormError(
                    f"模板单元格{box.place}的“{{{{/{name}}}}}”没有对应的开头。",
                    f"请在重复行的第一格写“{{{{#{name}}}}}”，先开始的后结束。",
                )
            _, first = opened.pop()
            blocks.append(Block(name, first.row, box.last, first.place))
    if opened:
        name, box = opened[-1]
        raise FormError(
            f"模板单元格{box.place}的“{{{{#{name}}}}}”没有结束。",
            f"请在重复行的最后一格写“{{{{/{name}}}}}”。",
        )
    blocks.reverse()  # those that end together stand inner before outer
    return tuple(sorted(blocks, key=lambda block: (block.first, -block.last)))


def _check(template: Template) -> None:
    for block in template.blocks:
        _check_block(template, block)
    for box in template.boxes:
        _check_box(template, box)
    _check_apart(template)


def _check_block(template: Template, block: Block) -> None:
    """Blocks lie within each other or apart, and each has a row of its own."""
    inner = [other for other in template.blocks if _encloses(block, other)]
    if all(any(other.holds(row) for other in inner) for row in range(block.first, block.last + 1)):
        raise FormError(
            f"模板单元格{block.place}的“{block.name}”没有自己的行，全是里层的重复行。",
            "请给外层留一行写它自己的内容。",
        )
    for other in template.blocks:
        if other is block:
            continue
        if other.first < block.first <= other.last < block.last:
            raise FormError(f"模板单元格{block.place}的重复行与上一段交叉。", "请让里层在外层之内结束。")


def _check_box(template: Template, box: Box) -> None:
    """A merge lies in a block, or holds whole blocks; page headers and joined cells are plain."""
    chain = template.chain(box.row, box.last)
    for block in template.blocks:
        apart = block.last < box.row or box.last < block.first
        inside = box.row <= block.first and block.last <= box.last
        if block not in chain and not apart and not inside:
            raise FormError(
                f"模板单元格{box.place}的合并只包含了“{block.name}”重复行的一部分。",
                "请让合并的单元格都在重复行之内，或者包含全部重复行。",
            )
    if box.joins and (not chain or chain[-1].first != chain[-1].last):
        raise FormError(
            f"模板单元格{box.place}的“{{{{^ }}}}”要向下合并，但不在单独一行的重复行里。",
            "请去掉“^”，或者让重复行只占一行。",
        )
    if template.header:
        first, last = template.header
        if box.row < first <= box.last or box.row <= last < box.last:
            raise FormError(
                f"模板单元格{box.place}的合并跨过了顶端标题行。", "请拆开合并，或者修改“页面布局—打印标题”。"
            )
        if any(first <= block.last and block.first <= last for block in template.blocks):
            raise FormError("顶端标题行里有重复行。", "请修改“页面布局—打印标题”，只选表头。")


def _check_apart(template: Template) -> None:
    """Rows that may stand at the same place must look different, or a form could not be read back."""
    rows = template.rows()
    for row in range(-1, len(rows)):
        choices = [follower for follower in template.followers(row) if follower < len(rows)]
        for i, one in enumerate(choices):
            for other in choices[i + 1 :]:
                if _shape(rows[one]) == _shape(rows[other]):
                    raise FormError(
                        f"模板里从{rows[one][0].place}和{rows[other][0].place}起的两行样子相同，读回时分不开。",
                        "请在其中一行写上固定的文字，例如“合计”。",
                    )


def _shape(row: list[Box]) -> list[tuple[int, int, str]]:
    return [(box.column, box.columns, fixed(box.parts)) for box in row]
