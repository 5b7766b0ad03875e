"""A concentrator with heat meters behind it, for tests and the demonstration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from anju.gateway.cjt188.frames import Reading, failure, reply, size_of


class Concentrator:
    """``meters`` are answered by address; ``spoil`` may change a reply on its way, or swallow it."""

    def __init__(self) -> None:
        self.meters: dict[str, Reading] = {}
        self.spoil: Callable[[bytes], bytes] = lambda frame: frame
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    def drop(self) -> None:
        """Lose all connections, as a modem does."""
        for writer in self._writers:
            writer.transport.abort()

    def close(self) -> None:
        if self._server:
            self._server.close()
        self.drop()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = await reader.readexactly(11)
                await reader.readexactly(size_of(head) - len(head))
                address = head[2:9][::-1].hex()
                meter = self.meters.get(address)
                # Meters wake the line with a preamble.
                answer = self.spoil(b"\xfe\xfe" + (reply(meter) if meter else failure(address)))
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self._writers.discard(writer)
            writer.close()
