"""A register as xlsx: typed cells, text that never becomes a formula, and a sheet that says what it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from anju.kernel.documents.spreadsheets.texts import write_text
from anju.kernel.packs import Column
from anju.web.registers import cells
from anju.web.registers.asking import Asked
from anju.web.registers.filters import head

LIMIT = 100_000
_FORMATS = {
    "money_fen": "#,##0.00",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm",
    "deadline": "yyyy-mm-dd hh:mm",
}
_WIDTHS = {"money_fen": 18, "date": 12, "time": 17, "deadline": 17, "number": 14, "flag": 8, "choice": 12}
_LONGEST_TITLE = 31  # of a sheet


def workbook(asked: Asked, rows: Any, notes: Iterable[tuple[str, str]]) -> BytesIO:
    """A file, open for reading, with the rows (a queryset) and a second sheet of the notes (name, words)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext(asked.register.name)[:_LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for i, column in enumerate(asked.columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = _WIDTHS.get(column.kind, 28)
    sheet.append([_text(sheet, head(column), bold=True) for column in asked.columns])
    for line in _lines(asked, rows, sheet):
        sheet.append(line)
    about = book.create_sheet(gettext("说明"))
    about.column_dimensions["B"].width = 60
    for name, said in notes:
        about.append([_text(about, name), _text(about, said)])
    target = BytesIO()
    book.save(target)
    target.seek(0)
    return target


def _lines(asked: Asked, rows: Any, sheet: Any) -> Iterator[list[Any]]:
    """One cell object a column serves all rows: a write-only sheet writes a row at once."""
    known = cells.choices_of(asked.register, asked.columns)
    row_cells = [_empty(sheet, column) for column in asked.columns]
    paths = [column.field for column in asked.columns]
    for row in rows.values_list(*paths).iterator(chunk_size=2000):
        for cell, column, value in zip(row_cells, asked.columns, row, strict=True):
            _fill(cell, cells.label(column, known.get(column.field, {}), value))
        yield row_cells


def _empty(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet)
    if column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]
    return cell


def _fill(cell: Any, meant: Any) -> None:
    if isinstance(meant, datetime):
        cell.value = meant.replace(tzinfo=None)  # spreadsheets know no zones; it is local already
    elif meant is None or isinstance(meant, (int, float, Decimal, date)):
        cell.value = meant
    else:
        write_text(cell, str(meant))


def _text(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet)
    if bold:
        cell.font = Font(bold=True)
    _fill(cell, text)
    return cell
