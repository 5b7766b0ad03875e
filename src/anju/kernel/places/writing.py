"""Saving a row: checked, and audited in the same transaction."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, TypedDict, Unpack

from django.db import models, transaction

from anju.kernel import audit
from anju.kernel.records.models import Ledger


class Circumstances(TypedDict, total=False):
    """``reason`` and ``context`` (of the request) for the audit; ``instead_of`` is the ledger row replaced."""

    reason: str
    context: audit.Context | None
    instead_of: Ledger | None


def write(row: models.Model, *, actor: str, **circumstances: Unpack[Circumstances]) -> None:
    """Check and save a new or changed row; ``ValidationError`` leaves the database as it was.

    A ledger row is never overwritten: the new row stands ``instead_of`` the old one, which is superseded first,
    as both may not be in force together.
    """
    old = circumstances.get("instead_of")
    with transaction.atomic():
        if old and old.superseded_at is None:
            old.supersede()
        stored = old if old or row._state.adding else type(row)._default_manager.get(pk=row.pk)
        row.full_clean()
        row.save()
        audit.record(
            f"{row._meta.label_lower}.{'change' if stored else 'create'}",
            row,
            actor=actor,
            before=facts(stored) if stored else None,
            after=facts(row),
            reason=circumstances.get("reason", ""),
            context=circumstances.get("context"),
        )


def facts(row: models.Model) -> dict[str, Any]:
    """A row's columns; an outline, which may have a million characters, as a digest that changes with it."""
    return {field.attname: _brief(field.value_from_object(row)) for field in row._meta.concrete_fields}


def _brief(value: Any) -> Any:
    if isinstance(value, dict | list):
        return f"sha256:{sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()}"
    return value
