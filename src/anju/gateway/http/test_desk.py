"""What the desk answers when the door turns somebody away, and to floods of strangers."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from anju.gateway.adapters import Message, Outcome, Setting, TurnedAway
from anju.gateway.http.player import Sender
from anju.gateway.http.requests import POINTS, STRANGER_RATE, Desk, Request
from anju.gateway.http.signing import Nonces, headers
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.snapshot import Series, Snapshot, Source

SOURCE = Source(1, "east-heat", "http", secret="sealed")
SENDER = Sender("east-heat", 1, b"a secret")


class Door:
    """Takes everything, or turns everything away."""

    def __init__(self, away: TurnedAway | None = None) -> None:
        self.snapshot = Snapshot(1, 0, Series.none(), (SOURCE,))
        self.away, self.time = away, 0
        self.taken: list[Message] = []

    def now(self) -> int:
        return self.time or SENDER.claim().time

    def secret(self, source: Source) -> bytes:
        return SENDER.secret

    def setting(self, source: Source) -> Setting:
        return Setting(source, {"T1S": 1})

    async def deliver(self, message: Message) -> Outcome:
        if self.away:
            raise self.away
        self.taken.append(message)
        status = Status.REJECTED if message.reason is not Reason.NONE else Status.ACCEPTED
        return Outcome(len(self.taken), status, message.reason, 0)


def ask(desk: Desk, body: bytes, address: str = "10.0.0.1", **signed: str) -> Any:
    given = signed or headers(SENDER.claim(), SENDER.secret, "POST", POINTS, body)
    named = {name.lower().encode(): value.encode() for name, value in given.items()}
    return asyncio.run(desk.answer(Request("POST", POINTS, named, body, address)))


def body() -> bytes:
    return orjson.dumps({"points": [{"tag": "T1S", "time": SENDER.claim().time, "value": 1.0}]})


@pytest.mark.parametrize(("greedy", "status"), [(True, 429), (False, 503)])
def test_who_is_turned_away_hears_when_to_come_again(greedy: bool, status: int) -> None:
    door: Any = Door(TurnedAway("这次没有收下。", "请稍后重发。", 7, greedy))
    answer = ask(Desk(door), body())
    assert (answer.status, answer.retry, answer.kind) == (status, 7, b"application/problem+json")
    assert (answer.body["detail"], answer.body["next_step"]) == ("这次没有收下。", "请稍后重发。")


def test_strangers_are_kept_so_often_and_then_only_answered() -> None:
    door: Any = Door()
    door.time = 1_795_831_200_000
    desk = Desk(door)
    statuses = [ask(desk, b"x", **{"Anju-Source": "nobody"}).status for _ in range(STRANGER_RATE + 5)]
    assert statuses == [401] * STRANGER_RATE + [429] * 5
    assert len(door.taken) == STRANGER_RATE
    assert ask(desk, b"x", address="10.0.0.2", **{"Anju-Source": "nobody"}).status == 401
    door.time += 60_000
    assert ask(desk, b"x", **{"Anju-Source": "nobody"}).status == 401


def test_a_flood_of_strangers_does_not_touch_who_can_prove_who_they_are() -> None:
    door: Any = Door()
    desk = Desk(door)
    for _ in range(STRANGER_RATE + 1):
        ask(desk, b"x", **{"Anju-Source": "nobody"})
    assert ask(desk, body()).status == 200


def test_nonces_are_forgotten_when_their_time_is_no_longer_believed() -> None:
    nonces = Nonces(600_000)
    begin = 600_000 * 3_000_000
    assert nonces.use(1, "a-nonce-1", begin)
    assert not nonces.use(1, "a-nonce-1", begin + 599_999)
    assert not nonces.use(1, "a-nonce-1", begin + 600_000)
    assert nonces.use(2, "a-nonce-1", begin)
    assert nonces.use(1, "another-1", begin + 1_300_000)
    assert nonces.use(1, "a-nonce-1", begin + 1_300_000)
