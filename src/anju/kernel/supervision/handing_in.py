"""The whole way of a visit: taken in, its findings, its cards, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from anju.kernel.inspections.models import Visit
from anju.kernel.inspections.visiting.taking import take_visit
from anju.kernel.supervision import following
from anju.kernel.values.scope import Scope


@transaction.atomic
def hand_in(told: object, *, actor: str, now: datetime, scope: Scope) -> Visit:
    """``take_visit``, and what follows; the same submission again follows on nothing. Raises what it raises."""
    visit = take_visit(told, actor=actor, now=now, scope=scope)
    if visit.recorded_at == now:
        following.follow(visit, actor=actor, now=now)
    return visit
