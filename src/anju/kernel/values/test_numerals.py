from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.values.numerals import arabic, chinese, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("7", "7"),
        ("0.40", "0.4"),
        ("44,561", "44561"),
        ("1,200.5", "1200.5"),
        ("1234567", "1234567"),
    ],
)
def test_arabic(text: str, value: str) -> None:
    assert arabic(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", ".5", "5.", "1.2.3", "12..5", "1,23,4", "12,34", "0,123", "1234,567", "007", "١٢", "1" * 16]
)
def test_no_arabic_number(text: str) -> None:
    assert arabic(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一", 1),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("一十二", 12),
        ("二十", 20),
        ("三百", 300),
        ("一百零五", 105),
        ("一百一十", 110),
        ("两千三百", 2300),
        ("一千零一", 1001),
        ("九千九百九十九", 9999),
    ],
)
def test_chinese(text: str, value: int) -> None:
    assert chinese(text) == value


@pytest.mark.parametrize(
    "text", ["", "零", "百", "三百五", "一百五十零", "十百", "一二", "零五", "甲", "一千一"]
)
def test_no_chinese_number(text: str) -> None:
    assert chinese(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.4亿", 40_000_000),
        ("38万", 380_000),
        ("5千万", 50_000_000),
        ("2万亿", 2_000_000_000_000),
        ("三百万", 3_000_000),
        ("12", 12),
    ],
)
def test_number(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "万", "1万2", "三五万", "5万万万"])
def test_no_number(text: str) -> None:
    assert number(text) is None


@settings(max_examples=100)
@given(st.integers(0, 10**15 - 1))
def test_commas_do_not_change_a_number(value: int) -> None:
    assert arabic(f"{value:,}") == arabic(str(value)) == value
