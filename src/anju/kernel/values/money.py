"""Amounts of money: read in 万元 with exact decimals, stored in whole fen."""

from __future__ import annotations

import re
from decimal import Decimal

from anju.kernel.values.numerals import SCALE, factor, number
from anju.kernel.values.text import fold, tighten

_AMOUNT = re.compile(
    rf"(?:人民币|¥)?(?P<number>[^万亿元百千]+|[^万亿元]+?)(?P<scale>{SCALE}|千(?=元))?(?P<yuan>元)?"
)
_WAN = Decimal(10_000)
_FEN_IN_WAN = Decimal(1_000_000)
WAN_YUAN = "万元"
#: Fen in one of each unit that a money column may have.
FEN_IN = {"分": 1, "元": 100, WAN_YUAN: 1_000_000, "亿元": 10_000_000_000}


def wan_yuan(text: str) -> Decimal | None:
    """An amount in 万元: ``4980.12万``, ``0.4亿`` → 4000, ``36000元`` → 3.6.

    ``None`` for a bare number, whose unit only its column can tell, and for anything damaged or approximate.
    """
    match = _AMOUNT.fullmatch(tighten(fold(text)))
    if match is None or not (match["scale"] or match["yuan"]):
        return None
    amount = number(match["number"])
    return None if amount is None else amount * factor(match["scale"] or "") / _WAN


def to_fen(wan: Decimal) -> int:
    """Whole fen of an amount in 万元; six decimals are exact. Raises ``ValueError`` for a part of a fen."""
    fen = wan * _FEN_IN_WAN
    if fen != fen.to_integral_value():
        raise ValueError(f"金额 {wan} 万元不足一分的部分无法入账，请保留六位小数以内。")
    return int(fen)


def fen_of(text: str, unit: str) -> int:
    """Whole fen of a figure in a column of ``unit``: 元, 万元, 亿元 or 分. Brackets or a sign mean less.

    Raises ``ValueError`` with a sentence for a figure that is none, and for a part of a fen.
    """
    plain = tighten(fold(text)).replace(",", "").replace("−", "-")
    negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    amount = number(plain.strip("-()").removesuffix("元"))
    if unit not in FEN_IN:
        raise ValueError(f"金额单位“{unit}”不认识，请写元或万元。")
    if amount is None:
        raise ValueError(f"“{text}”不是金额，请只写数字。")
    fen = amount * FEN_IN[unit]
    if fen != fen.to_integral_value():
        raise ValueError(f"“{text}”{unit}不足一分的部分无法入账，请改正。")
    return -int(fen) if negative else int(fen)
