"""A copy taken while the store is written holds what it says, and damage anywhere is found."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest

from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import disk, segments
from anju.kernel.telemetry.store.failures import StoreBusy, StoreDamaged
from anju.kernel.telemetry.store.journal import Journal, Limits
from anju.kernel.telemetry.store.latest import LatestReader, LatestWriter
from anju.kernel.telemetry.store.reading import History
from anju.kernel.telemetry.store.sealing.retention import Keep
from anju.kernel.telemetry.store.sealing.rounds import Options, lock_path, seal
from anju.kernel.telemetry.store.test_history import AT_ONCE, BEGIN, END, busy, check, now, row_of, send
from anju.kernel.telemetry.store.upkeep.backup import MANIFEST, BackupRefused, backup, restore
from anju.kernel.telemetry.store.upkeep.verification import verify

ROOMY = Limits(reserve=0)


def filled(folder: Path) -> tuple[Layout, list[Points]]:
    """Three sealed pairs, two closed ones and an open one with a frame in it."""
    layout = Layout.of(folder)
    sent = busy(layout)
    journal = Journal.open(layout, BEGIN, ROOMY)
    sent.append(send(journal, [(1, 77, 7.0, 0)]))
    journal.close()
    return layout, sent


def test_counts_agree_over_sealed_and_open_frames(tmp_path: Path) -> None:
    """120 points in 15 frames and one in the 16th; then a repeat, and a rejected frame with its bytes."""
    layout, _ = filled(tmp_path)
    journal = Journal.open(layout, BEGIN, ROOMY)
    number = journal.next_number
    key = key_of(1, b"1")
    repeat = Frame(number, 1, BEGIN, "http", key, Status.REPEAT, Reason.NONE, 0, 0, b"")
    bad = Frame(number + 1, 1, BEGIN, "http", key, Status.REJECTED, Reason.MALFORMED, 0, 0, b"\x00\xff")
    journal.commit([repeat, bad], Points.empty())
    verdict = verify(layout)
    assert (verdict.seen, verdict.accepted, verdict.repeats, verdict.rejected) == (18, 16, 1, 1)
    assert (verdict.delivered, verdict.stored, verdict.faults) == (121, 121, [])
    journal.close_pair()
    journal.close()
    seal(layout, now(), AT_ONCE)
    after = verify(layout)
    assert (after.seen, after.stored, after.faults) == (18, 121, [])
    assert after.current < after.stored
    found = History(layout).frame(number + 1)
    assert found is not None
    assert (found.raw, found.status, found.reason) == (b"\x00\xff", Status.REJECTED, Reason.MALFORMED)


def test_counts_agree_after_periods_went(tmp_path: Path) -> None:
    layout, _ = filled(tmp_path)
    seal(layout, now(), AT_ONCE)
    keep = Options(grace=AT_ONCE.grace, keep=Keep(raw=0, frames=0))
    assert len(seal(layout, END, keep).expired) > 2
    verdict = verify(layout)
    assert (verdict.seen, verdict.delivered, verdict.stored, verdict.faults) == (16, 121, 121, [])


@pytest.mark.parametrize("folder", ["points", "revisions", "frames", "rollups/hour", "segments"])
def test_damage_is_found(tmp_path: Path, folder: str) -> None:
    layout, _ = filled(tmp_path)
    path = max((layout.root / folder).rglob("*.parquet" if folder != "segments" else "points*"))
    if folder == "segments":
        path = segments.pairs(layout.segments)[-2].points
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.write_bytes(content)
    assert verify(layout).faults


def test_a_missing_part_is_missed(tmp_path: Path) -> None:
    layout, _ = filled(tmp_path)
    max(layout.points.rglob("*.parquet")).unlink()
    (fault,) = [fault for fault in verify(layout).faults if "库里有" in fault]
    assert "121" in fault
    min(layout.frames.rglob("*.parquet")).unlink()
    assert any("1号" in fault or "缺少" in fault for fault in verify(layout).faults)


def test_a_restored_copy_has_the_same_history_to_the_last_bit(tmp_path: Path) -> None:
    """Taken while a writer is at work: the copy is the history up to its last frame, and digests agree."""
    layout, sent = filled(tmp_path / "one")
    latest = LatestWriter(layout)
    for part in sent:
        latest.update(part)
    latest.flush()
    journal = Journal.open(layout, BEGIN, ROOMY)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            sent.append(send(journal, [(2, 9000 + len(sent), 1.0, 0)]))
            latest.update(sent[-1])

    writer = threading.Thread(target=write)
    writer.start()
    while len(sent) < 20:
        pass
    taken = backup(layout, tmp_path / "copy", now())
    stop.set()
    writer.join()
    journal.close()
    assert taken.frame >= 20
    again = Layout.of(tmp_path / "two")
    assert restore(tmp_path / "copy", again.root) == taken
    assert verify(again).faults == []
    assert verify(again).digest == verify(layout).digest
    reopened = Journal.open(again, BEGIN, ROOMY)
    assert reopened.next_number == taken.frame + 1
    kept = sent[: taken.frame]
    check(again, kept)
    table = LatestWriter(again)
    assert table.frame <= taken.frame
    for part in reopened.since(table.frame):
        table.update(part)
    found = LatestReader(again).read(np.array([2]))
    assert found.frame[0] == taken.frame
    reopened.close_pair()
    reopened.close()
    seal(again, now(), AT_ONCE)
    check(again, kept)


def test_a_copy_of_sealed_files_takes_no_room(tmp_path: Path) -> None:
    layout, _ = filled(tmp_path / "one")
    backup(layout, tmp_path / "copy", now())
    sealed = next(layout.points.rglob("*.parquet"))
    assert os.path.samefile(sealed, tmp_path / "copy" / sealed.relative_to(layout.root))


def test_what_cannot_be_copied_or_restored_says_why(tmp_path: Path) -> None:
    layout, _ = filled(tmp_path / "one")
    with pytest.raises(BackupRefused):
        backup(layout, tmp_path / "one", now())
    handle = disk.lock(lock_path(layout), "", "")
    with pytest.raises(StoreBusy):
        backup(layout, tmp_path / "copy", now())
    os.close(handle)
    with pytest.raises(StoreDamaged):
        restore(tmp_path / "copy", tmp_path / "two")
    backup(layout, tmp_path / "copy", now())
    with pytest.raises(BackupRefused):
        restore(tmp_path / "copy", layout.root)
    victim = next((tmp_path / "copy" / "frames").rglob("*.parquet"))
    victim.unlink()
    with pytest.raises(StoreDamaged) as caught:
        restore(tmp_path / "copy", tmp_path / "two")
    assert victim.name in caught.value.sentence
    assert MANIFEST not in caught.value.sentence


def test_the_digest_does_not_depend_on_how_the_history_is_cut(tmp_path: Path) -> None:
    layout, sent = filled(tmp_path / "one")
    other = Layout.of(tmp_path / "two")
    journal = Journal.open(other, BEGIN, ROOMY)
    for points in sent[:9]:
        number = int(points.frame[0])
        key = key_of(1, b"%d" % number)
        frame = Frame(number, 1, BEGIN, "http", key, Status.ACCEPTED, Reason.NONE, len(points), 0, b"")
        journal.commit([frame], points)
    journal.close_pair()
    journal.close()
    seal(other, now(), AT_ONCE)
    assert verify(layout).digest == verify(other).digest
    assert row_of(History(other).points(None, BEGIN, END)) != row_of(History(layout).points(None, BEGIN, END))
