"""Word documents (docx): the body's paragraphs and tables.

python-docx's element classes are walked directly; its ``row.cells`` rebuilds the grid for each row and is
a hundred times slower. Headers, footers, notes, text boxes and automatic numbers in cells are not read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from docx.oxml.text.paragraph import CT_P
from lxml import etree

from . import guard
from .model import Document, Quote, Table
from .numbering import Numbering

_MAIN_NAMESPACE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PR = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_SDT, _BODY, _RUN, _TEXT, _BREAK = qn("w:sdt"), qn("w:body"), qn("w:r"), qn("w:t"), qn("w:br")
_CELL_SHAPE, _SPAN, _MERGE, _VALUE = qn("w:tcPr"), qn("w:gridSpan"), qn("w:vMerge"), qn("w:val")
_DELETED, _BREAK_KIND, _PROMPT = qn("w:del"), qn("w:type"), f"{qn('w:sdtPr')}/{qn('w:showingPlcHdr')}"
# Elements that only wrap what a reader sees. w:del and w:moveFrom are absent: their content is gone.
_WRAPPERS = {
    qn(f"w:{tag}")
    for tag in (
        "sdt",
        "sdtContent",
        "customXml",
        "smartTag",
        "ins",
        "moveTo",
        "hyperlink",
        "fldSimple",
        "dir",
        "bdo",
    )
}
_MARKS = {qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(archive: zipfile.ZipFile, name: str) -> Document:
    """The document in an already guarded ``archive``.

    Paragraphs that show text are numbered ``第12段``; tables, nested ones after their outer one, ``表3``.
    """
    part = _main_part(archive)
    guard.check_tags(part.count(b"<"), name)
    root = parse_xml(part.replace(_STRICT_NAMESPACE, _MAIN_NAMESPACE))
    body = root.find(_BODY)
    if body is None:
        raise guard.damaged(name)
    return _Reader(name, Numbering(archive, name)).read(body)


def _main_part(archive: zipfile.ZipFile) -> bytes:
    relations = parse_xml(archive.read("_rels/.rels"))
    for relation in relations.iter(_PR):
        if relation.get("Type", "").endswith("/officeDocument"):
            return archive.read(relation.get("Target", "").lstrip("/"))
    return archive.read("word/document.xml")


class _Reader:
    """Counts paragraphs, tables and cells while it walks one body."""

    def __init__(self, name: str, numbering: Numbering) -> None:
        self._numbering = numbering
        self.document = Document(name, "docx")
        self.paragraphs = self.tables = self.cells = 0

    def read(self, body: etree._Element) -> Document:
        for element in _visible(body):
            if isinstance(element, CT_P):
                self._add_paragraph(element)
            elif isinstance(element, CT_Tbl):
                self._add_table(element)
        return self.document

    def _add_paragraph(self, paragraph: CT_P) -> None:
        text = _paragraph_text(paragraph)
        if text.strip():
            text = self._numbering.before(paragraph) + text
            self.paragraphs += 1
            self.document.blocks.append(Quote(text, f"第{self.paragraphs}段"))

    def _add_table(self, table: CT_Tbl) -> None:
        self.tables += 1
        label = f"表{self.tables}"
        rows: list[list[Quote]] = []
        nested: list[CT_Tbl] = []
        merging: dict[int, Quote] = {}  # the cells of the row above that may go on below, by their column
        for element in _visible(table):
            if isinstance(element, CT_Row) and not _is_deleted(element):
                row, merging = self._row(element, f"{label}第{len(rows) + 1}行", merging, nested)
                rows.append(row)
        self.document.blocks.append(Table(rows))
        for inner in nested:
            self._add_table(inner)

    def _row(
        self, element: CT_Row, label: str, above: dict[int, Quote], nested: list[CT_Tbl]
    ) -> tuple[list[Quote], dict[int, Quote]]:
        row = [Quote("", f"{label}第{column + 1}列") for column in range(self._span(element.grid_before))]
        merging: dict[int, Quote] = {}
        for cell in _visible(element):
            if not isinstance(cell, CT_Tc):
                continue
            column = len(row)
            span, merge = _shape(cell)
            quote = above.get(column) if merge == "continue" else None
            if quote is None:
                quote = Quote(_cell_text(cell, nested).strip(), f"{label}第{column + 1}列")
            if merge is not None:
                merging[column] = quote
            row.extend([quote] * self._span(span))
        end = len(row)
        row.extend(Quote("", f"{label}第{end + i + 1}列") for i in range(self._span(element.grid_after)))
        return row, merging

    def _span(self, columns: int) -> int:
        columns = max(0, columns)
        self.cells += columns
        guard.check_cells(self.cells, self.document.name)
        return columns


def _visible(parent: etree._Element) -> Iterator[etree._Element]:
    """The children of an element, with those of wrappers in the place of the wrappers."""
    for child in parent:
        if child.tag not in _WRAPPERS:
            yield child
        elif child.tag != _SDT or child.find(_PROMPT) is None:
            yield from _visible(child)  # a control that still shows its prompt has not been filled in


def _shape(cell: CT_Tc) -> tuple[int, str | None]:
    """How many columns a cell spans, and its part in a vertical merge: restart, continue or none.

    One pass over the properties takes a fifth of the time of python-docx's ``grid_span`` and ``vMerge``.
    """
    span, merge = 1, None
    properties = cell.find(_CELL_SHAPE)
    for item in () if properties is None else properties:
        if item.tag == _SPAN:
            span = int(item.get(_VALUE, 1))
        elif item.tag == _MERGE:
            merge = item.get(_VALUE, "continue")
    return span, merge


def _is_deleted(row: CT_Row) -> bool:
    return row.trPr is not None and row.trPr.find(_DELETED) is not None


def _paragraph_text(paragraph: CT_P) -> str:
    return "".join(_run_text(run) for run in _visible(paragraph) if run.tag == _RUN)


def _run_text(run: etree._Element) -> str:
    parts = []
    for child in run:
        if child.tag == _TEXT:
            parts.append(child.text or "")
        elif child.tag == _BREAK:  # page and column breaks lay text out; only a line break is part of it
            parts.append("\n" if child.get(_BREAK_KIND, "textWrapping") == "textWrapping" else "")
        else:
            parts.append(_MARKS.get(child.tag, ""))
    return "".join(parts)


def _cell_text(cell: etree._Element, nested: list[CT_Tbl] | None = None) -> str:
    """The cell's paragraphs, one a line; a nested table's rows too. Direct nested tables join ``nested``."""
    lines = []
    for element in _visible(cell):
        if isinstance(element, CT_P):
            lines.append(_paragraph_text(element))
        elif isinstance(element, CT_Tbl):
            if nested is not None:
                nested.append(element)
            lines.extend(_nested_lines(element))
    return "\n".join(lines)


def _nested_lines(table: CT_Tbl) -> Iterator[str]:
    for row in _visible(table):
        if isinstance(row, CT_Row):
            yield "\t".join(_cell_text(cell).strip() for cell in _visible(row) if isinstance(cell, CT_Tc))
