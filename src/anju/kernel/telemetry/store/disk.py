"""What outlives a loss of power, and who may write."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .failures import StoreBusy


def sync_folder(folder: Path) -> None:
    """The names in a folder (new, renamed, removed files) are on the disk."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def sync_file(path: Path) -> None:
    """The content of a file is on the disk."""
    _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock(path: Path, sentence: str, next_step: str) -> int:
    """Take a lock file for this process; it falls when the handle is closed or the process ends.

    Raises ``StoreBusy`` with the given words.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreBusy(sentence, next_step) from error
    return handle


@contextmanager
def locked(path: Path, sentence: str, next_step: str) -> Iterator[None]:
    """``lock`` for the time of a block."""
    handle = lock(path, sentence, next_step)
    try:
        yield
    finally:
        os.close(handle)
