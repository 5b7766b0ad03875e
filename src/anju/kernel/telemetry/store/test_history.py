"""The history is the same in whatever order points came, however they were sealed, and wherever a crash was."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days, disk, parts, rolling, segments
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.reading import History
from anju.kernel.telemetry.store.rolling import Rolled
from anju.kernel.telemetry.store.sealing import merging
from anju.kernel.telemetry.store.sealing.rounds import Options, seal
from anju.kernel.telemetry.store.upkeep.verification import verify

# 07:50 in China, ten minutes before midnight in UTC: neither day is the other.
BEGIN = 1_795_823_400_000
END = BEGIN + 3 * days.DAY
AT_ONCE = Options(grace=-1_000_000)
Row = tuple[int, int, float, int]


@pytest.fixture(autouse=True, scope="module")
def _without_waiting_for_the_disk() -> Iterator[None]:
    """What outlives a loss of power is not the question here, and a thousand fsync take a minute."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", lambda handle: None)
        patched.setattr(os, "fdatasync", lambda handle: None)
        yield


def now() -> int:
    return int(time.time() * 1000)


def points(rows: list[Row], frame: int) -> Points:
    """(series, minutes after ``BEGIN``, value, quality) in one frame, received in the order of frames."""
    series, at, value, quality = zip(*rows, strict=True)
    return Points(
        np.array(series, np.uint32),
        np.array(at, np.int64) * 20_000 + BEGIN,
        np.array(value, np.float64),
        np.array(quality, np.uint8),
        np.full(len(rows), BEGIN + 60_000 * frame, np.int64),
        np.full(len(rows), frame, np.uint64),
    )


def send(journal: Journal, rows: list[Row]) -> Points:
    number = journal.next_number
    frame = Frame(
        number,
        1,
        BEGIN + 60_000 * number,
        "http",
        key_of(1, b"%d" % number),
        Status.ACCEPTED,
        Reason.NONE,
        len(rows),
        0,
        b"raw %d" % number,
    )
    sent = points(rows, number)
    journal.commit([frame], sent)
    return sent


def row_of(sent: Points) -> list[tuple[float, ...]]:
    columns = (getattr(sent, one.name).tolist() for one in fields(Points))
    return list(zip(*columns, strict=True))


class Expected:
    """The history by plain dictionaries, in the order of receipt."""

    def __init__(self, sent: list[Points]) -> None:
        self.all = [row for one in sent for row in row_of(one)]
        current: dict[tuple[float, float], tuple[float, ...]] = {}
        for row in self.all:
            current[row[0], row[1]] = row
        self.current = [current[key] for key in sorted(current)]
        left = list(self.all)
        for row in self.current:
            # The last of equal rows is the current one.
            left.reverse()
            left.remove(row)
            left.reverse()
        self.replaced = sorted(left, key=lambda row: (row[0], row[1], row[5]))

    def rolled(self, grain: Grain) -> list[tuple[float, ...]]:
        """series, begin, count, good, sum, min, max, first, last; sums by minutes, hours and days in that order."""
        groups: dict[tuple[float, int], list[tuple[float, ...]]] = {}
        for row in self.current:
            groups.setdefault((row[0], days.floor(int(row[1]), grain.width)), []).append(row)
        return [(*key, *_figures(rows)) for key, rows in groups.items()]


def _figures(rows: list[tuple[float, ...]]) -> tuple[float, ...]:
    good = [row[2] for row in rows if row[3] == 0]
    if not good:
        return (len(rows), 0, 0.0, None, None, None, None)  # type: ignore[return-value]
    return (len(rows), len(good), round(sum(good), 6), min(good), max(good), good[0], good[-1])


def figures(rolled: Rolled) -> list[tuple[float, ...]]:
    def plain(value: float) -> float | None:
        return None if value != value else value

    return [
        (s, t, c, g, round(total, 6), *map(plain, rest))
        for s, t, c, g, total, *rest in zip(
            *(getattr(rolled, one.name).tolist() for one in fields(Rolled)[:-1]), strict=True
        )
    ]


