"""Headings and items of Chinese official prose: 第一部分, 一、, （一）, 1., （1）, 一是."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from anju.kernel.documents import Quote
from anju.packs.budget.forms.cells import stripped

_CHINESE = "[一二三四五六七八九十]{1,3}"
# From the outermost style to the innermost.
STYLES = {
    "part": rf"第\s*({_CHINESE}|\d{{1,2}})\s*(?:部分|章|篇)\s*[:：、]?",
    "chinese": rf"({_CHINESE})\s*[、.．]",
    "bracketed": rf"[(（]\s*({_CHINESE})\s*[)）]\s*、?",
    "figure": r"(\d{1,2})\s*(?:[、．]|\.(?!\d))",
    "bracketed_figure": r"[(（]\s*(\d{1,2})\s*[)）]\s*、?",
    "one_is": rf"({_CHINESE})是",
}
_PATTERNS = {style: re.compile(rf"\s*{pattern}\s*") for style, pattern in STYLES.items()}
_INLINE = {
    style: re.compile(rf"(?:^|(?<=[。；;！，,：:\n]))\s*{STYLES[style]}\s*")
    for style in ("bracketed", "figure", "one_is")
}
_SENTENCE = re.compile(r"[。；;：:\n]")
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered paragraph: its style, number, title and, where it goes on after the title, its whole text."""

    style: str
    number: str
    title: Quote
    body: Quote | None


def item_of(paragraph: Quote) -> Item | None:
    """The item that a paragraph begins, or None for one without a number."""
    for style, pattern in _PATTERNS.items():
        if match := pattern.match(paragraph.text):
            rest = paragraph.part(match.end(), len(paragraph.text))
            return _titled(style, match[1], rest) if rest.text.strip() else None
    return None


def _titled(style: str, number: str, rest: Quote) -> Item:
    """A short text is all title; of a long one the first sentence is, and the whole text is the body."""
    text = rest.text.rstrip()
    end = _SENTENCE.search(text)
    if end is None or end.end() == len(text):
        if len(text) <= _LONGEST_TITLE:
            return Item(style, number, rest.part(0, len(text) if end is None else end.start()), None)
        return Item(style, number, rest.part(0, _LONGEST_TITLE), rest)
    return Item(style, number, rest.part(0, min(end.start(), _LONGEST_TITLE)), rest)


def pieces(paragraph: Quote, wanted: str) -> Iterator[Quote]:
    """A paragraph that runs several items together, cut before each: ``（一）…。（二）…。``, ``一是…；二是…``.

    ``wanted`` is the style of the items that came before; while it is empty any style will do.
    """
    for style, pattern in _INLINE.items():
        found = list(pattern.finditer(paragraph.text)) if wanted in ("", style) else []
        numbers = [m[1] for m in found[:2]]
        if numbers in (["一", "二"], ["1", "2"]) and not _outer_item(paragraph, style):
            edges = sorted({0, *(m.start() for m in found), len(paragraph.text)})
            for start, end in itertools.pairwise(edges):
                if paragraph.text[start:end].strip():
                    yield stripped(paragraph.part(start, end))
            return
    yield paragraph


def _outer_item(paragraph: Quote, style: str) -> bool:
    """Whether the paragraph is itself an item whose parts are numbered in another style."""
    item = item_of(paragraph)
    return item is not None and item.style != style
