"""Numbers inside running text: quantities, amounts of money, dates and years, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import TargetValue, parse

UNIT = (
    r"万元/户|元/平方米|万?平方米|万平米|平米|㎡|万?立方米|公里|千米|km|KM|万?户|万?人次|万?人|万?套|万?个|万?次|"
    r"栋|幢|座|处|家|项|条|台|辆|吨|万吨|亩|公顷|米|份|篇|批|期|场|名|块|本|册|件|所|株|棵|盏|起|车次|天|年|月|小时|分钟|％|%|℃"
)
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_MONEY = re.compile(rf"({_NUMBER})\s*(万亿|亿|万)?\s*(?:元|(?<=[万亿])(?![\u4e00-\u9fffA-Za-z㎡]))(?![/／])")
_QUANTITY = re.compile(
    rf"(?<![\dA-Za-z.〔\[【(（第])(?:(?:不少于|不低于|不超过|至少|达到|≥|≤|>=|<=|约)\s*)?{_NUMBER}(?:-{_NUMBER})?\s*(?:{UNIT})"
    r"(?:以上|以下|以内|左右)?"
)
_DATE = re.compile(
    r"(?:20\d{2}年)?(?:1[0-2]|0?[1-9])月(?:份|\d{1,2}日|底|末|上旬|中旬|下旬)?(?:之?前|以前)|20\d{2}年(?:年?底|末)(?:之?前|以前)?"
    r"|20\d{2}年(?:1[0-2]|0?[1-9])月(?:\d{1,2}日|底|末)?"
)
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|-20\d{2}年?|至20\d{2}年?|—20\d{2}年?|~20\d{2}年?)")
CLAUSE = re.compile(r"[^。；;！？\n]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A figure in a text: character range and parsed value."""

    start: int
    end: int
    value: TargetValue


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in a text, in 万元."""

    start: int
    end: int
    wan: Decimal


@lru_cache(maxsize=4_096)
def amounts(text: str) -> tuple[Amount, ...]:
    """Amounts such as ``4980.12万``, ``0.4亿元``, ``36000元``; prices (``7元/平方米``) are not amounts."""
    scale = {None: Decimal("0.0001"), "万": Decimal(1), "亿": Decimal(10_000), "万亿": Decimal(100_000_000)}
    return tuple(
        Amount(m.start(), m.end(), Decimal(m[1].replace(",", "")) * scale[m[2]])
        for m in _MONEY.finditer(text)
    )


@lru_cache(maxsize=4_096)
def quantities(text: str) -> tuple[Found, ...]:
    """Counted things with their unit (``38万户``, ``3.5公里``, ``20%以上``); money and dates are left out."""
    money = [(a.start, a.end) for a in amounts(text)]
    found = []
    for match in _QUANTITY.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in money) or _dated(text, match):
            continue
        value = parse(match[0])
        if value.kind in ("number", "tolerance"):
            found.append(Found(match.start(), match.end(), value))
    return tuple(found)


def _dated(text: str, match: re.Match[str]) -> bool:
    """``2021年`` and ``3月`` are dates, ``3年`` and ``6个月`` are durations."""
    unit = match[0].lstrip("0123456789.")
    if unit == "年":
        return bool(re.match(r"(?:19|20)\d{2}年", match[0]))
    return unit == "月"


def dates(text: str) -> Iterator[Found]:
    """Promised dates (``11月底前``, ``2021年10月前``)."""
    for match in _DATE.finditer(text):
        value = parse(match[0].replace("份", ""))
        if value.kind == "deadline":
            yield Found(match.start(), match.end(), value)


@lru_cache(maxsize=8_192)
def years(text: str) -> tuple[tuple[int, int], ...]:
    """Calendar years written in a text as (year, place)."""
    return tuple((int(m[1]), m.start()) for m in _YEAR.finditer(text))


def clauses(quote: Quote) -> Iterator[Quote]:
    """A text by sentences and semicolons, each with its place."""
    for match in CLAUSE.finditer(quote.text):
        if match[0].strip():
            yield quote.part(*match.span())


def clause_at(text: str, place: int) -> tuple[int, int]:
    """Start and end of the clause around a character."""
    for match in CLAUSE.finditer(text):
        if match.start() <= place < match.end():
            return match.span()
    return 0, len(text)
