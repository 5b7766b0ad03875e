"""Signed requests: who sends is proved by a shared secret, and nothing of a request can be changed or sent again.

Signed are, one a line: method, path, time (ms), nonce, idempotency key (may be empty), digest of the body in hex. The
signature is an HMAC (RFC 2104) of that text with SHA-256, or with SM3 (GB/T 32905) where the sender works by national
algorithms; the digest of the body is by the same hash.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC

from anju.kernel.telemetry.store.keys import Day

SOURCE, TIME, NONCE, SIGNATURE = b"anju-source", b"anju-time", b"anju-nonce", b"anju-signature"
IDEMPOTENCY = b"idempotency-key"
_SHORTEST_NONCE, _LONGEST_FIELD = 8, 128


@dataclass(frozen=True, slots=True)
class Algorithm:
    """``digest`` of a body in hex; ``mac`` of a text with a secret, in hex."""

    digest: Callable[[bytes], str]
    mac: Callable[[bytes, bytes], str]


def _sm3(data: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def _sm3_mac(secret: bytes, text: bytes) -> str:
    mac = HMAC(secret, hashes.SM3())
    mac.update(text)
    return mac.finalize().hex()


ALGORITHMS = {
    "hmac-sha256": Algorithm(
        lambda data: hashlib.sha256(data).hexdigest(),
        lambda secret, text: hmac.digest(secret, text, "sha256").hex(),
    ),
    "hmac-sm3": Algorithm(_sm3, _sm3_mac),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What the headers of a request say. ``time`` in ms; ``signature`` in hex."""

    source: str
    time: int
    nonce: str
    key: str
    algorithm: str
    signature: str

    @classmethod
    def of(cls, headers: dict[bytes, bytes]) -> Claim | None:
        """``None`` where a header is missing or cannot be one."""
        try:
            fields = [headers[name].decode("ascii") for name in (SOURCE, TIME, NONCE, SIGNATURE)]
            key = headers.get(IDEMPOTENCY, b"").decode("ascii")
            algorithm, _, signature = fields[3].partition(" ")
            claim = cls(fields[0], int(fields[1]), fields[2], key, algorithm, signature)
        except (KeyError, ValueError):
            return None
        lengths = len(claim.nonce) >= _SHORTEST_NONCE and max(len(claim.nonce), len(key)) <= _LONGEST_FIELD
        return claim if lengths and algorithm in ALGORITHMS else None

    def proved(self, secret: bytes, method: str, path: str, body: bytes) -> bool:
        """Whether whoever holds the secret signed this request."""
        algorithm = ALGORITHMS[self.algorithm]
        text = _text((method, path, str(self.time), self.nonce, self.key), algorithm.digest(body))
        return bool(secret) and hmac.compare_digest(
            algorithm.mac(secret, text).encode(), self.signature.encode()
        )


def _text(fields: tuple[str, ...], digest: str) -> bytes:
    return "\n".join((*fields, digest)).encode()


def headers(claim: Claim, secret: bytes, method: str, path: str, body: bytes) -> dict[str, str]:
    """The headers of a request by ``claim``; its ``signature`` is made here."""
    algorithm = ALGORITHMS[claim.algorithm]
    text = _text((method, path, str(claim.time), claim.nonce, claim.key), algorithm.digest(body))
    given = {
        "Anju-Source": claim.source,
        "Anju-Time": str(claim.time),
        "Anju-Nonce": claim.nonce,
        "Anju-Signature": f"{claim.algorithm} {algorithm.mac(secret, text)}",
    }
    return given | ({"Idempotency-Key": claim.key} if claim.key else {})


class Nonces:
    """Which nonces were used, eight bytes each, as long as the time signed with them is believed.

    After a start none are known. What is sent again then is found again by its key, as a repeat.
    """

    def __init__(self, lifetime: int) -> None:
        self._lifetime = lifetime  # ms
        self._spans: dict[int, Day] = {}

    def use(self, source: int, nonce: str, now: int) -> bool:
        """Whether this is its first use."""
        digest = hashlib.blake2b(nonce.encode(), digest_size=8, person=source.to_bytes(16, "big")).digest()
        mark = int.from_bytes(digest, "big")
        span = now // self._lifetime
        if any(mark in one for one in self._spans.values()):
            return False
        if span not in self._spans:
            self._spans = {old: day for old, day in self._spans.items() if old >= span - 1}
            self._spans[span] = Day()
        self._spans[span].add((mark,))
        return True
