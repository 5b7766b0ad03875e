"""One broker, read from the event loop: paho gives the protocol, we give it the socket when there is something to do."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from anju.gateway.adapters import Door, Message, Outcome, Refused, Setting, TurnedAway
from anju.gateway.mqtt.decoding import Decoder, raw_of
from anju.kernel.telemetry.snapshot import Source

# Messages that the broker sends before it waits for an acknowledgement: a disk that takes 20 ms a commit then still
# leaves room for 50,000 messages a second.
_WINDOW = 1_000
_FOREVER = 0xFFFFFFFF
_KEEPALIVE = 30
_UP, _DOWN = {b"1", b"online", b"up", b"true"}, {b"0", b"offline", b"down", b"false", b""}


class BrokerRefused(Exception):
    """The broker did not let us in, or did not let us subscribe."""


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``topics`` are subscribed with QoS 1; on ``links`` stations leave their last will.

    ``version`` 5, or 4 for brokers that speak 3.1.1 only. ``authority`` is a file of certificates for TLS.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    user: str = ""
    topics: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    client: str = ""
    version: int = 5
    tls: bool = False
    authority: str = ""

    @classmethod
    def of(cls, source: Source) -> Options:
        known = {name: value for name, value in source.options.items() if name in cls.__slots__}
        for name in ("topics", "links"):
            known[name] = tuple(known.get(name, ()))
        return cls(**{"client": f"anju-{source.code}"} | known)


async def serve(door: Door, source: Source) -> None:
    """See ``adapters``. Raises ``OSError`` and ``BrokerRefused``."""
    link = Link(door, source)
    try:
        await link.run()
    finally:
        link.close()


class Link:
    """A session with a broker. It is persistent: what came while we were away comes first."""

    def __init__(self, door: Door, source: Source) -> None:
        self._door, self._source = door, source
        self._options = Options.of(source)
        self._decoder = Decoder(Setting.of(door.snapshot, source))
        self._version = door.snapshot.version
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[str] = self._loop.create_future()
        self._again: deque[Message] = deque()
        self._client = self._made()

    async def run(self) -> None:
        """Until the connection ends."""
        options = self._options
        properties = None
        if options.version == 5:
            properties = Properties(PacketTypes.CONNECT)
            properties.SessionExpiryInterval = _FOREVER
            properties.ReceiveMaximum = _WINDOW
        # Names are resolved and the connection is made in a thread: a dead broker must not hold up the others.
        await asyncio.to_thread(
            self._client.connect, options.host, options.port, _KEEPALIVE, clean_start=False, properties=properties
        )
        self._attach()
        try:
            while not self._over.done():
                await asyncio.wait({self._over}, timeout=1)
                self._client.loop_misc()
        finally:
            self._detach()
        raise BrokerRefused(self._over.result())
