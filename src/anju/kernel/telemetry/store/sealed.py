"""Reading sealed parts with DuckDB, by series and time; what callers get may overlap and is put in order by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import MILLISECOND, Points

from . import parts
from .days import Grain
from .parts import POINTS, REVISIONS, ROLLUPS, Kind
from .rolling import Rolled

# Files stay for minutes after they were replaced, so a second look is rare and a third unheard of.
_ATTEMPTS = 20
# Rows that DuckDB hands over at once; many small pieces would be copied again.
_BATCH = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253_402_300_799_999  # of the year 9999
SeriesNumbers = NDArray[np.uint32]
# Up to so many series stand in the query itself, where DuckDB skips what cannot hold them.
_NAMED = 200


class Sealed:
    """The sealed files as they are at each question. ``attempts``: a part may be replaced between the look at a
    folder and the opening; then we look again."""

    def __init__(self, layout: Layout, threads: int = 2) -> None:
        self._layout = layout
        self._base = duckdb.connect(config={"threads": threads})
        self._base.execute("SET parquet_metadata_cache = true")

    def close(self) -> None:
        self._base.close()

    def points(self, series: SeriesNumbers | None, since: int, until: int) -> Points:
        """Points of series (``None``: all) with a source time in [since, until), in no order."""
        return Points.of(self._table(POINTS, series, since, until))

    def revisions(self, series: SeriesNumbers | None, since: int, until: int) -> Points:
        """Points that a later receipt replaced."""
        return Points.of(self._table(REVISIONS, series, since, until))

    def rolled(self, grain: Grain, series: SeriesNumbers | None, since: int, until: int) -> Rolled:
        """Rows of a roll-up that begin in [since, until), in no order and perhaps two of one bucket."""
        return Rolled.of(self._table(ROLLUPS[grain], series, since, until))

    def _table(self, kind: Kind, series: SeriesNumbers | None, since: int, until: int) -> pa.Table:
        if series is not None and not len(series):
            return kind.schema.empty_table()
        for attempt in range(_ATTEMPTS):
            paths = self.paths(kind, since, until)
            if not paths:
                break
            try:
                return self._query(kind, paths, series, (since, until))
            except duckdb.IOException:
                if attempt == _ATTEMPTS - 1:
                    raise
        return kind.schema.empty_table()

    def paths(self, kind: Kind, since: int, until: int) -> list[str]:
        """The files that count for a span of time."""
        return [
            str(part.path)
            for partition in parts.between(self._layout, kind, since, until)
            for part in parts.live_in(self._layout, kind, partition)
        ]

    def _query(
        self, kind: Kind, paths: Sequence[str], series: SeriesNumbers | None, span: tuple[int, int]
    ) -> pa.Table:
        columns = ", ".join(_selected(field) for field in kind.schema)
        where, values = _condition(series)
        # A cursor is a connection of its own, so threads do not wait for each other.
        with self._base.cursor() as connection:
            if series is not None and len(series) > _NAMED:
                connection.register("wanted", pa.table({"series": series}))
            table = connection.sql(
                f"SELECT {columns} FROM read_parquet(?)"
                f" WHERE time >= ?::TIMESTAMPTZ AND time < ?::TIMESTAMPTZ{where}",
                params=[list(paths), *map(_written, span), *values],
            ).to_arrow_table(_BATCH)
        return _restored(table, kind.schema)


def _written(time: int) -> str:
    """A time with its offset: DuckDB would read one without as a time of the zone that the process is in."""
    return (_EPOCH + timedelta(milliseconds=min(time, _LAST))).isoformat()


def _selected(field: pa.Field) -> str:
    return f'epoch_ms("{field.name}") AS "{field.name}"' if field.type == MILLISECOND else f'"{field.name}"'


def _condition(series: SeriesNumbers | None) -> tuple[str, list[Any]]:
    if series is None:
        return "", []
    if len(series) == 1:
        return " AND series = ?", [int(series[0])]
    bounds = [int(series.min()), int(series.max())]
    if len(series) > _NAMED:
        return " AND series BETWEEN ? AND ? AND series IN (SELECT series FROM wanted)", bounds
    marks = ", ".join("?" * len(series))
    return f" AND series BETWEEN ? AND ? AND series IN ({marks})", [*bounds, *series.tolist()]


def _restored(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """DuckDB knows microseconds only; our times are milliseconds."""
    columns = [
        table[field.name].combine_chunks().view(field.type)
        if field.type == MILLISECOND
        else table[field.name].cast(field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
