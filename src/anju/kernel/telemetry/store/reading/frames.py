"""One raw frame by its number: in an open segment, or in the sealed part whose name has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anju.kernel.telemetry.frames import Frame, Reason, Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import parts, segments
from anju.kernel.telemetry.store.parts import FRAMES

_ATTEMPTS = 20


def find_frame(layout: Layout, number: int) -> Frame | None:
    """Looks again where a file went meanwhile: segments are sealed and parts merged while we look."""
    for attempt in range(_ATTEMPTS):
        try:
            return _in_segments(layout, number) or _in_parts(layout, number)
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1:
                raise
    return None


def _in_segments(layout: Layout, number: int) -> Frame | None:
    candidates = [
        pair
        for pair in segments.pairs(layout.segments)
        if (head := segments.head(pair.frames)) is not None and head.first <= number
    ]
    for message in segments.messages(candidates[-1].frames) if candidates else ():
        if message.batch["number"][-1].as_py() >= number:
            return next(_matching(message.batch, number), None)
    return None


def _in_parts(layout: Layout, number: int) -> Frame | None:
    for partition in reversed(parts.partitions(layout, FRAMES)):
        for part in parts.live_in(layout, FRAMES, partition):
            if part.low <= number <= part.high:
                file = pq.ParquetFile(part.path)
                for batch in _row_groups(file, number):
                    found = next(_matching(batch, number), None)
                    if found is not None:
                        return found
    return None


def _row_groups(file: pq.ParquetFile, number: int) -> Iterator[pa.Table]:
    """The row groups whose statistics allow the number."""
    for place in range(file.num_row_groups):
        statistics = file.metadata.row_group(place).column(0).statistics
        if statistics.min <= number <= statistics.max:
            yield file.read_row_group(place)


def _matching(data: pa.RecordBatch | pa.Table, number: int) -> Iterator[Frame]:
    for row in data.filter(pc.equal(data["number"], pa.scalar(number, pa.uint64()))).to_pylist():
        yield _frame(row)


def _frame(row: dict[str, Any]) -> Frame:
    received = int(row["received"].timestamp() * 1000 + 0.5)
    return Frame(
        **{
            **row,
            "received": received,
            "status": Status(row["status"]),
            "reason": Reason(row["reason"]),
        }
    )
