"""A grid as PDF/A-2u by typst: what is printed can be kept and searched; only the characters used are embedded.

Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1) come with a package, so that the result is the same on
every machine. Bold text and Hei type (黑体) are set in the Sans, as Chinese print does.
"""

from __future__ import annotations

from typing import Any

from anju.kernel.documents.forms.grid import BORDER_POINTS, Cell, Grid
from anju.kernel.documents.forms.writers.measuring import breaking_rows
from anju.kernel.documents.forms.writers.typesetting import SANS, SERIF, typeset

_SANS_NAMES = ("黑", "Hei", "Sans", "雅黑", "等线")
_PADDING = 6.0  # points above and below a text, together, as form.typ has it
_SIDES = ("top", "right", "bottom", "left")


def to_pdf(grid: Grid) -> bytes:
    """The pages. Raises ``FormError`` for a character that no font of this machine has."""
    return typeset("form.typ", _form(grid))


def _form(grid: Grid) -> dict[str, Any]:
    """What ``form.typ`` reads; lengths of the page are millimetres, of texts and lines points."""
    first, last = grid.header or (len(grid.heights), len(grid.heights))
    page = grid.page
    tall, breaking = _tall(grid), breaking_rows(grid)
    before: list[dict[str, Any]] = []
    header: list[dict[str, Any]] = []
    after: list[dict[str, Any]] = []
    for cell in grid.cells:
        part = before if cell.row < first else header if cell.row <= last else after
        least = tall.get((cell.row, cell.column), 0.0)
        part.append(_cell(cell, least) | {"breakable": cell.rows > 1 or cell.row in breaking})
    return {
        "name": grid.name,
        "width": page.size[0],
        "height": page.size[1],
        "margins": page.margins,
        "footer": page.footer,
        "fonts": {"serif": [SERIF, SANS], "sans": [SANS, SERIF]},
        "columns": grid.shares(),
        "before": before,
        "header": header,
        "after": after,
    }


def _tall(grid: Grid) -> dict[tuple[int, int], float]:
    """By place of the cell that holds a row open, the row's least height in points."""
    tall = {}
    for row, least in enumerate(grid.heights):
        single = [cell for cell in grid.cells if cell.row == row and cell.rows == 1]
        if least and single:
            shortest = min(single, key=lambda cell: len(cell.text))
            tall[row, shortest.column] = max(0.0, least - _PADDING)
    return tall


def _cell(cell: Cell, least: float) -> dict[str, Any]:
    style = cell.style
    sans = style.bold or any(name in style.font for name in _SANS_NAMES)
    return {
        "text": cell.text,
        "x": cell.column,
        "y": cell.row,
        "columns": cell.columns,
        "rows": cell.rows,
        "size": style.size,
        "face": "sans" if sans else "serif",
        "align": style.align,
        "vertical": {"center": "horizon"}.get(style.vertical, style.vertical),
        "fill": style.fill and f"#{style.fill}",
        "stroke": {
            side: BORDER_POINTS.get(line, 0.5)
            for side, line in zip(_SIDES, style.borders, strict=True)
            if line
        },
        "least": least,
        "prose": not any(style.borders),
    }
