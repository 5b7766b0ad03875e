"""What the journal returned from is there after any crash, and nothing half written is."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import disk, segments
from anju.kernel.telemetry.store.failures import StoreBroken, StoreBusy, StoreFull
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.keys import DAY, Keys
from anju.kernel.telemetry.store.writing import appending

NOW = 1_795_824_000_000  # 2026-11-28 00:00 UTC
ROOMY = Limits(reserve=0)


def frame(number: int, status: Status = Status.ACCEPTED, received: int = NOW) -> Frame:
    raw = f"frame {number}".encode() * 20
    return Frame(number, 1, received, "http", key_of(1, b"%d" % number), status, Reason.NONE, 3, 0, raw)


def points(number: int, received: int = NOW) -> Points:
    """Three points of a frame."""
    return Points(
        np.arange(1, 4, dtype=np.uint32),
        np.full(3, received - 1000, np.int64),
        np.array([1.5, 2.5, number]),
        np.zeros(3, np.uint8),
        np.full(3, received, np.int64),
        np.full(3, number, np.uint64),
    )


def commit(journal: Journal, count: int = 2) -> None:
    numbers = range(journal.next_number, journal.next_number + count)
    journal.commit([frame(n) for n in numbers], Points.join([points(n) for n in numbers]))


def kept(journal: Journal, after: int = 0) -> list[int]:
    return sorted({int(n) for part in journal.since(after) for n in part.frame})


def test_a_second_writer_is_refused_and_the_first_goes_on_where_it_was(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, ROOMY)
    commit(journal)
    with pytest.raises(StoreBusy) as caught:
        Journal.open(layout, NOW, ROOMY)
    assert "网关" in caught.value.sentence
    journal.close()
    again = Journal.open(layout, NOW, ROOMY)
    assert again.next_number == 3
    assert again.known(frame(2).key)
    assert not again.known(frame(3).key)
    commit(again)
    assert kept(again) == [1, 2, 3, 4]
    assert kept(again, 3) == [4]
    again.close()


def test_numbers_and_keys_outlive_closed_pairs(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, Limits(size=1, reserve=0))
    for _ in range(3):
        commit(journal)
        journal.roll()
    journal.roll()
    journal.close()
    assert len(segments.pairs(layout.segments)) == 4
    again = Journal.open(layout, NOW)
    assert again.next_number == 7
    assert all(again.known(frame(n).key) for n in range(1, 7))
    again.close()
    for pair in segments.pairs(layout.segments)[:-1]:
        pair.points.unlink()
        pair.frames.unlink()
    assert Journal.open(layout, NOW).next_number == 7  # the open pair knows its first number


def test_a_pair_closes_by_age_of_its_frames_or_by_the_clock(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, Limits(age=60_000, reserve=0))
    commit(journal)
    journal.roll()
    assert len(segments.pairs(layout.segments)) == 1
    journal.roll(NOW + 60_000)
    assert len(segments.pairs(layout.segments)) == 2
    journal.roll(NOW + 600_000)  # empty: stays
    assert len(segments.pairs(layout.segments)) == 2
    journal.commit([frame(3)], points(3))
    journal.commit([frame(4, received=NOW + 61_000)], points(4))
    journal.roll()
    assert len(segments.pairs(layout.segments)) == 3


def test_only_accepted_frames_are_known(tmp_path: Path) -> None:
    journal = Journal.open(Layout.of(tmp_path), NOW, ROOMY)
    journal.commit([frame(1, Status.REJECTED), frame(2)], Points.empty())
    assert not journal.known(frame(1).key)
    assert journal.known(frame(2).key)


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    journal = Journal.open(Layout.of(tmp_path), NOW, ROOMY)
    with pytest.raises(ValueError, match="from 1 on"):
        journal.commit([frame(2)], points(2))
    with pytest.raises(ValueError, match="from 1 on"):
        journal.commit([], points(1))


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The two files of a pair with three commits of two frames."""
    layout = Layout.of(tmp_path_factory.mktemp("three"))
    journal = Journal.open(layout, NOW, ROOMY)
    for _ in range(3):
        commit(journal)
    journal.close()
    (pair,) = segments.pairs(layout.segments)
    return pair.points.read_bytes(), pair.frames.read_bytes()


def crashed(folder: Path, files: tuple[bytes, bytes]) -> Layout:
    layout = Layout.of(folder)
    pair = segments.Pair(layout.segments, 1)
    pair.points.write_bytes(files[0])
    pair.frames.write_bytes(files[1])
    return layout


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_tail_torn_at_any_byte_leaves_whole_commits(
    tmp_path_factory: pytest.TempPathFactory, three: tuple[bytes, bytes], data: st.DataObject
) -> None:
    """The frames are written last, so any cut of them leaves all their points; the rest of either file is cut."""
    points_file, frames_file = three
    cut = data.draw(st.integers(0, len(frames_file)))
    filled = data.draw(st.sampled_from([b"", b"\0" * (len(frames_file) - cut), b"\xff" * 9]))
    layout = crashed(tmp_path_factory.mktemp("torn"), (points_file, frames_file[:cut] + filled))
    journal = Journal.open(layout, NOW, ROOMY)
    whole = journal.next_number - 1
    assert whole in (0, 2, 4, 6)
    assert whole < 6 or cut == len(frames_file) or frames_file[cut:].strip(b"\0") == b""
    assert kept(journal) == list(range(1, whole + 1))
    assert [journal.known(frame(n).key) for n in range(1, 7)] == [n <= whole for n in range(1, 7)]
    commit(journal)
    journal.close()
    again = Journal.open(layout, NOW, ROOMY)
    assert kept(again) == list(range(1, whole + 3))
    again.close()


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_points_torn_before_their_frames_were_written(
    tmp_path_factory: pytest.TempPathFactory, three: tuple[bytes, bytes], data: st.DataObject
) -> None:
    """Cut inside the last commit's points: the frames of that commit cannot be there yet."""
    points_file, frames_file = three
    layout = crashed(tmp_path_factory.mktemp("torn"), three)
    (pair,) = segments.pairs(layout.segments)
    last_points = list(segments.messages(pair.points))[-1]
    last_frames = list(segments.messages(pair.frames))[-1]
    cut = data.draw(st.integers(last_points.start, last_points.end))
    pair.points.write_bytes(points_file[:cut])
    pair.frames.write_bytes(frames_file[: last_frames.start])
    journal = Journal.open(layout, NOW, ROOMY)
    assert journal.next_number == 5
    assert kept(journal) == [1, 2, 3, 4]
    journal.close()


