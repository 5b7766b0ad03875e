"""Damage of a text as text: passages that stand twice, stray codes, marks without a partner."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.kernel.documents import Quote

_STRAY = re.compile(
    r"\[bookmark:[^\]]*\]|错误!\S{0,12}|#(?:REF|DIV/0|VALUE|NAME)[!?]?|\ufffd|锟斤拷|\{\s*(?:PAGE|MERGEFIELD)[^}]*\}"
)
_DOUBLED = re.compile(r"[，,]{2,}|。{2,}(?!。)|；{2,}|、{2,}|[，、；][。；、]|：：")
_PAIRS = (("（", "）"), ("(", ")"), ("《", "》"), ("“", "”"), ("【", "】"), ("〔", "〕"))
_AT_ONCE = re.compile(r"([^\n，。、；,;\s][^\n]{7,79}?)([，。、；,;]?)\1")


def repeated(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """The passage repeated at once (8 characters or more), or a long one repeated in the same paragraph."""
    at_once = _AT_ONCE.search(text)
    if at_once and len(set(at_once[1])) > 3:
        return at_once.span(1), (at_once.end(2), at_once.end())
    size = 20
    start = 0
    for paragraph in text.split("\n"):
        first: dict[str, int] = {}
        for i in range(len(paragraph) - size + 1):
            j = first.setdefault(paragraph[i : i + size], i)
            if i - j >= size and _begins_sentence(paragraph, i) and _begins_sentence(paragraph, j):
                length = size
                while (
                    i + length < len(paragraph)
                    and j + length < i
                    and paragraph[i + length] == paragraph[j + length]
                ):
                    length += 1
                return (start + j, start + j + length), (start + i, start + i + length)
        start += len(paragraph) + 1
    return None


def _begins_sentence(text: str, at: int) -> bool:
    """A passage taken from within a sentence may be a list that must be named again."""
    return at == 0 or text[at - 1] in "。；;！ "


def defects(quote: Quote) -> Iterator[tuple[str, Quote]]:
    text = quote.text
    if match := _STRAY.search(text):
        yield f"文字里留有代码或乱码“{match[0]}”。", quote.part(*match.span())
    if match := _DOUBLED.search(text):
        yield f"标点重复“{match[0]}”。", quote.part(max(0, match.start() - 6), match.end() + 6)
    for opened, closed in _PAIRS:
        if text.count(opened) != text.count(closed) and not _mixed(text, opened):
            yield f"“{opened}{closed}”不成对。", quote
    if text.count('"') % 2:
        at = text.index('"')
        yield "引号不成对。", quote.part(max(0, at - 6), at + 12)


def _mixed(text: str, opened: str) -> bool:
    """Round brackets are counted together, whichever width they have; ``1）`` and ``a)`` are list marks."""
    if opened not in "（(":
        return False
    plain = re.sub(r"(?:^|[\s。；;，,：:])[0-9a-zA-Z一二三四五六七八九十]{1,2}[)）]", "", text)
    return plain.count("（") + plain.count("(") == plain.count("）") + plain.count(")")
