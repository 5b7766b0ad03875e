"""Memory that was needed for a moment goes back to the system: reading half a million series leaves much of it behind."""

from __future__ import annotations

import ctypes

import pyarrow as pa


def give_back() -> None:
    """Takes some milliseconds; not every C library can."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
