"""Texts for cells of a workbook: without what a file cannot hold, and never a formula."""

from __future__ import annotations

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

LONGEST = 32_767  # characters that a cell may hold
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str) -> str:
    """The text without control characters, which no office file may hold, and with plain ends of lines."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n"))


def write_text(cell: Cell, text: str) -> None:
    """Put a text into a cell, cut where a cell ends.

    A leading ``= + - @`` stays text, also when the file is edited, or saved as CSV and opened again.
    """
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
    cell.data_type = "s"
    cell.quotePrefix = cell.value[:1] in _STARTS
