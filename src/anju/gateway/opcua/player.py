"""A plant's OPC UA server with history, and a line to it that can be cut: for tests and the demonstration."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.common.node import Node
from asyncua.crypto.cert_gen import (
    dump_private_key_as_pem,
    generate_private_key,
    generate_self_signed_app_certificate,
)
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

_NAMESPACE = "urn:anju:plant"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path, name: str) -> Identity:
        key = generate_private_key()
        usage = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        names = [x509.UniformResourceIdentifier(f"urn:anju:{name}"), x509.DNSName("localhost")]
        made = generate_self_signed_app_certificate(key, name, {"countryName": "CN"}, names, usage)
        identity = cls(folder / f"{name}.der", folder / f"{name}.pem")
        identity.certificate.write_bytes(made.public_bytes(Encoding.DER))
        identity.key.write_bytes(dump_private_key_as_pem(key))
        return identity


class Plant(UserManager):
    """A server whose nodes are ``ns=2;s=<name>``. Users other than ``reader`` with ``password`` are turned away."""

    def __init__(self, identity: Identity, password: str) -> None:
        self._identity, self._password = identity, password
        self._server = Server(user_manager=self)
        self._nodes: dict[str, Node] = {}
        self.port = 0

    def get_user(
        self, iserver: Any, username: str | None = None, password: str | None = None, certificate: Any = None
    ) -> User | None:
        """Asked by the server for each session."""
        right = (username, password) == ("reader", self._password)
        return User(role=UserRole.User, name=username) if right else None

    async def open(self, first: dict[str, Any]) -> None:
        """``first`` holds the first value of each node; its type is that of the node."""
        server = self._server
        await server.init()
        server.set_endpoint("opc.tcp://127.0.0.1:0")
        server.set_security_policy(
            [ua.SecurityPolicyType.NoSecurity, ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt]
        )
        await server.load_certificate(self._identity.certificate)
        await server.load_private_key(self._identity.key)
        space = await server.register_namespace(_NAMESPACE)
        for name, value in first.items():
            self._nodes[name] = await server.nodes.objects.add_variable(
                ua.NodeId(ua.String(name), ua.Int16(space)), name, value
            )
        await server.start()
        for node in self._nodes.values():
            await server.historize_node_data_change(node, timedelta(days=1))
        self.port = server.bserver._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]

    async def put(self, name: str, value: Any, at: int, status: int = 0) -> None:
        """A new value with the time of its source in ms."""
        data = ua.DataValue(
            ua.Variant(value),
            ua.StatusCode(ua.UInt32(status)),
            SourceTimestamp=ua.DateTime.fromtimestamp(at / 1000, UTC),
        )
        await self._server.write_attribute_value(self._nodes[name].nodeid, data)

    async def close(self) -> None:
        await self._server.stop()


class Line:
    """Carries bytes to a port until it is cut; while it is, nobody gets through. ``heard`` is all that was carried."""

    def __init__(self, target: int) -> None:
        self._target, self.is_up, self.port = target, True, 0
        self.heard = bytearray()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        self.is_up = False
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self.is_up = True

    def close(self) -> None:
        self.cut()
        if self._server:
            self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.is_up:
            writer.transport.abort()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, back}
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._writers -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                self.heard += data
                writer.write(data)
                await writer.drain()
        writer.close()
