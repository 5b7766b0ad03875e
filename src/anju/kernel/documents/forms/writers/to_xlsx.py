"""A grid as a workbook of one sheet, with the print settings of its template."""

from __future__ import annotations

import re
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents.forms.grid import Cell, FormError, Grid, Style
from anju.kernel.documents.forms.writers.measuring import row_heights
from anju.kernel.documents.forms.writers.packing import MADE, steady
from anju.kernel.documents.spreadsheets.texts import LONGEST, write_text

_INCH = 25.4
_A4 = "9"
_LONGEST_TITLE = 31  # of a sheet
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")


def to_xlsx(grid: Grid) -> bytes:
    """The workbook. Raises ``FormError`` for a text that is longer than a cell may hold."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _NOT_IN_TITLES.sub("", grid.name)[:_LONGEST_TITLE] or "表"
    for i, width in enumerate(grid.widths, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    for i, height in enumerate(row_heights(grid), 1):
        sheet.row_dimensions[i].height = height
    for cell in grid.cells:
        _write(sheet, cell)
    _set_page(sheet, grid)
    book.properties.creator, book.properties.title = "", grid.name
    book.properties.created = MADE.replace(tzinfo=None)
    target = BytesIO()
    book.save(target)
    return steady(target.getvalue())


def _write(sheet: Worksheet, cell: Cell) -> None:
    if len(cell.text) > LONGEST:
        raise FormError(
            f"“{cell.text[:20]}…”有{len(cell.text)}字，Excel一格最多{LONGEST}字。",
            "请导出docx，或者分成几段。",
        )
    low, far = cell.row + cell.rows, cell.column + cell.columns
    for row in range(cell.row + 1, low + 1):
        for column in range(cell.column + 1, far + 1):
            edges = (row == cell.row + 1, column == far, row == low, column == cell.column + 1)
            sheet.cell(row, column).border = _border(cell.style, edges)
    first = sheet.cell(cell.row + 1, cell.column + 1)
    assert isinstance(first, SheetCell)
    style = cell.style
    first.font = Font(name=style.font, size=style.size, bold=style.bold)
    first.alignment = Alignment(horizontal=style.align, vertical=style.vertical, wrap_text=True)
    if style.fill:
        first.fill = PatternFill("solid", fgColor=style.fill)
    if cell.text:
        write_text(first, cell.text)
    if cell.rows * cell.columns > 1:
        sheet.merge_cells(start_row=cell.row + 1, end_row=low, start_column=cell.column + 1, end_column=far)


def _border(style: Style, edges: tuple[bool, bool, bool, bool]) -> Border:
    """The borders of one place of a cell: only those at the cell's own edges."""
    lines = [line if edge else "" for line, edge in zip(style.borders, edges, strict=True)]
    sides = [Side(style=line) if line else Side() for line in lines]  # type: ignore[arg-type]  # any of a workbook
    return Border(top=sides[0], right=sides[1], bottom=sides[2], left=sides[3])


def _set_page(sheet: Worksheet, grid: Grid) -> None:
    page = grid.page
    sheet.page_setup.orientation = "landscape" if page.landscape else "portrait"
    sheet.page_setup.paperSize = _A4
    top, right, bottom, left = (margin / _INCH for margin in page.margins)
    sheet.page_margins = PageMargins(left=left, right=right, top=top, bottom=bottom, header=0.3, footer=0.3)
    sheet.print_options.horizontalCentered = True
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = page.footer
    if page.fit_width:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if grid.header:
        sheet.print_title_rows = f"{grid.header[0] + 1}:{grid.header[1] + 1}"
