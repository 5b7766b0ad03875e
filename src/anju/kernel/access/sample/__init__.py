"""People of the demonstration, plainly fictional: one for each role, without a password that could be typed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from anju.kernel.access import accounts, granting
from anju.kernel.access.models import Grant, User
from anju.kernel.access.roles import Role, family_of
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area

PREFIX = "demo-"
ACTOR, WITNESS = "样例", "样例复核"


@dataclass(frozen=True, slots=True)
class Person:
    """Who works in an organisation of a kind (the first of it) and, if ``over``, for the area or that body."""

    role: Role
    kind: Kind | None
    over: str = ""


PEOPLE = (
    Person(Role.FINANCE, Kind.BUREAU),
    Person(Role.LEADER, Kind.BUREAU),
    Person(Role.OFFICE, Kind.OFFICE, "area"),
    Person(Role.DISPATCHER, Kind.BUREAU, "area"),
    Person(Role.INSPECTOR, Kind.BUREAU, "area"),
    Person(Role.COUNTY, Kind.COUNTY_BUREAU, "area"),
    Person(Role.COMPANY, Kind.COMPANY, "organisation"),
    Person(Role.RESIDENT, None),
    Person(Role.SYSTEM_ADMIN, None),
    Person(Role.SECURITY_ADMIN, None),
    Person(Role.AUDIT_ADMIN, None),
)


@transaction.atomic
def build() -> None:
    """Create the people over the organisations of ``parties.sample``; a second call changes nothing."""
    for person in PEOPLE:
        username = username_of(person.role)
        if not User.objects.filter(username=username).exists():
            _create(person, username)


def username_of(role: str) -> str:
    return f"{PREFIX}{role.replace('_', '-')}"


def _create(person: Person, username: str) -> None:
    role = person.role
    works_in = _organisation(person.kind) if person.kind else None
    user = User(username=username, name=f"演示·{role.label}", family=family_of(role), organisation=works_in)
    accounts.create(user, actor=ACTOR)
    area: Area | None = works_in.area if works_in and person.over == "area" else None
    body = works_in if person.over == "organisation" else None
    grant = Grant(user=user, role=role, area=area, organisation=body, valid_from=timezone.localdate())
    granting.install(grant, actor=ACTOR, witness=WITNESS)


def _organisation(kind: Kind) -> Organisation:
    return Organisation.objects.on(timezone.localdate()).filter(kind=kind).order_by("recorded_at")[0]
