"""Writing a part: row groups of one size, encodings that every reader of Parquet knows, a name when it is finished."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from anju.kernel.telemetry.store import disk
from anju.kernel.telemetry.store.parts import FRAMES, POINTS, REVISIONS, Kind

# Large enough to compress well, small enough that one series of a day costs one of them.
ROWS = 131_072
# Raw frames are long: one is fetched by decoding the page it lies in.
_FRAME_ROWS = 4_096
PASSING = ".passing"
_DELTA = "DELTA_BINARY_PACKED"
_COLUMNS = {
    "points": (
        ["value", "quality"],
        {"series": _DELTA, "time": _DELTA, "received": _DELTA, "frame": _DELTA},
    ),
    "frames": (
        ["source", "protocol", "status", "reason", "points", "refused"],
        {"number": _DELTA, "received": _DELTA},
    ),
    "rollups": (
        ["count", "good", "sum", "min", "max", "first", "last", "sealed"],
        {"series": _DELTA, "time": _DELTA},
    ),
}


class PartWriter:
    """Takes batches in their final order; ``finish`` gives the file its name. Left by an error it leaves no file."""

    def __init__(self, folder: Path, kind: Kind) -> None:
        disk.make_folder(folder)
        self._folder, self._kind = folder, kind
        self._path = folder / f"part-{os.getpid()}{PASSING}"
        self._rows = _FRAME_ROWS if kind is FRAMES else ROWS
        self._waiting: list[pa.RecordBatch] = []
        self._count = 0
        self.written = 0
        family = "points" if kind in (POINTS, REVISIONS) else kind.name.partition("/")[0]
        dictionary, encodings = _COLUMNS[family]
        self._writer = pq.ParquetWriter(
            self._path,
            kind.schema,
            compression="zstd",
            use_dictionary=dictionary,
            column_encoding=encodings,
            write_page_index=True,
        )

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Where the process is ending, the next round clears up.
        if isinstance(error, Exception) and self._path.exists():
            self._abandon()

    def write(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._count += len(batch)
        if self._count >= 8 * self._rows:
            self._flush(self._count // self._rows * self._rows)

    def finish(self, name: str) -> Path:
        """Close the file and publish it."""
        with disk.refusing_when_full():
            self._flush(self._count)
            self._writer.close()
            final = self._folder / name
            disk.publish(self._path, final)
        return final

    def _flush(self, count: int) -> None:
        if not count:
            return
        table = pa.Table.from_batches(self._waiting, self._kind.schema)
        with disk.refusing_when_full():
            self._writer.write_table(table.slice(0, count), row_group_size=self._rows)
        rest = table.slice(count).combine_chunks()
        self._waiting, self._count = rest.to_batches(), len(rest)
        self.written += count

    def _abandon(self) -> None:
        try:
            self._writer.close()
        except OSError:
            pass
        finally:
            disk.remove(self._path)
