"""Cells of a row, tidied: what every reader of a form needs."""

from __future__ import annotations

import re

from anju.kernel.documents import Quote

Row = list[Quote]

_STRAY = re.compile(r"\[bookmark:[^\]]*\]|[\u200b-\u200f\u2060\ufeff\xad]")


def distinct(row: Row) -> list[tuple[int, Quote]]:
    """The cells of a row with their column, a merged cell counted once."""
    return [(i, cell) for i, cell in enumerate(row) if i == 0 or cell is not row[i - 1]]


def joined(old: Quote, new: list[Quote]) -> Quote:
    """Several cells or paragraphs as one text, a line each, standing where the first one stands."""
    return Quote.joined([stripped(q) for q in (old, *new) if q.text.strip()])


def clean(quote: Quote) -> Quote:
    """Without white space around it and without what a word processor left behind."""
    text = _STRAY.sub("", quote.text).strip()
    return quote if text == quote.text else Quote(text, quote.position, quote.seams)


def stripped(quote: Quote) -> Quote:
    """Without white space at both ends; the place is that of the first character left."""
    text = quote.text.strip()
    if text == quote.text:
        return quote
    start = quote.text.index(text)
    return quote.part(start, start + len(text))
