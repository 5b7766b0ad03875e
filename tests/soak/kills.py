"""Rounds of ``kill -9`` under load: what was acknowledged before is compared with what is stored after."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import orjson

from anju.gateway import stage
from anju.gateway.http.player import Connection
from anju.gateway.mqtt.decoding import raw_of
from anju.gateway.mqtt.player import Broker, Station
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import key_of
from anju.kernel.telemetry.snapshot import Source

ACCOUNTS = {"gateway": "gateway", "station": "station"}
_TAGS = [f"s{n}/high/T1S" for n in range(50)]
_CONNECTIONS = 8


def pushing() -> Part:
    return Part(Source(1, "east-heat", "http"), _TAGS)


def listening(port: int) -> Part:
    options = {"port": port, "user": "gateway", "topics": ["east/+/+/rt"]}
    return Part(Source(2, "west-heat", "mqtt", options=options), _TAGS, b"gateway")


def now() -> int:
    return time.time_ns() // 1_000_000


async def push_until_killed(port: int, part: Part, number: int, acknowledged: set[bytes]) -> None:
    """Push batch after batch over some connections, until the gateway is gone; keep the keys of those answered."""

    async def one(lane: int) -> None:
        connection = await Connection.open(port)
        try:
            for batch in range(1_000_000):
                points = [{"tag": tag, "time": now(), "value": batch} for tag in _TAGS]
                body = orjson.dumps({"points": points, "batch": [number, lane, batch]})
                reply = await connection.push(part.sender, body, f"{number}-{lane}-{batch}")
                assert reply.status == 200, reply
                acknowledged.add(part.sender.key(body, f"{number}-{lane}-{batch}"))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            connection.close()

    await asyncio.gather(*(one(lane) for lane in range(_CONNECTIONS)))


def http_round(data: Path, number: int, enough: int) -> set[bytes]:
    """Kill a gateway when it has answered so many batches; the keys of all that it answered."""
    part, acknowledged = pushing(), set[bytes]()

    async def go() -> None:
        running = await asyncio.to_thread(stage.start, data)
        load = asyncio.create_task(push_until_killed(running.port, part, number, acknowledged))
        while len(acknowledged) < enough and not load.done():
            await asyncio.sleep(0.001)
        await asyncio.to_thread(running.kill)
        await load

    asyncio.run(go())
    return acknowledged


def mqtt_round(data: Path, broker: Broker, number: int, messages: int) -> set[bytes]:
    """Publish while the gateway is killed in the middle; the keys of all messages that the broker took.

    What was not acknowledged to the broker it sends again, so after the next start all of them are there.
    """
    station = Station(broker.port, "station", "station")
    running = stage.start(data)
    before = len(stage.frames(data))
    sent = []
    for count in range(messages):
        payload = orjson.dumps({"ts": now(), "seq": [number, count], "d": {"T1S": count}})
        sent.append(key_of(2, raw_of(f"east/s{count % 50}/high/rt", payload)))
        station.publish(f"east/s{count % 50}/high/rt", payload)
    station.flush()
    while len(stage.frames(data)) == before:
        time.sleep(0.001)
    running.kill()
    station.settle()
    station.close()
    return set(sent)


def accepted(data: Path) -> Counter[bytes]:
    """How often each key was accepted."""
    return Counter(frame.key for frame in stage.frames(data).values() if frame.status == "accepted")


def all_there(data: Path, keys: set[bytes], seconds: float = 30) -> bool:
    """Whether all of them are stored, after some time for what a broker still has."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if keys <= accepted(data).keys():
            return True
        time.sleep(0.05)
    return False


def faults(data: Path, keys: set[bytes]) -> dict[str, int]:
    """What must be 0: acknowledged and not stored, stored twice, frames without their points, gaps in the numbers."""
    stored = accepted(data)
    commits = stage.stored(data)
    numbers = [frame.number for commit in commits for frame in commit.frames]
    told = Counter(number for commit in commits for number in commit.points.frame.tolist())
    points = {frame.number: frame.points for commit in commits for frame in commit.frames if frame.points}
    return {
        "missing": len(keys - stored.keys()),
        "doubled": sum(count - 1 for count in stored.values()),
        "frames without points": sum(told[number] != count for number, count in points.items()),
        "gaps": len(numbers) - (max(numbers) if numbers else 0),
    }


def wait_for_link(data: Path, seconds: float = 30) -> None:
    """Until the gateway has its subscription."""
    end = time.monotonic() + seconds
    while not stage.told(data, "link"):
        assert time.monotonic() < end, "no link"
        time.sleep(0.02)
