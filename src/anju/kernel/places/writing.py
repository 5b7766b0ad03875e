"""Saving a row: checked, and audited in the same transaction."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.db import models, transaction

from anju.kernel import audit


def write(row: models.Model, *, actor: str, reason: str = "") -> None:
    """Check and save a new or changed row; ``ValidationError`` leaves the database as it was."""
    with transaction.atomic():
        stored = None if row._state.adding else type(row)._default_manager.get(pk=row.pk)
        row.full_clean()
        row.save()
        audit.record(
            f"{row._meta.label_lower}.{'change' if stored else 'create'}",
            row,
            actor=actor,
            before=facts(stored) if stored else None,
            after=facts(row),
            reason=reason,
        )


def facts(row: models.Model) -> dict[str, Any]:
    """A row's columns; an outline, which may have a million characters, as a digest that changes with it."""
    return {field.attname: _brief(field.value_from_object(row)) for field in row._meta.concrete_fields}


def _brief(value: Any) -> Any:
    if isinstance(value, dict | list):
        return f"sha256:{sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()}"
    return value
