"""How high a text stands in its cell, estimated: no format tells, and workbooks do not grow merged cells by themselves."""

from __future__ import annotations

import math
import unicodedata

from anju.kernel.documents.forms.grid import Grid, Style

_LINE = 1.35  # height of a line in sizes of its font
_PADDING = 6.0  # points above and below a text, together
_PIXELS_A_CHARACTER, _PIXELS_BESIDE = 7, 5  # a column's width in characters as pixels, 96 an inch
_POINTS_A_PIXEL = 0.75
_POINTS_A_MM = 72 / 25.4
_LEAST, _MOST = 15.0, 409.0  # points of a row; no workbook has higher ones
_NARROW = 0.55  # width of a letter or digit in sizes of its font


def points(characters: float) -> float:
    """The width of a column, given in characters, in points."""
    return (characters * _PIXELS_A_CHARACTER + _PIXELS_BESIDE) * _POINTS_A_PIXEL


def height(text: str, width: float, style: Style) -> float:
    """Points that a wrapped text needs in a cell ``width`` points wide."""
    room = max(style.size, width - _PADDING)
    lines = sum(max(1, math.ceil(_length(line, style) / room)) for line in text.split("\n"))
    return lines * style.size * _LINE + _PADDING


def _length(line: str, style: Style) -> float:
    wide = sum(unicodedata.east_asian_width(character) in "WFA" for character in line)
    return (wide + (len(line) - wide) * _NARROW) * style.size * 1.02  # lines break before they are full


def row_heights(grid: Grid) -> list[float]:
    """Points for each row: what its cells need, and at least the template's own height."""
    heights = [least or 0.0 for least in grid.heights]
    for merged in (False, True):  # a cell over several rows lengthens only the last of them
        for cell in grid.cells:
            if (cell.rows > 1) == merged:
                width = sum(points(w) for w in grid.widths[cell.column : cell.column + cell.columns])
                rows = slice(cell.row, cell.row + cell.rows)
                lacking = height(cell.text, width, cell.style) - sum(heights[rows])
                if lacking > 0 and cell.text:
                    heights[cell.row + cell.rows - 1] += lacking
    return [min(max(each, _LEAST), _MOST) for each in heights]


def breaking_rows(grid: Grid) -> set[int]:
    """The rows that may go on over a page: a text in them takes more than a third of it."""
    shares, page = grid.shares(), grid.page
    wide, high = (length * _POINTS_A_MM for length in (page.text_width, page.size[1]))
    found: set[int] = set()
    for cell in grid.cells:
        width = sum(shares[cell.column : cell.column + cell.columns]) * wide
        if height(cell.text, width, cell.style) > high / 3:
            found.update(range(cell.row, cell.row + cell.rows))
    return found
