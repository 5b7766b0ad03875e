"""The bytes of files on disk, always encrypted: originals and served copies in folders of their own.

A path is made of the SHA-256 of the plain original, ``files/ab/cdef…``, for its served copy too: copies of two
originals may be equal, and each has the key of its own original. A file appears whole or not at all.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Self

from django.conf import settings

from anju.kernel.secrets import DataKey, SecretError

from .errors import FileRefused

ORIGINALS = "files"
SERVED = "served"


def write(folder: str, sha256: str, plain: bytes, key: DataKey) -> None:
    """Store a content in one of the two folders; what stood there before is replaced."""
    with Draft(folder, sha256, plain, key) as draft:
        place([draft])


def place(drafts: Iterable[Draft]) -> None:
    """Put drafts where readers find them; the new names are on the disk when this returns."""
    placed = list(drafts)
    for draft in placed:
        os.replace(draft.path, draft.place_for)
    folders = {draft.place_for.parent for draft in placed}
    if len(folders) == 1:
        _sync(folders.pop())
    else:
        # Asked for at once they share one wait for the disk.
        list(_syncing().map(_sync, folders))


@cache
def _syncing() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(16, thread_name_prefix="vault-sync")


class Draft:
    """A content on the disk already, but not yet in its place: what takes long is done before a transaction."""

    def __init__(self, folder: str, sha256: str, plain: bytes, key: DataKey) -> None:
        self.place_for = _path(folder, sha256)
        self.place_for.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=self.place_for.parent, prefix=".")
        self.path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(key.encrypt(plain, _associated(folder, sha256)))
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self.path.unlink(missing_ok=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        """A draft that was not placed goes."""
        self.path.unlink(missing_ok=True)


def read(folder: str, sha256: str, key: DataKey, name: str) -> bytes:
    """The plain content. Raises ``FileRefused`` when the file is gone or any byte of it was changed."""
    try:
        return key.decrypt(_path(folder, sha256).read_bytes(), _associated(folder, sha256))
    except FileNotFoundError as error:
        raise FileRefused(f"「{name}」的内容已不在存储中。", "请系统管理员从备份恢复附件目录。") from error
    except SecretError as error:
        raise FileRefused(
            f"「{name}」在磁盘上的内容已被改动，拒绝打开。", "请系统管理员从备份恢复附件目录，并查明原因。"
        ) from error


def _path(folder: str, sha256: str) -> Path:
    return Path(settings.DATA) / folder / sha256[:2] / sha256[2:]


def _associated(folder: str, sha256: str) -> bytes:
    return f"{folder}/{sha256}".encode()


def _sync(folder: Path) -> None:
    """The new name must survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
