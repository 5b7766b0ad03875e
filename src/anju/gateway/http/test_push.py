"""Pushes over a real socket to a real gateway process: kept, answered, and read by others."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest

from anju.gateway import stage
from anju.gateway.http.player import Connection, Reply
from anju.gateway.http.signing import headers
from anju.gateway.stage import Part, Running
from anju.kernel.telemetry.client import arrow
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.telemetry.store.latest import LatestReader

EAST = Part(Source(1, "east-heat", "http"), ["T1S", "T1R", "P1S"])
OTHER = Part(Source(2, "west-heat", "http"), ["T1S"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    stage.prepare(folder, [EAST, OTHER])
    return folder


@pytest.fixture(scope="module")
def gateway(data: Path) -> Iterator[Running]:
    with stage.running(data) as running:
        yield running


def push(gateway: Running, body: bytes, **more: Any) -> Reply:
    async def go() -> Reply:
        connection = await Connection.open(gateway.port)
        try:
            return await connection.push(more.pop("sender", EAST.sender), body, **more)
        finally:
            connection.close()

    return asyncio.run(go())


def now() -> int:
    return time.time_ns() // 1_000_000


def body(*points: tuple[str, Any, Any]) -> bytes:
    return orjson.dumps({"points": [{"tag": t, "time": when, "value": value} for t, when, value in points]})


def test_a_pushed_value_is_answered_and_is_the_latest(gateway: Running, data: Path) -> None:
    moment = now()
    reply = push(gateway, body(("T1S", moment, 54.5), ("P1S", moment, 0.8)))
    assert (reply.status, reply.body["kept"], reply.body["refused"]) == (200, 2, [])
    latest = LatestReader(Layout.of(data)).read(np.array([1, 2, 3]))
    assert latest.value[[0, 2]].tolist() == [54.5, 0.8]
    assert latest.time[0] == moment
    assert latest.frame[0] == reply.body["frame"]


def test_each_point_is_answered_for_itself(gateway: Running, data: Path) -> None:
    moment = now()
    sent = body(
        ("T1S", moment, 54.5),
        ("T9X", moment, 1.0),
        ("T1R", moment + 3_600_000, 40.0),
        ("T1R", moment - 8 * 86_400_000, 40.0),
        ("P1S", moment, None),
        ("P1S", "yesterday", 0.8),
    )
    reply = push(gateway, sent)
    assert (reply.status, reply.body["kept"], reply.body["refused_count"]) == (207, 2, 4)
    assert [(one["index"], one["reason"]) for one in reply.body["refused"]] == [
        (1, "unknown_tag"),
        (2, "future"),
        (3, "too_old"),
        (5, "malformed"),
    ]
    assert [(one["index"], one["quality"]) for one in reply.body["flagged"]] == [(4, "not_a_number")]
    frame = stage.frames(data)[reply.body["frame"]]
    assert (frame.raw, frame.points, frame.refused) == (sent, 2, 4)


def test_history_has_a_way_of_its_own(gateway: Running) -> None:
    old = body(("T1S", now() - 30 * 86_400_000, 50.0))
    assert push(gateway, old).body["reason"] == "too_old"
    assert "/v1/backfill" in push(gateway, old).body["next_step"]
    assert push(gateway, old, path="/v1/backfill").status == 200
    ancient = body(("T1S", now() - 731 * 86_400_000, 50.0))
    assert push(gateway, ancient, path="/v1/backfill").status == 422


def test_the_same_again_is_a_repeat_and_kept_once(gateway: Running, data: Path) -> None:
    sent = body(("T1S", now(), 54.25))
    first, second = push(gateway, sent, key="batch-7"), push(gateway, sent, key="batch-7")
    assert (first.body["frame_status"], second.body["frame_status"]) == ("accepted", "repeat")
    frames = stage.frames(data)
    assert frames[first.body["frame"]].key == EAST.sender.key(sent, "batch-7")
    assert frames[second.body["frame"]].raw == b""
    kept = sum(int((commit.points.value == 54.25).sum()) for commit in stage.stored(data))
    assert kept == 1


def test_an_idempotency_key_belongs_to_one_content(gateway: Running, data: Path) -> None:
    assert push(gateway, body(("T1S", now(), 1.5)), key="batch-8").status == 200
    other = body(("T1S", now(), 2.5))
    reply = push(gateway, other, key="batch-8")
    assert (reply.status, reply.body["reason"]) == (409, "replay")
    assert stage.frames(data)[reply.body["frame"]].raw == other


def test_a_request_is_believed_once(gateway: Running) -> None:
    sender, sent = EAST.sender, body(("T1S", now(), 3.5))
    claim = sender.claim()
    assert push(gateway, sent, claim=claim).status == 200
    reply = push(gateway, sent, claim=claim)
    assert (reply.status, reply.body["reason"]) == (409, "replay")


@pytest.mark.parametrize("off", [-301_000, 301_000])
def test_a_wrong_clock_is_told(gateway: Running, off: int) -> None:
    reply = push(gateway, body(("T1S", now(), 3.5)), sender=replace(EAST.sender, clock_off=off))
    assert (reply.status, reply.body["reason"]) == (401, "clock")
    assert "时钟" in reply.body["next_step"]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(EAST.sender, secret=b"another secret of thirty-two bytes"),
        replace(EAST.sender, code="nobody"),
        replace(EAST.sender, secret=b""),
    ],
)
def test_who_cannot_prove_who_they_are_is_a_stranger_whose_bytes_are_kept(
    gateway: Running, data: Path, wrong: Any
) -> None:
    sent = body(("T1S", now(), 99.0))
    reply = push(gateway, sent, sender=wrong)
    assert (reply.status, reply.body["reason"]) == (401, "credentials")
    assert reply.body["kept"] == 0
    frame = stage.frames(data)[reply.body["frame"]]
    assert (frame.source, frame.raw, frame.status) == (0, sent, "rejected")


def test_a_signature_holds_for_one_body_path_and_key(gateway: Running) -> None:
    sent = body(("T1S", now(), 3.5))
    claim = EAST.sender.claim("batch-9")
    signed = headers(claim, EAST.secret, "POST", "/v1/points", sent)

    async def go() -> list[int]:
        connection = await Connection.open(gateway.port)
        replies = [
            await connection.send("POST", "/v1/points", signed, sent + b" "),
            await connection.send("POST", "/v1/backfill", signed, sent),
            await connection.send("POST", "/v1/points", signed | {"Idempotency-Key": "batch-10"}, sent),
            await connection.send("POST", "/v1/points", signed | {"Anju-Time": str(claim.time + 1)}, sent),
            await connection.send("POST", "/v1/points", signed | {"Anju-Signature": "hmac-md5 00"}, sent),
            await connection.send("POST", "/v1/points", signed, sent),
        ]
        connection.close()
        return [reply.status for reply in replies]

    assert asyncio.run(go()) == [401, 401, 401, 401, 401, 200]


def test_national_algorithms_sign_too(gateway: Running) -> None:
    assert (
        push(gateway, body(("T1S", now(), 3.75)), sender=replace(EAST.sender, algorithm="hmac-sm3")).status
        == 200
    )


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'{"points": 3}', b'{"point": []}', b"\xff\xff\xff\xff garbage", b"ARROW1"]
)
def test_what_cannot_be_read_is_kept_and_told(gateway: Running, data: Path, raw: bytes) -> None:
    reply = push(gateway, raw)
    assert (reply.status, reply.body["reason"]) == (422, "malformed")
    assert reply.body["next_step"]
    frame = stage.frames(data)[reply.body["frame"]]
    assert (frame.source, frame.raw, frame.reason) == (1, raw, "malformed")


def test_no_points_and_too_many(gateway: Running) -> None:
    assert push(gateway, body()).body["reason"] == "no_points"
    many = push(gateway, body(*[("T1S", now(), 1.0)] * 5_001))
    assert (many.status, many.body["reason"]) == (413, "too_large")
    assert "Arrow" in many.body["next_step"]


def test_a_body_beyond_the_limit_is_not_read(gateway: Running, data: Path) -> None:
    reply = push(gateway, b" " * (16 * 1024 * 1024 + 1))
    assert (reply.status, reply.headers["connection"]) == (413, "close")
    assert len(stage.frames(data)[reply.body["frame"]].raw) == 65_536


def test_bulk_comes_as_arrow(gateway: Running, data: Path) -> None:
    moment = now()
    time_ = pa.array([moment, moment, moment], pa.timestamp("ms", "Asia/Shanghai"))
    value = pa.array([50.5, 40.5, None])
    tags = pa.array(["T1S", "T1R", "T1X"])
    for column in (tags, tags.dictionary_encode()):
        reply = push(
            gateway, arrow(pa.table({"tag": column, "time": time_, "value": value})), key=str(column.type)
        )
        assert (reply.status, reply.body["kept"]) == (207, 2)
        assert reply.body["refused"][0]["index"] == 2
    numbers = pa.array([1, 4, 9], pa.int64())
    quality = pa.array(["uncertain", None, None])
    table = pa.table({"series": numbers, "time": pa.array([moment] * 3), "value": value, "quality": quality})
    reply = push(gateway, arrow(table))
    # Series 4 is another's, and 9 is nobody's.
    assert [(one["index"], one["reason"]) for one in reply.body["refused"]] == [
        (1, "unknown_tag"),
        (2, "unknown_tag"),
    ]
    assert reply.body["flagged"][0]["quality"] == "source_uncertain"


@pytest.mark.parametrize(
    "columns",
    [
        {"tag": ["T1S"], "time": [1]},
        {"tag": ["T1S"], "time": pa.array([1_795_831_200_000], pa.timestamp("ms")), "value": [1.0]},
        {"tag": ["T1S"], "time": ["2026"], "value": [1.0]},
        {"tag": ["T1S"], "time": [1_795_831_200_000], "value": ["much"]},
        {"series": [-1], "time": [1_795_831_200_000], "value": [1.0]},
    ],
)
def test_a_table_of_other_columns_is_refused(gateway: Running, columns: dict[str, Any]) -> None:
    reply = push(gateway, arrow(pa.table(columns)))
    assert (reply.status, reply.body["reason"]) == (422, "malformed")


def test_other_addresses_and_methods(gateway: Running) -> None:
    async def go() -> list[Reply]:
        connection = await Connection.open(gateway.port)
        replies = [
            await connection.send(method, path, {})
            for method, path in (("GET", "/v1/health"), ("GET", "/v1/points"), ("POST", "/v1/else"))
        ]
        connection.close()
        return replies

    replies = asyncio.run(go())
    assert [reply.status for reply in replies] == [200, 405, 404]
    assert all(reply.body["next_step"] for reply in replies[1:])


def test_seen_is_accepted_and_repeats_and_rejected(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST, OTHER])
    with stage.running(tmp_path) as gateway:
        sent = body(("T1S", now() - 60_000, 1.0), ("T1R", now() - 1_000_000, 1.0))
        statuses = [push(gateway, sent).status, push(gateway, sent).status, push(gateway, b"{").status]
        statuses.append(push(gateway, sent, sender=replace(EAST.sender, secret=b"wrong")).status)
        statuses.append(push(gateway, sent, sender=replace(OTHER.sender, clock_off=5_000)).status)
        assert gateway.stop() == 0
    assert statuses == [200, 200, 422, 401, 207]
    told = stage.told(tmp_path, "delivery")
    figures: dict[int, Counter[str]] = {}
    for event in told:
        numbers = figures.setdefault(event["source"], Counter())
        rejected = sum(event["rejected"].values())
        assert event["frames"] == event["accepted"] + event["repeated"] + rejected
        numbers.update(
            {
                name: event[name]
                for name in ("frames", "accepted", "repeated", "points", "late", "refused_points")
            }
        )
        numbers["rejected"] += rejected
    assert figures[1] == Counter(frames=3, accepted=1, repeated=1, rejected=1, points=2, late=1)
    assert figures[2] == Counter(frames=1, accepted=1, points=1, refused_points=1)
    assert figures[0] == Counter(frames=1, rejected=1)
    assert {event["skew_p95"] // 1000 for event in told if event["source"] == 2} <= {4, 5}
    quarantine = {event["frame"]: event for event in stage.told(tmp_path, "quarantine")}
    assert [(one["source"], one["reason"], one["tags"]) for one in quarantine.values()] == [
        (1, "malformed", []),
        (0, "credentials", []),
        (2, "unknown_tag", ["T1R"]),
    ]
    assert sum(frame.status != "" for frame in stage.frames(tmp_path).values()) == 5
