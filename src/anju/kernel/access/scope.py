"""A user becomes a data scope here; everything below filters on the scope."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.utils import timezone

from anju.kernel.access.models import Grant, User
from anju.kernel.access.roles import SEE_EVERYTHING
from anju.kernel.parties.organisations import organisations_under
from anju.kernel.places.hierarchy import below_each
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area
from anju.kernel.values.memory import recalled
from anju.kernel.values.scope import Scope


def scope_of(user: User, on: date | None = None) -> Scope:
    """What the grants of a user open on a day (today): areas with all below, organisations with those under.

    Only a leader or finance officer of the bureau, whose grant names neither, sees everything; any other grant
    that names neither opens no rows.
    """
    day = on or timezone.localdate()
    return recalled(user, ("scope", day), lambda: _scope(user, day))


def grants_of(user: User, on: date) -> list[Grant]:
    """The grants of a user that are in force on a day, with their areas and organisations."""
    rows = Grant.objects.filter(user=user).effective(on).select_related("area", "organisation")
    return recalled(user, ("grants", on), lambda: list(rows))


def _scope(user: User, day: date) -> Scope:
    return reduce(or_, (_opened(grant, day) for grant in grants_of(user, day)), Scope.none())


def _opened(grant: Grant, on: date) -> Scope:
    if grant.area is None and grant.organisation is None:
        return Scope.whole() if grant.role in SEE_EVERYTHING else Scope.none()
    return Scope(
        areas=_closed(grant.area, on) if grant.area else frozenset(),
        organisations=(
            frozenset({grant.organisation.pk, *organisations_under(grant.organisation, on)})
            if grant.organisation
            else frozenset()
        ),
    )


def _closed(area: Area, on: date) -> frozenset[UUID]:
    """An area with all below it; a management group with its members and all below them."""
    return frozenset(below_each({area.pk}, (MANAGEMENT, ADMINISTRATIVE), on))
