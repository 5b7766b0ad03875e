"""One spelling for what officials type in many: widths, signs, dashes, blanks and unit symbols."""

from __future__ import annotations

import re
import unicodedata

from anju.kernel.values.numerals import CHINESE, chinese

# Only these blocks are folded by NFKC: Kangxi radicals and compatibility ideographs (text copied from pdf
# files), squared units, small and full-width forms. Not the others: NFKC would make "5²" 52 and "①" 1.
_FOLDED_BLOCKS = ((0x2F00, 0x2FDF), (0x3300, 0x33FF), (0xF900, 0xFAFF), (0xFE50, 0xFE6F), (0xFF01, 0xFFEE))
_ZERO_WIDTH = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_SIGNS = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63", "-"),
    **dict.fromkeys("～〜∼", "~"),
    **dict.fromkeys("≥≧⩾", ">="),
    **dict.fromkeys("≤≦⩽", "<="),
    "≈": "约",
    "⼾": "户",  # NFKC gives the traditional form
    "µ": "μ",  # micro sign and Greek mu look alike
}


def _character_table() -> dict[int, str]:
    table = {}
    for first, last in _FOLDED_BLOCKS:
        for code in range(first, last + 1):
            table[code] = unicodedata.normalize("NFKC", chr(code))
    table.update((ord(char), "") for char in _ZERO_WIDTH)
    table.update((ord(char), sign) for char, sign in _SIGNS.items())
    return table


_CHARACTERS = _character_table()

_AFTER_NUMBER = r"(?<=[0-9万亿/ ])"  # a unit symbol is read only behind a number or a slash
_WORD_END = r"(?![A-Za-z0-9²³])"
_SPELLINGS = (
    (re.compile(r"\+ ?/? ?-"), "±"),
    (re.compile(r"= ?>|> ="), ">="),
    (re.compile(r"= ?<|< ="), "<="),
    (re.compile(r"° ?[Cc]|摄氏度"), "℃"),
    (re.compile(rf"{_AFTER_NUMBER}[kK][mM][2²]{_WORD_END}"), "平方公里"),
    (re.compile(rf"{_AFTER_NUMBER}[mM][2²]{_WORD_END}"), "平方米"),
    (re.compile(rf"{_AFTER_NUMBER}[mM][3³]{_WORD_END}"), "立方米"),
    (re.compile(rf"{_AFTER_NUMBER}(?:[kK][mM]{_WORD_END}|千米)"), "公里"),
    (re.compile(rf"{_AFTER_NUMBER}[mM]{_WORD_END}"), "米"),
    (re.compile(r"平米"), "平方米"),
    (re.compile(r"(?<=[0-9])百分比"), "%"),
    (re.compile(r"百分之([0-9]+(?:\.[0-9]+)?)"), r"\1%"),
)
_MAY_NEED_SPELLING = re.compile(r"[mM米+=°度百]")
_CHINESE_PERCENT = re.compile(rf"百分之({CHINESE})")
_BLANKS = re.compile(r"\s+")
# A blank between digits stays: "12 345" may be two numbers, and joining them would be a guess.
_LOOSE_BLANK = re.compile(r"(?<![0-9.,]) | (?![0-9])")
_END_MARK = re.compile(r"(?:[。;]|(?<![0-9])[.,、])+$")


def fold(text: str) -> str:
    """``text`` in one spelling: half-width, ``>=`` for ≧, ``平方米`` for ㎡, ``%`` for 百分比, single blanks.

    Brackets of document numbers (〔2021〕) are left alone, they are no numbers to read.
    """
    folded = _BLANKS.sub(" ", text.translate(_CHARACTERS)).strip()
    if _MAY_NEED_SPELLING.search(folded):
        for pattern, spelling in _SPELLINGS:
            folded = pattern.sub(spelling, folded)
        folded = _CHINESE_PERCENT.sub(_percent, folded)
    return folded


def tighten(folded: str) -> str:
    """Folded text without blanks (except between digits) and without a sentence's end mark."""
    return _END_MARK.sub("", _LOOSE_BLANK.sub("", folded))


def _percent(match: re.Match[str]) -> str:
    if match[1] == "百":
        return "100%"
    number = chinese(match[1])
    return match[0] if number is None else f"{number}%"
