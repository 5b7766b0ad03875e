"""What the platform does with its keys. Data keys are derived from a master key, one a purpose."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hmac import compare_digest
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import keyfile
from .errors import SecretError
from .keyfile import MasterKey
from .suites import BY_CIPHER, BY_MAC_CODE, SUITES, Suite

_VERSION = "v1"
_SIGNATURE = "ed25519"
_RESTORE = "请核对数据是否被改动，或从备份恢复。"


@dataclass(frozen=True)
class KeyRing:
    """All master keys of an installation; the newest makes new values, the others still open old ones."""

    keys: tuple[MasterKey, ...]

    @classmethod
    def load(cls, folder: Path) -> KeyRing:
        """The keys in a data folder, read again only when the file was replaced. Raises ``SecretError``."""
        path = folder / keyfile.NAME
        try:
            facts = path.stat()
        except OSError:
            return cls(keyfile.read(path))  # raises the error that says what is wrong
        return _load(path, facts.st_ino, facts.st_mtime_ns, facts.st_mode)

    @classmethod
    def create(cls, folder: Path, suite: str = "international") -> KeyRing:
        """The keys in a data folder, made (mode 0600) when it has none: for a demo, and once by whoever installs."""
        path = folder / keyfile.NAME
        if not path.exists():
            keyfile.add(path, (), suite)
        return cls.load(folder)

    @classmethod
    def rotate(cls, folder: Path, suite: str | None = None) -> KeyRing:
        """Add a newest key, with the suite of the one before when none is named."""
        keys = cls.load(folder).keys
        keyfile.add(folder / keyfile.NAME, keys, suite or keys[-1].suite)
        return cls.load(folder)

    def seal(self, plain: bytes, purpose: str) -> str:
        """A printable token ``v1.cipher.key.text`` that opens for the same purpose only."""
        suite = SUITES[self._newest.suite]
        head = f"{_VERSION}.{suite.cipher}.{self._newest.number}"
        key = _derive(self._newest, purpose, suite.cipher, suite.key_bytes)
        return f"{head}.{_to_text(suite.encrypt(key, plain, _associated(head, purpose)))}"

    def open_sealed(self, token: str, purpose: str) -> bytes:
        """What was sealed. Raises ``SecretError`` for a changed token, another purpose or an unknown key."""
        try:
            version, cipher, number, text = token.split(".")
            suite, sealed = BY_CIPHER[cipher], _to_bytes(text)
            if version != _VERSION:
                raise ValueError(version)
            key = _derive(self._numbered(int(number)), purpose, cipher, suite.key_bytes)
            return suite.decrypt(key, sealed, _associated(f"{version}.{cipher}.{number}", purpose))
        except (ValueError, KeyError, InvalidTag) as error:
            raise SecretError("密文已损坏，或不属于这一用途，无法解开。", _RESTORE) from error

    def mac(self, data: bytes, purpose: str) -> bytes:
        """A keyed hash of 35 bytes: algorithm (1), number of the key (2), HMAC (32)."""
        return self._mac(self._newest, SUITES[self._newest.suite], data, purpose)

    def is_mac(self, tag: bytes, data: bytes, purpose: str) -> bool:
        """Whether ``tag`` was made from ``data`` for this purpose, by whichever key and algorithm it names."""
        suite = BY_MAC_CODE.get(tag[0]) if len(tag) == 35 else None
        number = int.from_bytes(tag[1:3], "big")
        if suite is None or not 1 <= number <= len(self.keys):
            return False
        return compare_digest(tag, self._mac(self._numbered(number), suite, data, purpose))

    def blind_index(self, text: str, purpose: str) -> str:
        """A keyed hash for a column that finds equal texts: ``key.hash``, at most 70 characters."""
        return self.blind_indexes(text, purpose)[0]

    def blind_indexes(self, text: str, purpose: str) -> list[str]:
        """The blind index under every key, newest first: search with ``column__in`` after a rotation."""
        return [
            f"{key.number}.{SUITES[key.suite].keyed_hash(_derive(key, purpose, 'blind', 32), text.encode()).hex()}"
            for key in reversed(self.keys)
        ]

    def sign(self, data: bytes, purpose: str) -> str:
        """An Ed25519 signature as ``v1.ed25519.key.text``."""
        head = f"{_VERSION}.{_SIGNATURE}.{self._newest.number}"
        signature = _signing_key(self._newest, purpose).sign(_associated(head, purpose) + data)
        return f"{head}.{_to_text(signature)}"

    def is_signed(self, signature: str, data: bytes, purpose: str) -> bool:
        """Whether ``signature`` was made over ``data`` for this purpose by one of these keys."""
        try:
            version, algorithm, number, text = signature.split(".")
            if (version, algorithm) != (_VERSION, _SIGNATURE):
                return False
            public = _signing_key(self._numbered(int(number)), purpose).public_key()
            head = f"{version}.{algorithm}.{number}"
            public.verify(_to_bytes(text), _associated(head, purpose) + data)
        except (ValueError, InvalidSignature, SecretError):
            return False
        return True

    def new_data_key(self, purpose: str) -> DataKey:
        """A random key for one file, sealed for storing."""
        suite = SUITES[self._newest.suite]
        secret = os.urandom(suite.key_bytes)
        return DataKey(self.seal(suite.cipher.encode() + b":" + secret, purpose), suite, secret)

    def open_data_key(self, token: str, purpose: str) -> DataKey:
        """The key behind a sealed one. Raises ``SecretError`` like ``open_sealed``."""
        cipher, _, secret = self.open_sealed(token, purpose).partition(b":")
        return DataKey(token, BY_CIPHER[cipher.decode()], secret)

    @cached_property
    def _newest(self) -> MasterKey:
        return self.keys[-1]

    def _numbered(self, number: int) -> MasterKey:
        if not 1 <= number <= len(self.keys):
            raise SecretError(f"没有编号为{number}的主密钥。", "请从密钥备份恢复包含该编号的主密钥文件。")
        return self.keys[number - 1]

    def _mac(self, master: MasterKey, suite: Suite, data: bytes, purpose: str) -> bytes:
        key = _derive(master, purpose, suite.mac, 32)
        return bytes([suite.mac_code]) + master.number.to_bytes(2, "big") + suite.keyed_hash(key, data)


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key for the bodies of one file. ``token`` is its sealed form; ``secret`` is never stored."""

    token: str
    suite: Suite
    secret: bytes = field(repr=False)

    def encrypt(self, plain: bytes, associated: bytes) -> bytes:
        return self.suite.encrypt(self.secret, plain, associated)

    def decrypt(self, sealed: bytes, associated: bytes) -> bytes:
        """What was encrypted. Raises ``SecretError`` when a byte of it, or ``associated``, is another."""
        try:
            return self.suite.decrypt(self.secret, sealed, associated)
        except InvalidTag as error:
            raise SecretError("文件密文与写入时不一致，无法解开。", _RESTORE) from error


@lru_cache(maxsize=8)
def _load(path: Path, _inode: int, _changed: int, _mode: int) -> KeyRing:
    return KeyRing(keyfile.read(path))


@lru_cache(maxsize=1024)
def _derive(master: MasterKey, purpose: str, use: str, size: int) -> bytes:
    """HKDF (RFC 5869) with SHA-256: no two purposes and no two uses share a key."""
    info = _associated(f"anju.{use}", purpose)
    return HKDF(hashes.SHA256(), size, salt=None, info=info).derive(master.secret)


@lru_cache(maxsize=32)
def _signing_key(master: MasterKey, purpose: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derive(master, purpose, _SIGNATURE, 32))


def _associated(head: str, purpose: str) -> bytes:
    return f"{head}\0{purpose}\0".encode()


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _to_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
