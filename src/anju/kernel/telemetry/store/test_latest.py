"""The newest value of a series is what every process reads, whole, while the gateway writes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.store import latest
from anju.kernel.telemetry.store.latest import LatestReader, LatestWriter


def points(rows: list[tuple[int, int, float, int, int]]) -> Points:
    """(series, time, value, received, frame), all good."""
    series, time, value, received, frame = zip(*rows, strict=True)
    return Points(
        np.array(series, np.uint32),
        np.array(time, np.int64),
        np.array(value, np.float64),
        np.zeros(len(rows), np.uint8),
        np.array(received, np.int64),
        np.array(frame, np.uint64),
    )


def test_the_newest_source_time_wins_and_of_equal_ones_the_later(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    reader = LatestReader(layout)
    assert reader.read(np.array([1])).received.tolist() == [0]  # no file yet
    writer = LatestWriter(layout, 10)
    writer.update(points([(1, 100, 1.0, 500, 7), (2, 50, 2.0, 500, 7), (1, 90, 9.0, 500, 7)]))
    writer.update(points([(2, 40, 8.0, 600, 8), (1, 100, 1.5, 600, 8), (1, 100, 1.6, 600, 8)]))
    writer.update(Points.empty())
    found = reader.read(np.array([2, 1, 3]))
    assert found.value[:2].tolist() == [2.0, 1.6]
    assert found.time.tolist() == [50, 100, 0]
    assert found.frame.tolist() == [7, 8, 0]
    assert (found.received[2], found.quality[2]) == (0, Quality.NOT_A_NUMBER)
    assert np.isnan(found.value[2])


def test_the_table_grows_and_its_readers_follow(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    writer, reader = LatestWriter(layout), LatestReader(layout)
    writer.update(points([(3, 10, 3.0, 20, 1)]))
    assert reader.read(np.array([3, 100_000])).received.tolist() == [20, 0]
    writer.update(points([(100_000, 11, 4.0, 21, 2), (3, 9, 0.0, 21, 2)]))
    assert reader.read(np.array([3, 100_000])).value.tolist() == [3.0, 4.0]


def spoil(layout: Layout, series: int, turn: int) -> None:
    """A few bytes of one of the two rows of a series, as by a writer that died in it."""
    with layout.latest.open("r+b") as file:
        file.seek(48 + 48 * (2 * series + turn) + 6)
        file.write(b"\x01\x02\x03")


def test_a_start_goes_on_with_the_table_and_empties_torn_rows(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    writer = LatestWriter(layout)
    writer.update(points([(1, 10, 1.0, 20, 5), (2, 10, 2.0, 20, 5)]))
    writer.close()
    spoil(layout, 2, 0)
    spoil(layout, 2, 1)
    assert LatestReader(layout).read(np.array([1, 2])).received.tolist() == [20, 0]
    again = LatestWriter(layout)
    assert again.frame == 5
    assert LatestReader(layout).read(np.array([1, 2])).received.tolist() == [20, 0]
    again.update(points([(1, 9, 0.0, 30, 6), (2, 8, 2.5, 30, 6)]))
    assert again.frame == 5  # not before it is on the disk
    assert LatestReader(layout).read(np.array([1, 2])).value.tolist() == [1.0, 2.5]
    again.flush()
    assert again.frame == 6


@pytest.mark.parametrize("turn", [0, 1])
def test_a_torn_row_leaves_the_one_before(tmp_path: Path, turn: int) -> None:
    layout = Layout.of(tmp_path)
    writer = LatestWriter(layout)
    writer.update(points([(1, 10, 1.0, 20, 5)]))
    writer.update(points([(1, 11, 2.0, 21, 6)]))
    before = LatestReader(layout).read(np.array([1])).value[0]
    spoil(layout, 1, turn)
    after = LatestReader(layout).read(np.array([1])).value[0]
    assert before == 2.0
    assert sorted([after, 3.0 - after]) == [1.0, 2.0]
    writer.update(points([(1, 12, 3.0, 22, 7)]))
    assert LatestReader(layout).read(np.array([1])).value.tolist() == [3.0]


def test_what_is_put_in_again_changes_nothing(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    parts = [points([(1, 10, float(n), 20, n)]) for n in range(1, 5)]
    writer = LatestWriter(layout)
    for part in parts:
        writer.update(part)
    for part in parts[:-1]:
        writer.update(part)
        assert LatestReader(layout).read(np.array([1])).value.tolist() == [4.0]
    writer.update(parts[-1])
    assert LatestReader(layout).read(np.array([1])).value.tolist() == [4.0]
    writer.update(points([(1, 10, 9.0, 20, 5)]))
    assert LatestReader(layout).read(np.array([1])).value.tolist() == [9.0]


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 5), st.floats(-9, 9)),
        min_size=1,
        max_size=30,
    ),
    size=st.integers(1, 30),
)
def test_any_batches_give_the_last_of_the_newest(
    tmp_path_factory: object, rows: list[tuple[int, int, float]], size: int
) -> None:
    layout = Layout.of(tmp_path_factory.mktemp("latest"))  # type: ignore[attr-defined]
    writer = LatestWriter(layout)
    expected: dict[int, tuple[int, float]] = {}
    for start in range(0, len(rows), size):
        writer.update(points([(*row, 9, start + 1) for row in rows[start : start + size]]))
    for series, time, value in rows:
        if time >= expected.get(series, (0, 0.0))[0]:
            expected[series] = (time, value)
    found = LatestReader(layout).read(np.array(list(expected)))
    assert list(zip(found.time.tolist(), found.value.tolist(), strict=True)) == list(expected.values())


def test_a_reader_never_sees_half_a_row_of_a_writing_process(tmp_path: Path) -> None:
    """The child writes rows whose fields all say the same number; a torn row would mix two of them."""
    layout = Layout.of(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, os.fspath(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    child.stdout.readline()
    reader, series = LatestReader(layout), np.arange(1, 2001)
    seen, before = set(), np.zeros(2000, np.int64)
    while child.poll() is None:
        found = reader.read(series)
        assert (found.time == found.value.astype(np.int64)).all()
        assert (found.time == found.received).all()
        assert (found.time == found.frame.astype(np.int64)).all()
        assert (found.time >= before).all()
        before = found.time
        seen.update(np.unique(found.time).tolist())
    assert child.returncode == 0
    assert len(seen) > 20


_CHILD = """
import sys
from pathlib import Path
import numpy as np
from anju.kernel.telemetry.store import test_latest as t
writer = t.LatestWriter(t.Layout.of(Path(sys.argv[1])))
series = np.arange(1, 2001, dtype=np.uint32)
for number in range(1, 1001):
    n = np.full(2000, number)
    writer.update(t.Points(series, n, n.astype(float), np.zeros(2000, np.uint8), n, n.astype(np.uint64)))
    if number == 1:
        print("begun", flush=True)
"""


def test_the_check_sees_every_single_field() -> None:
    row = np.zeros(1, latest.ROW)
    row["time"], row["value"], row["frame"] = 5, 1.0, 7
    row["check"] = latest._check(row)
    for name in ("time", "value", "received", "frame", "quality"):
        other = row.copy()
        other[name] = 9
        assert not latest._sound(other).any()
    assert latest._sound(row).all()
