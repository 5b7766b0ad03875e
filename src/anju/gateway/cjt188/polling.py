"""One concentrator: each meter is asked in its turn, because they share a line; its answer goes to the door as it came."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from anju.gateway.adapters import Door, Message, Refused, TurnedAway
from anju.gateway.cjt188.decoding import clock_of, decode, raw_of
from anju.gateway.cjt188.frames import END, HEAD, PREAMBLE, START, parse, request, size_of
from anju.kernel.telemetry.snapshot import Source


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``meters`` are addresses of 14 digits; ``interval`` and ``timeout`` (for one meter) in s."""

    host: str = "127.0.0.1"
    port: int = 10001
    meters: tuple[str, ...] = ()
    interval: float = 3600.0
    timeout: float = 3.0

    @classmethod
    def of(cls, source: Source) -> Options:
        known = {name: value for name, value in source.options.items() if name in cls.__slots__}
        return cls(**known | {"meters": tuple(known.get("meters", ()))})


async def serve(door: Door, source: Source) -> None:
    """See ``adapters``. Raises ``OSError`` when the concentrator is lost."""
    options = Options.of(source)
    reader, writer = await asyncio.wait_for(asyncio.open_connection(options.host, options.port), 10)
    line = Line(reader, writer)
    try:
        door.link(source.number, True)
        while True:
            begun = asyncio.get_running_loop().time()
            for address in options.meters:
                await _ask(door, source, line, address, options.timeout)
            passed = asyncio.get_running_loop().time() - begun
            # The next round begins on its beat, however long this one took.
            await asyncio.sleep(max(options.interval - passed % options.interval, 0.002))
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _ask(door: Door, source: Source, line: Line, address: str, timeout: float) -> None:
    await door.room()
    answers = await line.ask(request(address), timeout)
    door.link(source.number, bool(answers), "" if answers else "表没有答复", address)
    for answer in answers:
        await _deliver(door, source, answer)


async def _deliver(door: Door, source: Source, frame: bytes) -> None:
    now = door.now()
    raw = raw_of(now, frame)
    message = Message(source.number, "cjt188", raw, raw, now)
    try:
        message.values = decode(raw, door.setting(source))
        message.skew = clock_of(parse(frame)) - now
    except Refused as refused:
        message.reason, message.detail = refused.reason, refused.detail
    while True:
        try:
            await door.deliver(message)
            return
        except TurnedAway as away:
            await asyncio.sleep(away.wait)


class Line:
    """Bytes to and from the meters. A frame bears its address, so what a meter said too late is not lost."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._heard = bytearray()

    async def ask(self, question: bytes, timeout: float) -> list[bytes]:
        """What came until the meter that was asked had answered, or time was over; a torn frame as it is.

        Raises ``ConnectionError``.
        """
        self._writer.write(question)
        await self._writer.drain()
        answers: list[bytes] = []
        try:
            async with asyncio.timeout(timeout):
                while not any(answer[2:9] == question[2:9] for answer in answers):
                    more = await self._reader.read(512)
                    if not more:
                        raise ConnectionResetError("集中器断开了连接")
                    self._heard += more
                    answers += cut(self._heard)
        except TimeoutError:
            if self._heard:
                answers.append(bytes(self._heard))
                self._heard.clear()
        return answers


def cut(heard: bytearray) -> Iterator[bytes]:
    """Take whole frames from the front; what begins with no frame, or ends otherwise than it says, as one piece."""
    while heard:
        preamble = len(heard) - len(heard.lstrip(bytes([PREAMBLE])))
        del heard[:preamble]
        if heard and heard[0] != START:
            end = heard.find(START)
            size = end if end >= 0 else len(heard)
        elif len(heard) < HEAD or len(heard) < size_of(heard):
            return
        else:
            size = size_of(heard) if heard[size_of(heard) - 1] == END else len(heard)
        piece = bytes(heard[:size])
        del heard[:size]
        yield piece
