"""Malicious content. The default knows the standard test string; an engine is named in settings."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from .errors import FileRefused

# Written so that this file itself is not taken for the test file.
_EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def check(data: bytes, name: str) -> None:
    """Refuse what the engine finds, and everything when the engine fails.

    ``settings.FILE_SCAN`` is the dotted path of a function that takes the path of a file and returns the name
    of what it found, or None. The file is in a private folder and gone afterwards.
    """
    if not hasattr(settings, "FILE_SCAN"):
        _tell("EICAR" if _EICAR in data else None, name)
        return
    engine = import_string(settings.FILE_SCAN)
    with tempfile.TemporaryDirectory(prefix="anju-") as folder:
        path = Path(folder) / "upload"
        path.write_bytes(data)
        try:
            found = engine(path)
        except Exception as error:
            raise FileRefused(
                f"「{name}」未能完成恶意代码检查，已拒绝。",
                "请稍后重试，仍不成功时联系系统管理员检查查杀程序。",
            ) from error
    _tell(found, name)


def _tell(found: str | None, name: str) -> None:
    if found:
        raise FileRefused(
            f"「{name}」含有恶意代码（{found}），已拒绝。", "请用杀毒软件检查本机，确认文件来源后再提交。"
        )
