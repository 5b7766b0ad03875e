"""What values are worth, by the defaults of the heating specification; times in seconds."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.rules.quality import Judge, inconsistent
from anju.kernel.telemetry.snapshot import Series, Snapshot, Source

START = 86_400_000
GOOD, RATE, STUCK, CLOCK = Quality.GOOD, Quality.RATE, Quality.STUCK, Quality.CLOCK
RANGE, NAN, ZERO, BAD = Quality.RANGE, Quality.NOT_A_NUMBER, Quality.ZERO_FRAME, Quality.SOURCE_BAD


def snapshot() -> Snapshot:
    """1 to 4 measure a station (temperatures and pressures), 5 and 6 are its contacts, 7 another station's pump."""
    series = Series.none(8)
    series.source[1:], series.asset[1:] = 1, [9, 9, 9, 9, 9, 9, 8]
    series.low[1:5], series.high[1:5] = [0, 0, 0, 0], [150, 95, 2.5, 1.6]
    series.high[5:7] = 1
    series.rate[1:3], series.stuck[1] = 5, 600
    return Snapshot(1, START, series, (Source(1, "east", "http", skew=300),))


def points(
    *rows: tuple[int, float, float], quality: int = 0, received: float | None = None, frame: int = 0
) -> Points:
    """Rows are series, second, value; a frame each unless one is given."""
    series, seconds, values = (np.array(column) for column in zip(*rows, strict=True))
    times = START + (seconds * 1000).astype(np.int64)
    receipt = times if received is None else np.full(len(rows), START + round(received * 1000))
    frames = np.full(len(rows), frame) if frame else np.arange(1, len(rows) + 1)
    codes = np.full(len(rows), quality, np.uint8)
    return Points(
        series.astype(np.uint32), times, values.astype(float), codes, receipt, frames.astype(np.uint64)
    )


def judged(*rows: Any, **rest: Any) -> list[int]:
    return Judge(snapshot()).judge(points(*rows, **rest)).quality.tolist()


def test_what_is_no_number_or_out_of_range_is_bad() -> None:
    assert judged((1, 0, float("nan")), (1, 1, float("inf")), (1, 2, 150), (1, 3, 150.1)) == [
        NAN,
        NAN,
        GOOD,
        RANGE,
    ]
    assert judged((1, 0, -0.1), (7, 0, -1e9)) == [RANGE, GOOD]


def test_what_the_source_says_of_a_value_is_never_made_better() -> None:
    assert judged((1, 0, 50), quality=BAD) == [BAD]
    assert judged((1, 0, 999), quality=BAD) == [BAD]
    assert judged((1, 0, 999), quality=Quality.SOURCE_UNCERTAIN) == [RANGE]
    assert judged((1, 400, 50), quality=Quality.SUBSTITUTED, received=0) == [Quality.SUBSTITUTED]


def test_a_clock_more_than_its_skew_ahead_is_not_believed() -> None:
    assert judged((1, 300, 50), (1, 301, 50), received=0) == [GOOD, CLOCK]


def test_a_leap_is_marked_and_its_return_is_not() -> None:
    # 5 K a minute are allowed: 3 K in 30 s are too many, 2.5 are not.
    judge = Judge(snapshot())
    assert judge.judge(
        points((1, 0, 50), (1, 30, 53), (1, 60, 50), (2, 0, 40), (2, 30, 42.5))
    ).quality.tolist() == [
        GOOD,
        RATE,
        GOOD,
        GOOD,
        GOOD,
    ]
    again = Judge(snapshot(), judge.state())
    assert again.judge(points((1, 90, 70))).quality.tolist() == [RATE]
    # After four minutes 20 K are a change that may be.
    assert again.judge(points((1, 240, 70), (1, 300, 70))).quality.tolist() == [RATE, GOOD]


def test_a_value_that_stays_is_stuck_across_batches_and_restarts() -> None:
    judge = Judge(snapshot())
    assert judge.judge(points((1, 0, 49), (1, 60, 50), (1, 599, 50))).quality.tolist() == [GOOD] * 3
    judge = Judge(snapshot(), judge.state())
    assert judge.judge(points((1, 659, 50), (1, 660, 50), (1, 720, 50.1), (1, 780, 50))).quality.tolist() == [
        GOOD,
        STUCK,
        GOOD,
        GOOD,
    ]
    late = judge.judge(points((1, 600, 50)))
    assert late.quality.tolist() == [GOOD]


