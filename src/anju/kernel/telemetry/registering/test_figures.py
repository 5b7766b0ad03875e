"""The figures of alarms are read as they stand, and a text that cannot hold is refused with what to do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from anju.kernel.telemetry.registering.figures import SOURCE, FiguresError, figures, load
from anju.kernel.values import rulebooks

TEXT = rulebooks.packaged(SOURCE)


def test_the_packaged_figures_hold_and_say_terms_by_grade() -> None:
    held = figures(date(2026, 11, 28))
    assert (held.sign("crit"), held.term("high")) == (timedelta(minutes=5), timedelta(hours=8))
    assert [held.opens_case(grade) for grade in ("crit", "high", "warn", "info")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("raw_days = 730", "raw_days = 0", "应是正整数"),
        ("raw_days = 730", "raw_days = true", "应是正整数"),
        ('case_from = "warn"', 'case_from = "all"', "级别'all'不存在"),
        ("delivery_percent = 95", "delivery_percent = 101", "不能超过100%"),
        ("valid_from = 2000-01-01", 'valid_from = "2000"', "日期或依据的写法不对"),
        ("[[figures]]", "[[other]]", "没有[[figures]]"),
    ],
)
def test_what_cannot_hold_is_refused(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(FiguresError) as caught:
        load(TEXT.replace(old, new))
    assert words in caught.value.sentence
    assert caught.value.next_step
