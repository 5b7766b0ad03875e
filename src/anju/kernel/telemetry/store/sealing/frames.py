"""Raw frames into Parquet by day of receipt, one message after the other: their bytes never lie in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import days, parts, segments
from anju.kernel.telemetry.store.parts import FRAMES

from .parquet import PartWriter


def seal_frames(layout: Layout, group: Sequence[segments.Pair], highest: int) -> tuple[int, int]:
    """Write the frames of some pairs. How many they are, and the highest number so far."""
    span = group[0].number, group[-1].number
    count = 0
    for partition in _partitions(group):
        low = high = 0
        with PartWriter(FRAMES.folder(layout) / partition, FRAMES) as writer:
            for batch in _of_day(group, partition):
                writer.write(batch)
                numbers = batch["number"]
                low, high = low or numbers[0].as_py(), numbers[-1].as_py()
                count += len(batch)
            writer.finish(parts.name(*span, low, high))
        highest = max(highest, high)
    return count, highest


def _batches(group: Sequence[segments.Pair]) -> Iterator[pa.RecordBatch]:
    for pair in group:
        for message in segments.messages(pair.frames):
            yield message.batch.replace_schema_metadata(None)


def _days(batch: pa.RecordBatch) -> NDArray[np.int64]:
    return days.floor(np.asarray(batch["received"].view(pa.int64()).to_numpy()), days.DAY)


def _partitions(group: Sequence[segments.Pair]) -> list[str]:
    begins = {int(day) for batch in _batches(group) for day in np.unique(_days(batch))}
    return sorted(FRAMES.partition(begin) for begin in begins)


def _of_day(group: Sequence[segments.Pair], partition: str) -> Iterator[pa.RecordBatch]:
    for batch in _batches(group):
        begins, place = np.unique(_days(batch), return_inverse=True)
        inside = np.array([FRAMES.partition(int(begin)) == partition for begin in begins])[place]
        if inside.all():
            yield batch
        elif inside.any():
            yield batch.filter(pa.array(inside))
