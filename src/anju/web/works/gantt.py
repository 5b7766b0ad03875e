"""A project's days as bars: milestones and deliverables, planned and actual, with today. Lengths are SVG attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

WIDTH, LEFT, ROW, HEAD = 720, 168, 28, 28
NARROW, NARROW_LEFT = 358, 112


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of the chart: its name, the day promised, and the day on which it came."""

    name: str
    planned: date
    actual: date | None


def chart(
    start: date, end: date, marks: Sequence[Mark], today: date, *, narrow: bool = False
) -> dict[str, Any]:
    """The drawing for a wide page or for a phone; ``end`` already has the approved days."""
    width, left = (NARROW, NARROW_LEFT) if narrow else (WIDTH, LEFT)
    days = [start, end, *(m.planned for m in marks), *(m.actual for m in marks if m.actual)]
    first, last = min(days), max(days)
    whole = max((last - first).days, 1)

    def x(on: date) -> float:
        return round(left + (width - left - 16) * (on - first).days / whole, 1)

    rows = [
        {
            "name": mark.name if not narrow else mark.name[:8],
            "y": HEAD + n * ROW,
            "text": HEAD + n * ROW + 18,
            "from": x(min(mark.planned, mark.actual or mark.planned)),
            "length": abs(x(mark.actual) - x(mark.planned)) if mark.actual else 0,
            "planned": x(mark.planned),
            "actual": x(mark.actual) if mark.actual else None,
            "late": (mark.actual or today) > mark.planned,
        }
        for n, mark in enumerate(marks)
    ]
    height = HEAD + max(len(marks), 1) * ROW + 8
    return {
        "width": width,
        "height": height,
        "left": left,
        "rows": rows,
        "months": [{"x": x(on), "words": f"{on:%m}"} for on in _months(first, last, 6 if narrow else 14)],
        "today": x(today) if first <= today <= last else None,
        "bar": {"x": x(start), "length": max(x(end) - x(start), 1)},
        "year": first.year,
    }


def _months(first: date, last: date, most: int) -> list[date]:
    """The first days of months within the days, every second or third of them where they would stand too close."""
    found = []
    on = (first.replace(day=1) + timedelta(days=32)).replace(day=1) if first.day > 1 else first
    while on <= last:
        found.append(on)
        on = (on + timedelta(days=32)).replace(day=1)
    step = -(-len(found) // most) or 1
    return found[::step]
