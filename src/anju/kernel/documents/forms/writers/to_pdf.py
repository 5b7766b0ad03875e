"""A grid as PDF/A-2u by typst: what is printed can be kept and searched; only the characters used are embedded.

Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1) come with a package, so that the result is the same on
every machine. Bold text and Hei type (黑体) are set in the Sans, as Chinese print does.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import pylopdf_fonts_zh_cn as packaged
import typst

from anju.kernel.documents.forms.grid import BORDER_POINTS, Cell, FormError, Grid
from anju.kernel.documents.forms.writers.measuring import breaking_rows
from anju.kernel.documents.forms.writers.packing import MADE

_SERIF, _SANS = "Noto Serif SC", "Noto Sans SC"
_SANS_NAMES = ("黑", "Hei", "Sans", "雅黑", "等线")
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_PADDING = 6.0  # points above and below a text, together, as form.typ has it
_SIDES = ("top", "right", "bottom", "left")


def to_pdf(grid: Grid) -> bytes:
    """The pages. Raises ``FormError`` for a character that no font of this machine has."""
    form = json.dumps(_form(grid), ensure_ascii=False)
    try:
        return _compile(form, with_system=False)
    except typst.TypstError as error:
        if not _MISSING.search(error.message):
            raise
    try:  # a rare character, as in names of people and places
        return _compile(form, with_system=True)
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        if missing is None:
            raise
        raise FormError(
            f"PDF的字体里没有“{missing[1]}”中的字。",
            "请在服务器上安装字体（Debian的软件包fonts-hanazono）后再导出，或者先导出docx。",
        ) from error


def _compile(form: str, with_system: bool) -> bytes:
    source = resources.files(__package__).joinpath("form.typ").read_bytes()
    return typst.compile(
        source,
        font_paths=_fonts(with_system),
        ignore_system_fonts=not with_system,
        format="pdf",
        sys_inputs={"form": form},
        pdf_standards="a-2u",
        timestamp=datetime.fromtimestamp(MADE.timestamp(), UTC),
    )


@cache
def _fonts(with_system: bool) -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=with_system,
        include_embedded_fonts=False,
        font_paths=[packaged.serif_path().parent],
    )
    if not {_SERIF, _SANS} <= set(fonts.families()):  # typst leaves a text without any font out, silently
        raise FormError(
            "没有找到PDF要用的中文字体。", "请重新安装软件包pylopdf-fonts-zh-cn，或者先导出docx。"
        )
    return fonts


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
        "fonts": {"serif": [_SERIF, _SANS], "sans": [_SANS, _SERIF]},
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
