"""The way of every other writer to the store: the gateway's local socket, for commands and the database's side.

A message either way is two lengths (4 bytes each, little-endian), a head in JSON, and a body. ``gateway.local`` speaks the
other side.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.values.refusal import Refusal

LENGTHS = struct.Struct("<II")
# A message is no larger than a frame may be.
LARGEST = 16 * 1024 * 1024
# What a writer waits for the disk at most, in s.
_PATIENCE = 60.0


class GatewayError(Refusal):
    """The gateway cannot be reached, or did not take a message; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a message. ``refused`` has a code of ``tuple(Reason)`` for each point (0: kept), ``quality`` its code.

    Both are empty for a repeat and for a message refused whole; then ``detail`` says why.
    """

    frame: int
    status: Status
    reason: Reason
    detail: str
    kept: int
    refused: NDArray[np.uint8]
    quality: NDArray[np.uint8]

    def reasons(self) -> list[Reason]:
        """The reason of each point."""
        words = tuple(Reason)
        return [words[code] for code in self.refused.tolist()]


class Client:
    """One connection; not for several threads at once.

    Raises ``GatewayError`` where there is no gateway, and where it turns a message away.
    """

    def __init__(self, path: Path, patience: float = _PATIENCE) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise GatewayError(
                "连不上遥测网关。", "请先启动网关（anju gateway），并用同一个系统账号运行。"
            ) from error

    def deliver(self, source: str, key: str, points: pa.Table | Sequence[dict[str, Any]]) -> Result:
        """Points of a source, under a name that makes a second delivery a repeat.

        A table has columns ``tag`` or ``series``, ``time``, ``value`` and perhaps ``quality``; rows have the same names.
        """
        body = arrow(points) if isinstance(points, pa.Table) else orjson.dumps({"points": list(points)})
        return self._ask({"do": "deliver", "source": source, "key": key}, body)

    def replay(self, source: str, key: str, protocol: str, raw: bytes) -> Result:
        """The bytes of a frame once more, read by the adapter of its protocol with the mapping of today."""
        return self._ask({"do": "replay", "source": source, "key": key, "protocol": protocol}, raw)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, head: dict[str, str], body: bytes) -> Result:
        if len(body) > LARGEST:
            raise GatewayError("一次提交的内容过大。", f"请分成几批，每批不超过{LARGEST // 2**20} MiB。")
        try:
            self._socket.sendall(packed(head, body))
            told, columns = self._heard()
        except OSError as error:
            raise GatewayError("遥测网关没有答复。", "请检查网关是否在运行，再提交同一内容。") from error
        if "sentence" in told:
            raise GatewayError(told["sentence"], told["next_step"])
        refused, quality = np.frombuffer(columns, np.uint8).reshape(2, -1)
        return Result(
            told["frame"],
            Status(told["status"]),
            Reason(told["reason"]),
            told["detail"],
            told["kept"],
            refused,
            quality,
        )

    def _heard(self) -> tuple[dict[str, Any], bytes]:
        head, body = LENGTHS.unpack(self._exactly(LENGTHS.size))
        return orjson.loads(self._exactly(head)), self._exactly(body)

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            part = self._socket.recv(min(size, 1 << 20))
            if not part:
                raise ConnectionResetError("the gateway closed the connection")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def packed(head: dict[str, Any], body: bytes) -> bytes:
    """A message as bytes."""
    text = orjson.dumps(head)
    return LENGTHS.pack(len(text), len(body)) + text + body


def arrow(table: pa.Table) -> bytes:
    """A table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
