from __future__ import annotations

import re
from decimal import Decimal

import pytest

from anju.kernel.values import units


@pytest.mark.parametrize(
    ("number", "unit", "base_number", "base_unit"),
    [
        ("38", "万户", "380000", "户"),
        ("5013", "万平方米", "50130000", "平方米"),
        ("0.4", "亿元", "40000000", "元"),
        ("5", "千万元", "50000000", "元"),
        ("3", "千元", "3000", "元"),
        ("5", "千克", "5", "千克"),
        ("5", "万", "50000", None),
        ("7", "元/平方米", "7", "元/平方米"),
        ("20", "个", "20", "个"),
    ],
)
def test_base(number: str, unit: str, base_number: str, base_unit: str | None) -> None:
    assert units.base(Decimal(number), unit) == (Decimal(base_number), base_unit)


def test_no_unit_has_no_base() -> None:
    assert units.base(Decimal(7), None) == (None, None)


def test_sorts_of_units() -> None:
    assert units.is_rate("个百分点")
    assert not units.is_rate("个")
    assert units.is_count("万户")
    assert units.is_count("个小区")
    assert not units.is_count("个月")
    assert not units.is_count("平方米")
    assert not units.is_count("个百分点")
    assert units.is_area("个县（市）、区")
    assert units.is_area("个街道")
    assert not units.is_area("个小区")


@pytest.mark.parametrize("text", ["元/平方米·月", "万平方米", "%", "元/人/月", "万", "μg/立方米", "个工作日"])
def test_unit(text: str) -> None:
    assert re.fullmatch(units.UNIT, text)


@pytest.mark.parametrize("text", ["%%", "元/", "级", "月", "小区"])
def test_no_unit(text: str) -> None:
    assert not re.fullmatch(units.UNIT, text)


@pytest.mark.parametrize("text", ["栋楼加装坡屋顶改造并通过验收", "栋楼改造", "个以上", "项目完成"])
def test_a_clause_is_no_counted_noun(text: str) -> None:
    assert not re.fullmatch(units.COUNTED, text)
