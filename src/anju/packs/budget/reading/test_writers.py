"""Forms written to files of every kind, as offices and web pages write them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

import openpyxl

from anju.packs.budget.reading.test_forms import Cell, Form

TITLE = "项目支出绩效目标表（2024年度）"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)

Blocks = list[str | Form]


def grid(form: Form) -> list[list[Cell]]:
    """Every place of the form's rectangle with the cell that covers it, the same object for a merged cell."""
    places: dict[tuple[int, int], Cell] = {}
    for r, cells in enumerate(form):
        c = 0
        for cell in cells:
            cell = Cell(cell.text, cell.across, min(cell.down, len(form) - r))
            while (r, c) in places:
                c += 1
            places |= {(r + i, c + j): cell for i in range(cell.down) for j in range(cell.across)}
            c += cell.across
    width = max(c for _, c in places) + 1
    return [[places.get((r, c)) or Cell("") for c in range(width)] for r in range(len(form))]


def docx(path: Path, blocks: Blocks) -> Path:
    """Paragraphs and tables with merged cells; a form feed in a paragraph begins a section."""
    body = "".join(_paragraph(b) if isinstance(b, str) else _word_table(b) for b in blocks)
    with zipfile.ZipFile(path.with_suffix(".docx"), "w") as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
    return path.with_suffix(".docx")


def _paragraph(text: str) -> str:
    section = "<w:pPr><w:sectPr/></w:pPr>" if "\f" in text else ""
    lines = "<w:br/>".join(
        f"<w:t xml:space='preserve'>{escape(t)}</w:t>" for t in text.strip("\f").split("\n")
    )
    return f"<w:p>{section}<w:r>{lines}</w:r></w:p>"


