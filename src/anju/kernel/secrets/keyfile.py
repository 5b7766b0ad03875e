"""The file of master keys: made once, readable by its owner alone, grown by a key at each rotation."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SecretError
from .suites import SUITES

NAME = "master-keys.json"
_MASTER_BYTES = 32
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class MasterKey:
    """``number`` counts from 1 and stands in every token; ``suite`` is what this key seals new values with."""

    number: int
    suite: str
    secret: bytes = field(repr=False)


def read(path: Path) -> tuple[MasterKey, ...]:
    """The keys, oldest first. Raises ``SecretError`` when the file is missing, open to others or damaged."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise SecretError(
                f"主密钥文件「{path.name}」允许其他用户访问，已拒绝使用。",
                f"请执行chmod 600 {path}，并更换主密钥。",
            )
        entries = json.loads(path.read_text(encoding="utf-8"))["keys"]
        keys = tuple(
            MasterKey(entry["number"], entry["suite"], _decode(entry["secret"])) for entry in entries
        )
    except FileNotFoundError as error:
        raise SecretError(
            f"找不到主密钥文件「{path}」。", "请从密钥备份恢复；新安装的系统请先生成主密钥。"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SecretError(f"主密钥文件「{path}」无法读取。", "请核对文件权限，或从密钥备份恢复。") from error
    if [key.number for key in keys] != list(range(1, len(keys) + 1)) or not keys:
        raise SecretError(f"主密钥文件「{path}」的编号不连续。", "请从密钥备份恢复。")
    return keys


def add(path: Path, keys: tuple[MasterKey, ...], suite: str) -> None:
    """Write ``keys`` and one new key with ``suite``; a file with other keys in it is never replaced.

    The name of the draft is also the lock: of two writers the second is refused, and no key is lost.
    """
    if suite not in SUITES:
        raise SecretError(f"没有名为「{suite}」的密码套件。", f"可用的套件：{'、'.join(SUITES)}。")
    grown = (*keys, MasterKey(len(keys) + 1, suite, os.urandom(_MASTER_BYTES)))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SecretError(
            "另一个程序正在更换主密钥。", f"请稍后重试；如果上次更换中断，请删除「{draft}」。"
        ) from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(_encode(grown))
            file.flush()
            os.fsync(file.fileno())
        if (read(path) if path.exists() else ()) != keys:
            raise SecretError("主密钥刚被另一个程序更换。", "请重试。")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _encode(keys: tuple[MasterKey, ...]) -> str:
    entries = [
        {"number": key.number, "suite": key.suite, "secret": base64.b64encode(key.secret).decode()}
        for key in keys
    ]
    return json.dumps({"keys": entries}, indent=1)


def _decode(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != _MASTER_BYTES:
        raise ValueError("a master key has 32 bytes")
    return secret
