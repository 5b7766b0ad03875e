"""How a template looks: styles of its cells, widths, heights and print settings, as its workbook has them."""

from __future__ import annotations

import re

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from anju.kernel.documents.forms.grid import FormError, Page, Style

AnyCell = SheetCell | MergedCell
_INCH = 25.4
_A4 = 9  # a paper size of workbooks (ECMA-376 part 1, 18.3.1.63)
_ALIGN = {"center": "center", "centerContinuous": "center", "distributed": "center", "right": "right"}
_VERTICAL = {"top": "top", "center": "center", "justify": "center", "distributed": "center"}
_CODES = re.compile(r'&(?:"[^"]*"|K[0-9A-F]{6}|[A-MOQ-Z]|\d+)')  # every code of a footer but &P and &N
_DEFAULT_WIDTH = 8.43


def style_of(cell: AnyCell, corner: AnyCell) -> Style:
    """The style of a cell that reaches to ``corner``, whose right and bottom borders end it."""
    first, last, aligned = cell.border, corner.border, cell.alignment
    colour = cell.fill.fgColor if cell.fill.fill_type == "solid" else None
    return Style(
        font=cell.font.name or "宋体",
        size=float(cell.font.size or 10.5),
        bold=bool(cell.font.bold),
        align=_ALIGN.get(aligned.horizontal or "", "left"),
        vertical=_VERTICAL.get(aligned.vertical or "", "bottom"),
        borders=(_line(first.top), _line(last.right), _line(last.bottom), _line(first.left)),
        fill=colour.rgb[-6:] if colour is not None and colour.type == "rgb" else "",
    )


def _line(side: object) -> str:
    return getattr(side, "style", None) or ""


def widths(sheet: Worksheet, columns: int) -> tuple[float, ...]:
    """The width of each column in characters."""
    usual = sheet.sheet_format.defaultColWidth or _DEFAULT_WIDTH
    found = [usual] * columns
    for letter, dimension in sheet.column_dimensions.items():
        first = dimension.min or column_index_from_string(letter)
        for column in range(first, min(dimension.max or first, columns) + 1):
            found[column - 1] = float(dimension.width)
    return tuple(found)


def page_of(sheet: Worksheet) -> Page:
    """The print settings. Raises ``FormError`` for another paper than A4."""
    paper = sheet.page_setup.paperSize
    if paper not in (None, "", _A4, str(_A4)):
        raise FormError(f"模板「{sheet.title}」的纸张不是A4。", "请在“页面布局—纸张大小”中选A4。")
    margins = sheet.page_margins
    fit = sheet.sheet_properties.pageSetUpPr
    return Page(
        landscape=sheet.page_setup.orientation == "landscape",
        margins=(
            margins.top * _INCH,
            margins.right * _INCH,
            margins.bottom * _INCH,
            margins.left * _INCH,
        ),
        footer=_CODES.sub("", sheet.oddFooter.center.text or "") if sheet.oddFooter else "",
        fit_width=bool(fit and fit.fitToPage),
    )


def title_rows(sheet: Worksheet, top: int, bottom: int) -> tuple[int, int] | None:
    """The rows that every page repeats, of those from ``top`` to ``bottom``, counted from 0 at ``top``."""
    rows = re.fullmatch(r"(?:.*!)?\$?(\d+):\$?(\d+)", sheet.print_title_rows or "")
    if rows is None:
        return None
    first, last = max(top, int(rows[1])), min(bottom, int(rows[2]))
    return (first - top, last - top) if first <= last else None
