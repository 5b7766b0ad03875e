"""Ending a task although a library swallowed the word that it shall end.

``asyncio.wait_for`` of Python 3.11 returns an answer that arrives together with a cancellation, and drops the latter;
clients of Modbus and OPC UA wait by it. A loop that goes on then would never end.
"""

from __future__ import annotations

import asyncio


def heed() -> None:
    """Raise ``CancelledError`` where this task was cancelled before and goes on nevertheless."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
