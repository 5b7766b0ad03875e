"""The tasks of sources end when they are told to."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from anju.gateway import sources


def test_an_adapter_whose_library_swallows_a_cancellation_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "_SAID_AGAIN", 0.01)
    swallowed = []

    async def stubborn() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed.append(True)
        await asyncio.Event().wait()

    async def run() -> None:
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        await asyncio.wait_for(sources._end(task), 5)
        assert task.cancelled()

    asyncio.run(run())
    assert swallowed == [True]
