"""Segments: pairs of files, raw frames and their points, as Arrow IPC streams that only ever grow.

A pair has a number. The pair with the highest number is open, those below are closed. A commit appends the points
first and the frames second, so a frame that is there has its points; points behind the last frame were never
acknowledged. The message of the frames carries a checksum: on a file system that grows a file before its bytes
arrive, a loss of power can leave zeros where a message should be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa

from anju.kernel.telemetry import frames, points
from anju.kernel.telemetry.frames import Frame
from anju.kernel.telemetry.points import MILLISECOND

CHECK = b"check"
# In the schema of the frames of a pair: the number that the next frame had when the pair was begun.
FIRST = b"first"
_FRAME_FIELDS = attrgetter(*frames.SCHEMA.names)
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")


@dataclass(frozen=True, slots=True)
class Pair:
    """The two files with one number."""

    folder: Path
    number: int

    @property
    def points(self) -> Path:
        return self.folder / f"points-{self.number:010d}.arrow"

    @property
    def frames(self) -> Path:
        return self.folder / f"frames-{self.number:010d}.arrow"


def pairs(folder: Path) -> list[Pair]:
    """All pairs, oldest first; the last one is open."""
    return [
        Pair(folder, int(path.stem.removeprefix("frames-"))) for path in sorted(folder.glob("frames-*.arrow"))
    ]


class _Chunks:
    """A file that Arrow writes to and that we take the bytes from."""

    closed = False

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def write(self, data: Any) -> int:
        self.taken.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        whole = b"".join(self.taken)
        self.taken.clear()
        return whole


class Encoder:
    """Turns record batches into the bytes of a stream's messages, so that we decide when and whether they are written."""

    def __init__(self, schema: pa.Schema) -> None:
        self._chunks = _Chunks()
        self._writer = pa.ipc.new_stream(pa.PythonFile(self._chunks, mode="w"), schema, options=_OPTIONS)
        self.head = bytes(schema.serialize())
        # The writer puts the head before its first batch; ours is written when the file begins.
        self.message(pa.RecordBatch.from_pylist([], schema=schema))

    def message(self, batch: pa.RecordBatch, check: int | None = None) -> bytes:
        self._writer.write_batch(batch, None if check is None else {CHECK: str(check).encode()})
        return self._chunks.take()


def frame_batch(given: Sequence[Frame]) -> pa.RecordBatch:
    """Frames as Arrow data, all columns taken in one pass: a commit of 10,000 points has 500 of them."""
    columns = zip(*map(_FRAME_FIELDS, given), strict=True)
    arrays = [
        pa.array(column, pa.int64()).view(field.type)
        if field.type == MILLISECOND
        else pa.array(column, field.type)
        for field, column in zip(frames.SCHEMA, columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=frames.SCHEMA)


def checksum(batch: pa.RecordBatch) -> int:
    """Of the content of a batch, the same before writing and after reading."""
    return crc32(batch.serialize())


@dataclass(frozen=True, slots=True)
class Message:
    """A record batch, and where it stands in its file."""

    batch: pa.RecordBatch
    start: int
    end: int


def messages(path: Path, start: int = 0, size: int | None = None) -> Iterator[Message]:
    """The whole messages of a stream behind byte ``start`` (0, or the end of a message), up to byte ``size``.

    Ends before the first that is torn or cannot be decoded; without the head of the stream there are none. The file is
    read and not mapped: its writer may cut it meanwhile, and a map of bytes that are gone kills its process.
    """
    with pa.OSFile(os.fspath(path)) as file:
        size = file.size() if size is None else min(size, file.size())
        try:
            schema = pa.ipc.read_schema(pa.ipc.read_message(file))
            begin = max(start, file.tell())
            file.seek(begin)
            while begin < size:
                message = pa.ipc.read_message(file)
                if file.tell() > size:
                    return
                yield Message(pa.ipc.read_record_batch(message, schema), begin, file.tell())
                begin = file.tell()
        except (pa.ArrowException, EOFError, OSError):
            return


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a stream: the byte behind it, and in a stream of frames the number that the first one gets."""

    end: int
    first: int


def head(path: Path) -> Head | None:
    """The head of a stream; ``None`` where the file is missing or was torn while it began."""
    if not path.exists():
        return None
    with pa.OSFile(os.fspath(path)) as file:
        try:
            schema = pa.ipc.read_schema(pa.ipc.read_message(file))
            first = int((schema.metadata or {}).get(FIRST, b"0"))
        except (pa.ArrowException, EOFError, OSError, ValueError):
            return None
        if schema.equals(points.SCHEMA) or (first and schema.equals(frames.SCHEMA)):
            return Head(file.tell(), first)
    return None


def sound(path: Path, message: Message) -> bool:
    """Whether a message of frames has the content that was written."""
    with path.open("rb") as file:
        file.seek(message.start)
        body = file.read(message.end - message.start)
    with pa.ipc.open_stream(bytes(message.batch.schema.serialize()) + body) as stream:
        metadata = stream.read_next_batch_with_custom_metadata().custom_metadata or {}
    return metadata.get(CHECK) == str(checksum(message.batch)).encode()


def whole_end(path: Path) -> int:
    """The byte behind the last whole message; 0 where not even the head is whole."""
    beginning = head(path)
    if beginning is None:
        return 0
    return max((message.end for message in messages(path)), default=beginning.end)
