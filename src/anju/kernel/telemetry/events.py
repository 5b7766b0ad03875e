"""The gateway's durable log of events, and how others follow it.

A file holds records of length (4 bytes), CRC-32 (4 bytes) and JSON. A torn tail is cut when the writer opens; a reader
stops before it. The worker keeps the position of the last event that it applied in the transaction that applied it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

Event = dict[str, Any]
_HEAD = struct.Struct("<II")
# A file past this size is followed by the next one.
_FULL = 64 * 1024 * 1024
_LONGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Behind an event: the number of the file and the byte in it."""

    file: int = 0
    byte: int = 0


class EventLog:
    """The writing end; one process holds it. ``append`` is on the disk only after ``sync``."""

    def __init__(self, folder: Path, full: int = _FULL) -> None:
        self._folder, self._full = folder, full
        numbers = _numbers(folder)
        self._number = numbers[-1] if numbers else 1
        path = _path(folder, self._number)
        self._file = path.open("ab")
        whole = _whole(path)
        if whole < self._file.tell():
            self._file.truncate(whole)
            self._file.seek(whole)
            os.fdatasync(self._file.fileno())
        _sync_folder(folder)

    @property
    def position(self) -> Position:
        return Position(self._number, self._file.tell())

    def append(self, events: Iterable[Event]) -> None:
        for event in events:
            text = orjson.dumps(event, option=orjson.OPT_SERIALIZE_NUMPY)
            self._file.write(_HEAD.pack(len(text), crc32(text)) + text)

    def sync(self) -> None:
        """What was appended outlives a loss of power."""
        self._file.flush()
        os.fdatasync(self._file.fileno())
        if self._file.tell() >= self._full:
            self._file.close()
            self._number += 1
            self._file = _path(self._folder, self._number).open("ab")
            _sync_folder(self._folder)

    def close(self) -> None:
        self.sync()
        self._file.close()


def read(folder: Path, after: Position, most: int = 1000) -> Iterator[tuple[Event, Position]]:
    """Up to ``most`` events behind a position, each with the position behind it."""
    left = most
    for number in _numbers(folder):
        if number < after.file:
            continue
        start = after.byte if number == after.file else 0
        for event, byte in _records(_path(folder, number), start):
            if left == 0:
                return
            left -= 1
            yield event, Position(number, byte)


def end(folder: Path) -> Position:
    """Behind the last whole event."""
    numbers = _numbers(folder)
    return Position(numbers[-1], _whole(_path(folder, numbers[-1]))) if numbers else Position()


def forget(folder: Path, before: Position) -> None:
    """Remove the files that lie wholly before a position."""
    for number in _numbers(folder):
        if number < before.file:
            _path(folder, number).unlink()


def _path(folder: Path, number: int) -> Path:
    return folder / f"events-{number:010d}.log"


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.stem.removeprefix("events-")) for path in folder.glob("events-*.log"))


def _records(path: Path, start: int) -> Iterator[tuple[Event, int]]:
    with path.open("rb") as file:
        file.seek(start)
        byte = start
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            size, check = _HEAD.unpack(head)
            text = file.read(size) if size <= _LONGEST else b""
            if len(text) < size or crc32(text) != check:
                return
            byte += _HEAD.size + size
            yield orjson.loads(text), byte


def _whole(path: Path) -> int:
    """The byte behind the last whole record."""
    whole = 0
    for _, behind in _records(path, 0):
        whole = behind
    return whole


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
