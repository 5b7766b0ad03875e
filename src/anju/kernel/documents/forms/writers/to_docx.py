"""A grid as a Word document: lines of text without borders become paragraphs, the others tables.

Tables are written as XML: python-docx rebuilds the whole grid for every merged cell.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm

from anju.kernel.documents.forms.grid import BORDER_POINTS, Cell, Grid, Style
from anju.kernel.documents.forms.writers.measuring import breaking_rows
from anju.kernel.documents.forms.writers.packing import MADE, steady

_TWIPS_A_MM = 1440 / 25.4
_TWIPS_A_POINT = 20
_LINE, _PROSE_LINE = 264, 336  # height of lines in 240ths: in cells, and in running text
_SIDES = ("top", "right", "bottom", "left")
_SCHEMA_SIDES = ("top", "left", "bottom", "right")  # the order in which Word wants them
_MARGINS = {"top": 20, "left": 60, "bottom": 20, "right": 60}  # twips between a cell's lines and its text
# After a table: Word would join two tables, and wants a paragraph at the end.
_SEAM = (
    f'<w:p {nsdecls("w")}><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)


def to_docx(grid: Grid) -> bytes:
    """The document."""
    document = Document()
    body = document.element.body
    tables = _Tables(grid)
    for first, last, is_text in _parts(grid, tables.rows):
        if is_text:
            body.insert(-1, parse_xml(_paragraph(tables.rows[first][0], grid.heights[first] or 0.0)))
        else:
            body.insert(-1, parse_xml(tables.table(first, last)))
            body.insert(-1, parse_xml(_SEAM))
    _set_page(document, grid)
    _set_properties(document, grid.name)
    target = BytesIO()
    document.save(target)
    return steady(target.getvalue())


def _parts(grid: Grid, rows: list[list[Cell]]) -> list[tuple[int, int, bool]]:
    """First and last row of each paragraph (True) or table (False); repeated rows stand at the top of a table."""
    parts: list[tuple[int, int, bool]] = []
    starts = {grid.header[0]} if grid.header else set()
    for number, cells in enumerate(rows):
        is_text = _is_paragraph(cells, len(grid.widths)) and not _in_header(grid, number)
        if parts and not is_text and not parts[-1][2] and number not in starts:
            parts[-1] = (parts[-1][0], number, False)
        else:
            parts.append((number, number, is_text))
    return parts


def _is_paragraph(cells: list[Cell], columns: int) -> bool:
    """One text over the whole width without a frame. A blank one stays a table: readers pass over blank paragraphs."""
    if len(cells) != 1 or cells[0].columns != columns or cells[0].rows > 1:
        return False
    return bool(cells[0].text.strip()) and not any(cells[0].style.borders)


def _in_header(grid: Grid, row: int) -> bool:
    return grid.header is not None and grid.header[0] <= row <= grid.header[1]


# -- tables ------------------------------------------------------------------------------------------------


class _Tables:
    """Writes stretches of a grid's rows as tables."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.rows = grid.rows()
        self._widths = [round(share * grid.page.text_width * _TWIPS_A_MM) for share in grid.shares()]
        self._breaking = breaking_rows(grid)

    def table(self, first: int, last: int) -> str:
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in self._widths)
        margins = "".join(f'<w:{side} w:w="{wide}" w:type="dxa"/>' for side, wide in _MARGINS.items())
        going_on: dict[int, Cell] = {}
        body = ""
        for number in range(first, last + 1):
            going_on = {column: cell for column, cell in going_on.items() if cell.row + cell.rows > number}
            going_on |= {cell.column: cell for cell in self.rows[number]}
            body += self._row(number, [going_on[column] for column in sorted(going_on)])
        return (
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(self._widths)}" w:type="dxa"/>'
            f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
            f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"
        )

    def _row(self, number: int, cells: list[Cell]) -> str:
        shape = "" if number in self._breaking else "<w:cantSplit/>"
        if least := self.grid.heights[number]:
            shape += f'<w:trHeight w:val="{round(least * _TWIPS_A_POINT)}" w:hRule="atLeast"/>'
        if _in_header(self.grid, number):
            shape += "<w:tblHeader/>"
        if self.grid.header and number + 1 == self.grid.header[0]:  # the next table draws the line between
            cells = [replace(cell, style=_open(cell.style)) for cell in cells]
        return f"<w:tr><w:trPr>{shape}</w:trPr>{''.join(self._cell(cell, number) for cell in cells)}</w:tr>"

    def _cell(self, cell: Cell, row: int) -> str:
        begins = cell.row == row
        width = sum(self._widths[cell.column : cell.column + cell.columns])
        shape = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        if cell.columns > 1:
            shape += f'<w:gridSpan w:val="{cell.columns}"/>'
        if cell.rows > 1:
            shape += f'<w:vMerge w:val="{"restart" if begins else "continue"}"/>'
        shape += f"<w:tcBorders>{_borders(cell.style)}</w:tcBorders>"
        if cell.style.fill:
            shape += f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.style.fill}"/>'
        shape += f'<w:vAlign w:val="{cell.style.vertical}"/>'
        texts = cell.text.split("\n") if begins else [""]
        return f"<w:tc><w:tcPr>{shape}</w:tcPr>{''.join(_line(text, cell.style) for text in texts)}</w:tc>"


