from __future__ import annotations

from decimal import Decimal

import pytest

from anju.kernel.values.money import to_fen, wan_yuan


@pytest.mark.parametrize(
    ("text", "wan"),
    [
        ("4980.12万", "4980.12"),
        ("0.4亿", "4000"),
        ("500万元", "500"),
        ("289 万元", "289"),
        ("1,200.5万元", "1200.5"),
        ("１，２００．５万元", "1200.5"),
        ("36000元", "3.6"),
        ("5千万元", "5000"),
        ("五百万元", "500"),
        ("3千元", "0.3"),
        ("￥36,000元", "3.6"),
    ],
)
def test_wan_yuan(text: str, wan: str) -> None:
    assert wan_yuan(text) == Decimal(wan)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "500",
        "万元",
        "约500万元",
        "500万元左右",
        "****万元",
        "12..5万元",
        "1,23万元",
        "500万户",
        "3+2万元",
        "-5万元",
        "7元/平方米",
    ],
)
def test_an_ambiguous_or_damaged_amount_is_none(text: str) -> None:
    assert wan_yuan(text) is None


def test_six_decimals_of_wan_yuan_are_whole_fen() -> None:
    assert to_fen(Decimal("45797.52")) == 45_797_520_000
    assert to_fen(Decimal("0.000001")) == 1


def test_a_part_of_a_fen_is_refused() -> None:
    with pytest.raises(ValueError, match="不足一分"):
        to_fen(Decimal("0.0000001"))
