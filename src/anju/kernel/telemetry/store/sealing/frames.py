"""Raw frames into Parquet by day of receipt, one message after the other: their bytes never lie in memory together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store import days, parts, segments
from anju.kernel.telemetry.store.parts import FRAMES

from .parquet import PartWriter


@dataclass(slots=True)
class _Day:
    """The file of a day of receipt, and the lowest and highest number in it."""

    writer: PartWriter
    low: int
    high: int = 0


def seal_frames(layout: Layout, group: Sequence[segments.Pair], highest: int) -> tuple[int, int]:
    """Write the frames of some pairs. How many they are, and the highest number so far."""
    count, by_day = 0, dict[str, _Day]()
    with ExitStack() as stack:
        for partition, batch in _by_day(group):
            numbers = batch["number"]
            if partition not in by_day:
                writer = stack.enter_context(PartWriter(FRAMES.folder(layout) / partition, FRAMES))
                by_day[partition] = _Day(writer, numbers[0].as_py())
            day = by_day[partition]
            day.writer.write(batch)
            day.high = numbers[-1].as_py()
            count += len(batch)
        for day in by_day.values():
            day.writer.finish(parts.name(group[0].number, group[-1].number, day.low, day.high))
    return count, max([highest, *(day.high for day in by_day.values())])


def _by_day(group: Sequence[segments.Pair]) -> Iterator[tuple[str, pa.RecordBatch]]:
    for pair in group:
        for message in segments.messages(pair.frames):
            batch = message.batch.replace_schema_metadata(None)
            begins, place = np.unique(_days(batch), return_inverse=True)
            for at, begin in enumerate(begins):
                inside = batch if len(begins) == 1 else batch.filter(pa.array(place == at))
                yield FRAMES.partition(int(begin)), inside


def _days(batch: pa.RecordBatch) -> NDArray[np.int64]:
    return days.floor(np.asarray(batch["received"].view(pa.int64()).to_numpy()), days.DAY)
