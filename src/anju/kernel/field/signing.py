"""Signatures of a phone: ECDSA on P-256 over SHA-256, as browsers make them (r and s, 32 bytes each)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

_HALF = 32


def message(method: str, path: str, sent_at: str, body: bytes) -> bytes:
    """What a request signs: its body by digest, bound to method, path and time, so that it serves nowhere else."""
    return "\n".join((method, path, sent_at, hashlib.sha256(body).hexdigest())).encode()


def is_signed(public_key: str, signature: str, signed: bytes) -> bool:
    """Whether ``signature`` (base64) over ``signed`` was made with the private half of ``public_key``."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if len(raw) != 2 * _HALF:
            return False
        r, s = (int.from_bytes(half, "big") for half in (raw[:_HALF], raw[_HALF:]))
        _key(public_key).verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


def is_public_key(text: str) -> bool:
    """Whether ``text`` is a P-256 key, SPKI in base64."""
    try:
        _key(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _key(text: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except (binascii.Error, UnsupportedAlgorithm) as error:
        raise ValueError("not a key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key
