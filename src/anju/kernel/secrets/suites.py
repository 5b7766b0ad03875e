"""The algorithms: one suite of international standards, one of national ones (SM3, GB/T 32905; SM4, 32907)."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_NONCE_BYTES = 12
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Suite:
    """An authenticated cipher in GCM and a keyed hash; both names stand in what they make."""

    cipher: str
    key_bytes: int
    block: Callable[[bytes], algorithms.AES256 | algorithms.SM4]
    mac: str
    mac_code: int
    digest: Callable[[], hashes.HashAlgorithm]

    def encrypt(self, key: bytes, plain: bytes, associated: bytes) -> bytes:
        """Nonce (12 bytes), ciphertext, tag (16 bytes)."""
        nonce = os.urandom(_NONCE_BYTES)
        encryptor = Cipher(self.block(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def decrypt(self, key: bytes, sealed: bytes, associated: bytes) -> bytes:
        """What ``encrypt`` was given; raises ``InvalidTag`` for anything else."""
        if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            raise InvalidTag
        nonce, body, tag = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        decryptor = Cipher(self.block(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(body) + decryptor.finalize()

    def keyed_hash(self, key: bytes, data: bytes) -> bytes:
        """HMAC, 32 bytes."""
        mac = hmac.HMAC(key, self.digest())
        mac.update(data)
        return mac.finalize()


SUITES = {
    "international": Suite("aes256gcm", 32, algorithms.AES256, "hmac-sha256", 1, hashes.SHA256),
    "national": Suite("sm4gcm", 16, algorithms.SM4, "hmac-sm3", 2, hashes.SM3),
}
BY_CIPHER = {suite.cipher: suite for suite in SUITES.values()}
BY_MAC_CODE = {suite.mac_code: suite for suite in SUITES.values()}
