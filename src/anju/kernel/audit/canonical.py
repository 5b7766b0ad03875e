"""The one text form of a row, over which the chain is computed. It can never change for rows once sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import AuditRow

_CHINA = timezone(timedelta(hours=8))
_TEXTS = (
    "actor",
    "address",
    "session",
    "request_id",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "result",
    "reason",
    "before",
    "after",
)


def canonical(row: AuditRow, sequence: int) -> bytes:
    """A row at a place in the chain, as canonical JSON.

    ``sequence`` (number), ``id`` (UUID with hyphens), ``at`` (+08:00, microseconds) and the texts that are not
    empty. Leaving out the empty ones lets a later column be added without touching sealed rows.
    """
    values = {name: text for name in _TEXTS if (text := getattr(row, name))}
    return to_canonical(
        {**values, "sequence": sequence, "id": str(row.id), "at": at_text(row.recorded_at)}
    ).encode()


def at_text(time: datetime) -> str:
    """A moment as it stands in canonical JSON, whatever zone the database gave it back in."""
    return time.astimezone(_CHINA).isoformat(timespec="microseconds")


def to_canonical(values: Mapping[str, Any]) -> str:
    """JSON with sorted keys, no white space and Chinese as it is; what JSON lacks becomes its text."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
