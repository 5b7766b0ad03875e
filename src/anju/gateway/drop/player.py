"""A company that drops files, for tests and the demonstration."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

Row = tuple[str, object, object]


def csv(rows: Iterable[Row], names: Sequence[str] = ("tag", "time", "value")) -> bytes:
    """Rows of tag, time and value as a table."""
    return "\r\n".join([",".join(names), *(",".join(map(str, row)) for row in rows), ""]).encode()


def jsonl(rows: Iterable[Row]) -> bytes:
    """The same, an object a line."""
    return b"".join(
        orjson.dumps(dict(zip(("tag", "time", "value"), row, strict=True))) + b"\n" for row in rows
    )


def drop(folder: Path, name: str, content: bytes) -> Path:
    """As a careful company does it: written under another name, then renamed."""
    passing = folder / f"{name}.part"
    passing.write_bytes(content)
    return passing.replace(folder / name)


def begin(folder: Path, name: str, content: bytes) -> int:
    """As a careless one does it: written in place, bit by bit. The open file is given back."""
    handle = os.open(folder / name, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
    os.write(handle, content)
    return handle
