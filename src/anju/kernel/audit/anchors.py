"""The signed ends of the chain: in the database, and in a file outside it that shows when rows were cut off."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from anju.kernel.secrets import KeyRing

from .canonical import at_text, to_canonical
from .models import Anchor, AuditRow

_PURPOSE = "audit.anchor"


def path() -> Path:
    """The file, one JSON object a line; to be copied to a second store."""
    return Path(settings.DATA) / "audit-anchors.jsonl"


def sign(now: datetime) -> Anchor | None:
    """Sign the end of the chain; None when there is nothing new to sign.

    The file comes first, so every anchor of the database stands in the file too.
    """
    last = AuditRow.objects.filter(sequence__isnull=False).order_by("-sequence").first()
    if last is None or Anchor.objects.filter(sequence=last.sequence, chain=last.chain).exists():
        return None
    made = Anchor(sequence=last.sequence, chain=last.chain, signed_at=now)
    made.signature = KeyRing.load(settings.DATA).sign(_signed(made), _PURPOSE)
    _append(made)
    made.save()
    return made


def is_genuine(anchor: Anchor) -> bool:
    """Whether this installation signed the anchor as it stands."""
    return KeyRing.load(settings.DATA).is_signed(anchor.signature, _signed(anchor), _PURPOSE)


def in_file() -> list[Anchor]:
    """The anchors of the file, oldest first. Raises ``ValueError`` with the number of a line that is none."""
    if not path().exists():
        return []
    lines = path().read_text(encoding="utf-8").splitlines()
    return [_parsed(line, number) for number, line in enumerate(lines, 1)]


def key(anchor: Anchor) -> tuple[bytes, str]:
    """What is equal for the two copies of one anchor."""
    return _signed(anchor), anchor.signature


def _facts(anchor: Anchor) -> dict[str, object]:
    return {"sequence": anchor.sequence, "chain": anchor.chain, "at": at_text(anchor.signed_at)}


def _signed(anchor: Anchor) -> bytes:
    return to_canonical(_facts(anchor)).encode()


def _append(made: Anchor) -> None:
    line = to_canonical({**_facts(made), "signature": made.signature})
    descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _parsed(line: str, number: int) -> Anchor:
    try:
        values = json.loads(line)
        return Anchor(
            sequence=int(values["sequence"]),
            chain=str(values["chain"]),
            signed_at=datetime.fromisoformat(values["at"]),
            signature=str(values["signature"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(number) from error
