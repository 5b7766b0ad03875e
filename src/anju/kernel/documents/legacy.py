"""Files of older Word and WPS versions (doc, wps, rtf): LibreOffice turns them into docx first."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from . import guard
from .docx import read_docx
from .model import Document, DocumentError

# A form converts in a few seconds; the first start on a slow disk takes longest.
_TIMEOUT_SECONDS = 120
_SAVE_AS_DOCX = "请用 Word 或 WPS 打开，另存为 docx 后再提交。"


def is_locked_doc(stream: bytes) -> bool:
    """Whether a WordDocument stream is encrypted: bit fEncrypted of the FIB (MS-DOC 2.5.2)."""
    return bool(int.from_bytes(stream[10:12], "little") & 0x0100)


def read_legacy(data: bytes, kind: str, name: str) -> Document:
    """The text of ``data``, whose kind is ``doc`` or ``rtf``.

    Raises ``DocumentError`` when LibreOffice is absent, fails or takes over 120 s.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise DocumentError(
            f"「{name}」是 {kind} 格式，本机没有安装 LibreOffice，无法转换。",
            "请用 Word 或 WPS 另存为 docx 后再提交，或请管理员安装 LibreOffice。",
        )
    with tempfile.TemporaryDirectory(prefix="anju-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / f"source.{kind}"
        source.write_bytes(data)
        _convert(program, source, name)
        target = source.with_suffix(".docx")
        if not target.is_file():
            raise DocumentError(f"「{name}」转换失败，文件可能已损坏。", _SAVE_AS_DOCX)
        guard.check_size(target.stat().st_size, name)
        converted = target.read_bytes()
    return replace(read_docx(guard.open_zip(converted, name), name), kind=kind)


def _convert(program: str, source: Path, name: str) -> None:
    # A profile of its own lets several conversions run at once, and keeps the user's settings out.
    profile = (source.parent / "profile").as_uri()
    options = [f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "docx"]
    process = subprocess.Popen(
        [program, *options, "--outdir", str(source.parent), str(source)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(_TIMEOUT_SECONDS)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)  # soffice is a script: what it has started must end with it
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise DocumentError(
                f"「{name}」转换超过 {_TIMEOUT_SECONDS} 秒，已停止。", _SAVE_AS_DOCX
            ) from error
        raise