def check(layout: Layout, sent: list[Points]) -> None:
    """What a fresh reader says against the plain dictionaries."""
    expected = Expected(sent)
    history = History(layout, threads=1)
    try:
        assert row_of(history.points(None, BEGIN, END)) == expected.current
        assert set(row_of(history.revisions(None, BEGIN, END))) == set(expected.replaced) - set(
            expected.current
        )
        for grain in Grain:
            found = history.rollup(grain, None, BEGIN - days.DAY, END)
            assert figures(found) == expected.rolled(grain)
    finally:
        history.close()


def bits(layout: Layout) -> list[bytes]:
    """The roll-ups to the last bit."""
    history = History(layout, threads=1)
    try:
        found = [history.rollup(grain, None, BEGIN - days.DAY, END) for grain in Grain]
        return [getattr(one, field.name).tobytes() for one in found for field in fields(Rolled)[:-1]]
    finally:
        history.close()


ROWS = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(0, 60) | st.integers(0, 12_000),
        st.floats(-50, 50).map(lambda value: round(value, 2)),
        st.sampled_from([0, 0, 0, 2, 65]),
    ),
    min_size=1,
    max_size=8,
)
ACTIONS = st.lists(ROWS | st.sampled_from(["close", "seal", "reopen"]), min_size=1, max_size=14)
slow = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@slow
@given(actions=ACTIONS)
def test_any_order_of_late_and_revised_points_is_one_history(
    tmp_path_factory: pytest.TempPathFactory, actions: list[list[Row] | str]
) -> None:
    layout = Layout.of(tmp_path_factory.mktemp("store"))
    journal, sent = Journal.open(layout, BEGIN, Limits(reserve=0)), []
    for action in actions:
        if action == "close":
            journal.close_pair()
        elif action == "seal":
            journal.close_pair()
            seal(layout, now(), AT_ONCE)
        elif action == "reopen":
            journal.close()
            journal = Journal.open(layout, BEGIN, Limits(reserve=0))
        elif not isinstance(action, str):
            sent.append(send(journal, action))
    if sent:
        check(layout, sent)
        journal.close_pair()
        seal(layout, now(), AT_ONCE)
        check(layout, sent)
    journal.close()


@slow
@given(rows=ROWS, data=st.data())
def test_roll_ups_have_the_same_bits_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], data: st.DataObject
) -> None:
    """One row a series and time, sent sorted at once and in any order by pieces, sealed now and then."""
    rows = list({(row[0], row[1]): row for row in rows}.values())
    one, other = (Layout.of(tmp_path_factory.mktemp("store")) for _ in range(2))
    with written(one) as journal:
        send(journal, sorted(rows))
    with written(other) as journal:
        for row in data.draw(st.permutations(rows)):
            send(journal, [row])
            if data.draw(st.sampled_from([True, False, False])):
                journal.close_pair()
                seal(other, now(), AT_ONCE)
    assert bits(one) == bits(other)
    seal(one, now(), AT_ONCE)
    seal(other, now(), AT_ONCE)
    assert bits(one) == bits(other)


@contextmanager
def written(layout: Layout) -> Iterator[Journal]:
    """A journal whose pair is closed in the end."""
    journal = Journal.open(layout, BEGIN, Limits(reserve=0))
    yield journal
    journal.close_pair()
    journal.close()


class Crash(BaseException):
    """Not an ``Exception``: nothing may catch it."""


STEPS = ("publish", "remove", "make_folder")


