"""Times of a csv as whole seconds or hours since 1970 in UTC, whatever way they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anju.packs.heating.forecasting.tables import TableError

Hours = NDArray[np.int64]

_HOUR = 3600
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y年%m月%d日", "%Y%m%d")
_CLOCKS = (" %H:%M:%S", " %H:%M", " %H", " %H时", " %H:%M:%S.%f", "%H", "")
_SAMPLE = 400


def hours(name: str, texts: list[str], zone: tzinfo | None) -> tuple[Hours, bool]:
    """The hour that each stamp lies in, and whether the stamps say their zone themselves. Raises ``TableError``."""
    found, aware = seconds(name, texts, zone)
    return found // _HOUR, aware


def seconds(name: str, texts: list[str], zone: tzinfo | None) -> tuple[Hours, bool]:
    """Whole seconds since 1970, and whether the stamps say their zone themselves.

    Stamps without a zone are clock times of ``zone``, where the second of two equal ones is the later hour of the night
    in which clocks go back; without ``zone`` they are taken as they stand. Raises ``TableError``.
    """
    parse = _parser(name, texts)
    stamps = []
    for row, text in enumerate(texts):
        try:
            stamps.append(parse(text))
        except (ValueError, OverflowError, OSError):
            raise TableError(
                f"{name}第{row + 2}行的时间“{text}”看不懂。", "请统一写成2019-01-31 08:00这样的时间。"
            ) from None
    told = {stamp.tzinfo is not None for stamp in stamps}
    if len(told) > 1:
        raise TableError(f"{name}里有的时间带时区，有的不带。", "请统一后再试。")
    if not told.pop():
        stamps = _placed(stamps, zone)
        return _whole(stamps), False
    return _whole(stamps), True


def _whole(stamps: list[datetime]) -> Hours:
    return np.array([int(stamp.timestamp()) for stamp in stamps], np.int64)


def _placed(stamps: list[datetime], zone: tzinfo | None) -> list[datetime]:
    if zone is None:
        return [stamp.replace(tzinfo=UTC) for stamp in stamps]
    seen: set[datetime] = set()
    placed = []
    for stamp in stamps:
        again = stamp in seen
        seen.add(stamp)
        placed.append(stamp.replace(tzinfo=zone, fold=int(again)))
    return placed


def _parser(name: str, texts: list[str]) -> Callable[[str], datetime]:
    sample = texts[:_SAMPLE]
    # 2025111508 is an hour of a day; as seconds it would be in 2034.
    if all(re.fullmatch(r"(?!19|20)\d{9,10}(\.\d+)?", text) for text in sample):
        return lambda text: datetime.fromtimestamp(float(text), UTC)
    if all(re.fullmatch(r"\d{12,13}", text) for text in sample) and not sample[0].startswith("20"):
        return lambda text: datetime.fromtimestamp(int(text) / 1000, UTC)
    forms = (_iso, *(_form(day + clock) for clock in _CLOCKS for day in _DATES))
    best = max(forms, key=lambda parse: _closeness(parse, sample))
    if _closeness(best, sample) < 0:
        raise TableError(f"{name}的时间“{texts[0]}”看不懂。", "请统一写成2019-01-31 08:00这样的时间。")
    return best


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _form(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _closeness(parse: Callable[[str], datetime], sample: list[str]) -> float:
    """Share of neighbours within two hours, -1 if one cannot be read: 03/04 is a day and a month where that makes
    the rows follow each other, else the reverse."""
    try:
        stamps = [parse(text) for text in sample]
        close = [abs(after - before) <= timedelta(hours=2) for before, after in pairwise(stamps)]
    except (ValueError, TypeError, OverflowError):
        return -1
    return sum(close) / max(len(close), 1)
