"""Days taken from the State Council's notices for 2021 (国办发明电〔2020〕27号) and 2024."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.kernel.values import working_days

# The notice for 2021: National Day 1 to 7 October, work on 26 September (Sunday) and 9 October (Saturday).
NOTICE_2021 = {
    date(2021, 9, 26): True,
    date(2021, 10, 1): False,
    date(2021, 10, 7): False,
    date(2021, 10, 8): True,
    date(2021, 10, 9): True,
    date(2021, 10, 10): False,
}


@pytest.mark.parametrize(("day", "works"), NOTICE_2021.items())
def test_holidays_and_working_weekends(day: date, works: bool) -> None:
    assert working_days.is_working_day(day) is works


def test_five_working_days_over_national_day() -> None:
    # From Thursday 30 September: 8, 9 (Saturday, works), 11, 12, 13 October.
    assert working_days.after(date(2021, 9, 30), 5) == date(2021, 10, 13)


def test_no_days_is_the_day_itself_and_a_negative_count_is_refused() -> None:
    assert working_days.after(date(2021, 10, 2), 0) == date(2021, 10, 2)
    with pytest.raises(ValueError, match="不能为负"):
        working_days.after(date(2021, 10, 2), -1)


def test_a_year_without_notice_counts_weekdays_and_says_so() -> None:
    assert not working_days.is_announced(2099)
    assert working_days.is_working_day(date(2099, 1, 1)) is (date(2099, 1, 1).weekday() < 5)


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_counting_forth_and_between_agree(day: date, count: int) -> None:
    end = working_days.after(day, count)
    assert working_days.between(day, end) == count
    assert working_days.between(end, day) == -count
    assert count == 0 or (working_days.is_working_day(end) and end >= day + timedelta(days=count))
