"""What a person has to do in the field, whole, so that a phone can work on it for days without a network."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext

from anju.kernel.access.models import User
from anju.kernel.access.permissions import permissions_of
from anju.kernel.access.scope import scope_of
from anju.kernel.audit.canonical import to_canonical
from anju.kernel.field import registers
from anju.kernel.field.kinds import KINDS
from anju.kernel.places.models import Area, Level

MOST_AREAS = 300


def listed(user: User, now: datetime) -> dict[str, Any]:
    """``{user, name, kinds, forms, sheets, tasks, areas}`` of the kinds that the user may send at this moment.

    Each task bears its kind, and ``kinds`` are (code, name) in the order in which a person wants to see them.

    A whole form of a task comes once, in ``sheets`` by its digest, which the task names: a hundred households are
    asked the same questions.
    """
    permissions, scope = permissions_of(user), scope_of(user)
    kinds = [kind for kind in KINDS.values() if kind.permission in permissions]
    areas = Area.objects.within(scope).filter(valid_to=None).exclude(level=Level.GROUP).order_by("code")
    sheets: dict[str, dict[str, Any]] = {}
    tasks = [
        _lean(task, sheets) | {"kind": kind.code}
        for kind in kinds
        if kind.tasks
        for task in import_string(kind.tasks)(user, scope, now)
    ]
    return {
        "user": str(user.pk),
        "name": user.name,
        "forms": [import_string(kind.form)() for kind in kinds if kind.form],
        "kinds": [[code, gettext(words)] for code, words in registers.KINDS],
        "sheets": sheets,
        "tasks": tasks,
        "areas": [
            {"subject": f"area:{key}", "name": name}
            for key, name in areas.values_list("pk", "name")[:MOST_AREAS]
        ],
    }


def _lean(task: dict[str, Any], sheets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The task with the digest of its form where it brings one."""
    form = task["form"]
    if isinstance(form, str):
        return task
    known = next((digest for digest, sheet in sheets.items() if sheet is form), None)
    digest = known or hashlib.sha256(to_canonical(form).encode()).hexdigest()[:16]
    sheets.setdefault(digest, form)
    return task | {"form": digest}


def etag(told: dict[str, Any]) -> str:
    return f'"{hashlib.sha256(to_canonical(told).encode()).hexdigest()[:32]}"'
