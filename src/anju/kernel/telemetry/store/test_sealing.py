"""Sealing as a process, by age, on a full disk, and what a gateway knows after it."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import days, disk, marker, parts, segments
from anju.kernel.telemetry.store.failures import StoreBusy, StoreFull
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.latest import LatestReader, LatestWriter
from anju.kernel.telemetry.store.sealing import child, merging, retention, rounds
from anju.kernel.telemetry.store.sealing.retention import Keep, dropped
from anju.kernel.telemetry.store.sealing.rounds import Options, seal
from anju.kernel.telemetry.store.test_history import AT_ONCE, BEGIN, check, now, send, written

ROOMY = Limits(reserve=0)


def test_numbers_keys_and_points_are_known_after_their_segments_are_gone(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        send(journal, [(1, 0, 1.0, 0), (2, 0, 2.0, 0)])
        # Replaced within one frame, and by the next one.
        send(journal, [(1, 1, 3.0, 0), (1, 1, 4.0, 0)])
        send(journal, [(1, 0, 5.0, 0)])
    seal(layout, now(), AT_ONCE)
    seal(layout, now(), AT_ONCE)
    (left,) = segments.pairs(layout.segments)
    for path in (left.points, left.frames):
        path.unlink()
    journal = Journal.open(layout, BEGIN, ROOMY)
    assert journal.next_number == 4
    assert [journal.known(_key(n)) for n in (1, 2, 3, 4)] == [True, True, True, False]
    send(journal, [(2, 1, 6.0, 0)])
    assert [value for part in journal.since(1) for value in part.value] == [3.0, 4.0, 5.0, 6.0]
    assert [value for part in journal.since(3) for value in part.value] == [6.0]
    latest = LatestWriter(layout)
    for part in journal.since(0):
        latest.update(part)
    assert LatestReader(layout).read(np.array([1, 2])).value.tolist() == [4.0, 6.0]
    journal.close()


def _key(number: int) -> bytes:
    from anju.kernel.telemetry.frames import key_of

    return key_of(1, b"%d" % number)


def test_the_sealer_works_beside_a_writer_and_ends_with_its_parent(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    journal, sent = Journal.open(layout, BEGIN, ROOMY), []
    retention.tell(layout, Keep(raw=100_000))
    process = child.start(tmp_path, every=0.05)
    assert process.stdout is not None
    assert process.stdin is not None
    sealed = 0
    while sealed < 3:
        for _ in range(5):
            sent.append(send(journal, [(1, len(sent), 1.0, 0), (2, len(sent) // 2, float(len(sent)), 0)]))
        journal.close_pair()
        sealed += orjson.loads(process.stdout.readline())["pairs"]
        check(layout, sent)
    process.stdin.close()
    assert process.wait() == 0
    journal.close()
    check(layout, sent)


def test_a_killed_sealer_is_followed_by_the_next(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        sent = [send(journal, [(1, n, 1.0, 0)]) for n in range(30)]
    process = child.start(tmp_path, every=0)
    folder = layout.points
    while process.poll() is None and not any(folder.iterdir()):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    seal(layout, now(), AT_ONCE)
    check(layout, sent)


def test_one_process_seals_at_a_time(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    handle = disk.lock(rounds.lock_path(layout), "", "")
    with pytest.raises(StoreBusy) as caught:
        seal(layout, now())
    assert "封存" in caught.value.sentence
    os.close(handle)
    assert seal(layout, now()).pairs == 0


def test_files_stay_for_readers_until_the_grace_is_over(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        send(journal, [(1, 0, 1.0, 0)])
    seal(layout, now())
    seal(layout, now())
    assert len(segments.pairs(layout.segments)) == 2
    seal(layout, now() + 301_000)
    assert len(segments.pairs(layout.segments)) == 1


def test_a_full_disk_stops_the_sealing_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        sent = [send(journal, [(1, 0, 1.0, 0)])]

    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(disk, "sync_file", full)
        with pytest.raises(StoreFull):
            seal(layout, now(), AT_ONCE)
    assert not list(layout.root.rglob("*.passing"))
    check(layout, sent)
    seal(layout, now(), AT_ONCE)
    check(layout, sent)


def test_bytes_that_cannot_be_read_are_put_aside_and_the_rest_is_sealed(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        sent = [send(journal, [(1, n, 1.0, 0)]) for n in range(3)]
    pair = segments.pairs(layout.segments)[0]
    last = list(segments.messages(pair.points))[-1]
    content = bytearray(pair.points.read_bytes())
    content[last.start : last.start + 8] = b"\x01" * 8
    pair.points.write_bytes(content)
    assert seal(layout, now(), AT_ONCE).damaged == [1]
    check(layout, sent[:2])
    seal(layout, now(), AT_ONCE)
    assert (layout.root / "damaged" / pair.points.name).read_bytes() == bytes(content)


def test_periods_go_by_age_and_what_went_stays_counted(tmp_path: Path) -> None:
    """The first day ends at 00:00 in China on 29 November; with two days kept it goes at 00:00 on 1 December."""
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        send(journal, [(1, 0, 1.0, 0), (1, 0, 2.0, 0), (1, 3 * 4320, 3.0, 0)])
    seal(layout, now(), AT_ONCE)
    keep = Options(grace=AT_ONCE.grace, keep=Keep(raw=2, frames=3, minute=2))
    end = days.start_of(days.date_of(BEGIN)) + 3 * days.DAY
    assert seal(layout, end - 1, keep).expired == []
    assert seal(layout, end, keep).expired == [
        "revisions/day=2026-11-28",
        "points/day=2026-11-28",
        "rollups/minute/day=2026-11-28",
    ]
    assert seal(layout, end + days.DAY, keep).expired == ["frames/day=2026-11-28"]
    assert parts.partitions(layout, parts.POINTS) == ["day=2026-12-01"]
    assert parts.partitions(layout, parts.ROLLUPS[days.Grain.HOUR]) == ["month=2026-11", "month=2026-12"]
    assert dropped(layout) == {
        "points/day=2026-11-28": {"points": 1},
        "revisions/day=2026-11-28": {"points": 1},
        "frames/day=2026-11-28": {"points": 3, "accepted": 1, "repeat": 0, "rejected": 0},
    }


def test_small_parts_are_merged_and_large_ones_left(tmp_path: Path) -> None:
    assert merging.due([100, 10, 10, 10, 10], whole=False) == 1
    assert merging.due([100, 60, 10, 10, 10], whole=False) == 5
    assert merging.due([100, 50, 20, 10], whole=False) == 4
    assert merging.due([100, 50, 20, 10], whole=True) == 0
    assert merging.due([100], whole=True) == 1
    assert merging.due([], whole=False) == 0


def test_a_period_that_is_over_becomes_one_part(tmp_path: Path) -> None:
    """Three rounds leave three parts a day; a day and an hour after the last one they are one, revisions too."""
    layout, sent = Layout.of(tmp_path), []
    for turn in range(3):
        with written(layout) as journal:
            sent.append(send(journal, [(1, 7, float(turn), 0), (2, turn, 1.0, 0)]))
        seal(layout, now(), AT_ONCE)
    assert len(parts.live_in(layout, parts.POINTS, "day=2026-11-28")) == 3
    for path in layout.root.rglob("*.parquet"):
        os.utime(path, (BEGIN / 1000, BEGIN / 1000))
    seal(layout, BEGIN + 9 * days.DAY, Options(grace=-(1 << 60)))
    assert [len(list(kind.folder(layout).rglob("*.parquet"))) for kind in parts.KINDS] == [1, 1, 1, 1, 1, 3]
    check(layout, sent)


def test_sealed_files_are_sorted_compressed_and_without_byte_stream_split(tmp_path: Path) -> None:
    layout = Layout.of(tmp_path)
    with written(layout) as journal:
        send(journal, [(3, 5, 1.0, 0), (1, 9, 1.0, 0), (1, 2, 1.0, 0)])
    seal(layout, now(), AT_ONCE)
    assert marker.read(layout) == marker.Marker(1, 1)
    for path in layout.root.rglob("*.parquet"):
        group = pq.read_metadata(path).row_group(0)
        for place in range(group.num_columns):
            column = group.column(place)
            assert column.compression == "ZSTD"
            assert "BYTE_STREAM_SPLIT" not in column.encodings
            assert column.has_offset_index
    (path,) = layout.points.rglob("*.parquet")
    table = pq.read_table(path, partitioning=None)
    assert table["series"].to_pylist() == [1, 1, 3]
    assert table["time"].is_valid().to_pylist() == [True] * 3
