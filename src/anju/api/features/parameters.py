"""The parameters of a request for features; what is unknown or ill-formed is refused (requirements 8 and 9)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.dateparse import parse_date, parse_datetime

DEFAULT_LIMIT, MOST = 100, 1000
_OPEN = ("", "..")
_OF_BOX, _OF_CUBE = 4, 6


class BadParameter(ValueError):
    """400, with one sentence that names the parameter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """``box`` is west, south, east, north in degrees; ``times`` the first and the last day, None where open."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    box: tuple[float, float, float, float] | None = None
    times: tuple[date | None, date | None] | None = None
    equal: tuple[tuple[str, str], ...] = ()


def wanted(given: Mapping[str, str], properties: Mapping[str, str]) -> Wanted:
    """Read the query; ``properties`` are those that may be asked for by value, name to path."""
    known = {"limit", "offset", "bbox", "datetime", "f", *properties}
    unknown = sorted(set(given) - known)
    if unknown:
        raise BadParameter(f"没有参数{'、'.join(unknown)}；可用的参数是{'、'.join(sorted(known))}。")
    if given.get("f", "json") not in ("json", "geojson"):
        raise BadParameter("参数f只能是json。")
    return Wanted(
        limit=min(_whole("limit", given.get("limit", str(DEFAULT_LIMIT)), 1), MOST),
        offset=_whole("offset", given.get("offset", "0"), 0),
        box=_box(given["bbox"]) if "bbox" in given else None,
        times=_times(given["datetime"]) if "datetime" in given else None,
        equal=tuple((properties[name], given[name]) for name in properties if name in given),
    )


def _whole(name: str, text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) < least:
        raise BadParameter(f"参数{name}应是不小于{least}的整数，这里是“{text[:20]}”。")
    return int(text)


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (_OF_BOX, _OF_CUBE) or not all(map(math.isfinite, numbers)):
        raise BadParameter("参数bbox应是4个或6个用逗号隔开的数：西,南,东,北。")
    # Heights, where given, say nothing about what lies on the ground.
    west, south, east, north = numbers if len(numbers) == _OF_BOX else (*numbers[:2], *numbers[3:5])
    if south > north or not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        raise BadParameter("参数bbox不是经纬度的范围：经度−180至180，纬度−90至90，南不大于北。")
    return west, south, east, north


def _times(text: str) -> tuple[date | None, date | None]:
    first, mark, last = text.partition("/")
    if not mark:
        day = _day(text)
        return day, day
    days = tuple(None if side in _OPEN else _day(side) for side in (first, last))
    if days == (None, None) or (days[0] and days[1] and days[0] > days[1]):
        raise BadParameter("参数datetime的区间应由早到晚，且至少写明一端。")
    return days[0], days[1]


def _day(text: str) -> date:
    try:
        moment: datetime | None = parse_datetime(text)
        day = moment.date() if moment else parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise BadParameter(f"参数datetime里的“{text[:30]}”不是日期或时间（RFC 3339）。")
    return day


def during(times: tuple[date | None, date | None]) -> Q:
    """Whose time from ``valid_from`` up to, without, ``valid_to`` shares a day with these."""
    first, last = times
    found = Q()
    if last:
        found &= Q(valid_from__isnull=True) | Q(valid_from__lte=last)
    if first:
        found &= Q(valid_to__isnull=True) | Q(valid_to__gt=first)
    return found
