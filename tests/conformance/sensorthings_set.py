"""A small planted set: two companies with a station each, four series, and points in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from django.utils import timezone

from anju.kernel.access.models import User
from anju.kernel.access.tokens import issuing
from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.sample import testing
from anju.kernel.telemetry.sample.testing import Site, ms, site
from anju.kernel.telemetry.store.journal import Journal
from anju.kernel.telemetry.store.latest import LatestWriter

# 08:00 in China.
BEGIN = datetime(2026, 11, 28, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLACES = {"甲": (123.0, 36.5), "乙": (123.2, 36.7)}
# Series, minutes after ``BEGIN``, value, quality.
Row = tuple[int, int, float, int]
# Series 1 has 60 values from 50.0 to 55.9, of which minute 7 is doubtful; series 2 falls; series 3 has one; 4 none.
ROWS: list[Row] = [
    *((1, at, 50 + at / 10, 2 if at == 7 else 0) for at in range(60)),
    *((2, at, 40 - at / 10, 0) for at in range(0, 60, 10)),
    (3, 5, 61.25, 0),
]


@dataclass(slots=True)
class Planted:
    """Things 1 and 2, Datastreams 1 to 4."""

    east: Site
    west: Site


def plant(data: Path) -> Planted:
    """Sites with places, and their points."""
    planted = Planted(site("甲"), site("乙"))
    for name, one in (("甲", planted.east), ("乙", planted.west)):
        one.station.stand_at(PLACES[name])
        one.station.maker, one.station.model = "样例厂", "M1"
        one.station.save()
    keep(data, ROWS)
    return planted


def keep(data: Path, rows: Sequence[Row]) -> None:
    """Write points as the gateway does: into the journal and the table of latest values."""
    layout = Layout.of(data)
    journal, latest = Journal.open(layout, testing.ms(BEGIN)), LatestWriter(layout)
    number = journal.next_number
    received = ms(BEGIN + timedelta(hours=2))
    series, at, value, quality = zip(*rows, strict=True)
    points = Points(
        np.array(series, np.uint32),
        np.array([ms(BEGIN + MINUTE * one) for one in at], np.int64),
        np.array(value, np.float64),
        np.array(quality, np.uint8),
        np.full(len(rows), received, np.int64),
        np.full(len(rows), number, np.uint64),
    )
    key = key_of(1, b"%d" % number)
    frame = Frame(number, 1, received, "http", key, Status.ACCEPTED, Reason.NONE, len(rows), 0, b"raw")
    journal.commit([frame], points)
    latest.update(points)
    latest.close()
    journal.close()


def token_of(user: User, opens: str = "sensorthings") -> str:
    """A token of a program that works under a user's name."""
    today = timezone.localdate()
    wish = issuing.Wish(user, "样例程序", opens, today + timedelta(days=30))
    return issuing.issue(wish, actor="测试", today=today)
