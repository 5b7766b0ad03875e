"""A Modbus TCP device with registers, for tests and the demonstration."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable


class Device:
    """``registers`` by unit, function and address; where one is asked for that is missing, exception 2 is told.

    ``spoil`` may change an answer on its way; an empty one is never sent.
    """

    def __init__(self) -> None:
        self.registers: dict[tuple[int, int, int], int] = {}
        self.spoil: Callable[[bytes], bytes] = lambda answer: answer
        self.requests = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    def put(self, unit: int, function: int, address: int, data: bytes) -> None:
        """Bytes into registers, two each, high byte first."""
        for number, (register,) in enumerate(struct.iter_unpack(">H", data)):
            self.registers[unit, function, address + number] = register

    async def open(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    def drop(self) -> None:
        """Lose all connections."""
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
                number, protocol, size, unit = struct.unpack(">HHHB", await reader.readexactly(7))
                body = self._answer(unit, await reader.readexactly(size - 1))
                self.requests += 1
                head = struct.pack(">HHHB", number, protocol, len(body) + 1, unit)
                writer.write(self.spoil(head + body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self._writers.discard(writer)
            writer.close()

    def _answer(self, unit: int, request: bytes) -> bytes:
        function, address, count = struct.unpack(">BHH", request)
        found = [self.registers.get((unit, function, address + number)) for number in range(count)]
        known = [register for register in found if register is not None]
        if len(known) < count:
            return bytes([function | 0x80, 2])
        return bytes([function, 2 * count]) + struct.pack(f">{count}H", *known)
