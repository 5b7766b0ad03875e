"""Working days in China, holidays and the working weekends in exchange for them included.

The days are those of the State Council's yearly notices, as the ``chinesecalendar`` package holds them. A year
whose notice is not out yet counts Monday to Friday, and ``is_announced`` says so.
"""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]
from chinese_calendar import constants

_FIRST: int = min(constants.holidays).year
_LAST: int = max(constants.holidays).year
_DAY = timedelta(days=1)


def is_announced(year: int) -> bool:
    """Whether the holidays of a year are known."""
    return _FIRST <= year <= _LAST


def is_working_day(day: date) -> bool:
    if is_announced(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def after(day: date, count: int) -> date:
    """The last of ``count`` working days that follow ``day``; the day itself does not count (民法典第201条).

    Raises ``ValueError`` for a negative count; 0 gives the day itself, working or not.
    """
    if count < 0:
        raise ValueError(f"工作日数{count}不能为负。")
    while count:
        day += _DAY
        count -= is_working_day(day)
    return day


def between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` lies before."""
    if end < start:
        return -between(end, start)
    return sum(is_working_day(start + _DAY * n) for n in range(1, (end - start).days + 1))
