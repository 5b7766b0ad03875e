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
# Shapes of messages that are remembered: topics with their names.
_SHAPES = 50_000
Shape = tuple[NDArray[np.uint32], tuple[str, ...]]


def decode(raw: bytes, setting: Setting) -> Values:
    """See ``adapters``."""
    return Decoder(setting).decode(raw)


def raw_of(topic: str, payload: bytes) -> bytes:
    """What is kept of a message."""
    return topic.encode() + b"\n" + payload


class Decoder:
    """Stations send the same names every minute, so what they mean is looked up once."""

    def __init__(self, setting: Setting) -> None:
        self._tags = setting.tags
        self._shapes: dict[tuple[str, ...], Shape] = {}

    def decode(self, raw: bytes) -> Values:
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
        series, unknown = self._shape(topic.decode("utf-8", "replace"), names)
        faults = np.zeros(len(series), np.uint8)
        moment = values.times([time], faults[:1]) if len(series) else np.zeros(1, np.int64)
        if len(series) and faults[0]:
            raise Refused(Reason.MALFORMED, "消息的ts既不是毫秒，也不是带时区的时间。")
        return Values(series, np.repeat(moment, len(series)), values.numbers(told), None, faults, unknown)

    def _shape(self, topic: str, names: tuple[str, ...]) -> Shape:
        shape = self._shapes.get((topic, *names))
        if shape is None:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            middle = topic.split("/")[1:-1]
            tags = ["/".join([*middle, name]) for name in names]
            found = [self._tags.get(tag, 0) for tag in tags]
            unknown = tuple(sorted(tag for tag, number in zip(tags, found, strict=True) if not number))
            shape = self._shapes[topic, *names] = (np.array(found, np.uint32), unknown)
        return shape
