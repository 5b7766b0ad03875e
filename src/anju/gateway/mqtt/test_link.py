"""A message that the gateway turns away waits here and is tried again: the broker would not send it anew."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from anju.gateway.adapters import Message, Outcome, Then, TurnedAway
from anju.gateway.mqtt.link import Link
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.snapshot import Source


class Door:
    """Turns the first try away."""

    def __init__(self) -> None:
        self.tries = 0

    def submit(self, message: Message, then: Then) -> None:
        self.tries += 1
        first = self.tries == 1
        then(TurnedAway("满", "等", 0) if first else Outcome(1, Status.ACCEPTED, Reason.NONE, 1))


def test_it_is_acknowledged_once_and_only_when_it_was_taken() -> None:
    acknowledged: list[tuple[int, int, int]] = []

    async def go() -> int:
        door: Any = Door()
        link: Any = Link(door, Source(1, "east", "mqtt"))
        link._client = SimpleNamespace(ack=lambda mid, qos: acknowledged.append((mid, qos, door.tries)))
        link._submit(Message(1, "mqtt", b"", b"", 0), SimpleNamespace(mid=7, qos=1))
        assert acknowledged == []
        while not acknowledged:
            await asyncio.sleep(0)
        return int(door.tries)

    assert asyncio.run(go()) == 2
    assert acknowledged == [(7, 1, 2)]
