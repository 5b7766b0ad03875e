"""Written numbers: Arabic with thousands commas and decimals, and Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal

# Fifteen digits hold every amount of a city; a longer run is an identifier. No number starts with a
# needless zero, and commas stand at thousands or nowhere: 1,23,4 is damaged.
ARABIC = r"(?:[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}|0|[1-9][0-9]{0,14})(?:\.[0-9]{1,8})?(?![0-9])"
CHINESE = r"[零一二两三四五六七八九十百千]+"
SCALE = r"(?:万亿|[百千]?[万亿])"

_DIGITS = "零一二三四五六七八九"
_PLACES = {"千": 1000, "百": 100, "十": 10}
_FACTORS = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ARABIC = re.compile(ARABIC)
_SCALED = re.compile(rf"(?P<number>.+?)(?P<scale>{SCALE})?")


def arabic(text: str) -> Decimal | None:
    """``1,200.50`` → 1200.50; ``None`` for anything that is not one well-formed number."""
    return Decimal(text.replace(",", "")) if _ARABIC.fullmatch(text) else None


def chinese(text: str) -> int | None:
    """``一百零五`` → 105, up to 9999; ``None`` unless spelled in full (三百五 may be 350 or 305)."""
    plain = text.replace("两", "二")
    total, digit = 0, 0
    for char in plain:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        elif char in _DIGITS:
            digit = _DIGITS.index(char)
        else:
            return None
    total += digit
    return total if 0 < total < 10_000 and plain in _spellings(total) else None


def number(text: str) -> Decimal | None:
    """An Arabic or Chinese number with 万 or 亿 behind it: ``0.4亿`` → 40000000, ``三百万`` → 3000000."""
    match = _SCALED.fullmatch(text)
    if match is None:
        return None
    value = arabic(match["number"])
    if value is None:
        whole = chinese(match["number"])
        value = None if whole is None else Decimal(whole)
    return None if value is None else value * factor(match["scale"] or "")


def factor(scale: str) -> Decimal:
    """What a scale word multiplies by: 万 → 10000, 千万 → 10000000, nothing → 1."""
    product = Decimal(1)
    for char in scale:
        product *= _FACTORS[char]
    return product


def _spellings(value: int) -> tuple[str, ...]:
    """The full spelling of 1 to 9999, and for 10 to 19 also the short one (十二 for 一十二)."""
    written, rest = "", value
    for name, place in _PLACES.items():
        digit, rest = divmod(rest, place)
        if digit:
            written += _DIGITS[digit] + name
        elif written and rest and not written.endswith("零"):
            written += "零"
    if rest:
        written += _DIGITS[rest]
    return (written, written[1:]) if 10 <= value < 20 else (written,)
