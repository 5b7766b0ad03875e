from __future__ import annotations

import pytest

from anju.kernel.values.text import fold, tighten


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("１２３ＡＢｃ", "123ABc"),
        ("（９５％）", "(95%)"),
        ("﹙95﹪﹚", "(95%)"),
        ("≧90％", ">=90%"),
        ("⩽5", "<=5"),
        ("＝＞5", ">=5"),
        ("＜＝5", "<=5"),
        ("> = 5", ">= 5"),
        ("﹦5", "=5"),
        ("16～20", "16~20"),
        ("1－2", "1-2"),
        ("1—2–3−4", "1-2-3-4"),
        ("18+/-2", "18±2"),
        ("5㎡", "5平方米"),
        ("5m²", "5平方米"),
        ("5M2", "5平方米"),
        ("5㎥", "5立方米"),
        ("3km²", "3平方公里"),
        ("元/㎡", "元/平方米"),
        ("5平米", "5平方米"),
        ("5平方米", "5平方米"),
        ("3.5M", "3.5米"),
        ("5 m", "5 米"),
        ("5mm", "5mm"),
        ("5MPa", "5MPa"),
        ("12KM", "12公里"),
        ("3千米", "3公里"),
        ("100百分比", "100%"),
        ("面积百分比", "面积百分比"),
        ("百分之95.5", "95.5%"),
        ("百分之九十五", "95%"),
        ("百分之百", "100%"),
        ("18°C", "18℃"),
        ("18摄氏度", "18℃"),
        ("⼈⼾⽉", "人户月"),
        ("9\u200b5\ufeff%", "95%"),
        ("\u3000 95\u00a0\t%\n", "95 %"),
        # Left alone: NFKC would turn a power into a digit and a list mark into a number.
        ("5²", "5²"),
        ("①", "①"),
        ("〔2021〕3号", "〔2021〕3号"),
        ("PM2.5", "PM2.5"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("folded", "tight"),
    [
        (">= 4 年", ">=4年"),
        ("12 345元", "12 345元"),
        ("2021. 6. 30", "2021. 6. 30"),
        ("100%。", "100%"),
        ("5户;", "5户"),
        ("100.", "100."),
        ("1,", "1,"),
    ],
)
def test_tighten(folded: str, tight: str) -> None:
    assert tighten(folded) == tight
