"""What the pages of telemetry share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.translation import gettext, gettext_lazy

from anju.kernel.telemetry.history import Line
from anju.web.surveys.common import WRONG as WRONG
from anju.web.surveys.common import actor as actor
from anju.web.surveys.common import demand as demand
from anju.web.surveys.common import one_of as one_of

GRADES = ("crit", "high", "warn", "info")
# What the first part of a rule's code is about.
FIELDS = {
    "heating": gettext_lazy("供热"),
    "gas": gettext_lazy("燃气"),
    "dust": gettext_lazy("扬尘"),
    "water": gettext_lazy("水务"),
    "weather": gettext_lazy("气象"),
    "telemetry": gettext_lazy("数据"),
}
Pair = tuple[float, float]


def field_of(rule: str) -> str:
    """What a rule is about, in words."""
    code = rule.partition(".")[0]
    return str(FIELDS.get(code, code))


def lasting(length: timedelta) -> str:
    """A span in words as a dispatcher says it: 14分, 1时30分, 2天."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes >= 48 * 60:
        return gettext("{n}天").format(n=minutes // 1440)
    if minutes >= 60:
        return gettext("{hours}时{minutes}分").format(hours=minutes // 60, minutes=minutes % 60)
    return gettext("{n}分").format(n=minutes)


def parts(line: Line, interval: float) -> list[list[Pair]]:
    """A line as (ms, value) broken where values are missing for three intervals, or are no numbers."""
    longest = max(interval, 1) * 3000
    found: list[list[Pair]] = []
    open_part = False
    times, values = line.time.tolist(), line.value.tolist()
    for at, (time, value) in enumerate(zip(times, values, strict=True)):
        if value != value:
            open_part = False
            continue
        if not open_part or (at and time - times[at - 1] > longest):
            found.append([])
        found[-1].append((time, value))
        open_part = True
    return found


def thinned(pairs: Sequence[Pair], most: int) -> list[Pair]:
    """At most ``most`` points: of each stretch the lowest and the highest, so that no peak is lost."""
    if len(pairs) <= most:
        return list(pairs)
    width = len(pairs) / (most / 2)
    borders = [round(n * width) for n in range(most // 2 + 1)]
    found: list[Pair] = []
    for start, end in pairwise(borders):
        stretch = pairs[start:end]
        if stretch:
            ends = {min(stretch, key=lambda p: p[1]), max(stretch, key=lambda p: p[1])}
            found += sorted(ends)
    return found


def span_of(since: datetime, until: datetime) -> tuple[float, float]:
    return since.timestamp() * 1000, until.timestamp() * 1000
