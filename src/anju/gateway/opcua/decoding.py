"""Values of nodes as columns.

Raw bytes are JSON: ``{"values": [["ns=2;s=S01.T1S", 1795307400000, 54.2, 0], …]}``, each with its node, the time of the
source in ms, what it said, and the status code of OPC UA. The option ``nodes`` leads from nodes to tags.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from anju.gateway import values
from anju.gateway.adapters import Refused, Setting, Values
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.quality import Quality

# Node, time in ms, value, status code.
Told = tuple[str, int, Any, int]
# The two highest bits of a status code are its severity (OPC 10000-4, 7.39).
_SEVERITY = 30
_QUALITIES = np.array(
    [Quality.GOOD, Quality.SOURCE_UNCERTAIN, Quality.SOURCE_BAD, Quality.SOURCE_BAD], np.uint8
)


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``. What is no number (text, an array) keeps its place without one."""
    try:
        told = orjson.loads(raw)["values"]
        nodes, times, given, codes = zip(*told, strict=True) if told else ((), (), (), ())
        status = np.array(codes, np.int64).reshape(len(nodes))
        tags = [setting.source.options.get("nodes", {}).get(node, node) for node in map(str, nodes)]
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Refused(Reason.MALFORMED, "不是一组节点值。") from None
    series = [setting.tags.get(tag, 0) for tag in tags]
    faults: NDArray[np.uint8] = np.zeros(len(nodes), np.uint8)
    return Values(
        np.array(series, np.uint32),
        values.times(times, faults),
        values.numbers(given),
        _QUALITIES[status >> _SEVERITY & 3],
        faults,
        tuple(sorted({tag for tag, number in zip(tags, series, strict=True) if not number})),
    )


def raw_of(told: Sequence[Told]) -> bytes:
    """What is kept of some values; what JSON cannot say is written out as text."""
    return orjson.dumps({"values": told}, default=str)
