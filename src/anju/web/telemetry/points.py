"""Points of one series for a page: raw where they are few enough, else buckets with lowest, mean and highest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from anju.kernel.telemetry import history
from anju.kernel.telemetry.models import Series
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.wording import figure
from anju.web.telemetry import words
from anju.web.telemetry.common import Pair

MOST = 1500
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Told:
    """``rows`` are (ms, value, quality code, frame) of points, or (ms, mean, lowest, highest, good, all) of buckets
    of ``width`` ms; what has no good value has None in its place."""

    raw: bool
    width: int
    rows: list[list[Any]]

    def as_json(self) -> dict[str, Any]:
        return {"raw": self.raw, "width": self.width, "rows": self.rows}


def whole(text: str, otherwise: int, least: int, most: int) -> int:
    """A whole number of an address within its bounds."""
    if not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 20):
        return otherwise
    return min(most, max(least, int(text)))


def asked_span(request: HttpRequest, now: datetime, length: timedelta) -> tuple[datetime, datetime]:
    """``?since=&until=`` in ms, else the last ``length``; the end is never before the beginning."""
    end = int(now.timestamp() * 1000)
    until = whole(request.GET.get("until", ""), end, 0, end + 86_400_000)
    since = whole(request.GET.get("since", ""), until - int(length.total_seconds() * 1000), 0, until)
    since = max(since, until - int(_LONGEST.total_seconds() * 1000))
    return datetime.fromtimestamp(since / 1000, UTC), datetime.fromtimestamp(until / 1000, UTC)


def of(series: Series, since: datetime, until: datetime, most: int) -> Told:
    """Points where about as many are due in the span as may be shown, else buckets."""
    due = (until - since).total_seconds() / (series.interval or 60)
    if due <= most:
        line = history.lines([series.number], since, until).get(series.number, history.Line())
        if len(line) <= 2 * most:
            columns = (line.time, line.value, line.quality, line.frame)
            rows = [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
            return Told(True, 0, [[t, _number(v), q, f] for t, v, q, f in rows])
    trend = history.trend(series.number, since, until, most)
    rolled = trend.rows
    columns = (rolled.time, rolled.mean, rolled.min, rolled.max, rolled.good, rolled.count)
    rows = [list(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    return Told(
        False, trend.width, [[t, _number(m), _number(a), _number(b), g, n] for t, m, a, b, g, n in rows]
    )


def _number(value: float) -> float | None:
    return None if value != value else value


def pieces(told: Told, series: Series) -> list[list[Pair]]:
    """The line broken at gaps of three intervals or buckets, and at what is bad."""
    longest = 3 * (told.width or (series.interval or 60) * 1000)
    found: list[list[Pair]] = []
    before: float | None = None
    for time, value, code, *_ in told.rows:
        bad = value is None or (told.raw and history.quality_of(code).status == "bad")
        if bad:
            before = None
            continue
        if before is None or time - before > longest:
            found.append([])
        found[-1].append((time, value))
        before = time
    return found


def table(told: Told, series: Series, most: int) -> list[dict[str, Any]]:
    """The newest rows in words: the chart's twin for reading and for those who cannot see it."""
    rows = []
    for row in reversed(told.rows[-most:]):
        at = datetime.fromtimestamp(row[0] / 1000, UTC)
        if told.raw:
            quality = history.quality_of(row[2])
            rows.append(_raw_row(at, row, quality, series.unit))
        else:
            rows.append(
                {
                    "at": at,
                    "value": figure(row[1], series.unit),
                    "low": figure(row[2]),
                    "high": figure(row[3]),
                    "share": gettext("{good}/{all}个有效").format(good=row[4], all=row[5]),
                }
            )
    return rows


def _raw_row(at: datetime, row: list[Any], quality: Quality, unit: str) -> dict[str, Any]:
    signs = {"good": "ok", "uncertain": "warn", "bad": "high"}
    return {
        "at": at,
        "value": figure(row[1], unit),
        "sign": signs[quality.status],
        "words": words.of_quality(quality),
        "frame": row[3],
    }
