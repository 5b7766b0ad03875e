"""The sample as a workbook: the prose on the first sheet, then a sheet a department with its forms stacked."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from anju.packs.budget.sample.content import Content, Line, Paragraph, Section
from anju.packs.budget.sample.form import COLUMNS, WIDTHS, Cell, form

_LINE = Side(style="thin", color="808080")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LABEL = PatternFill("solid", fgColor="F2F2F2")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TEXT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_PARAGRAPH = Alignment(vertical="top", wrap_text=True)
_FONTS = {
    "title": Font(name="宋体", size=18, bold=True),
    "chapter": Font(name="黑体", size=14),
    "item": Font(name="黑体", size=12),
    "text": Font(name="宋体", size=11),
    "label": Font(name="宋体", size=10, bold=True),
    "cell": Font(name="宋体", size=10),
}
_LINE_HEIGHT = 14.0
# Columns of a sheet are measured in digits; a Chinese character is two of them wide. This fills A4 landscape at
# full size: scaling to the page would make Excel ignore the page break after each form.
_SHEET_WIDTH = 132


def write_xlsx(content: Content, path: Path) -> None:
    """Write the workbook to ``path``."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "绩效目标文本"
    _prose(first, content.prose)
    for section in content.sections:
        _section(book.create_sheet(section.code), section)
    book.save(path)


def _prose(sheet: Worksheet, paragraphs: tuple[Paragraph, ...]) -> None:
    sheet.column_dimensions["A"].width = _SHEET_WIDTH
    for row, paragraph in enumerate(paragraphs, 1):
        cell = sheet.cell(row, 1, paragraph.text)
        cell.font = _FONTS[paragraph.style]
        cell.alignment = _MIDDLE if paragraph.style == "title" else _PARAGRAPH
        if paragraph.style == "text":
            sheet.row_dimensions[row].height = _height(paragraph.text, _SHEET_WIDTH)
    _page(sheet)


def _section(sheet: Worksheet, section: Section) -> None:
    for i, share in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEF"[i]].width = _SHEET_WIDTH * share / 100
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=COLUMNS)
    heading = sheet.cell(1, 1, section.heading)
    heading.font = _FONTS["chapter"]
    top = 2
    for line in section.lines:
        top = _form(sheet, top, line) + 1
        sheet.row_breaks.append(Break(id=top - 1))
    _page(sheet)


def _form(sheet: Worksheet, top: int, line: Line) -> int:
    """One form from row ``top`` on; gives the row after it."""
    rows = form(line)
    for number, row in enumerate(rows, top):
        for cell in row:
            _cell(sheet, number, cell)
        sheet.row_dimensions[number].height = max(_height(c.text, _width(c)) / c.rows for c in row)
    return top + len(rows)


def _cell(sheet: Worksheet, row: int, cell: Cell) -> None:
    first, last = cell.column + 1, cell.column + cell.columns
    for r in range(row, row + cell.rows):
        for c in range(first, last + 1):
            sheet.cell(r, c).border = _BORDER
    written = sheet.cell(row, first, cell.text or None)
    written.font = _FONTS["label" if cell.label else "cell"]
    written.alignment = _MIDDLE if cell.label or len(cell.text) < 12 else _TEXT
    if cell.label:
        written.fill = _LABEL
    if cell.rows > 1 or cell.columns > 1:
        sheet.merge_cells(start_row=row, end_row=row + cell.rows - 1, start_column=first, end_column=last)


def _width(cell: Cell) -> float:
    return _SHEET_WIDTH * sum(WIDTHS[cell.column : cell.column + cell.columns]) / 100


def _height(text: str, width: float) -> float:
    """Points that a wrapped text needs: merged cells do not grow by themselves."""
    characters = max(1, int(width / 2.1))
    lines = sum(-(-len(part) // characters) or 1 for part in text.split("\n"))
    return _LINE_HEIGHT * lines + 6


def _page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.print_options.horizontalCentered = True
