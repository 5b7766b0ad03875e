"""What outlives a loss of power, and who may write."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .failures import StoreBusy, StoreFull

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


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


def publish(passing: Path, final: Path) -> None:
    """Give a finished file its name: its content and the name outlive a loss of power, and nobody sees half of it."""
    sync_file(passing)
    passing.replace(final)
    sync_folder(final.parent)


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """A folder that is missing, with its name on the disk."""
    if not folder.exists():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a file that never changes; on another file system, a durable copy."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP):
            raise
        shutil.copy2(source, target)
        sync_file(target)


@contextmanager
def refusing_when_full() -> Iterator[None]:
    """Turn the error of a full disk into ``StoreFull``."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise full() from error
        raise


def full() -> StoreFull:
    return StoreFull(
        "磁盘空间不足，遥测库不再接收新数据；已有数据完好。",
        "请腾出空间或扩容；空间够了会自动恢复接收，各来源会重发未确认的数据。",
    )
