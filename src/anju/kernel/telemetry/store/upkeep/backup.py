"""A copy of the store while it is being written, and a store from a copy.

Sealed files never change, so a copy on the same disk is a second name; the sealing waits while the names are given.
Of the open segments the whole messages are copied, frames before points: every frame in the copy has its points, and
the points behind its last frame are cut when a gateway opens it, as after a crash. What the gateway keeps beside
(state of rules, latest values, events) is copied before the segments, so it never knows of a frame that the copy lacks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import disk, marker, segments
from anju.kernel.telemetry.store.failures import StoreDamaged
from anju.kernel.telemetry.store.parts import KINDS, SUFFIX
from anju.kernel.telemetry.store.sealing.rounds import lock_path
from anju.kernel.values.refusal import Refusal

MANIFEST = "backup.json"
_SEALED = ("points", "revisions", "frames", "rollups")
_AFTERWARDS = {"segments", "damaged", *_SEALED}
# Made anew by whoever opens the store.
_LEFT_OUT = {"writer.lock", "sealing.lock", "gateway.sock", MANIFEST}


class BackupRefused(Refusal):
    """A place where no backup, or no store, may be put."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a copy holds: its files and bytes, and the last frame in it. ``made_at`` in ms."""

    made_at: int
    frame: int
    files: dict[str, int]

    @property
    def size(self) -> int:
        return sum(self.files.values())


def backup(layout: Layout, target: Path, now: int) -> Backup:
    """Copy the store into a new folder. ``now`` in ms.

    Raises ``BackupRefused`` where the folder is not empty, ``StoreBusy`` during a sealing and ``StoreFull``.
    """
    _refuse_unless_empty(target, "备份")
    with (
        disk.locked(lock_path(layout), "遥测库正在封存。", "请稍后再试；封存通常在一分钟内结束。"),
        disk.refusing_when_full(),
    ):
        for path in _beside(layout):
            _copy(path, target / path.relative_to(layout.root))
        frame = _copy_segments(layout, target / "segments")
        for path in _sealed(layout):
            _link(path, target / path.relative_to(layout.root))
        done = Backup(now, max(frame, marker.read(layout).frame), _sizes(target))
        _write_manifest(target, done)
    return done


def restore(source: Path, target: Path) -> Backup:
    """Make the store of an installation from a copy; ``target`` is its ``telemetry`` folder, empty or missing.

    Raises ``StoreDamaged`` where files of the copy are missing or shorter than they were, ``BackupRefused``.
    """
    try:
        taken = Backup(**orjson.loads((source / MANIFEST).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise StoreDamaged(
            f"{source}不是一份完整的遥测备份。", "请指定anju telemetry backup写出的文件夹。"
        ) from error
    wrong = sorted(taken.files.items() ^ _sizes(source).items())
    if wrong:
        raise StoreDamaged(f"备份里的文件{wrong[0][0]}缺失或大小不对。", "请换一份备份；这份不能恢复。")
    _refuse_unless_empty(target, "恢复")
    with disk.refusing_when_full():
        for name in taken.files:
            _copy(source / name, target / name)
        for folder in sorted({(target / name).parent for name in taken.files}):
            disk.sync_folder(folder)
    return taken


def _refuse_unless_empty(target: Path, what: str) -> None:
    if target.exists() and any(path for path in target.rglob("*") if path.is_file()):
        raise BackupRefused(f"文件夹{target}不是空的，不能在这里{what}。", "请指定一个新的文件夹。")


def _beside(layout: Layout) -> list[Path]:
    """Everything but segments and sealed files: state first, then what follows from it."""
    inside = [
        path for path in sorted(layout.root.rglob("*")) if path.is_file() and path.name not in _LEFT_OUT
    ]
    beside = [path for path in inside if path.relative_to(layout.root).parts[0] not in _AFTERWARDS]
    return sorted(
        (path for path in beside if not path.name.endswith(".passing")),
        key=lambda path: path.relative_to(layout.root).parts[0] != layout.state.name,
    )


def _sealed(layout: Layout) -> Iterator[Path]:
    for kind in KINDS:
        yield from sorted(kind.folder(layout).rglob(f"*{SUFFIX}"))
    yield from sorted((layout.root / "damaged").glob("*"))


def _copy_segments(layout: Layout, target: Path) -> int:
    """Copy the pairs as far as they are whole; the highest frame number in them, 0 where there is none."""
    highest = 0
    for pair in segments.pairs(layout.segments):
        for path in (pair.frames, pair.points):
            _copy(path, target / path.name, segments.whole_end(path))
        for message in segments.messages(target / pair.frames.name):
            highest = message.batch["number"][-1].as_py()
    return highest


def _copy(source: Path, target: Path, size: int | None = None) -> None:
    """A durable copy of a file, or of its first bytes."""
    disk.make_folder(target.parent)
    with source.open("rb") as given, target.open("wb") as taken:
        shutil.copyfileobj(given, taken, 1 << 20)
        if size is not None:
            taken.truncate(size)
        taken.flush()
        os.fsync(taken.fileno())


def _link(source: Path, target: Path) -> None:
    disk.make_folder(target.parent)
    disk.link_or_copy(source, target)


def _sizes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _write_manifest(target: Path, done: Backup) -> None:
    """Last: a folder without it is no backup."""
    for folder in [target, *(path for path in target.rglob("*") if path.is_dir())]:
        disk.sync_folder(folder)
    passing = target / "backup.passing"
    passing.write_bytes(orjson.dumps(done))
    disk.publish(passing, target / MANIFEST)
