"""The sample as a Word document: prose, then a page a line with its form.

Tables are written as XML: python-docx rebuilds the whole grid for every merged cell.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from anju.packs.budget.sample.content import Content, Line, Paragraph
from anju.packs.budget.sample.form import WIDTHS, Cell, form

# Twentieths of a point that one hundredth of the table's width takes (257 mm in all).
_SHARE = 146
_STYLES = {"title": "Title", "chapter": "Heading 1", "item": "Heading 2", "text": "Normal"}


def write_docx(content: Content, path: Path) -> None:
    """Write the document to ``path``."""
    document = Document()
    _page(document)
    _fonts(document)
    for paragraph in content.prose:
        _paragraph(document, paragraph)
    for section in content.sections:
        heading = document.add_paragraph(section.heading, style="Heading 1")
        heading.paragraph_format.page_break_before = True
        for i, line in enumerate(section.lines):
            if i:
                document.add_paragraph(style="No Spacing").paragraph_format.page_break_before = True
            document.element.body.insert(-1, parse_xml(_table(line)))
    document.save(str(path))


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(18)


def _fonts(document: Docx) -> None:
    for name, family, size in (
        ("Normal", "宋体", 11),
        ("No Spacing", "宋体", 2),
        ("Title", "黑体", 20),
        ("Heading 1", "黑体", 15),
        ("Heading 2", "黑体", 12),
    ):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.size, style.font.name, style.font.bold = Pt(size), "Times New Roman", False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [key for key in fonts.attrib if "Theme" in key]:
            del fonts.attrib[key]
        fonts.set(qn("w:eastAsia"), family)
    title = document.styles["Title"].element
    title.pPr.remove(title.pPr.find(qn("w:pBdr")))  # the template's blue rule


def _paragraph(document: Docx, paragraph: Paragraph) -> None:
    written = document.add_paragraph(paragraph.text, style=_STYLES[paragraph.style])
    if paragraph.style == "title":
        written.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif paragraph.style == "text":
        written.paragraph_format.first_line_indent = Pt(22)
        written.paragraph_format.line_spacing = 1.3
        written.paragraph_format.space_after = Pt(2)


# -- forms -------------------------------------------------------------------------------------------


def _table(line: Line) -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>' for side in sides)
    columns = "".join(f'<w:gridCol w:w="{share * _SHARE}"/>' for share in WIDTHS)
    rows = form(line)
    body = "".join(_row(rows, number) for number in range(len(rows)))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(WIDTHS) * _SHARE}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"
    )


def _row(rows: list[list[Cell]], number: int) -> str:
    """A row with its own cells, and those of the rows above that go on into it."""
    own = {cell.column: cell for cell in rows[number]}
    going_on = {c.column: c for row in rows[:number] for c in row if c.row + c.rows > number}
    cells = [_tc(c, c is own.get(c.column)) for _, c in sorted({**going_on, **own}.items())]
    return f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="500"/></w:trPr>{"".join(cells)}</w:tr>'


def _tc(cell: Cell, begins: bool) -> str:
    width = sum(WIDTHS[cell.column : cell.column + cell.columns]) * _SHARE
    shape = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if cell.columns > 1:
        shape += f'<w:gridSpan w:val="{cell.columns}"/>'
    if cell.rows > 1:
        shape += f'<w:vMerge w:val="{"restart" if begins else "continue"}"/>'
    if cell.label:
        shape += '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>'
    texts = cell.text.split("\n") if begins else [""]
    paragraphs = "".join(_cell_paragraph(cell, text) for text in texts)
    return f'<w:tc><w:tcPr>{shape}<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'


def _cell_paragraph(cell: Cell, text: str) -> str:
    middle = '<w:jc w:val="center"/>' if cell.label or len(cell.text) < 12 else ""
    bold = "<w:b/>" if cell.label else ""
    return (
        f'<w:p><w:pPr><w:spacing w:before="40" w:after="40" w:line="240"/>{middle}</w:pPr>'
        f'<w:r><w:rPr>{bold}<w:sz w:val="20"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
