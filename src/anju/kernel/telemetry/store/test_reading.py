"""What pages and indicators ask: points, trends, counts and frames, sealed or not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from anju.kernel.telemetry.frames import Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days, segments
from anju.kernel.telemetry.store.days import Grain
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.reading import History
from anju.kernel.telemetry.store.sealing.retention import Keep
from anju.kernel.telemetry.store.sealing.rounds import Options, seal
from anju.kernel.telemetry.store.test_history import AT_ONCE, BEGIN, END, figures, now, row_of, send, written

ROOMY = Limits(reserve=0)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, History]:
    """Series 1 to 3, a value every 20 s for six hours, n-th value n; half of it sealed, the rest in open segments."""
    layout = Layout.of(tmp_path_factory.mktemp("city"))
    with written(layout) as journal:
        for start in (0, 270, 540):
            send(journal, [(s, n, float(n), 0) for s in (1, 2, 3) for n in range(start, start + 270)])
            journal.close_pair()
            if start == 270:
                seal(layout, now(), AT_ONCE)
        send(journal, [(2, 3, 999.0, 65), (3, 900, 0.0, 2)])
    journal = Journal.open(layout, BEGIN, ROOMY)
    send(journal, [(s, n, float(n), 0) for s in (1, 2, 3) for n in range(810, 1080)])
    journal.close()
    return layout, History(layout)


def test_points_of_some_series_in_a_span(city: tuple[Layout, History]) -> None:
    _, history = city
    found = history.points([3, 1], BEGIN + 20_000 * 538, BEGIN + 20_000 * 542)
    assert found.series.tolist() == [1] * 4 + [3] * 4
    assert found.value.tolist() == [538, 539, 540, 541] * 2
    assert len(history.points([], BEGIN, END)) == 0
    assert len(history.points([9], BEGIN, END)) == 0
    assert len(history.points(None, BEGIN, BEGIN)) == 0


def test_more_series_than_a_query_names(city: tuple[Layout, History]) -> None:
    _, history = city
    assert len(history.points(range(1, 5000), BEGIN, END)) == 3 * 1080
    assert len(history.points(np.arange(2, 5000, dtype=np.uint32), BEGIN, END)) == 2 * 1080


def test_a_revision_is_told_with_both_receipts(city: tuple[Layout, History]) -> None:
    _, history = city
    (old,) = row_of(history.revisions([2], BEGIN, END))
    assert old[2] == 3.0
    (new,) = row_of(history.points([2], BEGIN + 60_000, BEGIN + 60_001))
    assert (new[2], new[3], new[5]) == (999.0, 65, 4)


def test_counts_by_quality(city: tuple[Layout, History]) -> None:
    _, history = city
    assert history.counts([2, 3], BEGIN, END) == {2: {0: 1079, 65: 1}, 3: {0: 1080}}
    # The uncertain one was followed by a good receipt of the same time.
    assert history.counts([3], BEGIN, BEGIN + 20_000) == {3: {0: 1}}


def test_hours_are_right_before_and_after_their_sealing(city: tuple[Layout, History]) -> None:
    """07:50 to 13:50: ten minutes of 30 values, five hours of 180, fifty minutes of 150."""
    _layout, history = city
    before = history.rollup("hour", [1], BEGIN - days.HOUR, END)
    assert before.count.tolist() == [30, 180, 180, 180, 180, 180, 150]
    assert before.first.tolist() == [0, 30, 210, 390, 570, 750, 930]
    assert before.last.tolist() == [29, 209, 389, 569, 749, 929, 1079]
    assert before.sum[0] == 29 * 30 / 2
    day = history.rollup(Grain.DAY, [1, 2], BEGIN - days.DAY, END)
    assert day.count.tolist() == [1080, 1080]
    assert day.good.tolist() == [1080, 1079]
    assert day.sum.tolist() == [1079 * 1080 / 2, 1079 * 1080 / 2 - 3]
    # A bucket counts by its beginning.
    assert len(history.rollup("hour", [1], BEGIN, END)) == 6


def test_a_trend_has_as_many_buckets_as_a_page_can_show(city: tuple[Layout, History]) -> None:
    _, history = city
    fine = history.trend([1], BEGIN, BEGIN + 20_000 * 50)
    assert (fine.source, fine.width, len(fine.rows)) == ("raw", 1000, 50)
    whole = history.trend([1], BEGIN, BEGIN + 6 * days.HOUR, most=100)
    assert (whole.source, whole.width) == ("minute", 5 * days.MINUTE)
    assert len(whole.rows) == 72
    assert (whole.rows.min[1], whole.rows.max[1], whole.rows.mean[1]) == (15, 29, 22)
    coarse = history.trend([1], BEGIN, BEGIN + 40 * days.DAY, most=300)
    assert (coarse.source, coarse.width) == ("hour", 4 * days.HOUR)
    long = history.trend([1], BEGIN, BEGIN + 4000 * days.DAY)
    assert (long.source, long.width) == ("day", 5 * days.DAY)
    assert long.rows.count.sum() == 1080


def test_groups_add_up_their_series(city: tuple[Layout, History]) -> None:
    """Series 1 and 2 in group 7, series 3 in group 5; the value 3 of series 2 in the first hour became a bad one."""
    _, history = city
    found = history.grouped("hour", {1: 7, 2: 7, 3: 5, 9: 7}, BEGIN - days.HOUR, END)
    assert found.group.tolist() == [5] * 7 + [7] * 7
    assert found.series.tolist() == [1] * 7 + [2] * 7
    assert found.time[7] == days.floor(BEGIN, days.HOUR)
    assert (found.count[7], found.good[7], found.sum[7]) == (60, 59, 29 * 30 - 3)
    assert (found.min[7], found.max[7], found.mean[8]) == (0, 29, np.mean(range(30, 210)))
    assert len(history.grouped("hour", {9: 1}, BEGIN, END)) == 0


def test_where_the_points_are_no_longer_kept_a_trend_shows_the_hours(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        send(journal, [(1, n, float(n), 0) for n in range(100)])
        send(journal, [(1, 12_000, 1.0, 0)])
    seal(layout, now(), AT_ONCE)
    seal(layout, END, Options(grace=AT_ONCE.grace, keep=Keep(raw=1, minute=1)))
    trend = History(layout).trend([1], BEGIN, BEGIN + days.HOUR)
    assert (trend.source, trend.rows.count.tolist()) == ("hour", [30, 70])


def test_a_young_store_shows_its_points_however_early_the_page_begins(city: tuple[Layout, History]) -> None:
    _, history = city
    assert history.trend([1], BEGIN - 300_000, BEGIN + 300_000).source == "raw"
    assert history.trend([1], BEGIN - 20 * days.HOUR, BEGIN + 6 * days.HOUR, most=500).source == "minute"


def test_a_reader_is_not_disturbed_by_sealing_without_any_grace(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal, history = Journal.open(layout, BEGIN, ROOMY), History(layout, threads=1)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for n in range(12):
                send(journal, [(s, 3 * n + k, float(n), 0) for s in (1, 2) for k in range(3)])
                journal.close_pair()
                seal(layout, now(), AT_ONCE)
        except BaseException as fault:
            faults.append(fault)

    worker = threading.Thread(target=work)
    worker.start()
    seen = 0
    while worker.is_alive():
        found = history.points([1, 2], BEGIN, END)
        assert len(found) >= seen
        assert found.series.tolist() == [1] * (len(found) // 2) + [2] * (len(found) // 2)
        hours = history.rollup("hour", [1], BEGIN - days.HOUR, END)
        assert seen <= 2 * hours.count.sum() <= 72
        seen = len(found)
        if journal.next_number > 1:
            # Points can be seen for a moment before their commit, and so their frame, is finished.
            assert history.frame(1) is not None
    worker.join()
    assert not faults
    assert len(history.points(None, BEGIN, END)) == 72


def test_one_history_answers_several_threads(city: tuple[Layout, History]) -> None:
    _, history = city

    def ask(series: int) -> list[int]:
        return [len(history.points([series], BEGIN, END)) for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, [1, 2, 3, 9])) == [[1080] * 10, [1080] * 10, [1080] * 10, [0] * 10]


def test_every_frame_is_found_by_its_number(city: tuple[Layout, History]) -> None:
    layout, history = city
    for number in range(1, 6):
        frame = history.frame(number)
        assert frame is not None
        assert (frame.number, frame.raw, frame.status) == (number, b"raw %d" % number, Status.ACCEPTED)
        assert frame.received == BEGIN + 60_000 * number
        assert frame.key == key_of(1, b"%d" % number)
    assert history.frame(6) is None
    assert history.frame(0) is None
    assert len(segments.pairs(layout.segments)) > 1


def test_a_reader_follows_a_batch_that_was_taken_back(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal, history = Journal.open(layout, BEGIN, ROOMY), History(layout)
    send(journal, [(1, 0, 1.0, 0)])
    size = segments.pairs(layout.segments)[0].points.stat().st_size
    send(journal, [(1, 1, 2.0, 0)])
    assert len(history.points([1], BEGIN, END)) == 2
    os_truncate(segments.pairs(layout.segments)[0].points, size)
    assert len(history.points([1], BEGIN, END)) == 1
    assert len(history.points([1], BEGIN, END)) == 1


def test_a_reader_finds_its_way_where_another_batch_took_the_place(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal, history = Journal.open(layout, BEGIN, ROOMY), History(layout)
    send(journal, [(1, 0, 1.0, 0)])
    path = segments.pairs(layout.segments)[0].points
    first = path.read_bytes()
    send(journal, [(1, 1, 2.0, 0)])
    assert len(history.points([1], BEGIN, END)) == 2
    other = Layout.of(tmp_path / "other")
    longer = Journal.open(other, BEGIN, ROOMY)
    send(longer, [(1, n, n / 7, 0) for n in range(2, 500)])
    message = segments.pairs(other.segments)[0].points
    (only,) = segments.messages(message)
    path.write_bytes(first + message.read_bytes()[only.start :])
    history.points([1], BEGIN, END)
    found = history.points([1], BEGIN, END)
    assert found.time[0] == BEGIN
    assert len(found) == 499


def os_truncate(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def test_an_empty_store_has_nothing_to_say(tmp_path: Path) -> None:
    history = History(Layout.of(tmp_path))
    assert row_of(history.points(None, BEGIN, END)) == []
    assert row_of(history.revisions(None, BEGIN, END)) == []
    assert figures(history.rollup("minute", None, BEGIN, END)) == []
    assert len(history.trend([1], BEGIN, END).rows) == 0
    assert history.counts(None, BEGIN, END) == {}
    assert history.frame(1) is None
    assert isinstance(history.points([1], BEGIN, END), Points)
