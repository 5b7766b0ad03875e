"""Rows of csv or jsonl as columns.

Raw bytes of csv are the line of names, a line feed, and the rows; jsonl is rows alone. Each row has tag, time and value,
and may have a quality; names may be Chinese. A time without zone is Chinese time.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson

from anju.gateway import values
from anju.gateway.adapters import CODE_OF, Refused, Setting, Values
from anju.kernel.telemetry.frames import Reason

_NAMES = {
    "tag": "tag",
    "time": "time",
    "value": "value",
    "quality": "quality",
    "测点": "tag",
    "时间": "time",
    "数值": "value",
    "值": "value",
    "质量": "quality",
}
_NEEDED = ("tag", "time", "value")
_LOCAL = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)")
_ZONE = "+08:00"
Row = dict[str, Any]


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``. Rows with faults keep their place."""
    lines = [text_of(line) for line in raw.split(b"\n")]
    if not raw:
        raise Refused(Reason.MALFORMED, "内容是空的。")
    rows = [row_of(line) for line in lines] if _is_json(lines[0]) else _rows(lines)
    return _columns([row or {} for row in rows], setting)


def text_of(raw: bytes) -> str:
    """UTF-8 or the encoding of Chinese spreadsheets; bytes that are neither are shown as such."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def names_of(line: str) -> tuple[str, ...]:
    """What the columns of a csv are. Raises ``Refused`` where one that is needed is missing."""
    names = tuple(_NAMES.get(name.strip().lower(), "") for name in _cells(line))
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise Refused(Reason.MALFORMED, f"首行缺少{'、'.join(missing)}列。")
    return names


def is_good(row: Row | None) -> bool:
    """Whether a row says what, when and how much."""
    if row is None or not isinstance(row.get("tag"), str) or not row["tag"]:
        return False
    faults = np.zeros(1, np.uint8)
    values.times([moment_of(row.get("time"))], faults)
    return not faults[0] and number_of(row.get("value")) is not None


def row_of(line: str, names: Sequence[str] = ()) -> Row | None:
    """A row of csv with these names, or of jsonl without; ``None`` where it is none."""
    if names:
        cells = _cells(line)
        return dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return row if isinstance(row, dict) else None


def moment_of(given: Any) -> Any:
    """A time with its zone, or what was given."""
    if not isinstance(given, str):
        return given
    text = given.strip()
    if text.isdigit():
        return int(text)
    local = _LOCAL.fullmatch(text)
    if local is None:
        return text
    year, month, day, clock = local.groups()
    return f"{year}-{month:>02}-{day:>02}T{clock:>05}{_ZONE}"


def number_of(given: Any) -> float | None:
    """A number, NaN for an empty cell (a gap the sender knows of), ``None`` for anything else."""
    if given is None or given == "":
        return float("nan")
    try:
        return float(given) if isinstance(given, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def _is_json(line: str) -> bool:
    return line.lstrip().startswith("{")


def _rows(lines: list[str]) -> list[Row | None]:
    names = names_of(lines[0])
    return [row_of(line, names) for line in lines[1:]]


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader([line]), [])
    except csv.Error:
        return []


def _columns(rows: list[Row], setting: Setting) -> Values:
    tags = [str(row.get("tag", "")) for row in rows]
    faults = np.zeros(len(rows), np.uint8)
    times = values.times([moment_of(row.get("time")) for row in rows], faults)
    found = [setting.tags.get(tag, 0) for tag in tags]
    numbers = [number_of(row.get("value")) for row in rows]
    faults[[number is None or not tag for number, tag in zip(numbers, tags, strict=True)]] = CODE_OF[
        Reason.MALFORMED
    ]
    return Values(
        np.array(found, np.uint32),
        times,
        np.array([np.nan if number is None else number for number in numbers], np.float64),
        values.qualities([row.get("quality") or None for row in rows]),
        faults,
        tuple(sorted({tag for tag, number in zip(tags, found, strict=True) if tag and not number})),
    )
