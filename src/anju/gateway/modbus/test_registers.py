"""Registers as figures: types, orders of bytes, scaling and bits by hand, and which requests a map needs."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.gateway.modbus.registers import MOST, ORDERS, Block, Entry, MapError, blocks, entries_of
from anju.kernel.telemetry.snapshot import Source


# 54.25 as a 32-bit float is 42 59 00 00; 0x12345678 is 305,419,896.
@pytest.mark.parametrize(
    ("entry", "data", "value"),
    [
        (Entry("t", 0, type="float32", order="ABCD"), "42590000", 54.25),
        (Entry("t", 0, type="float32", order="CDAB"), "00004259", 54.25),
        (Entry("t", 0, type="float32", order="BADC"), "59420000", 54.25),
        (Entry("t", 0, type="float32", order="DCBA"), "00005942", 54.25),
        (Entry("t", 0, type="uint32", order="CDAB"), "56781234", 305_419_896.0),
        (Entry("t", 0, type="int32"), "fffffffe", -2.0),
        (Entry("t", 0, type="float64", order="CDAB"), "000000002000404b", 54.25),
        (Entry("t", 0, type="int16", scale=0.1), "021f", 54.3),
        (Entry("t", 0, type="int16", scale=0.1, offset=-50), "01f4", 0.0),
        (Entry("t", 0, type="int16", scale=0.1), "ffff", -0.1),
        (Entry("t", 0, bit=3), "0008", 1.0),
        (Entry("t", 0, bit=4), "0008", 0.0),
        (Entry("t", 0, bit=15), "8000", 1.0),
        (Entry("t", 0, bit=8, order="BADC"), "0001", 1.0),
        (Entry("t", 0, type="uint64"), "0000000100000000", 4_294_967_296.0),
    ],
)
def test_registers_are_read_as_the_map_says(entry: Entry, data: str, value: float) -> None:
    assert entry.value(bytes.fromhex(data)) == pytest.approx(value, abs=1e-12)


def test_a_device_without_value_says_nothing() -> None:
    assert math.isnan(Entry("t", 0, type="int16", absent=0x8000).value(b"\x80\x00"))
    assert math.isnan(Entry("t", 0, type="float32", absent=0xFFFFFFFF).value(b"\xff" * 4))


@given(st.floats(width=32, allow_nan=False), st.sampled_from(ORDERS))
def test_every_order_of_bytes_comes_back(value: float, order: str) -> None:
    a, b, c, d = struct.pack(">f", value)
    sent = bytes({"A": a, "B": b, "C": c, "D": d}[letter] for letter in order)
    assert Entry("t", 0, type="float32", order=order).value(sent) == value


def test_neighbours_are_read_together_and_no_request_is_too_long() -> None:
    entries = [
        Entry("a", 100, type="float32"),
        Entry("b", 102),
        Entry("c", 111),
        Entry("d", 120),
        Entry("e", 100, function=4),
        Entry("f", 100, unit=2),
    ]
    # Eight registers lie between 102 and 111, and eight between 111 and 120.
    assert blocks(entries) == [Block(1, 3, 100, 21), Block(1, 4, 100, 1), Block(2, 3, 100, 1)]
    assert blocks(entries, gap=7)[:3] == [Block(1, 3, 100, 3), Block(1, 3, 111, 1), Block(1, 3, 120, 1)]
    long = [Entry(str(n), n) for n in range(300)]
    assert [block.count for block in blocks(long)] == [MOST, MOST, 50]
    assert blocks([Entry("bit0", 7, bit=0), Entry("bit1", 7, bit=1)]) == [Block(1, 3, 7, 1)]


@pytest.mark.parametrize(
    ("given_map", "word"),
    [
        (None, "没有寄存器表"),
        ([], "没有寄存器表"),
        ([{"tag": "a"}], "第1项的tag、address"),
        ([{"tag": "a", "address": 1}, {"tag": "a", "address": 1, "typ": "int16"}], "第2项的typ"),
        ([{"tag": "a", "address": 1, "type": "float"}], "type"),
        ([{"tag": "a", "address": 1, "order": "BACD"}], "order"),
        ([{"tag": "a", "address": 1, "function": 6}], "function"),
        ([{"tag": "a", "address": 0xFFFF, "type": "int32"}], "address"),
        ([{"tag": "a", "address": 1, "bit": 16}], "bit"),
        ([{"tag": "a", "address": 1, "bit": 1, "type": "float32"}], "bit"),
        ([7], "map"),
    ],
)
def test_a_wrong_map_says_where(given_map: Any, word: str) -> None:
    with pytest.raises(MapError) as caught:
        entries_of(Source(1, "s", "modbus", options={"map": given_map}))
    assert word in caught.value.sentence
