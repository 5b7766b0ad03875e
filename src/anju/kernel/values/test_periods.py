from __future__ import annotations

from datetime import date

import pytest

from anju.kernel.values import periods


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021H2", date(2021, 7, 1), date(2021, 12, 31)),
        ("2021Q1", date(2021, 1, 1), date(2021, 3, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2021-07-31", date(2021, 7, 31), date(2021, 7, 31)),
        ("2099/00", date(2099, 11, 1), date(2100, 4, 30)),
        ("2021/22", date(2021, 11, 1), date(2022, 4, 30)),
    ],
)
def test_a_period_has_its_first_and_last_day(text: str, start: date, end: date) -> None:
    period = periods.parse(text)
    assert (period.start, period.end, period.text, period.year) == (start, end, text, start.year)
    assert start in period
    assert end in period


@pytest.mark.parametrize("text", ["", "21", "2021-13", "2021-02-30", "2021Q5", "2021/23", "2021-7", "2021年"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="期间"):
        periods.parse(text)
