"""Workbooks (xlsx, xls, xlsb, ods): one table a sheet, hidden sheets too, cells as a person sees them."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from anju.kernel.documents import guard
from anju.kernel.documents.model import Document, Quote, Table
from anju.kernel.documents.spreadsheets.biff import scan_xls
from anju.kernel.documents.spreadsheets.scan import (
    Place,
    Scan,
    column_letters,
    scan_ods,
    scan_xlsb,
    scan_xlsx,
)

_Value = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta
# A merge to the sheet's edge is a whole row or column: it says nothing about the table's size.
_LAST_ROW, _LAST_COLUMN = 65_535, 255


def read_zipped(data: bytes, archive: zipfile.ZipFile, kind: str, name: str) -> Document:
    """The workbook of ``kind`` xlsx, xlsb or ods whose guarded ``archive`` is ``data``."""
    scans: dict[str, Scan] = {}
    if kind == "xlsb":
        _check_reach([scan_xlsb(archive)], name)
    else:
        scans = scan_xlsx(archive, name) if kind == "xlsx" else scan_ods(archive, name)
        _check_reach(list(scans.values()), name)
    return _read(data, kind, name, scans)


def read_xls(data: bytes, stream: bytes, name: str) -> Document:
    """The xls workbook in ``data``, whose workbook stream is ``stream``."""
    scans = scan_xls(stream, name)
    _check_reach(scans, name)  # calamine allocates all sheets on opening
    return _read(data, "xls", name, scans)


def _check_reach(scans: list[Scan], name: str) -> None:
    guard.check_cells(sum(scan.rows * scan.columns for scan in scans), name)


def _read(data: bytes, kind: str, name: str, scans: dict[str, Scan] | list[Scan]) -> Document:
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
    except PasswordError as error:
        raise guard.locked(name) from error
    if isinstance(scans, list):
        scans = dict(zip(workbook.sheet_names, scans, strict=False))
    document = Document(name, kind)
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            table = _table(workbook.get_sheet_by_name(sheet.name), scans.get(sheet.name, Scan()), name)
            if table.rows:
                document.blocks.append(table)
    return document


def _table(sheet: CalamineSheet, scan: Scan, file_name: str) -> Table:
    values = sheet.to_python(skip_empty_area=False)
    merges: list[tuple[Place, Place]] = [*(sheet.merged_cell_ranges or []), *scan.merges]
    filled = [
        m for m in merges if _is_filled(values, m[0]) and m[1][0] < _LAST_ROW and m[1][1] < _LAST_COLUMN
    ]
    height = max([len(values), *(end[0] + 1 for _, end in filled)])
    width = max([max(map(len, values), default=0), *(end[1] + 1 for _, end in filled)])
    guard.check_cells(height * width, file_name, f"「{sheet.name}」")
    letters = [column_letters(column) for column in range(width)]
    rows = []
    for r in range(height):
        row = values[r] if r < len(values) else []
        texts = [_text(value, (r, c) in scan.percents) for c, value in enumerate(row)]
        texts += [""] * (width - len(texts))
        rows.append([Quote(text, f"{sheet.name}!{letters[c]}{r + 1}") for c, text in enumerate(texts)])
    _merge(rows, merges)
    _trim(rows)
    return Table(rows, sheet.name)


def _is_filled(values: list[list[_Value]], place: Place) -> bool:
    row, column = place
    return row < len(values) and column < len(values[row]) and values[row][column] != ""


def _merge(rows: list[list[Quote]], merges: list[tuple[Place, Place]]) -> None:
    for (top, left), (bottom, right) in merges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        quote = rows[top][left]
        for row in rows[top : bottom + 1]:
            for column in range(left, min(right + 1, len(row))):
                row[column] = quote


def _trim(rows: list[list[Quote]]) -> None:
    """Drop the rows and columns at the end that show nothing."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((column for row in rows for column, cell in enumerate(row, 1) if cell), default=0)
    for row in rows:
        del row[width:]


def _text(value: _Value, percent: bool) -> str:
    """A cell's value as a person sees it; per cent keeps all its digits, whatever the format rounds to."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, percent)
    if isinstance(value, dt.datetime):
        return _date_text(value)
    return str(value)


def _number_text(value: int | float, percent: bool) -> str:
    number = Decimal(f"{value:.15g}")  # a spreadsheet keeps 15 digits; what follows is binary noise
    if percent:
        number *= 100
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text) + ("%" if percent else "")


def _date_text(moment: dt.datetime) -> str:
    if moment.time() == dt.time():
        return moment.date().isoformat()
    return moment.isoformat(" ", "seconds" if moment.second else "minutes")
