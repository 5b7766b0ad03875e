"""The sealer's life hangs on the gateway's, and its troubles are heard."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from anju.gateway.core.sealing import Pace, keep

# Says the same trouble twice, then that all is well, then another trouble; then waits for its input to end.
_SAYS = (
    "import sys;"
    "[print(line, flush=True) for line in"
    ' (\'{"sentence": "a"}\', \'{"sentence": "a"}\', \'{"sealed": 1}\', \'{"sentence": "b"}\')];'
    "sys.stdin.read()"
)


def test_troubles_are_told_once_and_the_end_of_the_gateway_is_its_end(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(data: Path, every: float) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _SAYS if not started else "print('{}')"]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return started[-1]

    async def go() -> list[str]:
        told: list[str] = []
        heard = asyncio.Event()

        def tell(why: str) -> None:
            told.append(why)
            if why == "b":
                heard.set()

        keeping = asyncio.create_task(keep(tmp_path, tell, Pace(0, 1, 0), start))
        await heard.wait()
        started[0].kill()
        while len(started) < 2:
            await asyncio.sleep(0.01)
        keeping.cancel()
        await asyncio.wait([keeping])
        return told

    assert asyncio.run(go()) == ["a", "b"]
    assert all(process.poll() is not None for process in started)
