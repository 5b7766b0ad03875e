"""Other writers submit through the socket, and commands through them."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from anju.gateway import stage
from anju.gateway.mqtt.decoding import raw_of
from anju.gateway.stage import Part
from anju.kernel.telemetry.client import Client, GatewayError, packed
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.ingesting.command import ingest
from anju.kernel.telemetry.ingesting.files import IngestError, chunks
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.telemetry.store.latest import LatestReader

MOMENT = time.time_ns() // 1_000_000 - 3_600_000
EAST = Part(Source(1, "east-heat", "http"), ["T1S", "s1/high/T1S"])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    stage.prepare(folder, [EAST])
    with stage.running(folder):
        yield folder


@pytest.fixture
def client(data: Path) -> Iterator[Client]:
    with Client(Layout.of(data).socket) as made:
        yield made


def point(tag: str, value: Any, after: int = 0) -> dict[str, Any]:
    return {"tag": tag, "time": MOMENT - 400 * 86_400_000 + after, "value": value}


def test_the_socket_is_the_owners(data: Path) -> None:
    assert stat.S_IMODE(Layout.of(data).socket.stat().st_mode) == 0o600


def test_points_are_answered_one_by_one(client: Client, data: Path) -> None:
    result = client.deliver(
        "east-heat", "first", [point("T1S", 54.5), point("XX", 1.0), point("T1S", None, 1)]
    )
    assert (result.status, result.kept) == (Status.ACCEPTED, 2)
    assert result.reasons() == [Reason.NONE, Reason.UNKNOWN_TAG, Reason.NONE]
    assert result.quality.tolist() == [0, 0, 66]
    again = client.deliver("east-heat", "first", [point("T1S", 54.5)])
    assert (again.status, again.kept, len(again.refused)) == (Status.REPEAT, 0, 0)
    table = pa.table({"series": [1, 9], "time": [MOMENT + 1] * 2, "value": [33.5, 1.0]})
    assert client.deliver("east-heat", "bulk", table).reasons() == [Reason.NONE, Reason.UNKNOWN_TAG]
    assert LatestReader(Layout.of(data)).read(np.array([1])).value.tolist() == [33.5]


def test_bytes_in_quarantine_are_read_again_by_their_own_adapter(client: Client) -> None:
    raw = raw_of("east/s1/high/rt", orjson.dumps({"ts": MOMENT, "d": {"T1S": 41.5}}))
    result = client.replay("east-heat", "replay:7", "mqtt", raw)
    assert (result.status, result.kept) == (Status.ACCEPTED, 1)
    assert client.replay("east-heat", "replay:7", "mqtt", raw).status is Status.REPEAT
    wrong = client.replay("east-heat", "replay:8", "telepathy", raw)
    assert (wrong.status, wrong.reason) == (Status.REJECTED, Reason.MALFORMED)
    assert "telepathy" in wrong.detail


def test_what_cannot_be_done_has_a_next_step(client: Client, data: Path, tmp_path: Path) -> None:
    with pytest.raises(GatewayError) as caught:
        client.deliver("nobody", "x", [point("T1S", 1.0)])
    assert "nobody" in caught.value.sentence
    with pytest.raises(GatewayError) as caught:
        Client(tmp_path / "none.sock")
    assert "anju gateway" in caught.value.next_step
    with pytest.raises(GatewayError, match="过大"):
        client.replay("east-heat", "large", "mqtt", b" " * (16 * 1024 * 1024 + 1))
    client._socket.sendall(packed({"do": "deliver"}, b""))
    told, _ = client._heard()
    assert told["next_step"]


def run(data: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, dict[str, Any]]:
    monkeypatch.setenv("ANJU_DATA", str(data))
    result: Result = CliRunner().invoke(
        ingest, [str(file), "--source", "east-heat", "--json"], standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return int(result.return_value), orjson.loads(result.stdout)


def test_a_csv_file_is_accounted_by_its_rows(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "values.csv"
    file.write_text(
        "time,tag,value,quality\n2024-03-01T08:00:00+08:00,T1S,50.5,\n2024-03-01 08:00:00,T1S,50.5,\n"
        "1709251200000,T1X,1,\n1709251260000,T1S,,bad\n",
        encoding="utf-8-sig",
    )
    status, told = run(data, file, monkeypatch)
    assert status == 2
    assert (told["rows"], told["kept"], told["refused"]) == (4, 2, {"malformed": 1, "unknown_tag": 1})
    assert [(one["row"], one["reason"]) for one in told["named"]] == [(2, "malformed"), (3, "unknown_tag")]
    status, told = run(data, file, monkeypatch)
    assert (status, told["kept"], told["repeats"]) == (0, 0, 1)


def test_lines_of_json_and_arrow_files(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tmp_path / "values.jsonl"
    lines.write_bytes(b"\n".join(orjson.dumps(point("T1S", n, n)) for n in range(5_001)))
    status, told = run(data, lines, monkeypatch)
    assert (status, told["rows"], told["kept"], told["frames"]) == (0, 5_001, 5_001, 2)
    table = pa.table(
        {"tag": ["T1S"] * 3, "time": [MOMENT + 10 + n for n in range(3)], "value": [1.0, 2.0, 3.0]}
    )
    for name, opened in (("a.arrow", pa.ipc.new_file), ("b.arrow", pa.ipc.new_stream)):
        with pa.OSFile(str(tmp_path / name), "wb") as file, opened(file, table.schema) as writer:
            writer.write_table(table)
        assert run(data, tmp_path / name, monkeypatch)[1]["kept"] == 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xlsx", b"", "格式"),
        ("a.csv", b"tag,value\n", "time"),
        ("a.csv", "tag,time,value\n温度,1,1\n".encode("gbk"), "UTF-8"),
        ("a.jsonl", b'{"tag":1}\n{\n', "第2行"),
        ("a.arrow", b"ARROW1 and no more", "Arrow"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(IngestError) as caught:
        list(chunks(file))
    assert words in caught.value.sentence + caught.value.next_step


def test_a_gateway_that_was_killed_leaves_a_socket_that_the_next_one_takes(tmp_path: Path) -> None:
    stage.prepare(tmp_path, [EAST])
    first = stage.start(tmp_path)
    with Client(Layout.of(tmp_path).socket) as client:
        client.deliver("east-heat", "a", [point("T1S", 1.0)])
        first.kill()
        with pytest.raises(GatewayError):
            client.deliver("east-heat", "b", [point("T1S", 1.0)])
    with stage.running(tmp_path), Client(Layout.of(tmp_path).socket) as client:
        assert client.deliver("east-heat", "a", [point("T1S", 1.0)]).status is Status.REPEAT
