"""The newest value of every series, in a file that the gateway maps into memory and any process reads at will.

A series has two rows of 48 bytes, written in turn, and a row ends with a check over the rest. A reader takes the whole
one with the higher frame number, so it never waits for a writer that was interrupted, or died, in the middle of a row;
and the check holds in whatever order a processor shows the writes of another. The table is not durable by itself: its
head has the number of the frame up to which everything is on the disk, and at a start the gateway puts in what the
journal has since then.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality

from . import disk

ROW = np.dtype(
    [
        ("time", "<i8"),
        ("value", "<f8"),
        ("received", "<i8"),
        ("frame", "<u8"),
        ("quality", "<u8"),
        ("check", "<u8"),
    ]
)
_HEAD = np.dtype([("magic", "S8"), ("frame", "<u8"), ("spare", "V32")])
_MAGIC = b"anjulat2"
# Rows are added so many at a time.
_STEP = 16_384
_TRIES = 1000
_SALT = np.uint64(0x9E3779B97F4A7C15)
_FACTORS = [
    np.uint64(factor)
    for factor in (
        0xD6E8FEB86659FD93,
        0xA0761D6478BD642F,
        0xE7037ED1A0B428DB,
        0x8EBC6AF09C88C6E3,
        0x589965CC75374CC3,
    )
]
_FIELDS = ("time", "value", "received", "frame", "quality")
_NEVER = np.iinfo(np.int64).min
Rows = NDArray[np.void]


def _check(rows: Rows) -> NDArray[np.uint64]:
    total = np.full(rows.shape, _SALT)
    for name, factor in zip(_FIELDS, _FACTORS, strict=True):
        total += rows[name].view("<u8") * factor
    return total


def _sound(rows: Rows) -> NDArray[np.bool_]:
    """Rows that are whole, or untouched."""
    untouched = (rows["check"] == 0) & (rows["frame"] == 0) & (rows["time"] == 0)
    return np.asarray((rows["check"] == _check(rows)) | untouched)


def _newer(rows: Rows, sound: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Which of two rows counts: the whole one with the higher frame number."""
    frames = np.where(sound, rows["frame"].astype(np.int64), -1)
    return (frames[:, 1] > frames[:, 0]).astype(np.intp)


class _Table:
    """A map of the file: its head and its rows."""

    def __init__(self, handle: int, access: int) -> None:
        size = os.fstat(handle).st_size
        self._map = mmap.mmap(handle, size, access=access)
        self.head = np.frombuffer(self._map, _HEAD, 1)
        count = (size - _HEAD.itemsize) // (2 * ROW.itemsize)
        self.rows: Rows = np.frombuffer(self._map, ROW, 2 * count, _HEAD.itemsize).reshape(count, 2)


