"""What a person has to do in the field, whole, so that a phone can work on it for days without a network."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from anju.kernel.access.models import User
from anju.kernel.access.permissions import permissions_of
from anju.kernel.access.scope import scope_of
from anju.kernel.audit.canonical import to_canonical
from anju.kernel.field.kinds import KINDS
from anju.kernel.places.models import Area, Level

MOST_AREAS = 300


def listed(user: User, now: datetime) -> dict[str, Any]:
    """``{user, name, forms, tasks, areas}`` of the kinds that the user may send at this moment."""
    permissions, scope = permissions_of(user), scope_of(user)
    kinds = [kind for kind in KINDS.values() if kind.permission in permissions]
    areas = Area.objects.within(scope).filter(valid_to=None).exclude(level=Level.GROUP).order_by("code")
    return {
        "user": str(user.pk),
        "name": user.name,
        "forms": [import_string(kind.form)() for kind in kinds if kind.form],
        "tasks": [
            task for kind in kinds if kind.tasks for task in import_string(kind.tasks)(user, scope, now)
        ],
        "areas": [
            {"subject": f"area:{key}", "name": name}
            for key, name in areas.values_list("pk", "name")[:MOST_AREAS]
        ],
    }


def etag(told: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(to_canonical(told).encode()).hexdigest()[:32]}"'
