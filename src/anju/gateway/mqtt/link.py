"""One broker, read from the event loop: paho gives the protocol, we give it the socket when there is something to do."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from anju.gateway.adapters import Door, Message, Outcome, TurnedAway, read
from anju.gateway.mqtt.decoding import decode, raw_of
from anju.kernel.telemetry.snapshot import Source

# Messages that the broker sends before it waits for an acknowledgement: a disk that takes 20 ms a commit then still
# leaves room for 50,000 messages a second.
_WINDOW = 1_000
# Messages that are read before others have a turn.
_AT_ONCE = 100
_FOREVER = 0xFFFFFFFF
_KEEPALIVE = 30
_UP, _DOWN = {b"1", b"online", b"up", b"true"}, {b"0", b"offline", b"down", b"false", b""}


class BrokerRefused(Exception):
    """The broker did not let us in, or did not let us subscribe."""


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``topics`` are subscribed with QoS 1; on ``links`` stations leave their last will.

    ``version`` 4 is MQTT 3.1.1, which costs a third of 5 because it has no properties. ``authority`` is a file of
    certificates for TLS.
    """

    host: str = "127.0.0.1"
    port: int = 1883
    user: str = ""
    topics: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    client: str = ""
    version: int = 4
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
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[str] = self._loop.create_future()
        self._client = self._made()
        self._heard = 0

    async def run(self) -> None:
        """Until the connection ends."""
        options, more = self._options, dict[str, Any]()
        if options.version == 5:
            properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = _FOREVER
            properties.ReceiveMaximum = _WINDOW
            more = {"clean_start": False, "properties": properties}
        # Made in a thread: a name that is not resolved and a broker that is silent must not hold up the others.
        await asyncio.to_thread(self._client.connect, options.host, options.port, _KEEPALIVE, **more)
        client: Any = self._client
        connection = client.socket()
        client.on_socket_register_write = lambda *_: self._loop.add_writer(connection, client.loop_write)
        client.on_socket_unregister_write = lambda *_: self._loop.remove_writer(connection)
        client.on_socket_close = lambda *_: self._loop.remove_reader(connection)
        # Acknowledgements are four bytes each; held back to be sent together they would hold up the broker.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._loop.add_reader(connection, self._read)
        while client.want_write():
            client.loop_write()
        while not self._over.done():
            await asyncio.wait({self._over}, timeout=1)
            client.loop_misc()
        raise BrokerRefused(self._over.result())

    def close(self) -> None:
        """Leave the session to the broker: it keeps for us what is not acknowledged."""
        self._client.disconnect()
        if connection := self._client.socket():
            self._loop.remove_reader(connection)
            self._loop.remove_writer(connection)
            self._client.loop_write()
            connection.close()

    def _made(self) -> paho.Client:
        options = self._options
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            options.client,
            clean_session=None if options.version == 5 else False,
            protocol=MQTTProtocolVersion(options.version),
            manual_ack=True,
            reconnect_on_failure=False,
        )
        if options.user:
            client.username_pw_set(options.user, self._door.secret(self._source).decode())
        if options.tls:
            client.tls_set(options.authority or None)
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_subscribe, client.on_message = self._subscribed, self._message
        return client

    def _read(self) -> None:
        """Everything that has arrived: a call reads one message and does not say whether there was one."""
        before, most = -1, self._heard + _AT_ONCE
        while before != self._heard < most:
            before = self._heard
            self._client.loop_read()

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            self._end(f"代理拒绝连接（{reason}）")
            return
        options = self._options
        client.subscribe([(topic, 1) for topic in (*options.topics, *options.links)])

    def _subscribed(self, _client: Any, _data: Any, _mid: int, reasons: list[Any], _properties: Any) -> None:
        if any(reason.is_failure for reason in reasons):
            self._end(f"代理拒绝订阅（{'、'.join(map(str, reasons))}）")
        else:
            self._door.link(self._source.number, True)

    def _disconnected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        self._end(f"与代理的连接断开（{reason}）")

    def _end(self, why: str) -> None:
        if not self._over.done():
            self._over.set_result(why)

    def _message(self, client: paho.Client, _data: Any, heard: paho.MQTTMessage) -> None:
        self._heard += 1
        if any(paho.topic_matches_sub(pattern, heard.topic) for pattern in self._options.links):
            self._station(heard)
            client.ack(heard.mid, heard.qos)
            return
        now = self._door.now()
        raw = raw_of(heard.topic, bytes(heard.payload))
        message = Message(self._source.number, "mqtt", raw, raw, now)
        read(message, decode, self._door.setting(self._source))
        if message.values:
            message.skew = int(message.values.time[0]) - now
        self._submit(message, heard)

    def _submit(self, message: Message, heard: paho.MQTTMessage) -> None:
        """Acknowledged when it is on the disk. What is turned away is tried again: the broker would not send it anew."""

        def then(told: Outcome | TurnedAway) -> None:
            if not isinstance(told, TurnedAway):
                self._client.ack(heard.mid, heard.qos)
            elif not self._over.done():
                self._loop.call_later(told.wait, self._submit, message, heard)

        if not self._over.done():
            self._door.submit(message, then)

    def _station(self, heard: paho.MQTTMessage) -> None:
        """The last will of a station, or its word that it is back."""
        word = heard.payload.strip().lower()
        if word in _UP | _DOWN:
            part = "/".join(heard.topic.split("/")[1:-1])
            self._door.link(self._source.number, word in _UP, "" if word in _UP else "遗嘱消息", part)
