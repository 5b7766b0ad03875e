"""What the gateway, the worker and the store hand to each other keeps its meaning on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from anju.kernel.telemetry import events, frames, snapshot
from anju.kernel.telemetry.events import EventLog, Position
from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.points import SCHEMA, Points
from anju.kernel.telemetry.quality import WORDS, Quality, good
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, SnapshotError, Source, Window


def points() -> Points:
    return Points(
        np.array([3, 7], np.uint32),
        np.array([1_700_000_000_000, 1_700_000_060_000], np.int64),
        np.array([54.2, np.nan]),
        np.array([Quality.GOOD, Quality.NOT_A_NUMBER], np.uint8),
        np.array([1_700_000_001_000] * 2, np.int64),
        np.array([11, 12], np.uint64),
    )


def test_points_are_the_same_from_arrow() -> None:
    given = points()
    assert given.batch().schema == SCHEMA
    again = Points.of(pa.Table.from_batches([given.batch()]))
    for name in ("series", "time", "quality", "received", "frame"):
        assert getattr(again, name).tolist() == getattr(given, name).tolist()
    assert again.value[0] == 54.2
    assert np.isnan(again.value[1])
    assert len(Points.join([given, Points.empty(), given])) == 4
    assert given.where(good(given.quality)).series.tolist() == [3]


def test_every_quality_has_a_word_and_a_status() -> None:
    assert set(WORDS) == set(Quality)
    statuses = [Quality(code).status for code in (0, 1, 7, 64)]
    assert statuses == ["good", "uncertain", "uncertain", "bad"]


def test_a_frame_keeps_its_bytes_and_its_key_belongs_to_the_source() -> None:
    raw = bytes(range(256))
    key = frames.key_of(5, b"batch-1")
    frame = Frame(9, 5, 1_700_000_000_000, "http", key, Status.REJECTED, Reason.MALFORMED, 0, 0, raw)
    (row,) = frames.batch([frame]).to_pylist()
    assert (row["raw"], row["key"], row["status"], row["reason"]) == (raw, key, "rejected", "malformed")
    assert frames.key_of(6, b"batch-1") != key
    assert set(frames.REASON_WORDS) == set(Reason)


def test_a_snapshot_comes_back_as_it_was(tmp_path: Path) -> None:
    series = Series.none(3)
    series.source[:] = [0, 1, 1]
    series.low[2] = -10.0
    series = Series(**{**series.__dict__, "tag": pa.array(["", "T1S", "T1R"])})
    given = Snapshot(
        4,
        1_700_000_000_000,
        series,
        (Source(1, "east-heat", "http", "sealed", options={"topics": ["a/#"]}),),
        (Rule("heating.freeze", "below", "冻害风险", "crit", {"limit": 15.0}, (1, 2), (0, 0)),),
        (Window(1, (8,), 10, 20),),
        {8: 2},
    )
    again = snapshot.read(snapshot.write(tmp_path, given))
    assert (again.sources, again.rules, again.windows, again.parents) == (
        given.sources,
        given.rules,
        given.windows,
        {8: 2},
    )
    assert again.by_tag == {1: {"T1S": 1, "T1R": 2}}
    assert again.by_code["east-heat"].number == 1
    assert again.series.low[2] == -10
    assert np.isnan(again.series.high[2])
    for version in range(5, 10):
        snapshot.write(tmp_path, Snapshot(version, 0, Series.none()))
    newest = snapshot.newest(tmp_path)
    assert newest is not None
    assert snapshot.read(newest).version == 9
    assert len(list(tmp_path.iterdir())) == 3


def test_a_damaged_snapshot_says_what_to_do(tmp_path: Path) -> None:
    path = snapshot.write(tmp_path, Snapshot(1, 0, Series.none()))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SnapshotError) as caught:
        snapshot.read(path)
    assert "anju worker" in caught.value.next_step


def test_events_are_followed_over_files_and_a_torn_tail_is_cut(tmp_path: Path) -> None:
    log = EventLog(tmp_path, full=200)
    for number in range(20):
        log.append([{"n": number, "text": "换热站离线"}])
        log.sync()
    log.close()
    assert len(list(tmp_path.iterdir())) > 2
    seen = list(events.read(tmp_path, Position()))
    assert [event["n"] for event, _ in seen] == list(range(20))
    assert [event["n"] for event, _ in events.read(tmp_path, seen[7][1], most=3)] == [8, 9, 10]
    last = max(tmp_path.iterdir())
    whole = last.read_bytes()
    last.write_bytes(whole + b"\x40\x00\x00\x00torn")
    assert list(events.read(tmp_path, seen[-1][1])) == []
    again = EventLog(tmp_path)
    assert again.position == events.end(tmp_path)
    again.append([{"n": 20}])
    again.close()
    assert [event["n"] for event, _ in events.read(tmp_path, seen[-1][1])] == [20]
    events.forget(tmp_path, events.end(tmp_path))
    assert len(list(tmp_path.iterdir())) == 1
