"""A form ready to be written: cells with text, merges and borders on A4, the same for every format."""

from __future__ import annotations

from dataclasses import dataclass

from anju.kernel.values.refusal import Refusal

# Points that a border of a workbook takes; every other kind counts as the first.
BORDER_POINTS = {"thin": 0.5, "medium": 1.0, "thick": 1.5, "double": 1.5}
A4 = (210.0, 297.0)  # millimetres


class FormError(Refusal):
    """A form that cannot be made or read back: one sentence for the person who asked, and what to do next."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. ``borders`` are top, right, bottom, left: "" or the name of a workbook's border.

    ``size`` is in points, ``align`` left, center or right, ``vertical`` top, center or bottom, ``fill`` "" or RRGGBB.
    """

    font: str = "宋体"
    size: float = 10.5
    bold: bool = False
    align: str = "left"
    vertical: str = "center"
    borders: tuple[str, str, str, str] = ("", "", "", "")
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell: where it begins, counted from 0, and how many rows and columns it covers."""

    text: str
    row: int
    column: int
    rows: int
    columns: int
    style: Style


@dataclass(frozen=True, slots=True)
class Page:
    """An A4 page. ``margins`` are top, right, bottom, left in millimetres.

    ``footer`` holds ``&P`` and ``&N`` for the page and the number of pages. ``fit_width``: a workbook is scaled to
    the page's width; Word and PDF always use the whole width.
    """

    landscape: bool
    margins: tuple[float, float, float, float]
    footer: str = ""
    fit_width: bool = True

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        return (A4[1], A4[0]) if self.landscape else A4

    @property
    def text_width(self) -> float:
        """Millimetres between the side margins."""
        return self.size[0] - self.margins[1] - self.margins[3]


@dataclass(frozen=True, slots=True)
class Grid:
    """A filled form; its cells cover every place of its rows and columns, by row, then column.

    ``widths`` are in characters as workbooks count them, ``heights`` the least points of each row (None: as high as
    its text). ``header`` is the first and last row of those that every page repeats.
    """

    name: str
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]
    heights: tuple[float | None, ...]
    header: tuple[int, int] | None
    page: Page

    def rows(self) -> list[list[Cell]]:
        """The cells by the row in which they begin."""
        rows: list[list[Cell]] = [[] for _ in self.heights]
        for cell in self.cells:
            rows[cell.row].append(cell)
        return rows

    def shares(self) -> list[float]:
        """The part of the page's width that each column takes."""
        whole = sum(self.widths)
        return [width / whole for width in self.widths]