def test_all_tags_of_a_station_at_zero_are_a_gap_and_not_data() -> None:
    station = [(n, 0, 0.0) for n in range(1, 7)]
    assert judged(*station, (7, 0, 0.0), (1, 1, 0.0), frame=3) == [ZERO] * 6 + [GOOD, GOOD]
    running = [*station[:3], (4, 0, 0.3), *station[4:]]
    assert judged(*running, frame=3) == [GOOD] * 6
    # Two contacts, or three values, may well be 0 together.
    assert judged((5, 0, 0), (6, 0, 0), frame=3) == [GOOD, GOOD]
    assert judged((1, 0, 0), (2, 0, 0), (3, 0, 0), frame=3) == [GOOD] * 3


def test_a_gap_of_zeros_is_no_leap_for_the_values_after_it() -> None:
    judge = Judge(snapshot())
    judge.judge(points((1, 0, 60), (2, 0, 40), (3, 0, 0.8), (4, 0, 0.4), frame=1))
    judge.judge(points((1, 60, 0), (2, 60, 0), (3, 60, 0), (4, 60, 0), frame=2))
    assert judge.judge(points((1, 120, 61), (2, 120, 41), frame=3)).quality.tolist() == [GOOD, GOOD]


def test_a_registry_may_grow() -> None:
    known, larger = snapshot(), Series.none(12)
    judge = Judge(known)
    judge.judge(points((1, 0, 49), (1, 60, 50)))
    larger.stuck[1:], larger.high[1:] = 600, 60
    judge.replace(Snapshot(2, START, larger))
    assert judge.judge(points((1, 660, 50), (11, 660, 61))).quality.tolist() == [STUCK, RANGE]


def test_a_damaged_state_is_given_up() -> None:
    assert Judge(snapshot(), b"PK damaged").judge(points((1, 0, 50))).quality.tolist() == [GOOD]


def test_a_pack_marks_pairs_that_contradict_each_other() -> None:
    # Supply below return: swapped channels. Only values of the same frame and time are compared.
    given_points = points((1, 0, 40), (2, 0, 50), (1, 60, 60), (2, 60, 50), (1, 120, 40), frame=1)

    def marked(*pairs: tuple[int, int]) -> list[int]:
        return inconsistent(
            given_points, np.array(pairs), lambda supply, back: supply >= back
        ).quality.tolist()

    assert marked((1, 2)) == [Quality.INCONSISTENT] * 2 + [GOOD] * 3
    assert marked((1, 2), (2, 1), (1, 3), (7, 2)) == [Quality.INCONSISTENT] * 4 + [GOOD]
    assert marked((3, 4)) == [GOOD] * 5
    empty = Points.empty()
    assert len(inconsistent(empty, np.array([[1, 2]]), lambda a, b: a > b)) == 0


def test_what_26_days_of_a_real_substation_showed_is_found() -> None:
    """Swapped pressures, a frame near zero with 385 bar, one target value of 0 (specification of heating, section 4)."""
    judge, swapped = Judge(snapshot()), []
    for number in range(20):
        at = number * 300.0
        frame = points((1, at, 80 + number % 3), (2, at, 42), (3, at, 0.55), (4, at, 0.62), frame=number + 1)
        swapped.append(
            inconsistent(judge.judge(frame), np.array([[3, 4]]), lambda supply, back: supply >= back)
        )
    assert all(one.quality[2:].tolist() == [Quality.INCONSISTENT] * 2 for one in swapped)
    near_zero = judge.judge(points((1, 6000, 0.1), (2, 6000, 0.0), (3, 6000, 38.5), (4, 6000, 0.0), frame=21))
    assert near_zero.quality[[0, 2]].tolist() == [RATE, RANGE]
    isolated = judge.judge(points((2, 6060, 0), (2, 6120, 42), frame=22))
    assert isolated.quality.tolist() == [RATE, GOOD]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32))
def test_codes_do_not_depend_on_how_a_stream_is_cut(seed: int) -> None:
    random = Random(seed)
    rows = [
        (random.randint(1, 2), second * 20 + random.randint(-30, 0), random.choice([50, 50, 51, 60]))
        for second in range(200)
    ]
    whole = judged(*rows)
    judge, found = Judge(snapshot()), []
    while rows:
        size = random.randint(1, 40)
        found += judge.judge(points(*rows[:size])).quality.tolist()
        rows = rows[size:]
    assert found == whole
