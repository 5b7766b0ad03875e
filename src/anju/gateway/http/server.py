"""The HTTP server of the gateway, without a framework: uvicorn calls ``App`` as it is."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from anju.gateway.adapters import Door
from anju.gateway.http import answers
from anju.gateway.http.answers import Answer
from anju.gateway.http.requests import BACKFILL, BODY, POINTS, Desk, Request
from anju.kernel.values.refusal import Refusal

HEALTH = "/v1/health"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


class PortTaken(Refusal):
    """The port cannot be had."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen. With ``authorities`` a sender must show a certificate that one of them signed (mutual TLS)."""

    host: str = "127.0.0.1"
    port: int = 8100
    certificate: str | None = None
    key: str | None = None
    authorities: str | None = None


class App:
    """The ASGI application."""

    def __init__(self, door: Door) -> None:
        self._desk = Desk(door)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        if answer is None:
            return
        text = answer.text()
        headers = [(b"content-type", answer.kind), (b"content-length", str(len(text)).encode())]
        if answer.retry:
            headers.append((b"retry-after", str(answer.retry).encode()))
        if answer.status == 413:
            # The rest of the body is not read.
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        path, method = scope["path"], scope["method"]
        if path == HEALTH and method in ("GET", "HEAD"):
            return Answer(200, {"ok": True})
        if path not in (POINTS, BACKFILL):
            return answers.problem(404, "没有这个地址", "没有这个接口。", f"可用的是{POINTS}和{BACKFILL}。")
        if method != "POST":
            return answers.problem(405, "方法不对", "这个接口只接受POST。", "请用POST发送。")
        body = await _body(receive)
        if body is None:
            return None
        client = scope.get("client")
        headers = dict(scope["headers"])
        return await self._desk.answer(Request(method, path, headers, body, client[0] if client else ""))


async def _body(receive: Receive) -> bytes | None:
    """The whole body, or of one too long a little more than the limit; ``None`` where the sender went away."""
    event = await receive()
    if event["type"] != "http.request":
        return None
    if not event.get("more_body"):
        return bytes(event["body"])
    parts, size = [event["body"]], len(event["body"])
    while event.get("more_body") and size <= BODY:
        event = await receive()
        if event["type"] != "http.request":
            return None
        parts.append(event["body"])
        size += len(event["body"])
    return b"".join(parts)


class _Server(uvicorn.Server):
    """Signals belong to the gateway, which stops its servers in order."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class HttpServer:
    """Listens from ``open`` on; ``run`` serves until ``stop``, then answers what has come."""

    def __init__(self, door: Door, listening: Listening) -> None:
        self._listening = listening
        self._socket: socket.socket | None = None
        tls: dict[str, Any] = {
            "ssl_certfile": listening.certificate,
            "ssl_keyfile": listening.key,
            "ssl_ca_certs": listening.authorities,
            "ssl_cert_reqs": ssl.CERT_REQUIRED if listening.authorities else ssl.CERT_NONE,
        }
        config = uvicorn.Config(
            App(door),
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=True,
            # The address counts against floods; a header that anybody can write must not change it.
            proxy_headers=False,
            http="httptools",
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
            **(tls if listening.certificate else {}),
        )
        self._server = _Server(config)

    def open(self) -> int:
        """Take the port, and say which. Raises ``PortTaken``."""
        family = socket.AF_INET6 if ":" in self._listening.host else socket.AF_INET
        taken = socket.socket(family, socket.SOCK_STREAM)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((self._listening.host, self._listening.port))
            # Who comes between now and ``run`` waits, and is not refused.
            taken.listen(2048)
        except OSError as error:
            taken.close()
            raise PortTaken(
                f"网关的端口{self._listening.port}不能用（{error.strerror}）。",
                "请用--http-port换一个端口，或停掉占用它的程序。",
            ) from error
        self._socket = taken
        return int(taken.getsockname()[1])

    async def run(self) -> None:
        if self._socket is None:
            self.open()
        await self._server.serve(sockets=[self._socket] if self._socket else None)

    def stop(self) -> None:
        self._server.should_exit = True
