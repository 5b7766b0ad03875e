from __future__ import annotations

import pytest

from anju.kernel.values.target_value import parse
from anju.packs.budget.wording import value_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("38万户", "≥380,000户（“≥”为推定）"),
        ("≥98.5%", "≥98.5%"),
        ("100%左右", "约100%"),
        ("每月不少于2次", "每月≥2次"),
        ("2021年12月底", "不晚于2021-12-31"),
        ("3月15日完成", "不晚于03-15（未写年份）"),
        ("2023.07-2024.01", "2023-07-01至2024-01-31"),
        ("±3%以内", "−3至3%"),
        ("18±2℃", "16至20℃"),
        ("视频监控2套、喷淋3台", "视频监控2套、喷淋3台"),
        ("提升", "定性"),
        ("****", "未读懂"),
    ],
)
def test_words_of_a_value(text: str, words: str) -> None:
    assert value_words(parse(text), ">=") == words
