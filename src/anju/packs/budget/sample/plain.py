"""The sample as html and as pasted text."""

from __future__ import annotations

from html import escape

from anju.packs.budget.sample.content import Content
from anju.packs.budget.sample.form import COLUMNS, Cell, form

_TAGS = {"title": "h1", "chapter": "h2", "item": "h3", "text": "p"}


def html_text(content: Content) -> str:
    """A page with a table a line, merged cells as rowspan and colspan."""
    parts = [f"<{_TAGS[p.style]}>{escape(p.text)}</{_TAGS[p.style]}>" for p in content.prose]
    for section in content.sections:
        parts.append(f"<h2>{escape(section.heading)}</h2>")
        parts += [_table(form(line)) for line in section.lines]
    head = f'<head><meta charset="utf-8"><title>{escape(content.prose[0].text)}</title></head>'
    return f'<!DOCTYPE html>\n<html lang="zh-CN">{head}<body>\n{_joined(parts)}</body></html>\n'


def _table(rows: list[list[Cell]]) -> str:
    body = "".join(f"<tr>{''.join(map(_td, row))}</tr>\n" for row in rows)
    return f'<table border="1">\n{body}</table>'


def _td(cell: Cell) -> str:
    tag = "th" if cell.label else "td"
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return f"<{tag}{spans}>{escape(cell.text).replace(chr(10), '<br>')}</{tag}>"


def pasted_text(content: Content) -> str:
    """What a form becomes when it is copied out of a browser: a cell a line behind a tab, rows parted by a blank.

    A cell merged from above leaves an empty cell at the beginning of its row.
    """
    parts = [paragraph.text for paragraph in content.prose]
    for section in content.sections:
        parts.append(f" {section.heading}")
        for line in section.lines:
            parts += [_pasted(row) for row in form(line)]
            parts.append("\n\n")
    return _joined(parts)


def _pasted(row: list[Cell]) -> str:
    merged = [] if len(row) == 1 or row[0].column == 0 or sum(c.columns for c in row) == COLUMNS else [""]
    return "".join(f"\t{text}\n" for text in [*merged, *(cell.text for cell in row)])


def _joined(parts: list[str]) -> str:
    return "".join(f"{part}\n" for part in parts)
