"""The other side of ``kernel.telemetry.client``: whoever may open the socket is believed, the file's mode says who."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from anju.gateway import adapters
from anju.gateway.adapters import Door, Message, Setting, TurnedAway, Values
from anju.kernel.telemetry.client import LARGEST, LENGTHS, packed
from anju.kernel.telemetry.snapshot import Source
from anju.kernel.values.refusal import Refusal

_OWNER_ONLY = 0o177


class LocalServer:
    """Listens from ``open`` on; ``close`` lets those finish who are being answered."""

    def __init__(self, door: Door, path: Path) -> None:
        self._door, self._path = door, path
        self._server: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take the place of a socket that a killed gateway left."""
        self._path.unlink(missing_ok=True)
        mask = os.umask(_OWNER_ONLY)
        try:
            self._server = await asyncio.start_unix_server(self._connected, str(self._path))
        except OSError as error:
            raise Refusal(
                f"本机接口{self._path.name}打不开（{error}）。",
                "请检查数据目录的权限，路径不要超过100个字符。",
            ) from error
        finally:
            os.umask(mask)

    async def close(self) -> None:
        if self._server:
            self._server.close()
        for task in list(self._busy):
            task.cancel()
        if self._busy:
            await asyncio.wait(self._busy)
        self._path.unlink(missing_ok=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head, body = LENGTHS.unpack(await reader.readexactly(LENGTHS.size))
                if head > LARGEST or body > LARGEST:
                    break
                asked = await reader.readexactly(head)
                told = await self._answer(asked, await reader.readexactly(body))
                writer.write(told)
                await writer.drain()
        writer.close()

    async def _answer(self, asked: bytes, body: bytes) -> bytes:
        try:
            wish = orjson.loads(asked)
            source = self._door.snapshot.by_code.get(wish["source"])
            if source is None:
                raise Refusal(f"没有登记来源{wish['source']}。", "请先登记这个来源，等一分钟后再提交。")
            message = self._message(wish, source, body)
            outcome = await self._door.deliver(message)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return packed({"sentence": "请求的格式不对。", "next_step": "请用同一版本的程序提交。"}, b"")
        except (Refusal, TurnedAway) as refusal:
            return packed({"sentence": refusal.sentence, "next_step": refusal.next_step}, b"")
        columns = b"".join(one.tobytes() for one in (outcome.refused, outcome.quality) if one is not None)
        head: dict[str, Any] = {
            "frame": outcome.frame,
            "status": outcome.status.value,
            "reason": outcome.reason.value,
            "detail": message.detail,
            "kept": outcome.kept,
        }
        return packed(head, columns)

    def _message(self, wish: dict[str, str], source: Source, body: bytes) -> Message:
        """The clock and the age of values are not judged here: this is how history comes in."""
        protocol = wish["protocol"] if wish["do"] == "replay" else "local"
        message = Message(source.number, protocol, wish["key"].encode() or body, body, self._door.now())

        def decode(raw: bytes, setting: Setting) -> Values:
            return adapters.decode(raw, protocol, setting)

        adapters.read(message, decode, self._door.setting(source))
        return message
