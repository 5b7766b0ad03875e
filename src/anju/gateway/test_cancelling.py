"""A task ends although a library swallowed its cancellation."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from anju.gateway.cancelling import heed


def test_a_swallowed_cancellation_is_heeded() -> None:
    rounds = 0

    async def library() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)

    async def loop() -> None:
        nonlocal rounds
        heed()
        while True:
            await library()
            rounds += 1
            heed()

    async def main() -> bool:
        task = asyncio.create_task(loop())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(main())
    assert rounds == 1
