"""``anju telemetry ingest``: a file of values goes to the gateway like everything else. It loads no Django."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import orjson
import pyarrow as pa

from anju.kernel.telemetry.client import Client, Result
from anju.kernel.telemetry.frames import REASON_WORDS, Reason, Status
from anju.kernel.values.refusal import Refusal

# Rows a message: of rows as JSON the gateway takes no more; of Arrow data this is half.
_ROWS, _BULK = 5_000, 100_000
# So many refused rows are named, in the order of the file.
_NAMED = 100
_COLUMNS = {"tag", "time", "value"}
Chunk: TypeAlias = "pa.Table | Sequence[dict[str, Any]]"


class IngestError(Refusal):
    """A file that cannot be read as values."""


@dataclass(slots=True)
class Account:
    """What became of a file. ``refused`` counts rows by reason; ``named`` has the first of them by row from 1."""

    rows: int = 0
    kept: int = 0
    frames: int = 0
    repeats: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    named: list[dict[str, Any]] = field(default_factory=list)

    def take(self, rows: int, result: Result) -> None:
        """The result of the next ``rows`` rows."""
        self.frames += 1
        self.kept += result.kept
        self.repeats += result.status is Status.REPEAT
        if result.status is Status.REJECTED and not len(result.refused):
            self.refused[result.reason.value] += rows
        for row, reason in enumerate(result.reasons(), self.rows + 1):
            if reason is not Reason.NONE:
                self.refused[reason.value] += 1
                if len(self.named) < _NAMED:
                    self.named.append({"row": row, "reason": reason.value, "detail": REASON_WORDS[reason]})
        self.rows += rows


def ingest(client: Client, path: Path, source: str) -> Account:
    """Deliver a file in pieces. The same file again is a repeat, also after a break in the middle.

    Raises ``IngestError`` and ``GatewayError``.
    """
    account = Account()
    digest = _digest(path)
    for number, chunk in enumerate(chunks(path)):
        rows = chunk.num_rows if isinstance(chunk, pa.Table) else len(chunk)
        account.take(rows, client.deliver(source, f"ingest:{digest}:{number}", chunk))
    return account


def chunks(path: Path) -> Iterator[Chunk]:
    """The content of a csv, jsonl or arrow file by its name's end. Raises ``IngestError``."""
    readers = {".csv": _csv, ".jsonl": _jsonl, ".arrow": _arrow}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise IngestError(f"不认识{path.name}的格式。", "可以导入.csv、.jsonl和.arrow文件。")
    try:
        yield from reader(path)
    except OSError as error:
        raise IngestError(
            f"{path.name}打不开（{error.strerror or error}）。", "请核对路径和权限。"
        ) from error


def _csv(path: Path) -> Iterator[Chunk]:
    """Columns tag, time, value and perhaps quality, in any order; text in UTF-8, with a byte order mark or without."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            missing = _COLUMNS - set(reader.fieldnames or ())
            if missing:
                names = "、".join(sorted(missing))
                raise IngestError(f"{path.name}缺少列：{names}。", "第一行要写列名tag、time、value。")
            yield from _pieces(_point(row) for row in reader)
        except (UnicodeDecodeError, csv.Error) as error:
            where = f"{path.name}第{reader.line_num + 1}行以后"
            raise IngestError(f"{where}读不出来（{error}）。", "请另存为UTF-8编码的CSV。") from error


def _point(row: dict[str, Any]) -> dict[str, Any]:
    """What is no number stays as text, and the gateway says so of its row."""
    when, value = (row["time"] or "").strip(), (row["value"] or "").strip()
    point: dict[str, Any] = {
        "tag": (row["tag"] or "").strip(),
        "time": int(when) if when.isdecimal() else when,
        "value": _number(value),
    }
    if row.get("quality"):
        point["quality"] = row["quality"].strip()
    return point


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _jsonl(path: Path) -> Iterator[Chunk]:
    """A point a line."""
    with path.open("rb") as file:
        yield from _pieces(_line(number, line) for number, line in enumerate(file, 1) if line.strip())


def _line(number: int, line: bytes) -> dict[str, Any]:
    try:
        point: dict[str, Any] = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise IngestError(f"第{number}行不是JSON。", "每行要是一个含tag、time、value的对象。") from error
    return point


def _arrow(path: Path) -> Iterator[Chunk]:
    """An Arrow IPC file or stream with columns tag or series, time, value and perhaps quality."""
    try:
        with path.open("rb") as file:
            stream = file.read(6) != b"ARROW1"
        with pa.OSFile(str(path)) as file:
            table = (pa.ipc.open_stream(file) if stream else pa.ipc.open_file(file)).read_all()
    except pa.ArrowException as error:
        raise IngestError(f"{path.name}不是完整的Arrow文件。", "请重新导出后再导入。") from error
    for begin in range(0, table.num_rows, _BULK):
        yield table.slice(begin, _BULK)


def _pieces(points: Iterable[dict[str, Any]]) -> Iterator[Chunk]:
    rest = iter(points)
    while piece := list(islice(rest, _ROWS)):
        yield piece


def _digest(path: Path) -> str:
    digest = sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise IngestError(
            f"{path.name}打不开（{error.strerror or error}）。", "请核对路径和权限。"
        ) from error
    return digest.hexdigest()[:32]
