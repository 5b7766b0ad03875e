"""Dates and periods in all the forms of budget files. A month, quarter or year means its last day, or as the
start of a period its first."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from anju.kernel.values.numerals import CHINESE, chinese

_LEAP_YEAR = 2000  # a date without a year may be 29 February


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day whose year may not be written. Raises ``ValueError`` when no calendar has that day."""

    year: int | None
    month: int
    day: int

    def __post_init__(self) -> None:
        datetime.date(self.year or _LEAP_YEAR, self.month, self.day)

    def iso(self) -> str:
        """``2021-06-30``, or ``--03-15`` when the year is not written."""
        year = "-" if self.year is None else f"{self.year:04d}"
        return f"{year}-{self.month:02d}-{self.day:02d}"

    def on(self, year: int) -> datetime.date:
        """The date, in ``year`` when none is written; the end of February follows that year."""
        actual = self.year or year
        return datetime.date(actual, self.month, min(self.day, _month_length(actual, self.month)))


Span = tuple[CalendarDay, CalendarDay]

_YEAR = r"(?P<year>(?:19[5-9]|20[0-9])[0-9])"
_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])"
_MIDNIGHT = r"(?: 0?0:00(?::00)?)?"  # a spreadsheet's date read as text
_THIS_YEAR = rf"(?:{_YEAR}年(?:度)?|当年|今年|本年(?:度)?)"

_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}(?P<sep>[-./]) ?{_MONTH}(?:(?P=sep) ?{_DAY})?{_MIDNIGHT}",  # 2021-06-30, 2021.6
        rf"{_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>[0-3][0-9])?",  # 20210630, 202106
        rf"{_THIS_YEAR}?{_MONTH}月份?(?:{_DAY}[日号]|(?P<part>[底末]|[上中下]旬))?",  # 2021年6月底
        rf"{_THIS_YEAR}?第?(?P<quarter>[1-4一二三四])季度(?P<part>[底末])?",  # 2021年第三季度
        rf"{_THIS_YEAR}?(?P<half>[上下])半年(?P<part>[底末])?",  # 2021年上半年
        rf"{_YEAR}年(?:度|全年|内|年内)?",  # 2021年
        rf"(?:{_THIS_YEAR}年?|年)(?P<part>[底末])",  # 2021年底, 年末
        r"(?P<part>年内|[当今本]年内)",  # year not written, its last day
    )
)
_TEN_DAYS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31)}
_CHINESE_YEAR = re.compile(r"[〇○零一二三四五六七八九]{4}(?=年)")
_CHINESE_DAY = re.compile(rf"{CHINESE}(?=[月日号])")
_DIGIT = dict(zip("零〇○一二三四五六七八九", "000123456789", strict=True))

_JOINT = re.compile(r"[-~至到]+")
_LAST_UNIT = re.compile(r"[0-9一二三四](年|月|日|号|季度)$")
_NEXT_YEAR = re.compile(r"^[次翌]年")
_BOUNDARY = re.compile(r"[-./年月]")


def span(text: str) -> Span | None:
    """First and last day of a written date, quarter, half-year or year; equal for a day and for 底 or 末.

    ``None`` for anything else, for text before or behind the date, and for impossible days.
    """
    arabic = _CHINESE_DAY.sub(_arabic_day, _CHINESE_YEAR.sub(_arabic_year, text))
    for form in _FORMS:
        match = form.fullmatch(arabic)
        if match is not None:
            try:
                return _days(match.groupdict())
            except ValueError:
                return None
    return None


def period(text: str) -> Span | None:
    """Start and end of ``2023.07-2024.01``, ``2021年1-12月``, ``2021-2023年``; ``None`` if the end is first.

    The end takes the year of the start if it has none, and the next one behind 次年. Behind 次年 without any
    year the end may lie before the start in the calendar.
    """
    for joint in _JOINT.finditer(text):
        left, right = text[: joint.start()], text[joint.end() :]
        found = _join(left, right) if left and right else None
        if found is not None:
            return found
    return None


def _join(left: str, right: str) -> Span | None:
    next_year = _NEXT_YEAR.match(right) is not None
    right = _NEXT_YEAR.sub("", right)
    first = _start(left, right)
    if first is None:
        return None
    start = first[0]
    for candidate in _ends(start, left, right, next_year):
        last = span(candidate)
        if last is not None and (last[1].year is None) == (start.year is None):
            wraps = next_year and start.year is None
            return (start, last[1]) if wraps or _order(start) <= _order(last[1]) else None
    return None


def _start(left: str, right: str) -> Span | None:
    """A start may borrow its last unit from the end (1-12月), and a bare year needs none (2021-2023)."""
    unit = _LAST_UNIT.search(right)
    return span(left) or span(left + (unit[1] if unit else "年"))


def _ends(start: CalendarDay, left: str, right: str, next_year: bool) -> Iterator[str]:
    """The end as written, then completed from the start: 2021年1月-12月, 2021-2023, 2021.6.1-6.30."""
    yield right
    if start.year is not None:
        yield f"{start.year + next_year}年{right}"
        yield right + "年"
    if not next_year:
        for boundary in _BOUNDARY.finditer(left):
            yield left[: boundary.end()] + right


def _order(day: CalendarDay) -> tuple[int, int, int]:
    return day.year or 0, day.month, day.day


def _days(parts: dict[str, str | None]) -> Span:
    written = parts.get("year")
    year = int(written) if written else None
    part = parts.get("part")
    first, last = _months(parts)
    if day := parts.get("day"):
        only = CalendarDay(year, first, int(day))
        return only, only
    end = CalendarDay(year, last, _month_length(year or _LEAP_YEAR, last))
    if part in _TEN_DAYS:
        low, high = _TEN_DAYS[part]
        return CalendarDay(year, first, low), CalendarDay(year, last, min(high, end.day))
    return (end if part in ("底", "末") else CalendarDay(year, first, 1)), end


def _months(parts: dict[str, str | None]) -> tuple[int, int]:
    if month := parts.get("month"):
        return int(month), int(month)
    if quarter := parts.get("quarter"):
        last = 3 * ("一二三四".find(quarter) + 1 or int(quarter))
        return last - 2, last
    if half := parts.get("half"):
        return (1, 6) if half == "上" else (7, 12)
    return 1, 12


def _month_length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _arabic_year(match: re.Match[str]) -> str:
    return "".join(_DIGIT[char] for char in match[0])


def _arabic_day(match: re.Match[str]) -> str:
    number = chinese(match[0])
    return match[0] if number is None else str(number)