@contextmanager
def crashing(monkeypatch: pytest.MonkeyPatch, at: int, before: bool) -> Iterator[Callable[[], int]]:
    """The ``at``-th change of the disk is the last thing that happens, or does not happen any more."""
    done = 0

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: object) -> None:
            nonlocal done
            done += 1
            here = done == at
            if here and before:
                raise Crash
            real(*arguments)
            if here:
                raise Crash

        return step

    with monkeypatch.context() as patched:
        for name in STEPS:
            patched.setattr(disk, name, counted(getattr(disk, name)))
        yield lambda: done


def busy(layout: Layout) -> list[Points]:
    """Several rounds' worth: late, repeated and revised points, two parts each day, one that needs merging."""
    sent = []
    random = np.random.default_rng(3)
    with written(layout) as journal:
        for turn in range(5):
            for _ in range(3):
                rows = [
                    (int(s), int(a), float(v), int(q))
                    for s, a, v, q in zip(
                        random.integers(1, 4, 8),
                        random.integers(0, 40, 8) + 4000 * random.integers(0, 2, 8),
                        random.integers(0, 99, 8),
                        random.choice([0, 0, 65], 8),
                        strict=True,
                    )
                ]
                sent.append(send(journal, rows))
            journal.close_pair()
            if turn < 3:
                seal(layout, now(), AT_ONCE)
    return sent


def copied(layout: Layout, folder: Path) -> Layout:
    shutil.copytree(layout.root, folder / "telemetry")
    return Layout.of(folder)


def content(layout: Layout) -> tuple[str, int, int, list[bytes]]:
    """The files that count: a digest of the history, how many points and frames there are, the roll-ups bit by bit."""
    verdict = verify(layout)
    assert verdict.faults == []
    rolled = []
    for kind in parts.ROLLUPS.values():
        for partition in parts.partitions(layout, kind):
            for rows in merging.slices(parts.live_in(layout, kind, partition), Rolled):
                whole = rolling.newest(rows)
                rolled += [getattr(whole, field.name).tobytes() for field in fields(Rolled)[:-1]]
    return verdict.digest, verdict.stored, verdict.seen, rolled


def test_a_crash_at_any_step_of_sealing_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Layout.of(tmp_path / "original")
    sent = busy(original)
    whole = copied(original, tmp_path / "whole")
    with crashing(monkeypatch, 0, before=True) as steps:
        seal(whole, now(), AT_ONCE)
    assert steps() > 40
    check(whole, sent)
    expected = content(whole)
    assert expected[1:3] == (sum(map(len, sent)), len(sent))
    for at in range(1, steps() + 1):
        layout = copied(original, tmp_path / f"{at}")
        with crashing(monkeypatch, at, before=at % 2 == 0), pytest.raises(Crash):
            seal(layout, now(), AT_ONCE)
        if at % 5 == 0:
            check(layout, sent)
        seal(layout, now(), AT_ONCE)
        assert content(layout) == expected


def test_sealing_again_changes_nothing(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    sent = busy(layout)
    seal(layout, now(), AT_ONCE)
    seal(layout, now(), AT_ONCE)
    files = sorted(path for path in layout.root.rglob("*.parquet"))
    report = seal(layout, now(), AT_ONCE)
    assert (report.pairs, report.merged) == (0, 0)
    assert sorted(path for path in layout.root.rglob("*.parquet")) == files
    assert len(segments.pairs(layout.segments)) == 1
    check(layout, sent)


def test_a_rolled_minute_counts_coverage_apart_from_figures() -> None:
    """Three good values of 20, 22 and 21, one out of range: count 4, good 3, sum 63, first 20, last 21."""
    given_ = points([(1, 0, 20.0, 0), (1, 1, 500.0, 65), (1, 2, 22.0, 0), (2, 1, 9.0, 65)], 1)
    rolled = rolling.minutes(given_)
    assert figures(rolled)[0][2:] == (3, 2, 42.0, 20.0, 22.0, 20.0, 22.0)
    assert figures(rolled)[1][2:] == (1, 0, 0.0, None, None, None, None)
    assert rolled.mean[0] == 21
    assert np.isnan(rolled.mean[1])
