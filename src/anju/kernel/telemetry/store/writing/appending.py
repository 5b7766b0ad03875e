"""One growing file of a pair: whole messages at its end, durable when ``append`` returns."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa

from anju.kernel.telemetry import frames, points
from anju.kernel.telemetry.store import segments


class Appender:
    """``size`` is the byte behind the last durable message. Every method may raise ``OSError``."""

    def __init__(self, path: Path, schema: pa.Schema, size: int | None = None) -> None:
        """Begin a file, or go on behind byte ``size`` of one and cut the rest."""
        self._encoder = segments.Encoder(schema)
        flags = os.O_RDWR | os.O_CREAT | (os.O_TRUNC if size is None else 0)
        self._handle = os.open(path, flags, 0o640)
        self.size = 0
        if size is None:
            self._write(self._encoder.head)
        else:
            self.cut(size)
            os.fdatasync(self._handle)

    @classmethod
    def points(cls, pair: segments.Pair, size: int | None = None) -> Appender:
        return cls(pair.points, points.SCHEMA, size)

    @classmethod
    def frames(cls, pair: segments.Pair, first: int, size: int | None = None) -> Appender:
        """``first`` is the number of the next frame; the head of a new file keeps it."""
        schema = frames.SCHEMA.with_metadata({segments.FIRST: str(first).encode()})
        return cls(pair.frames, schema, size)

    def append(self, batch: pa.RecordBatch, check: int | None = None) -> None:
        self._write(self._encoder.message(batch, check))

    def cut(self, size: int) -> None:
        """Take back what was appended behind a byte."""
        os.ftruncate(self._handle, size)
        self.size = size

    def close(self) -> None:
        os.close(self._handle)

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        at = self.size
        while view:
            written = os.pwrite(self._handle, view, at)
            at, view = at + written, view[written:]
        os.fdatasync(self._handle)
        self.size = at
