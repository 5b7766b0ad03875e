"""Periods that a figure is about, as short text: 2021, 2021H1, 2021Q3, 2021-07, 2021-07-31, 2021/22 (a season)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(
    r"(?P<year>(?:19|20)\d\d)"
    r"(?:Q(?P<quarter>[1-4])|H(?P<half>[12])|/(?P<next>\d\d)|-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>[0-3]\d))?)?"
)
# A heating season runs over the turn of the year; its exact days are dated rows of the heating pack.
_SEASON = ((11, 1), (4, 30))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Both days belong to it."""

    start: date
    end: date
    text: str

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def grain(self) -> str:
        """``year``, ``half``, ``quarter``, ``month``, ``day`` or ``season``: figures of one grain make a trend."""
        match = _FORM.fullmatch(self.text)
        assert match is not None  # ``parse`` made it
        names = {"next": "season", "day": "day", "month": "month", "quarter": "quarter", "half": "half"}
        return next((grain for part, grain in names.items() if match[part]), "year")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def parse(text: str) -> Period:
    """Raises ``ValueError`` with a sentence for anything else."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"期间“{text}”写法不对，请写2021、2021Q3、2021-07、2021-07-31或2021/22。")
    year = int(match["year"])
    try:
        start, end = _days(year, match.groupdict())
    except ValueError as error:
        raise ValueError(f"期间“{text}”没有这一天，请核对。") from error
    return Period(start, end, text)


def _days(year: int, parts: dict[str, str | None]) -> tuple[date, date]:
    if parts["next"]:
        if int(parts["next"]) != (year + 1) % 100:
            raise ValueError
        return date(year, *_SEASON[0]), date(year + 1, *_SEASON[1])
    if parts["day"]:
        day = date(year, int(parts["month"] or 0), int(parts["day"]))
        return day, day
    first, last = 1, 12
    if parts["quarter"]:
        first, last = int(parts["quarter"]) * 3 - 2, int(parts["quarter"]) * 3
    elif parts["half"]:
        first, last = int(parts["half"]) * 6 - 5, int(parts["half"]) * 6
    elif parts["month"]:
        first = last = int(parts["month"])
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