def _open(style: Style) -> Style:
    """The style without its line below."""
    top, right, _, left = style.borders
    return replace(style, borders=(top, right, "", left))


def _borders(style: Style) -> str:
    lines = dict(zip(_SIDES, style.borders, strict=True))
    return "".join(
        f'<w:{side} w:val="single" w:sz="{round(BORDER_POINTS.get(lines[side], 0.5) * 8)}" w:color="000000"/>'
        for side in _SCHEMA_SIDES
        if lines[side]
    )


# -- texts -------------------------------------------------------------------------------------------------


def _line(text: str, style: Style) -> str:
    """One line of a cell."""
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{_LINE}" w:lineRule="auto"/>'
    return f"<w:p><w:pPr>{spacing}{_aligned(style)}</w:pPr><w:r>{_look(style)}{_text(text)}</w:r></w:p>"


def _paragraph(cell: Cell, least: float) -> str:
    """A line of the form as a paragraph at least so many points high; ends of lines inside it stay inside."""
    style = cell.style
    around = max(40, round((least - style.size * _PROSE_LINE / 240) * _TWIPS_A_POINT / 2))
    spacing = f'<w:spacing w:before="{around}" w:after="{around}" w:line="{_PROSE_LINE}" w:lineRule="auto"/>'
    return (
        f"<w:p {nsdecls('w')}><w:pPr>{spacing}{_aligned(style)}</w:pPr>"
        f"<w:r>{_look(style)}{_text(cell.text)}</w:r></w:p>"
    )


def _aligned(style: Style) -> str:
    return f'<w:jc w:val="{style.align}"/>'


def _look(style: Style) -> str:
    font = quoteattr(style.font)
    bold = "<w:b/>" if style.bold else ""
    fonts = f"<w:rFonts w:ascii={font} w:hAnsi={font} w:eastAsia={font} w:cs={font}/>"
    size = f'<w:sz w:val="{round(style.size * 2)}"/>'
    return f'<w:rPr>{fonts}{bold}{size}<w:lang w:eastAsia="zh-CN"/></w:rPr>'


def _text(text: str) -> str:
    """Runs of characters with their tabs and ends of lines."""
    lines = []
    for line in text.split("\n"):
        pieces = (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
        lines.append("<w:tab/>".join(pieces))
    return "<w:br/>".join(lines)


# -- the page ----------------------------------------------------------------------------------------------


def _set_page(document: Docx, grid: Grid) -> None:
    section, page = document.sections[0], grid.page
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(page.size[0]), Mm(page.size[1])
    margins = [Mm(margin) for margin in page.margins]
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.footer_distance = section.header_distance = Mm(min(page.margins[0], page.margins[2]) / 2)
    if page.footer:
        footer = section.footer
        paragraph = footer.paragraphs[0]._p
        paragraph.getparent().replace(paragraph, parse_xml(_footer(page.footer)))


def _footer(text: str) -> str:
    style = Style(size=9, align="center")
    words = escape(text)
    for code, name in (("&amp;P", "PAGE"), ("&amp;N", "NUMPAGES")):
        field = (
            f'</w:t></w:r><w:fldSimple w:instr="{name}"><w:r>{_look(style)}<w:t>1</w:t></w:r></w:fldSimple>'
            f'<w:r>{_look(style)}<w:t xml:space="preserve">'
        )
        words = words.replace(code, field)
    return (
        f'<w:p {nsdecls("w")}><w:pPr><w:jc w:val="center"/></w:pPr><w:r>{_look(style)}'
        f'<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'
    )


def _set_properties(document: Docx, name: str) -> None:
    properties = document.core_properties
    properties.title, properties.author, properties.comments = name, "", ""
    properties.last_modified_by, properties.revision = "", 1
    properties.created = properties.modified = MADE.replace(tzinfo=None)
