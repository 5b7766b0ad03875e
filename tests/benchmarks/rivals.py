"""Other ways to keep points so that they outlive a loss of power, for the benchmark of the store."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from anju.kernel.telemetry.points import SCHEMA, Points

Append = Callable[[Points], None]


def bare(folder: Path) -> Append:
    """The limit: the same messages of points without frames, checks and latest values."""
    file = (folder / "bare.arrow").open("wb", buffering=0)
    writer = pa.ipc.new_stream(file, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd"))

    def append(points: Points) -> None:
        writer.write_batch(points.batch())
        os.fdatasync(file.fileno())

    return append


def parquet(folder: Path) -> Append:
    def append(points: Points) -> None:
        with (folder / f"{time.perf_counter_ns()}.parquet").open("wb") as file:
            pq.write_table(pa.Table.from_batches([points.batch()]), file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())

    return append


class postgres:
    """A server of its own with the settings it comes with, and COPY in the binary format, one commit a batch."""

    def __init__(self, folder: Path) -> None:
        import pgserver

        os.chmod(folder.parent, 0o755)
        self._server = pgserver.get_server(folder, cleanup_mode="stop")

    def __enter__(self) -> Append:
        import psycopg

        connection = psycopg.connect(self._server.get_uri())
        connection.execute(
            "CREATE TABLE points (series integer, time bigint, value float8, quality smallint,"
            " received bigint, frame bigint)"
        )
        connection.commit()

        def append(points: Points) -> None:
            with connection.cursor().copy("COPY points FROM STDIN (FORMAT binary)") as copy:
                copy.write(binary(points))
            connection.commit()

        return append

    def __exit__(self, *error: object) -> None:
        self._server.cleanup()


def binary(points: Points) -> bytes:
    """PostgreSQL's binary rows, made by NumPy so that the server and not Python is measured."""
    kinds = {
        "series": ">i4",
        "time": ">i8",
        "value": ">f8",
        "quality": ">i2",
        "received": ">i8",
        "frame": ">i8",
    }
    row = [("fields", ">i2")]
    for name, kind in kinds.items():
        row += [(f"{name}_size", ">i4"), (name, kind)]
    rows = np.zeros(len(points), np.dtype(row))
    rows["fields"] = len(kinds)
    for name, kind in kinds.items():
        rows[f"{name}_size"] = np.dtype(kind).itemsize
        rows[name] = getattr(points, name)
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff"


def sqlite(folder: Path) -> Append:
    connection = sqlite3.connect(folder / "points.sqlite3")
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = full")
    connection.execute("CREATE TABLE points (series, time, value, quality, received, frame)")

    def append(points: Points) -> None:
        columns = (getattr(points, name).tolist() for name in SCHEMA.names)
        with connection:
            connection.executemany("INSERT INTO points VALUES (?, ?, ?, ?, ?, ?)", zip(*columns, strict=True))

    return append


def orm(folder: Path) -> Append:
    """Django's bulk_create into SQLite: what a table of points beside the others would cost."""
    import django
    from django.conf import settings

    if not settings.configured:
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "orm.sqlite3")}
        settings.configure(DATABASES={"default": database}, USE_TZ=True)
        django.setup()
    from django.db import connection, models, transaction

    columns = {name: models.BigIntegerField() for name in SCHEMA.names} | {"value": models.FloatField()}
    meta = type("Meta", (), {"app_label": "bench", "db_table": f"points_{folder.name.replace('-', '_')}"})
    row = type(f"Row{folder.name}", (models.Model,), {"__module__": __name__, "Meta": meta, **columns})
    with connection.schema_editor() as editor:
        editor.create_model(row)
    connection.cursor().execute("PRAGMA journal_mode = wal")
    connection.cursor().execute("PRAGMA synchronous = full")

    def append(points: Points) -> None:
        arrays = [getattr(points, name).tolist() for name in SCHEMA.names]
        made = [row(**dict(zip(SCHEMA.names, each, strict=True))) for each in zip(*arrays, strict=True)]
        with transaction.atomic():
            row.objects.bulk_create(made)

    return append
