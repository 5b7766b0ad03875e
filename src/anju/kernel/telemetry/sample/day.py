"""The sample's day as the gateway would have kept it: frames, points, latest values, events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import pi, sin
from typing import Any

import numpy as np
import orjson

from anju.kernel.telemetry import snapshot as snapshots
from anju.kernel.telemetry.events import Event, EventLog
from anju.kernel.telemetry.frames import STRANGER, Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.rules.quality import Judge
from anju.kernel.telemetry.sample.registry import (
    HEAT,
    INTERVAL,
    PLANTED,
    SKY,
    SKY_INTERVAL,
    STATIONS,
)
from anju.kernel.telemetry.snapshot import Snapshot
from anju.kernel.telemetry.store.journal import Journal
from anju.kernel.telemetry.store.latest import LatestWriter

# The network's way from the source to the gateway, in ms.
_WAY = 1_500
_A_COMMIT = timedelta(hours=2)
_OFFLINE, _COLD, _STUCK, _UNKNOWN = (
    timedelta(hours=3), timedelta(minutes=40), timedelta(hours=8), timedelta(hours=1),
)  # fmt: skip
_MINUTE = 60_000


@dataclass
class _Message:
    """One delivery: what it says by tag, and what becomes of it."""

    source: int
    at: int
    told: dict[str, float]
    status: Status = Status.ACCEPTED
    reason: Reason = Reason.NONE
    raw: bytes = b""
    unknown: list[str] = field(default_factory=list)


def write(layout: Layout, begin: datetime, end: datetime, now: datetime) -> None:
    """Write the day from ``begin`` to ``end`` and what the rules say until ``now``."""
    path = snapshots.newest(layout.snapshots)
    assert path is not None
    known = snapshots.read(path)
    journal = Journal.open(layout, _ms(begin))
    log, latest = EventLog(layout.events), LatestWriter(layout, len(known.series))
    judge, engine = Judge(known), Engine(known)
    try:
        for messages in _groups(known, begin, end):
            frames, points = _kept(messages, known, journal.next_number)
            points = judge.judge(points)
            journal.commit(frames, points)
            latest.update(points)
            last = frames[-1].number
            log.append({**one, "behind": last} for one in engine.apply(points, int(points.received.max())))
            log.append(_quarantined(messages, frames))
            log.append(_delivered(messages, frames, points))
        tick = _ms(now)
        log.append({**one, "behind": last, "tick": tick} for one in engine.tick(tick))
        latest.flush()
    finally:
        log.close()
        latest.close()
        journal.close()


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _groups(known: Snapshot, begin: datetime, end: datetime) -> Iterator[list[_Message]]:
    """The messages of the day, two hours together."""
    chance = np.random.default_rng(2026)
    at, group, border = begin, [], begin + _A_COMMIT
    while at <= end:
        group += _at(known, at, end, chance)
        at += timedelta(seconds=INTERVAL)
        if at >= border or at > end:
            yield group
            group, border = [], at + _A_COMMIT


def _at(known: Snapshot, at: datetime, end: datetime, chance: np.random.Generator) -> Iterator[_Message]:
    heating, weather = known.by_code[HEAT].number, known.by_code[SKY].number
    left = end - at
    outdoor = outdoor_at(at)
    message = _Message(heating, _ms(at), stations(left, outdoor, chance))
    if left < _UNKNOWN:
        message.unknown = [f"S{PLANTED['unknown_tag']}.T2X"]
    yield message
    if left == timedelta(hours=5):
        yield _Message(
            heating, _ms(at), {}, Status.REJECTED, Reason.MALFORMED, b'{"points":[{"tag":"S1.T2S","time":'
        )
    if left == timedelta(hours=4):
        yield _Message(
            STRANGER,
            _ms(at),
            {},
            Status.REJECTED,
            Reason.CREDENTIALS,
            b'{"points":[{"tag":"S1.T2S","time":0,"value":99}]}',
        )
    if int(at.timestamp()) % SKY_INTERVAL == 0:
        yield _Message(weather, _ms(at), sky(at, outdoor, chance))


def outdoor_at(at: datetime) -> float:
    """Coldest before dawn, −9 to 1 °C."""
    hour = (at.timestamp() / 3600 + 8) % 24
    return -4 + 5 * sin((hour - 9) / 24 * 2 * pi)


def stations(left: timedelta, outdoor: float, chance: np.random.Generator) -> dict[str, float]:
    """What all of them say at a moment so long before the end of the day; the faults stay after it."""
    values: dict[str, float] = {}
    for number in range(1, STATIONS + 1):
        if number != PLANTED["offline"] or left > _OFFLINE:
            values |= station(number, left, outdoor, chance)
    return values


def station(number: int, left: timedelta, outdoor: float, chance: np.random.Generator) -> dict[str, float]:
    """Warmer water on colder days, with the spread of instruments."""
    supply = 46 - 0.5 * outdoor + number * 0.3 + chance.normal(0, 0.25)
    back = supply - 9.5 + chance.normal(0, 0.2)
    if number == PLANTED["cold_return"] and left < _COLD:
        back = 27.4 + chance.normal(0, 0.2)
    flow = 118 + 4 * number + chance.normal(0, 0.8)
    if number == PLANTED["stuck"] and left < _STUCK:
        flow = 141.7
    pressure = 0.31 + chance.normal(0, 0.004)
    figures = (supply, back, pressure, flow)
    digits = (1, 1, 3, 1)
    return {
        f"S{number}.{tag}": round(float(value), places)
        for tag, value, places in zip(("T2S", "T2R", "P2R", "F2"), figures, digits, strict=True)
    }


def sky(at: datetime, outdoor: float, chance: np.random.Generator) -> dict[str, float]:
    hour = (at.timestamp() / 3600 + 8) % 24
    sun = max(0.0, sin((hour - 7) / 10 * pi)) * 420 if 7 < hour < 17 else 0.0
    return {
        "outdoor_temperature": round(outdoor + float(chance.normal(0, 0.1)), 1),
        "humidity": round(52 - 2 * outdoor + float(chance.normal(0, 1)), 0),
        "wind_speed": round(abs(2.6 + float(chance.normal(0, 0.6))), 1),
        "wind_direction": float(round(300 + float(chance.normal(0, 12))) % 360),
        "precipitation": 0.0,
        "solar": round(sun, 0),
    }


def _kept(messages: list[_Message], known: Snapshot, first: int) -> tuple[list[Frame], Points]:
    frames, rows = [], []
    for number, one in enumerate(messages, first):
        told = (one.told | dict.fromkeys(one.unknown, 0.0)).items()
        # As the push interface takes them (docs/push.md): a replay reads these bytes.
        values = [{"tag": tag, "time": one.at, "value": value} for tag, value in told]
        raw = one.raw or orjson.dumps({"points": values})
        key = key_of(one.source, f"{one.at}/{number}".encode())
        counts = (len(one.told), len(one.unknown))
        received = one.at + _WAY
        protocol = "local" if known.by_code[SKY].number == one.source else "http"
        frames.append(
            Frame(number, one.source, received, protocol, key, one.status, one.reason, *counts, raw)
        )
        tags = known.by_tag.get(one.source, {})
        rows += [(tags[tag], one.at, value, received, number) for tag, value in one.told.items()]
    series, time, value, received_at, frame = zip(*rows, strict=True)
    points = Points(
        np.array(series, np.uint32),
        np.array(time, np.int64),
        np.array(value, np.float64),
        np.zeros(len(rows), np.uint8),
        np.array(received_at, np.int64),
        np.array(frame, np.uint64),
    )
    return frames, points


def _quarantined(messages: list[_Message], frames: list[Frame]) -> Iterator[Event]:
    for one, frame in zip(messages, frames, strict=True):
        if one.unknown or one.status is Status.REJECTED:
            yield {
                "kind": "quarantine",
                "frame": frame.number,
                "source": one.source,
                "received": frame.received,
                "protocol": frame.protocol,
                "reason": (one.reason or Reason.UNKNOWN_TAG).value,
                "detail": "",
                "refused": len(one.unknown),
                "tags": one.unknown,
            }


def _delivered(messages: list[_Message], frames: list[Frame], points: Points) -> Iterator[Event]:
    """Figures by source and minute, as the gateway tells them."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for one, frame in zip(messages, frames, strict=True):
        key = one.source, frame.received // _MINUTE * _MINUTE
        told = found.setdefault(key, _nothing(*key))
        told["frames"] += 1
        told["points"] += frame.points
        told["refused_points"] += frame.refused
        if one.status is Status.REJECTED:
            told["rejected"][one.reason.value] = told["rejected"].get(one.reason.value, 0) + 1
        else:
            told["accepted"] += 1
    yield from found.values()


def _nothing(source: int, minute: int) -> dict[str, Any]:
    counts = dict.fromkeys(
        ("frames", "accepted", "repeated", "points", "late", "refused_points", "turned_away"), 0
    )
    delays = {"skew_p50": 40, "skew_p95": 90, "delay_p50": _WAY, "delay_p95": _WAY}
    return {"kind": "delivery", "source": source, "minute": minute, "rejected": {}, **counts, **delays}
