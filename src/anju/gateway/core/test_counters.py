"""Deliveries by source and minute of receipt."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest

from anju.gateway.core.counters import MINUTE, Counters
from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Series, Snapshot, Source

BEGIN = 29_930_520 * MINUTE
SNAPSHOT = Snapshot(1, 0, Series.none(3), (Source(1, "a", "http", late_after=60), Source(2, "b", "http")))


def frame(number: int, source: int = 1, points: int = 0, after: int = 0, **given: Any) -> Frame:
    told = {"status": Status.ACCEPTED, "reason": Reason.NONE, "refused": 0} | given
    return Frame(
        number,
        source,
        BEGIN + after,
        "http",
        b"k" * 16,
        told["status"],
        told["reason"],
        points,
        told["refused"],
        b"",
    )


def points(*delays: tuple[int, int, int]) -> Points:
    """Frame, receipt after the begin, delay; times in ms."""
    frames, received, delay = (np.array(column, np.int64) for column in zip(*delays, strict=True))
    size = len(frames)
    return Points(
        np.ones(size, np.uint32),
        BEGIN + received - delay,
        np.ones(size),
        np.zeros(size, np.uint8),
        BEGIN + received,
        frames.astype(np.uint64),
    )


def test_every_kind_of_frame_is_counted_for_its_source_and_minute() -> None:
    counters = Counters()
    for source, after, skew in ((1, 0, -40), (1, 10, -60), (1, 20, -400), (1, MINUTE, None), (2, 30, None)):
        counters.seen(source, BEGIN + after, skew)
    frames = [
        frame(5, points=2, refused=1),
        frame(6, after=10, status=Status.REPEAT),
        frame(7, after=20, status=Status.REJECTED, reason=Reason.MALFORMED),
        frame(8, after=MINUTE, points=1),
        frame(9, 2, after=30, points=1),
    ]
    counters.kept(frames, points((5, 0, 60_001), (5, 0, 60_000), (8, MINUTE, 0), (9, 30, 500_000)), SNAPSHOT)
    first, other, second = counters.all()
    assert first == {
        "kind": "delivery",
        "source": 1,
        "minute": BEGIN,
        "frames": 3,
        "accepted": 1,
        "repeated": 1,
        "rejected": {"malformed": 1},
        "points": 2,
        "late": 1,
        "refused_points": 1,
        "turned_away": 0,
        "skew_p50": -60,
        "skew_p95": 366,
        "delay_p50": first["delay_p50"],
        "delay_p95": first["delay_p95"],
    }
    # 60 s lies in the step that begins at 2^15.75 ms: told is its middle, 2^15.875.
    assert first["delay_p50"] == first["delay_p95"] == 60_097
    assert (second["minute"], second["delay_p50"], second["skew_p50"]) == (BEGIN + MINUTE, 0, None)
    assert (other["source"], other["late"]) == (2, 0)


@pytest.mark.parametrize("delay", [1, 3, 50, 999, 15_000, 3_600_000, 86_400_000])
def test_a_percentile_is_right_within_ten_per_cent(delay: int) -> None:
    counters = Counters()
    counters.kept([frame(1, points=9)], points(*[(1, 0, delay)] * 9), SNAPSHOT)
    (told,) = counters.all()
    assert told["delay_p95"] == pytest.approx(delay, rel=0.1, abs=1)


def test_a_minute_is_told_when_it_is_over_and_again_when_it_has_news() -> None:
    counters = Counters()
    counters.seen(1, BEGIN, None)
    counters.kept([frame(1)], Points.empty(), SNAPSHOT)
    assert counters.due(BEGIN + MINUTE + 4_999) == []
    assert [event["frames"] for event in counters.due(BEGIN + MINUTE + 5_000)] == [1]
    assert counters.due(BEGIN + MINUTE + 6_000) == []
    counters.seen(1, BEGIN + 1, None)
    counters.kept([frame(2)], Points.empty(), SNAPSHOT)
    assert [event["frames"] for event in counters.due(BEGIN + MINUTE + 7_000)] == [2]
    counters.due(BEGIN + 3 * MINUTE)
    assert counters.state() == []


def test_what_waited_for_the_disk_at_a_checkpoint_is_counted_once() -> None:
    before = Counters()
    before.seen(1, BEGIN, 7)
    before.seen(1, BEGIN, 7)
    before.kept([frame(1, points=1)], points((1, 0, 100)), SNAPSHOT)
    after = Counters()
    after.restore(orjson.loads(orjson.dumps(before.state())))
    after.restored([frame(2, points=1)], points((2, 0, 100)), SNAPSHOT)
    (told,) = after.all()
    assert (told["frames"], told["accepted"], told["points"], told["skew_p50"]) == (2, 2, 2, 7)


def test_what_is_turned_away_is_no_frame() -> None:
    counters = Counters()
    counters.seen(1, BEGIN, None)
    counters.turned_away(1, BEGIN)
    (told,) = counters.all()
    assert (told["frames"], told["turned_away"]) == (0, 1)
