"""Tables as a workbook: numbers stay numbers, texts never become formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from anju.kernel.documents.spreadsheets.texts import write_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | None


def book(sheets: Iterable[tuple[str, Sequence[Sequence[Cell]]]]) -> BytesIO:
    """A file, open for reading, of named sheets; the first row of each is its head."""
    made = Workbook(write_only=True)
    for name, rows in sheets:
        sheet = made.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for column in range(1, 1 + max(map(len, rows), default=0)):
            sheet.column_dimensions[get_column_letter(column)].width = 24
        for number, row in enumerate(rows):
            sheet.append([_cell(sheet, value, bold=not number) for value in row])
    target = BytesIO()
    made.save(target)
    target.seek(0)
    return target


def _cell(sheet: Any, value: Cell, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet)
    if bold:
        cell.font = Font(bold=True)
    if isinstance(value, str):
        write_text(cell, value)
    else:
        cell.value = value
    return cell
