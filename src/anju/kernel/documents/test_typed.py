from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from anju.kernel.documents import typed
from anju.kernel.documents.ledgers import Row


def row(**values: str) -> Row:
    return Row("表1第2行", values, {})


@pytest.mark.parametrize("text", ["2021-09-20", "2021/9/20", "2021.9.20", "2021年9月20日", "20210920"])
def test_a_day_in_its_usual_forms(text: str) -> None:
    one = row(on=text)
    assert typed.day(one, "on") == date(2021, 9, 20)
    assert one.errors == []


@pytest.mark.parametrize("text", ["2021-09", "9月20日", "昨天", "2021-02-30", "2021-13-01"])
def test_what_is_no_day_is_told(text: str) -> None:
    one = row(on=text)
    assert typed.day(one, "on") is None
    assert "不是日期" in one.errors[0].message


def test_numbers_and_their_bounds() -> None:
    assert typed.number(row(n="1,234.5"), "n") == Decimal("1234.5")
    assert typed.whole(row(n="7"), "n") == 7
    assert typed.whole(row(), "n", 3) == 3
    for text in ("-1", "1.5", "七", "10000", "9" * 30):
        one = row(n=text)
        assert typed.whole(one, "n", 3) == 3
        assert "不是0至9999的整数" in one.errors[0].message
    one = row(n="许多")
    assert typed.number(one, "n") is None
    assert one.errors[0].message == "“许多”不是数，请只写数字。"


def test_a_position_is_both_or_neither() -> None:
    assert typed.degrees(row(longitude="118.2", latitude="39.6")) == (118.2, 39.6)
    assert typed.degrees(row()) is None
    for east, north in (("118.2", ""), ("", "39.6"), ("200", "39"), ("x", "39"), ("nan", "39")):
        one = row(longitude=east, latitude=north)
        assert typed.degrees(one) is None
        assert len(one.errors) == 1


def test_a_key_is_one_or_told() -> None:
    assert typed.key(row(place=str(UUID(int=7))), "place", "地点标识") == UUID(int=7)
    one = row(place="x")
    assert typed.key(one, "place", "地点标识") is None
    assert one.errors[0].message == "“x”不是地点标识，请留空。"
