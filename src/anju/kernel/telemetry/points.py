"""The canonical observation, as columns: every protocol ends here, and everything behind the gateway starts here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MILLISECOND = pa.timestamp("ms", tz="UTC")
SCHEMA = pa.schema(
    [
        pa.field("series", pa.uint32(), nullable=False),
        pa.field("time", MILLISECOND, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("quality", pa.uint8(), nullable=False),
        pa.field("received", MILLISECOND, nullable=False),
        pa.field("frame", pa.uint64(), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Points:
    """Arrays of one length. Values are in the unit of the series; times are milliseconds since 1970 in UTC.

    ``series`` is the number in the registry, ``time`` the time of the source, ``received`` that of the gateway,
    ``frame`` the number of the raw frame that the value came in. A value that is not a number keeps its place with
    ``Quality.NOT_A_NUMBER``.
    """

    series: NDArray[np.uint32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    received: NDArray[np.int64]
    frame: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.series)

    @classmethod
    def empty(cls) -> Points:
        return cls.of(SCHEMA.empty_table().combine_chunks())

    @classmethod
    def join(cls, parts: Sequence[Points]) -> Points:
        """One after the other."""
        if len(parts) == 1:
            return parts[0]
        names = [field.name for field in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    @classmethod
    def of(cls, table: pa.RecordBatch | pa.Table) -> Points:
        """The columns of Arrow data with ``SCHEMA``, without a copy where Arrow allows it."""
        return cls(*(_array(table.column(field.name)) for field in SCHEMA))

    def batch(self) -> pa.RecordBatch:
        """As Arrow data with ``SCHEMA``, without a copy."""
        columns = (getattr(self, field.name) for field in SCHEMA)
        arrays = [
            pa.array(column).view(MILLISECOND) if field.type == MILLISECOND else pa.array(column)
            for field, column in zip(SCHEMA, columns, strict=True)
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def where(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Points:
        """Those of a mask, or in the order of an index."""
        return Points(*(getattr(self, field.name)[which] for field in fields(self)))


def _array(column: pa.Array | pa.ChunkedArray) -> NDArray[np.generic]:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if column.type == MILLISECOND:
        column = column.view(pa.int64())
    return np.asarray(column.to_numpy(zero_copy_only=False))
