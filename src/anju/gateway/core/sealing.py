"""The sealer beside the gateway: a child of its own, started again when it ends, heard when something is wrong."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson

from anju.kernel.telemetry.store.sealing import child

# What a round may take to end when the gateway does, in s; one that is cut off is done again by the next sealer.
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """In s: when the first sealer starts, the time between its rounds, and the pause before a new one."""

    begin: float = 60
    every: float = 120
    pause: float = 10


async def keep(
    data: Path,
    tell: Callable[[str], None],
    pace: Pace | None = None,
    start: Callable[[Path, float], subprocess.Popen[bytes]] = child.start,
) -> None:
    """Until cancelled. ``tell`` gets the sentence of a round that could not be done, once until another is told."""
    pace = pace or Pace()
    await asyncio.sleep(pace.begin)
    told = ""
    while True:
        process = await asyncio.to_thread(start, data, pace.every)
        try:
            while line := await asyncio.to_thread(_line, process):
                why = orjson.loads(line).get("sentence", "")
                if why and why != told:
                    tell(why)
                told = why
        finally:
            await asyncio.shield(asyncio.to_thread(_end, process))
        await asyncio.sleep(pace.pause)


def _line(process: subprocess.Popen[bytes]) -> bytes:
    return process.stdout.readline() if process.stdout else b""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Its input ends, so it ends; both pipes are closed."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
