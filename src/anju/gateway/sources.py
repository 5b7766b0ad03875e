"""One task a source: started when it appears or changes, ended when it goes, tried again when it fails."""

from __future__ import annotations

import asyncio

from anju.gateway.adapters import ADAPTERS, Door, Serve, module
from anju.kernel.telemetry.snapshot import Source

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_SAID_AGAIN = 1.0


async def keep(door: Door) -> None:
    """Run ``serve`` of its adapter for each enabled source until cancelled; the snapshot decides which there are."""
    running: dict[int, tuple[Source, asyncio.Task[None]]] = {}
    snapshot = door.snapshot
    try:
        while True:
            wanted = {one.number: one for one in snapshot.sources if one.enabled}
            for number in [n for n, (source, _) in running.items() if wanted.get(n) != source]:
                await _end(running.pop(number)[1])
            for number in wanted.keys() - running.keys():
                serve = serving(wanted[number].protocol)
                if serve:
                    running[number] = (
                        wanted[number],
                        asyncio.create_task(_again(door, wanted[number], serve)),
                    )
            snapshot = await door.changed(snapshot.version)
    finally:
        for _, task in running.values():
            await _end(task)


def serving(protocol: str) -> Serve | None:
    """How the sources of a protocol are served; ``None`` where they come to us."""
    serve: Serve | None = getattr(module(protocol), "serve", None) if protocol in ADAPTERS else None
    return serve


async def _again(door: Door, source: Source, serve: Serve) -> None:
    """After a failure the next try waits twice as long, up to a minute; a source that was reached begins anew."""
    pause = _FIRST_PAUSE
    while True:
        begun = door.now()
        try:
            await serve(door, source)
            why = "连接已结束"
        except Exception as error:
            # Whatever a device or its library does, the other sources go on.
            why = f"{type(error).__name__}：{error}"
        door.link(source.number, False, why)
        if door.now() - begun > _LONGEST_PAUSE * 1000:
            pause = _FIRST_PAUSE
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _end(task: asyncio.Task[None]) -> None:
    """Libraries that wait by ``asyncio.wait_for`` may swallow a cancellation on Python 3.11, so it is said again."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_SAID_AGAIN)
