"""Every route × every role × own and foreign scope: who gets in. Default deny is proved, not assumed.

A new page fails here until it has a line: the table is written by hand from the specification, not read from
the code that it judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path
from pytest_django import Settings

from anju.kernel.access.middleware import OPEN
from anju.kernel.access.models import OpenSession
from anju.kernel.access.permissions import OWN_ACCOUNT, required_by, requires, table
from anju.kernel.access.roles import Role
from anju.kernel.access.testing import person, signed_in
from anju.kernel.secrets import KeyRing
from security.planting import plant
from security.table import ADMINISTRATORS, ANYBODY, SIGNED_IN

OWN, FOREIGN = "本区单位", "外区单位"


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern


ROUTES = dict(routes())


def address(route: str, key: UUID | None = None) -> str:
    head, _, tail = f"/{route}".partition("<")
    return f"{head}{key or UUID(int=7)}{tail.partition('>')[2]}" if tail else head


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Settings) -> None:
    settings.DATA = tmp_path
    KeyRing.create(tmp_path)


def test_every_route_is_in_the_table_and_nothing_else_is() -> None:
    assert set(ROUTES) == {*SIGNED_IN, *ANYBODY}


def test_every_route_is_open_by_list_or_marked_with_a_permission_that_exists() -> None:
    assert set(ANYBODY) <= set(OPEN)
    marks = {route: required_by(pattern.callback) for route, pattern in ROUTES.items() if route not in OPEN}
    assert marks == {route: entry.permission for route, entry in SIGNED_IN.items()}
    assert set(marks.values()) <= {OWN_ACCOUNT, *table()}


def test_every_permission_is_held_by_the_roles_of_the_table() -> None:
    held = {entry.permission: entry.roles for entry in SIGNED_IN.values() if entry.permission != OWN_ACCOUNT}
    assert {code: frozenset(table()[code].roles) for code in held} == held


@pytest.mark.django_db
@pytest.mark.parametrize("route", SIGNED_IN)
def test_a_stranger_is_sent_to_the_login(route: str) -> None:
    client = Client(headers={"host": "localhost"})
    for answer in (client.get(address(route)), client.post(address(route))):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/?next=/")


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "status"), ANYBODY.items())
def test_open_routes_answer_anybody(route: str, status: int) -> None:
    assert Client(headers={"host": "localhost"}).get(f"/{route}").status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_each_role_gets_in_where_it_may_and_sees_only_its_own(role: str) -> None:
    user = person(role)
    owner, own = plant(OWN, user, ROUTES)
    _, foreign = plant(FOREIGN, person("leader", "stranger"), ROUTES)
    if role not in ADMINISTRATORS:
        user.grants.update(area=owner.area)
    client = signed_in(user)
    for route, entry in SIGNED_IN.items():
        allowed = role in entry.roles
        answer = client.get(address(route, own.get(route)))
        assert (route, answer.status_code) == (route, entry.status if allowed else 403)
        # Audit and accounts are about everybody; nothing else names what lies outside the scope.
        everybody = (allowed and route.startswith(("audit/", "access/"))) or role in entry.keepers
        # A stream is asked for its rows in tests/telemetry; here it is enough that it opens or does not.
        body = b"" if answer.streaming else answer.content
        assert everybody or FOREIGN not in body.decode(errors="replace")
        if entry.foreign:
            status = client.get(address(route, foreign[route])).status_code
            expected = entry.status if role in entry.keepers else entry.foreign
            assert (route, status) == (route, expected if allowed else 403)
        if not allowed:
            assert (route, client.post(address(route, own.get(route))).status_code) == (route, 403)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_a_foreign_session_is_not_found_and_an_own_one_ends(role: str) -> None:
    client, stranger = signed_in(person(role)), signed_in(person("leader", "stranger"))
    own, foreign = (
        OpenSession.objects.get(pk=who.cookies["sessionid"].value).handle for who in (client, stranger)
    )
    end = "account/sessions/<uuid:handle>/end/"
    assert client.post(address(end, foreign)).status_code == 404
    assert client.post(address(end, own)).status_code == 302
    assert client.get("/account/").status_code == 302
    assert stranger.get("/account/").status_code == 200


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


def marked_wrongly(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


urlpatterns = [
    path("forgotten/", unmarked),
    path("mistyped/", requires("budget.veiw")(marked_wrongly)),
    *get_resolver().url_patterns,
]
handler403 = "anju.web.errors.forbidden"


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["/forgotten/", "/mistyped/"])
@pytest.mark.parametrize("role", Role.values)
def test_a_view_without_a_valid_mark_opens_for_nobody(role: str, route: str) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        assert signed_in(person(role)).get(route).status_code == 403
