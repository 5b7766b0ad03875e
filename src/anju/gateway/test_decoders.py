"""No bytes do more to a decoder than be refused: quarantine is decoded again, and anybody may have sent it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.gateway.adapters import Refused, Setting, decode
from anju.kernel.telemetry.snapshot import Source

OPTIONS: dict[str, dict[str, Any]] = {
    "cjt188": {},
    "drop": {},
    "modbus": {"map": [{"tag": "A", "address": 0, "type": "float32"}, {"tag": "B", "address": 2, "bit": 1}]},
    "opcua": {"nodes": {"n": "A"}},
}
single = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["A", "B", "n", "", "00", "0000425900", "2026-11-22 08:30:00", "good", "-", "值"]),
)
values = st.recursive(
    single,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)
rows = st.lists(st.tuples(single, single, single, single).map(list), max_size=4)
messages = {
    "cjt188": st.binary(max_size=80).map(lambda data: b"1795307400000\n" + data),
    "drop": st.one_of(
        st.lists(
            st.fixed_dictionaries(
                {}, optional={"tag": values, "time": values, "value": values, "quality": values}
            ),
            max_size=4,
        ).map(lambda given: b"\n".join(map(orjson.dumps, given))),
        st.text(max_size=60).map(lambda text: b"tag,time,value\n" + text.encode("utf-8", "replace")),
    ),
    "modbus": st.fixed_dictionaries({"at": values, "unit": single, "blocks": st.one_of(values, rows)}).map(
        orjson.dumps
    ),
    "opcua": st.fixed_dictionaries({"values": st.one_of(values, rows)}).map(orjson.dumps),
}


def setting(protocol: str) -> Setting:
    return Setting(Source(1, "somebody", protocol, options=OPTIONS[protocol]), {"A": 1, "B": 2})


@pytest.mark.parametrize("protocol", OPTIONS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_any_message_is_columns_or_refused(protocol: str, data: st.DataObject) -> None:
    raw = data.draw(st.one_of(st.binary(max_size=40), messages[protocol]))
    try:
        found = decode(raw, protocol, setting(protocol))
    except Refused:
        return
    columns = (found.time, found.value, found.quality, found.faults)
    assert {len(found), *(len(column) for column in columns if column is not None)} == {len(found)}
