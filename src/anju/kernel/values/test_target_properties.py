"""Properties of the target-value grammar over generated texts."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.values.target_model import Kind
from anju.kernel.values.target_value import parse

quick = settings(max_examples=80, deadline=None)

numbers = st.decimals(0, 10**9, places=2) | st.integers(0, 10**9).map(Decimal)
units = st.sampled_from(
    ["%", "户", "个", "平方米", "公里", "元", "套", "万户", "亿元", "元/平方米", "℃", "年"]
)
WRITTEN: dict[str, str | None] = {
    "": None,
    "≥": ">=",
    "不少于": ">=",
    "达到": ">=",
    ">": ">",
    "≤": "<=",
    "不超过": "<=",
    "控制在": "<=",
    "<": "<",
    "=": "=",
    "约": "~",
}
operators = st.sampled_from(sorted(WRITTEN))
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
texts = st.text(max_size=30) | st.text(
    "0123456789.,-~±%*≥≤()（）年月日底前每次个户万亿元至一二三、；， ", max_size=14
)


@quick
@given(operators, numbers, units)
def test_a_number_reads_back(operator: str, number: Decimal, unit: str) -> None:
    value = parse(f"{operator}{number:f}{unit}")
    assert (value.kind, value.op, value.number, value.unit) == ("number", WRITTEN[operator], number, unit)


@quick
@given(operators, numbers, units)
def test_thousands_commas_say_the_same(operator: str, number: Decimal, unit: str) -> None:
    assert parse(f"{operator}{number:,f}{unit}").number == number


@quick
@given(numbers, st.sampled_from(["户", "平方米", "元", "套"]))
def test_the_base_of_wan_is_ten_thousand_fold(number: Decimal, unit: str) -> None:
    value = parse(f"{number:f}万{unit}")
    assert (value.unit, value.base_number, value.base_unit) == (f"万{unit}", number * 10_000, unit)


@quick
@given(st.sampled_from([">=95%", "(18±2)℃", "16~20℃", "2021-06-30", "2023.07-2024.01", "热源1座,换热站12座"]))
def test_full_width_says_the_same(text: str) -> None:
    half, full = parse(text), parse(text.translate(FULL_WIDTH))
    assert half.kind != "unparseable"
    for field in ("kind", "op", "number", "unit", "low", "high", "date", "start", "end"):
        assert getattr(full, field) == getattr(half, field)
    assert [(part.label, part.number) for part in full.parts] == [
        (part.label, part.number) for part in half.parts
    ]


@quick
@given(operators, numbers, units)
def test_full_width_numbers_say_the_same(operator: str, number: Decimal, unit: str) -> None:
    text = f"{operator}{number:f}{unit}"
    half, full = parse(text), parse(text.translate(FULL_WIDTH))
    assert (full.kind, full.op, full.number, full.unit) == (half.kind, half.op, half.number, half.unit)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_any_text_is_read_to_one_of_nine_kinds(text: str) -> None:
    value = parse(text)
    assert value.kind in get_args(Kind)
    assert value.text == text
    assert parse.__wrapped__(text) == value


@quick
@given(
    st.sampled_from(["95%以上", "38万户", "2021年6月底", "3月15日完成", "4980.12万元", "20210630"]), st.data()
)
def test_damage_is_never_a_number_or_date(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    mark = data.draw(st.sampled_from(["*", "**", "\ufffd"]))
    assert parse(text[:at] + mark + text[at:]).kind == "unparseable"
