"""Plain text, pasted forms, csv and tsv."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable

from . import guard
from .model import Document, Quote, Table

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE_END = re.compile(r"\r\n|\r|\n")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)+\|?|\|\s*:?-{2,}:?\s*\|")
_DELIMITERS = ",\t;"


def decode(data: bytes) -> str | None:
    """The text in ``data`` by its byte order mark, else as UTF-8, else as GB 18030; None for binary data."""
    marked = [encoding for mark, encoding in _BOMS if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _BINARY.search(text) else text
    return None


def read_text(text: str, name: str) -> Document:
    """Pasted text: each line is a paragraph, white space kept, but runs of tab or pipe rows are tables.

    Positions are ``第96行`` and ``第96行第2列``. Raises ``DocumentError`` when all is white space.
    """
    guard.check_cells(sum(map(text.count, "\r\n\t|")), name)
    lines = _LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()  # what follows the last line end is no line
    document = Document(name, "txt")
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end - at >= 2:
            document.blocks.append(_table(lines, at, end))
        else:
            end = at + 1
            document.blocks.append(Quote(lines[at], f"第{end}行"))
        at = end
    guard.check_content(document)
    return document


def read_csv(text: str, name: str) -> Document | None:
    """The table in a csv or tsv file, positions ``第3行第4列``; None when the text is no such file."""
    for delimiter in _DELIMITERS:
        guard.check_cells(text.count(delimiter) + text.count("\n"), name)
        try:
            records = list(
                csv.reader(_LINE_END.sub("\n", text).splitlines(keepends=True), delimiter=delimiter)
            )
        except csv.Error:
            continue
        if _has_columns(records):
            rows = [_row(cells, number) for number, cells in enumerate(records, 1)]
            while not any(rows[-1]):
                rows.pop()
            return Document(name, "csv", [Table(rows)])
    return None


def _has_columns(records: list[list[str]]) -> bool:
    """Most lines are equally wide and most hold several values; a pasted form with leading tabs has one."""
    records = [record for record in records if record]
    if len(records) < 2:
        return False
    (width, same), *_ = Counter(map(len, records)).most_common(1)
    several = sum(_filled(record) >= 2 for record in records)
    return width >= 2 and same >= 0.8 * len(records) and several > 0.5 * len(records)


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _row(cells: list[str], number: int) -> list[Quote]:
    return [Quote(cell.strip(), f"第{number}行第{column}列") for column, cell in enumerate(cells, 1)]


def _table_end(lines: list[str], start: int) -> int:
    """Where the run of rows that begins at ``start`` ends; ``start`` itself when that line is no row."""
    for is_row in (_is_tab_row, _is_pipe_row):
        end = start
        while end < len(lines) and _continues(lines, start, end, is_row):
            end += 1
        if end > start:
            return end
    return start


def _continues(lines: list[str], start: int, at: int, is_row: Callable[[str], bool]) -> bool:
    if is_row(lines[at]):
        return True
    # A row with one filled cell ("合计\t\t") is as wide as the row above. One tab alone is a pasted form's.
    tabs = lines[at].count("\t")
    return is_row is _is_tab_row and at > start and tabs >= 2 and tabs == lines[at - 1].count("\t")


def _is_tab_row(line: str) -> bool:
    return _filled(line.split("\t")) >= 2


def _is_pipe_row(line: str) -> bool:
    line = line.strip()
    framed = line.startswith("|") and line.endswith("|") and line.count("|") >= 3
    return framed or _RULE.fullmatch(line) is not None or _filled(line.split("|")) >= 2


def _table(lines: list[str], start: int, end: int) -> Table:
    rows = []
    for number, line in enumerate(lines[start:end], start + 1):
        if _is_tab_row(lines[start]):
            rows.append(_row(line.split("\t"), number))
        elif not _RULE.fullmatch(line.strip()):
            rows.append(_row(line.strip().removeprefix("|").removesuffix("|").split("|"), number))
    return Table(rows)
