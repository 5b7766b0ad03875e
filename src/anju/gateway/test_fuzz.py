"""Whatever bytes come, decoding gives whole columns or a refusal, never another error."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.gateway import http, mqtt
from anju.gateway.adapters import Decode, Refused, Setting
from anju.gateway.mqtt.decoding import raw_of
from anju.kernel.telemetry.client import arrow
from anju.kernel.telemetry.snapshot import Source

SETTING = Setting(Source(1, "a", "http"), {"T1S": 1, "s/h/T1S": 2})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["T1S", "2026-11-28T10:00:00+08:00", 1_795_831_200_000, "good"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["tag", "time", "value", "quality", "x"]), inner, max_size=4),
    ),
    max_leaves=8,
)
POINT = st.fixed_dictionaries({"tag": JSON, "time": JSON, "value": JSON}, optional={"quality": JSON})


def holds(decode: Decode, raw: bytes) -> None:
    try:
        values = decode(raw, SETTING)
    except Refused:
        return
    size = len(values)
    columns = (values.time, values.value, values.quality, values.faults)
    assert all(len(column) == size for column in columns if column is not None)
    assert all(isinstance(tag, str) for tag in values.unknown)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=64), st.binary(max_size=64).map(lambda rest: b"\xff\xff\xff\xff" + rest)))
def test_any_bytes(raw: bytes) -> None:
    holds(http.decode, raw)
    holds(mqtt.decode, raw)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        JSON, st.fixed_dictionaries({"points": st.one_of(JSON, st.lists(st.one_of(POINT, JSON), max_size=4))})
    )
)
def test_any_json(given_: Any) -> None:
    holds(http.decode, orjson.dumps(given_))


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        JSON, st.fixed_dictionaries({"ts": JSON, "d": st.dictionaries(st.text(max_size=5), JSON, max_size=4)})
    )
)
def test_any_message(given_: Any) -> None:
    holds(mqtt.decode, raw_of("a/s/h/rt", orjson.dumps(given_)))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 600), st.integers(0, 255))
def test_a_table_with_a_changed_byte(place: int, byte: int) -> None:
    tags = pa.array(["T1S", "X", None]).dictionary_encode()
    raw = bytearray(
        arrow(pa.table({"tag": tags, "time": [1_795_831_200_000] * 3, "value": [1.0, None, 2.0]}))
    )
    raw[place % len(raw)] = byte
    holds(http.decode, bytes(raw))
