"""The writing end of the store: what it returns from is durable. The gateway alone holds it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace

from anju.kernel.telemetry.frames import Frame, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points

from . import disk, marker, segments
from .days import DAY
from .failures import StoreBroken, StoreFull
from .keys import Keys
from .writing import recovery
from .writing.appending import Appender
from .writing.replay import learn_keys, sealed_since


@dataclass(frozen=True, slots=True)
class Limits:
    """When a pair of segments is closed (bytes of either file, ms since its first frame), how many days frame keys
    are known, and how many bytes of the disk stay free for everything else."""

    size: int = 12 * 1024 * 1024
    age: int = 120_000
    key_days: int = 3
    reserve: int = 512 * 1024 * 1024


class Journal:
    """Frames get their numbers from ``next_number`` on. ``open`` makes one."""

    @classmethod
    def open(cls, layout: Layout, now: int, limits: Limits | None = None) -> Journal:
        """Cut what a crash left half written, and go on behind it. ``now`` in ms.

        Raises ``StoreBusy`` where another process holds the journal.
        """
        handle = disk.lock(
            layout.root / "writer.lock",
            "遥测库正由另一个网关写入。",
            "请先停掉那个网关；同一个数据目录只能有一个网关。",
        )
        try:
            return cls(layout, now, limits or Limits(), handle)
        except BaseException:
            os.close(handle)
            raise

    def __init__(self, layout: Layout, now: int, limits: Limits, lock: int) -> None:
        self._layout, self._limits, self._lock = layout, limits, lock
        self._broken = False
        self._keys = Keys(now, limits.key_days)
        sealed = marker.read(layout)
        learn_keys(layout, now - limits.key_days * DAY, self._keys)
        self.next_number = sealed.frame + 1
        first = segments.Pair(layout.segments, sealed.pair + 1)
        pairs = _unsealed(layout, sealed.pair) or [first]
        self._pair = pairs[-1]
        for pair in pairs:
            found = recovery.look(pair, self._keys)
            self.next_number = max(self.next_number, found.next_number)
        self._begun, self._newest = found.begun, found.newest
        self._points = Appender.points(self._pair, found.points)
        self._frames = Appender.frames(self._pair, self.next_number, found.frames)
        disk.sync_folder(layout.segments)

    def known(self, key: bytes) -> bool:
        """Whether a frame with this key was accepted in the last days, before this process began too."""
        return key in self._keys

    def commit(self, frames: Sequence[Frame], points: Points) -> None:
        """Keep frames and the points that came in them; both are durable when this returns.

        Frames are numbered without a gap from ``next_number``. Raises ``StoreFull`` where the disk has no room and
        ``StoreBroken`` where it fails; neither leaves anything of the batch.
        """
        following = self.next_number + len(frames)
        if not frames or [frame.number for frame in frames] != list(range(self.next_number, following)):
            raise ValueError(f"frames must be numbered from {self.next_number} on")
        self._refuse_without_room()
        before = self._points.size, self._frames.size
        batch = segments.frame_batch(frames)
        try:
            if len(points):
                self._points.append(points.batch())
            self._frames.append(batch, segments.checksum(batch))
        except OSError as error:
            raise self._undone(before, error) from error
        self.next_number = following
        self._begun = self._begun or frames[0].received
        self._newest = max(self._newest, frames[-1].received)
        self._keys.add(self._newest, (frame.key for frame in frames if frame.status is Status.ACCEPTED))

    def roll(self, now: int = 0) -> None:
        """Close the open pair if it is large, or old by ``now`` or the newest receipt (ms); sealing takes closed ones."""
        large = max(self._points.size, self._frames.size) >= self._limits.size
        old = max(self._newest, now) - self._begun >= self._limits.age
        if large or old:
            # Without room for two small files the pair grows on until there is some.
            with suppress(StoreFull):
                self.close_pair()

    def close_pair(self) -> None:
        """Close the open pair whatever its size; without a frame in it, it stays open."""
        if not self._begun:
            return
        following = replace(self._pair, number=self._pair.number + 1)
        with disk.refusing_when_full(), ExitStack() as stack:
            points = stack.enter_context(closing(Appender.points(following)))
            frames = stack.enter_context(closing(Appender.frames(following, self.next_number)))
            disk.sync_folder(self._layout.segments)
            stack.pop_all()
        self._points.close()
        self._frames.close()
        self._pair, self._points, self._frames = following, points, frames
        self._begun = 0

    def since(self, frame: int) -> Iterator[Points]:
        """The points with a frame number above ``frame``, in the order of their commits."""
        sealed = marker.read(self._layout)
        yield from sealed_since(self._layout, frame, sealed.frame)
        for pair in _unsealed(self._layout, sealed.pair):
            for message in segments.messages(pair.points):
                points = Points.of(message.batch)
                later = points.frame > frame
                if later.any():
                    yield points.where(later)

    def close(self) -> None:
        """Let go of the files; what was committed is durable already."""
        self._points.close()
        self._frames.close()
        os.close(self._lock)

    def _refuse_without_room(self) -> None:
        if self._broken:
            raise StoreBroken("遥测库写盘出过错，已停止接收。", "请检查磁盘，再重启网关；已确认的数据都在。")
        if shutil.disk_usage(self._layout.segments).free < self._limits.reserve:
            raise disk.full()

    def _undone(self, before: tuple[int, int], error: OSError) -> StoreFull | StoreBroken:
        """Take back what was written of a batch. After any other error than a full disk nothing can be trusted."""
        try:
            self._points.cut(before[0])
            self._frames.cut(before[1])
        except OSError:
            self._broken = True
        if error.errno in disk.NO_ROOM and not self._broken:
            return disk.full()
        self._broken = True
        return StoreBroken(f"遥测库写盘失败（{error}）。", "请检查磁盘，再重启网关；已确认的数据都在。")


def _unsealed(layout: Layout, sealed: int) -> list[segments.Pair]:
    return [pair for pair in segments.pairs(layout.segments) if pair.number > sealed]
