"""The register map of a source: which tag stands where and how, and in which requests it is read. Pure.

An entry of the option ``map`` is ``{"tag": "S01/T1S", "unit": 1, "function": 3, "address": 100, "type": "float32",
"order": "CDAB"}``, and may have ``scale`` and ``offset`` (for whole numbers that stand for tenths), ``bit`` (of one
register) and ``absent`` (the raw number by which a device says that it has no value).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from anju.kernel.telemetry.snapshot import Source
from anju.kernel.values.refusal import Refusal

# What a request may ask for at most (Modbus Application Protocol V1.1b3, 6.3 and 6.4).
MOST = 125
_TYPES = {
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "float32": "f",
    "float64": "d",
}
# The order of bytes: big-endian, words swapped, bytes swapped in words, little-endian.
ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")
FUNCTIONS = (3, 4)


class MapError(Refusal):
    """A register map that cannot be used."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag. ``function`` 3 reads holding registers, 4 input registers; ``bit`` counts from the lowest, −1: none."""

    tag: str
    address: int
    unit: int = 1
    function: int = 3
    type: str = "uint16"
    order: str = "ABCD"
    scale: float = 1.0
    offset: float = 0.0
    bit: int = -1
    absent: int | None = None

    @property
    def count(self) -> int:
        return struct.calcsize(_TYPES[self.type]) // 2

    def value(self, registers: bytes) -> float:
        """The figure in the bytes of its registers; NaN where the device has none."""
        kind = _TYPES[self.type]
        data = _big_endian(registers, self.order)
        raw = struct.unpack(f">{kind}", data)[0]
        if self.bit >= 0:
            return float(raw >> self.bit & 1)
        if self.absent is not None and int.from_bytes(data, "big") == self.absent:
            return float("nan")
        return float(raw * self.scale + self.offset)


@dataclass(frozen=True, slots=True)
class Block:
    """Registers read with one request."""

    unit: int
    function: int
    address: int
    count: int


def entries_of(source: Source) -> tuple[Entry, ...]:
    """The map of a source. Raises ``MapError``."""
    given = source.options.get("map")
    if not isinstance(given, list) or not given:
        raise MapError("没有寄存器表。", "请在来源的参数里填写map：每个测点的地址、类型和字节序。")
    return tuple(_entry(number, one) for number, one in enumerate(given, 1))


def _entry(number: int, given: Any) -> Entry:
    names = {one.name for one in fields(Entry)}
    try:
        entry = Entry(**given)
        wrong = [
            name
            for name, right in (
                ("function", entry.function in FUNCTIONS),
                ("type", entry.type in _TYPES),
                ("order", entry.order in ORDERS),
                ("unit", 0 <= entry.unit <= 255),
                ("address", entry.address >= 0 and entry.address + _size(entry) <= 0x10000),
                ("bit", -1 <= entry.bit < 16 and (entry.bit < 0 or entry.type == "uint16")),
            )
            if not right
        ]
    except TypeError:
        wrong = sorted(set(given) - names) or ["tag", "address"] if isinstance(given, dict) else ["map"]
    if wrong:
        raise MapError(
            f"寄存器表第{number}项的{'、'.join(wrong)}不对。",
            f"类型可用{'、'.join(_TYPES)}，字节序可用{'、'.join(ORDERS)}，功能码3或4，位0至15只用于uint16。",
        )
    return entry


def _size(entry: Entry) -> int:
    return entry.count if entry.type in _TYPES else 0


def blocks(entries: Sequence[Entry], gap: int = 8) -> list[Block]:
    """Requests that cover all entries; up to ``gap`` registers between two of them are read along."""
    found: list[Block] = []
    for entry in sorted(entries, key=lambda one: (one.unit, one.function, one.address)):
        end = entry.address + entry.count
        last = found[-1] if found else None
        if (
            last
            and (last.unit, last.function) == (entry.unit, entry.function)
            and entry.address <= last.address + last.count + gap
            and end - last.address <= MOST
        ):
            found[-1] = Block(last.unit, last.function, last.address, max(last.count, end - last.address))
        else:
            found.append(Block(entry.unit, entry.function, entry.address, entry.count))
    return found


def _big_endian(registers: bytes, order: str) -> bytes:
    if order in ("BADC", "DCBA"):
        registers = b"".join(registers[n : n + 2][::-1] for n in range(0, len(registers), 2))
    if order in ("CDAB", "DCBA"):
        registers = b"".join(registers[n : n + 2] for n in range(len(registers) - 2, -1, -2))
    return registers
