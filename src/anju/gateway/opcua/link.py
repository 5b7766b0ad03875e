"""A session with a server: subscribed first, then the gap is read from its history, then what came meanwhile follows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.crypto import security_policies
from asyncua.ua.uaerrors import UaError

from anju.gateway.adapters import Door, Message, Refused, TurnedAway
from anju.gateway.cancelling import heed
from anju.gateway.opcua.decoding import Told, decode, raw_of
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.values.refusal import Refusal

# What the library complains of is told as the state of the link; its log would repeat it with every try.
logging.getLogger("asyncua").setLevel(logging.CRITICAL)
# Values in one message, in one answer of the history, and waiting for room before the session is given up: the history
# fills what is lost by that.
_PIECE, _PAGE, _MOST = 5_000, 5_000, 200_000
# The server keeps so many values of a node between two publishings.
_QUEUE = 100
# Time of the newest value on the disk by source and node, for as long as the gateway runs.
_NEWEST: dict[int, dict[str, int]] = {}


class OptionsError(Refusal):
    """What a source is told about its server cannot be used."""


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``nodes`` leads from node to tag; ``period`` of publishing and ``gather`` before a commit in s.

    ``history`` in s is how far a gap is filled after a start. With a ``policy`` messages are signed and encrypted:
    ``certificate`` and ``key`` are ours, ``authority`` is the server's certificate, all files.
    """

    url: str = "opc.tcp://127.0.0.1:4840"
    nodes: dict[str, str] = field(default_factory=dict)
    user: str = ""
    period: float = 1.0
    gather: float = 0.2
    history: float = 3600.0
    policy: str = ""
    certificate: str = ""
    key: str = ""
    authority: str = ""

    @classmethod
    def of(cls, source: Source) -> Options:
        """Raises ``OptionsError``."""
        found = cls(**{name: value for name, value in source.options.items() if name in cls.__slots__})
        if not found.nodes:
            raise OptionsError("没有要订阅的节点。", "请在来源的参数里填写nodes：节点标识到测点的对照。")
        if found.policy and not (found.certificate and found.key and found.authority):
            raise OptionsError(
                "加密连接缺少证书。", "请填写本方证书certificate、私钥key和对方证书authority的文件路径。"
            )
        if found.policy and not hasattr(security_policies, f"SecurityPolicy{found.policy}"):
            raise OptionsError(f"没有安全策略{found.policy}。", "常用的是Basic256Sha256。")
        return found


async def serve(door: Door, source: Source) -> None:
    """See ``adapters``. Raises ``OptionsError``, ``UaError`` and ``OSError``."""
    options = Options.of(source)
    client = Client(options.url, timeout=4)
    if options.policy:
        policy = getattr(security_policies, f"SecurityPolicy{options.policy}")
        await client.set_security(
            policy, options.certificate, options.key, server_certificate=options.authority
        )
    if options.user:
        client.set_user(options.user)
        client.set_password(door.secret(source).decode())
    async with client:
        await Session(door, source, options, client).run()


class Session:
    """From connecting to losing the connection."""

    def __init__(self, door: Door, source: Source, options: Options, client: Client) -> None:
        self._door, self._source, self._options, self._client = door, source, options, client
        self._newest = _NEWEST.setdefault(source.number, {})
        self._waiting: list[Told] = []

    def datachange_notification(self, node: Node, value: Any, data: Any) -> None:
        """Called by the subscription for each value."""
        self._waiting.append(_told(node.nodeid.to_string(), data.monitored_item.Value, self._door.now()))

    async def run(self) -> None:
        """Raises ``ConnectionError``."""
        subscription = await self._client.create_subscription(self._options.period * 1000, self)
        nodes = [self._client.get_node(node) for node in self._options.nodes]
        handles = await subscription.subscribe_data_change(
            nodes, queuesize=_QUEUE, sampling_interval=ua.Double(self._options.period * 1000)
        )
        known = []
        for node, handle in zip(nodes, handles if isinstance(handles, list) else [handles], strict=True):
            here = not isinstance(handle, ua.StatusCode)
            name = node.nodeid.to_string()
            self._door.link(self._source.number, here, "" if here else f"服务器没有节点{name}", name)
            known += [node] if here else []
        self._door.link(self._source.number, True)
        for node in known:
            await self._fill(node)
            heed()
        while True:
            await self._deliver_waiting()
            await asyncio.sleep(self._options.gather)
            await self._client.check_connection()
            heed()

    async def _fill(self, node: Node) -> None:
        """What the server kept of a node while nobody listened."""
        name = node.nodeid.to_string()
        end = _time(self._door.now())
        begin = _time(self._newest[name]) if name in self._newest else None
        begin = begin or end - timedelta(seconds=self._options.history)
        while begin < end:
            try:
                page = await node.read_raw_history(begin + timedelta(milliseconds=1), end, _PAGE, False)
            except UaError as error:
                self._door.link(
                    self._source.number, False, f"读不了历史（{type(error).__name__}）", f"history {name}"
                )
                return
            told = [_told(name, one, self._door.now()) for one in page]
            await self._deliver(told)
            if len(page) < _PAGE:
                return
            begin = max(begin, _time(told[-1][1]))

    async def _deliver_waiting(self) -> None:
        while self._waiting:
            if len(self._waiting) > _MOST:
                raise ConnectionAbortedError("来不及写盘，断开后按历史补齐")
            piece, self._waiting = self._waiting[:_PIECE], self._waiting[_PIECE:]
            await self._deliver(piece)

    async def _deliver(self, told: list[Told]) -> None:
        """One message, or none; afterwards its values are on the disk."""
        if not told:
            return
        door, raw = self._door, raw_of(told)
        await door.room()
        message = Message(self._source.number, "opcua", raw, raw, door.now())
        try:
            message.values = decode(raw, door.setting(self._source))
        except Refused as refused:
            message.reason, message.detail = refused.reason, refused.detail
        while True:
            try:
                await door.deliver(message)
                break
            except TurnedAway as away:
                await asyncio.sleep(away.wait)
        self._remember((node, time) for node, time, _, _ in told)

    def _remember(self, times: Iterable[tuple[str, int]]) -> None:
        # A clock that ran ahead must not hide what comes after it.
        now = self._door.now()
        for node, time in times:
            self._newest[node] = max(self._newest.get(node, 0), min(time, now))


def _told(node: str, value: ua.DataValue, now: int) -> Told:
    stamp = value.SourceTimestamp or value.ServerTimestamp
    code = value.StatusCode.value if value.StatusCode else 0
    given = value.Value.Value if value.Value else None
    return node, _milliseconds(stamp) if stamp else now, given, int(code)


def _milliseconds(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def _time(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