@pytest.mark.parametrize("which", ["points", "frames"])
def test_a_full_disk_refuses_and_keeps_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, ROOMY)
    commit(journal)
    pair = segments.pairs(layout.segments)[0]
    sizes = pair.points.stat().st_size, pair.frames.stat().st_size
    calls = iter([False, True] if which == "frames" else [True])
    write = os.pwrite

    def half(handle: int, view: memoryview, at: int) -> int:
        if len(view) > 8 and next(calls, False):
            write(handle, view[:8], at)
            raise OSError(errno.ENOSPC, "no space")
        return write(handle, view, at)

    monkeypatch.setattr(appending.os, "pwrite", half)
    with pytest.raises(StoreFull) as caught:
        commit(journal)
    assert "磁盘" in caught.value.sentence
    assert (pair.points.stat().st_size, pair.frames.stat().st_size) == sizes
    commit(journal)  # there is room again
    assert kept(journal) == [1, 2, 3, 4]


def test_below_the_reserve_nothing_is_written(tmp_path: Path) -> None:
    journal = Journal.open(Layout.of(tmp_path), NOW, Limits(reserve=1 << 60))
    with pytest.raises(StoreFull):
        commit(journal)
    assert kept(journal) == []


def test_after_a_failing_disk_nothing_is_taken_until_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux forgets pages that it could not write, so a second fdatasync would tell a lie."""
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, ROOMY)
    commit(journal)

    def failing(handle: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(appending.os, "fdatasync", failing)
        with pytest.raises(StoreBroken):
            commit(journal)
    with pytest.raises(StoreBroken):
        commit(journal)
    journal.close()
    again = Journal.open(layout, NOW, ROOMY)
    assert kept(again) == [1, 2]
    commit(again)


def test_points_are_on_the_disk_before_their_frames_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, ROOMY)
    done: list[tuple[str, str]] = []

    def noted(name: str) -> None:
        real = getattr(os, name)

        def call(handle: int, *rest: object) -> object:
            done.append((name, Path(os.readlink(f"/proc/self/fd/{handle}")).name.split("-")[0]))
            return real(handle, *rest)

        monkeypatch.setattr(appending.os, name, call)

    for name in ("pwrite", "fdatasync"):
        noted(name)
    commit(journal)
    assert done == [
        ("pwrite", "points"),
        ("fdatasync", "points"),
        ("pwrite", "frames"),
        ("fdatasync", "frames"),
    ]


def test_a_pair_that_has_no_room_for_the_next_grows_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout.of(tmp_path)
    journal = Journal.open(layout, NOW, Limits(size=1, reserve=0))
    commit(journal)

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(disk, "sync_folder", full)
        journal.roll()
    commit(journal)
    journal.roll()
    commit(journal)
    assert kept(journal) == [1, 2, 3, 4, 5, 6]
    assert [pair.number for pair in segments.pairs(layout.segments)] == [1, 2]


def test_keys_are_forgotten_by_day_and_compact() -> None:
    keys = Keys(NOW, kept=3)
    for day in range(5):
        keys.add(NOW + day * DAY, [key_of(1, b"%d-%d" % (day, n)) for n in range(1000)])
    assert [key_of(1, b"%d-7" % day) in keys for day in range(5)] == [False, False, True, True, True]
    many = Keys(NOW)
    for part in range(5):
        many.add(NOW, [key_of(2, b"%d" % n) for n in range(part * 50_000, (part + 1) * 50_000)])
    assert len(many) == 250_000
    assert all(key_of(2, b"%d" % n) in many for n in range(0, 250_000, 997))
    assert key_of(2, b"x") not in many
    assert Keys(NOW, most=10).__len__() == 0


def test_a_killed_writer_loses_nothing_that_it_returned_from(tmp_path: Path) -> None:
    """The child prints each number after its commit returned, and is killed in the middle of its work."""
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, os.fspath(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    acknowledged = [int(child.stdout.readline()) for _ in range(40)]
    child.kill()
    acknowledged += [int(line) for line in child.stdout.read().split()]
    child.wait()
    journal = Journal.open(Layout.of(tmp_path), NOW, ROOMY)
    there = kept(journal)
    assert there == list(range(1, journal.next_number))
    assert set(acknowledged) <= set(there)


_CHILD = """
import sys
from pathlib import Path
from anju.kernel.telemetry.store import test_journal as t
journal = t.Journal.open(t.Layout.of(Path(sys.argv[1])), t.NOW, t.Limits(size=20_000, reserve=0))
while True:
    number = journal.next_number
    t.commit(journal, 1)
    journal.roll()
    print(number, flush=True)
"""
