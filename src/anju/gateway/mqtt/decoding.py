"""Messages ``company/station/loop/rt`` with ``{"ts": …, "seq": …, "d": {"T1S": …}}`` as columns.

The tag of ``T1S`` is ``station/loop/T1S``: what stands between the first and the last level of the topic, and the name.
Raw bytes are the topic, a line feed, and the payload as it came.
"""

from __future__ import annotations

import numpy as np
import orjson
from numpy.typing import NDArray

from anju.gateway import values
from anju.gateway.adapters import Refused, Setting, Values
from anju.kernel.telemetry.frames import Reason

# A station has some hundred values; more names in one message are not one station.
_VALUES = 5_000
Shape = tuple[NDArray[np.uint32], tuple[str, ...]]


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``."""
    topic, _, payload = raw.partition(b"\n")
    try:
        given = orjson.loads(payload)
        time, named = given["ts"], given["d"]
        names = tuple(named)
        told = list(named.values())
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise Refused(Reason.MALFORMED, "消息不是带ts和d的JSON对象。") from None
    if len(names) > _VALUES:
        raise Refused(Reason.TOO_LARGE, f"一条消息{len(names)}个值，上限是{_VALUES}个。")
    faults = np.zeros(1, np.uint8)
    moment = values.times([time], faults)
    if faults[0]:
        raise Refused(Reason.MALFORMED, "消息的ts既不是毫秒，也不是带时区的时间。")
    series, unknown = setting.shapes.get((topic, names)) or _shape(topic, names, setting)
    return Values(series, np.repeat(moment, len(series)), values.numbers(told), unknown=unknown)


def raw_of(topic: str, payload: bytes) -> bytes:
    """What is kept of a message."""
    return topic.encode() + b"\n" + payload


def _shape(topic: bytes, names: tuple[str, ...], setting: Setting) -> Shape:
    """Stations send the same names every minute, so what they mean is looked up once."""
    middle = topic.decode("utf-8", "replace").split("/")[1:-1]
    tags = ["/".join([*middle, name]) for name in names]
    found = [setting.tags.get(tag, 0) for tag in tags]
    unknown = tuple(sorted(tag for tag, number in zip(tags, found, strict=True) if not number))
    shape = (np.array(found, np.uint32), unknown)
    setting.keep((topic, names), shape, len(names))
    return shape