def _word_table(form: Form) -> str:
    rows = []
    places = grid(form)
    for r, cells in enumerate(places):
        row, c = "", 0
        while c < len(cells):
            cell = cells[c]
            inner = r > 0 and places[r - 1][c] is cell
            merge = "" if cell.down == 1 else f'<w:vMerge w:val="{"continue" if inner else "restart"}"/>'
            shape = f'<w:tcPr><w:gridSpan w:val="{cell.across}"/>{merge}</w:tcPr>'
            row += f"<w:tc>{shape}{_paragraph('' if inner else cell.text)}</w:tc>"
            c += cell.across
        rows.append(f"<w:tr>{row}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def html(path: Path, blocks: Blocks) -> Path:
    return _page(path, "".join(_web_block(b) for b in blocks))


def nested_html(path: Path, blocks: Blocks) -> Path:
    """The page is laid out with a table, and the forms stand in one of its cells."""
    inner = "".join(_web_block(b) for b in blocks)
    return _page(path, f"<table><tr><td>导航</td><td>{inner}</td></tr><tr><td>页脚</td></tr></table>")


def _page(path: Path, body: str) -> Path:
    page = path.with_suffix(".html")
    page.write_text(f"<html><meta charset=utf-8><body>{body}</body></html>", "utf-8")
    return page


def _web_block(block: str | Form) -> str:
    if isinstance(block, str):
        return f"<p>{escape(block)}</p>"
    rows = ("".join(_web_cell(cell) for cell in row) for row in block)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _web_cell(cell: Cell) -> str:
    return f"<td colspan={cell.across} rowspan={cell.down}>{escape(cell.text).replace(chr(10), '<br>')}</td>"


def stacked_xlsx(path: Path, blocks: Blocks) -> Path:
    """All on one sheet, an empty row between."""
    book = openpyxl.Workbook()
    at = 1
    for block in blocks:
        form = [[Cell(block)]] if isinstance(block, str) else block
        _fill(book.active, form, at)
        at += len(form) + 1
    return _saved(book, path)


def sheets_xlsx(path: Path, blocks: Blocks) -> Path:
    """The title over each form, a sheet a form."""
    book = openpyxl.Workbook()
    for i, form in enumerate(b for b in blocks if not isinstance(b, str)):
        sheet = book.active if i == 0 else book.create_sheet()
        sheet["A1"] = TITLE
        _fill(sheet, form, 3)
    return _saved(book, path)


def _fill(sheet, form: Form, top: int) -> None:  # type: ignore[no-untyped-def]
    places = grid(form)
    for r, cells in enumerate(places):
        for c, cell in enumerate(cells):
            if (r and places[r - 1][c] is cell) or (c and cells[c - 1] is cell):
                continue
            sheet.cell(top + r, 1 + c, _typed(cell.text))
            if cell.across > 1 or cell.down > 1:
                sheet.merge_cells(None, top + r, 1 + c, top + r + cell.down - 1, c + cell.across)


def _typed(text: str) -> float | str:
    """A bare figure as a number, as people type it; a code of digits and letters stays text."""
    return float(text) if re.fullmatch(r"\d{1,9}(?:\.\d+)?", text) and not text.startswith("30500") else text


def _saved(book: openpyxl.Workbook, path: Path) -> Path:
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def gb_csv(path: Path, blocks: Blocks) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(_rows(blocks))
    path.with_suffix(".csv").write_bytes(text.getvalue().encode("gb18030"))
    return path.with_suffix(".csv")


def _rows(blocks: Blocks) -> list[list[str]]:
    """Rows of equal width; a merged cell's text stands in its first place only."""
    rows = []
    for block in blocks:
        places = [[Cell(block)]] if isinstance(block, str) else grid(block)
        for r, cells in enumerate(places):
            row = [
                ""
                if (r and places[r - 1][c : c + 1] == [cell] and places[r - 1][c] is cell)
                or (c and cells[c - 1] is cell)
                else cell.text.replace("\n", "")
                for c, cell in enumerate(cells)
            ]
            rows.append(row)
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _text(path: Path, text: str) -> Path:
    path.with_suffix(".txt").write_text(text, "utf-8")
    return path.with_suffix(".txt")


def _lines(blocks: Blocks) -> list[list[str]]:
    """The printed cells of each row, the first cell of a merge only; a title is a row of one."""
    return [
        [b] if isinstance(b, str) else [c.text.replace("\n", "") for c in row]
        for b in blocks
        for row in (b if isinstance(b, list) else [b])
    ]


def tab_cells(path: Path, blocks: Blocks) -> Path:
    """A cell a line, each after a tab; rows parted by empty lines; a merged class leaves a blank cell below."""
    out = []
    for block in blocks:
        if isinstance(block, str):
            out.append(block)
            continue
        places = grid(block)
        for r, cells in enumerate(places):
            for c, cell in enumerate(cells):
                left = c > 0 and cells[c - 1] is cell
                above = r > 0 and places[r - 1][c] is cell
                if not left:
                    out.append("\t" + ("" if above else cell.text.replace("\n", "")))
            out.append("")
    return _text(path, "\n".join(out))


def bare_cells(path: Path, blocks: Blocks) -> Path:
    """A cell a line, nothing else: empty cells and rows are gone."""
    return _text(path, "\n".join(text for row in _lines(blocks) for text in row if text))


def piped_cells(path: Path, blocks: Blocks) -> Path:
    """A cell a line with a pipe behind it; an empty cell is a lone pipe."""
    return _text(path, "\n".join(f"{text} |" if text else "|" for row in _lines(blocks) for text in row))


def spread_cells(path: Path, blocks: Blocks) -> Path:
    """A blank line between all cells, a line with a space for an empty one."""
    return _text(path, "\n\n".join(text or " " for row in _lines(blocks) for text in row))


def spaced_rows(path: Path, blocks: Blocks) -> Path:
    """A row a line, its cells parted by spaces."""
    return _text(path, "\n".join(" ".join(t for t in row if t) for row in _lines(blocks)))


def spaced_run(path: Path, blocks: Blocks) -> Path:
    """All in one line."""
    return _text(path, " ".join(text for row in _lines(blocks) for text in row if text))


def tab_paste(path: Path, blocks: Blocks) -> Path:
    return _text(path, "\n".join("\t".join(row) for row in _rows(blocks)))


def pipe_table(path: Path, blocks: Blocks) -> Path:
    rows = _rows(blocks)
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return _text(path, "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]))


Writer = Callable[[Path, Blocks], Path]
GRIDS: list[Writer] = [docx, html, nested_html, stacked_xlsx, sheets_xlsx, gb_csv, tab_paste, pipe_table]
TEXTS: list[Writer] = [tab_cells, bare_cells, piped_cells, spread_cells, spaced_rows, spaced_run]
