"""What a gateway that starts again has to know of sealed files: keys of frames, and points since its last state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from anju.kernel.telemetry.frames import Status
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import parts
from anju.kernel.telemetry.store.days import DAY
from anju.kernel.telemetry.store.keys import Keys, prefixes
from anju.kernel.telemetry.store.parts import FRAMES, POINTS, REVISIONS

# Read at a time, so that keys of days do not lie in memory as Python objects.
_ROWS = 65_536


def learn_keys(layout: Layout, since: int, keys: Keys) -> None:
    """Remember the accepted frames that were sealed and received since a time (ms)."""
    for partition in parts.between(layout, FRAMES, since, since + 400 * DAY):
        for part in parts.live_in(layout, FRAMES, partition):
            with pq.ParquetFile(part.path) as file:
                for batch in file.iter_batches(_ROWS, columns=["received", "key", "status"]):
                    learn_batch(batch, keys)


def learn_batch(batch: pa.RecordBatch, keys: Keys) -> None:
    """Remember the accepted ones of some frames, under the day of the first of them."""
    accepted = batch.filter(pc.equal(batch["status"], Status.ACCEPTED.value))
    if len(accepted):
        received = accepted["received"].cast(pa.int64())[0].as_py()
        keys.add_run(received, prefixes(accepted["key"].to_pylist()))


def sealed_since(layout: Layout, frame: int, last: int) -> Iterator[Points]:
    """The sealed points, and revisions, with a frame number above one and up to the last sealed, in the order of
    frames; rarely any: a gateway saves its state more often than segments are sealed."""
    if last <= frame:
        return
    found = [
        Points.of(table)
        for kind in (POINTS, REVISIONS)
        for partition in parts.partitions(layout, kind)
        for part in parts.live_in(layout, kind, partition)
        for table in _above(part, frame)
    ]
    # A revision was received before the point that replaced it, within one frame too.
    later = Points.join(
        [points.where((points.frame > frame) & (points.frame <= last)) for points in reversed(found)]
        or [Points.empty()]
    )
    if len(later):
        yield later.where(np.argsort(later.frame, kind="stable"))


def _above(part: parts.Part, frame: int) -> Iterator[pa.Table]:
    """The row groups of a part whose statistics allow a higher frame number."""
    with pq.ParquetFile(part.path) as file:
        place = file.schema_arrow.get_field_index("frame")
        for group in range(file.num_row_groups):
            if file.metadata.row_group(group).column(place).statistics.max > frame:
                yield file.read_row_group(group)