class LatestWriter:
    """The gateway's end. Everything up to ``frame`` is in the table on the disk; after a start, ``update`` it with
    what the journal has ``since`` that."""

    def __init__(self, layout: Layout, series: int = 0) -> None:
        """Open or make the table with room for the series up to a number; rows half written are emptied."""
        self._handle = os.open(layout.latest, os.O_RDWR | os.O_CREAT, 0o640)
        if os.pread(self._handle, len(_MAGIC), 0) != _MAGIC:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, _MAGIC.ljust(_HEAD.itemsize, b"\0"), 0)
        self._map(series)
        rows = self._table.rows
        rows[~_sound(rows)] = np.zeros(1, ROW)
        self._turn = _newer(rows, _sound(rows))
        current = rows[np.arange(len(rows)), self._turn]
        self._times = np.where(current["check"] == 0, _NEVER, current["time"])
        self._newest = self.frame

    @property
    def frame(self) -> int:
        return int(self._table.head["frame"][0])

    def update(self, points: Points) -> None:
        """Take over points in the order of their commits: the newest source time wins, of equal ones the later."""
        if not len(points):
            return
        self._newest = max(self._newest, int(points.frame.max()))
        self._make_room(int(points.series.max()))
        np.maximum.at(self._times, points.series, points.time)
        winning = points.where(points.time == self._times[points.series])
        fresh = np.zeros(len(winning), ROW)
        for name in _FIELDS:
            fresh[name] = getattr(winning, name)
        fresh["check"] = _check(fresh)
        series, rows = winning.series, self._table.rows
        other = 1 - self._turn[series]
        # Of equal indices the last one stays.
        rows[series, other] = fresh
        # What is put in again after a start may be older than what the table has.
        ahead = rows[series, other]["frame"] >= rows[series, 1 - other]["frame"]
        self._turn[series] = np.where(ahead, other, 1 - other)

    def flush(self) -> None:
        """Bring the table to the disk and remember up to which frame; slow, so once a minute, in a thread if need be."""
        newest = self._newest
        os.fdatasync(self._handle)
        self._table.head["frame"] = newest

    def close(self) -> None:
        self.flush()
        os.close(self._handle)

    def _make_room(self, highest: int) -> None:
        if highest >= len(self._times):
            self._map(highest)
            more = len(self._table.rows) - len(self._times)
            self._times = np.concatenate([self._times, np.full(more, _NEVER)])
            self._turn = np.concatenate([self._turn, np.zeros(more, np.intp)])

    def _map(self, highest: int) -> None:
        size = _HEAD.itemsize + (highest // _STEP + 1) * _STEP * 2 * ROW.itemsize
        if size > os.fstat(self._handle).st_size:
            # The room is taken now: a mapped file that finds the disk full while it is written kills the process.
            with disk.refusing_when_full():
                os.posix_fallocate(self._handle, 0, size)
        self._table = _Table(self._handle, mmap.ACCESS_WRITE)


class LatestReader:
    """Everybody's end; it waits for nobody and needs no gateway."""

    def __init__(self, layout: Layout) -> None:
        self._path: Path = layout.latest
        self._table: _Table | None = None

    def read(self, series: NDArray[np.integer[Any]]) -> Points:
        """The newest point of each of ``series``, in their order. A series without one has ``received`` 0, no number
        as its value and ``Quality.NOT_A_NUMBER``."""
        wanted = np.asarray(series, np.int64)
        found = np.zeros(len(wanted), ROW)
        if len(wanted) and (table := self._mapped(int(wanted.max()))) is not None:
            inside = wanted < len(table.rows)
            found[inside] = _whole(table.rows, wanted[inside])
        nothing = found["check"] == 0
        return Points(
            wanted.astype(np.uint32),
            found["time"],
            np.where(nothing, np.nan, found["value"]),
            np.where(nothing, Quality.NOT_A_NUMBER, found["quality"]).astype(np.uint8),
            found["received"],
            found["frame"],
        )

    def _mapped(self, highest: int) -> _Table | None:
        """The table, mapped again where it has grown."""
        if self._table is None or highest >= len(self._table.rows):
            try:
                handle = os.open(self._path, os.O_RDONLY)
            except FileNotFoundError:
                return None
            try:
                if os.fstat(handle).st_size > _HEAD.itemsize:
                    self._table = _Table(handle, mmap.ACCESS_READ)
            finally:
                os.close(handle)
        return self._table


def _whole(rows: Rows, wanted: NDArray[np.int64]) -> Rows:
    """The current row of each.

    Where one of the two is torn, the other may have been read before its writer came round to it; so they are read
    again until both are whole, or nothing moves: then the writer was stopped in the torn one and the other counts.
    """
    found = np.zeros(len(wanted), ROW)
    left, before = np.arange(len(wanted)), np.zeros(0, ROW)
    for _ in range(_TRIES):
        both = rows[wanted[left]]
        sound = _sound(both)
        found[left] = both[np.arange(len(left)), _newer(both, sound)]
        moving = ~sound.all(axis=1)
        if len(before):
            moving &= (both.view("<u8") != before.view("<u8")).any(axis=1)
        left, before = left[moving], both[moving]
        if not len(left):
            break
    found[~_sound(found)] = np.zeros(1, ROW)
    return found
