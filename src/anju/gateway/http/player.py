"""A company's platform that pushes over HTTP: for tests, measurements and the demonstration."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from anju.gateway.http.requests import POINTS, identity_of
from anju.gateway.http.signing import Claim, headers
from anju.kernel.telemetry.frames import key_of

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who pushes. ``algorithm`` is ``hmac-sha256`` or ``hmac-sm3``; ``clock`` gives ms."""

    code: str
    number: int
    secret: bytes = field(repr=False)
    algorithm: str = "hmac-sha256"
    clock_off: int = 0

    def claim(self, key: str = "") -> Claim:
        """A fresh one: its nonce is not used again by this process."""
        now = time.time_ns()
        nonce = f"{now:x}-{next(_numbers):x}"
        return Claim(self.code, now // 1_000_000 + self.clock_off, nonce, key, self.algorithm, "")

    def key(self, body: bytes, key: str = "") -> bytes:
        """What the store knows a pushed frame by."""
        return key_of(self.number, identity_of(key, body))


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: Any


class Connection:
    """One connection that is kept alive; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int, host: str = "127.0.0.1") -> Connection:
        return cls(*await asyncio.open_connection(host, port))

    async def push(
        self, sender: Sender, body: bytes, key: str = "", path: str = POINTS, claim: Claim | None = None
    ) -> Reply:
        """Sign and send a body; ``claim`` in place of a fresh one, to send an old one again."""
        signed = headers(claim or sender.claim(key), sender.secret, "POST", path, body)
        return await self.send("POST", path, signed, body)

    async def send(self, method: str, path: str, given: dict[str, str], body: bytes = b"") -> Reply:
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: gateway\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        return await self._reply()

    async def _reply(self) -> Reply:
        """Raises ``IncompleteReadError`` where the gateway is gone."""
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        text = await self._reader.readexactly(int(found["content-length"]))
        return Reply(int(head[0].split()[1]), found, orjson.loads(text))

    def close(self) -> None:
        self._writer.close()


def changed(claim: Claim, **fields: Any) -> Claim:
    """A claim with other fields, for senders that do it wrong."""
    return replace(claim, **fields)
