"""What a poll of one device brought, as columns.

Raw bytes are JSON: ``{"at": 1795307400000, "unit": 1, "blocks": [[3, 100, "42590000"]], "failed": [[4, 0, "…"]]}``, the
time of the poll in ms, function, first address and the bytes of the registers in hexadecimal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson

from anju.gateway.adapters import Refused, Setting, Values
from anju.gateway.modbus.registers import Entry, MapError, entries_of
from anju.gateway.values import times
from anju.kernel.telemetry.frames import Reason

# Function, first address and bytes.
Answer = tuple[int, int, bytes]


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``. Tags whose registers did not come are left out."""
    at, unit, answers = _parsed(raw)
    entries = _entries(setting)
    told = [
        (entry.tag, entry.value(data))
        for entry in entries
        if entry.unit == unit and (data := _registers(entry, answers)) is not None
    ]
    if not told:
        raise Refused(Reason.NO_POINTS, f"从站{unit}没有一个可用的寄存器。")
    series = [setting.tags.get(tag, 0) for tag, _ in told]
    return Values(
        np.array(series, np.uint32),
        np.full(len(told), at, np.int64),
        np.array([value for _, value in told], np.float64),
        unknown=tuple(sorted(tag for (tag, _), number in zip(told, series, strict=True) if not number)),
    )


def raw_of(at: int, unit: int, answers: Sequence[Answer], failed: Sequence[tuple[int, int, str]]) -> bytes:
    """What is kept of a poll."""
    blocks = [[function, address, data.hex()] for function, address, data in answers]
    return orjson.dumps({"at": at, "unit": unit, "blocks": blocks, "failed": [list(one) for one in failed]})


def _entries(setting: Setting) -> Sequence[Entry]:
    if "map" not in setting.shapes:
        try:
            entries = entries_of(setting.source)
        except MapError as error:
            raise Refused(Reason.MALFORMED, error.sentence) from None
        setting.keep("map", entries, len(entries))
    found: Sequence[Entry] = setting.shapes["map"]
    return found


def _parsed(raw: bytes) -> tuple[int, int, list[Answer]]:
    try:
        given: dict[str, Any] = orjson.loads(raw)
        answers = [
            (int(function), int(address), bytes.fromhex(data)) for function, address, data in given["blocks"]
        ]
        faults = np.zeros(1, np.uint8)
        at, unit = int(times([given["at"]], faults)[0]), int(given["unit"])
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Refused(Reason.MALFORMED, "不是一次轮询的记录。") from None
    if faults[0]:
        raise Refused(Reason.MALFORMED, "轮询的记录没有时间。")
    return at, unit, answers


def _registers(entry: Entry, answers: Sequence[Answer]) -> bytes | None:
    for function, address, data in answers:
        begin, size = 2 * (entry.address - address), 2 * entry.count
        if function == entry.function and begin >= 0 and begin + size <= len(data):
            return data[begin : begin + size]
    return None
