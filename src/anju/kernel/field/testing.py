"""A phone without a browser: it signs as one does. For tests, the benchmark and the sample."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone
from uuid6 import uuid7

from anju.kernel.field import signing


class Key:
    """A P-256 key pair whose signatures are written as browsers write them."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> str:
        der = self._private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def sign(self, message: bytes) -> str:
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()

    def headers(self, device: str, method: str, path: str, body: bytes, sent_at: datetime) -> dict[str, str]:
        """The three headers of a signed request."""
        at = sent_at.isoformat()
        signature = self.sign(signing.message(method, path, at, body))
        return {"Anju-Device": device, "Anju-Sent-At": at, "Anju-Signature": signature}


def note(text: str = "北侧堆土未覆盖", photos: tuple[str, ...] = (), **changes: Any) -> dict[str, Any]:
    """An item of the kind ``field.note`` as a phone would send it; ``changes`` replace parts of its body."""
    at = timezone.now().isoformat()
    body = {
        "form": "field.note",
        "version": "1",
        "subject": "",
        "answers": {"category": "dust", "text": text},
        "photos": {"text": list(photos)},
        "position": {"lon": 118.18, "lat": 39.63, "accuracy": 6.0, "at": at},
        "signature": None,
    }
    shots = [{"sha256": p, "taken_at": at, "lon": 118.18, "lat": 39.63, "accuracy": 6.0} for p in photos]
    item = {"id": str(uuid7()), "kind": "field.note", "made_at": at, "photos": shots, "base": ""}
    return item | {"body": body | changes}


def envelope(device: str, items: list[dict[str, Any]], sent_at: datetime) -> bytes:
    whole = {"device": device, "sent_at": sent_at.isoformat(), "items": items}
    return json.dumps(whole, ensure_ascii=False).encode()


def jpeg(shade: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    """A small picture; another shade makes other bytes."""
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256 % 256, 90)).save(out, "JPEG")
    return out.getvalue()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
