"""Every route × every role × own and foreign scope: who gets in. Default deny is proved, not assumed.

A new page fails here until it has a line: the table is written by hand from the specification, not read from
the code that it judges.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
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

ADMINISTRATORS = frozenset({"system_admin", "security_admin", "audit_admin"})
ALL = frozenset(Role.values)
BUDGET = frozenset({"leader", "finance", "office"})
LEADER = frozenset({"leader"})
FINANCE = frozenset({"finance"})
EXCHANGE_KEEPERS = frozenset({"office", "dispatcher"})
EXCHANGE = EXCHANGE_KEEPERS | {"leader", "finance"}
AUDIT = frozenset({"audit_admin"})
SYSTEM = frozenset({"system_admin"})
SECURITY = frozenset({"security_admin"})
CASES = ALL - ADMINISTRATORS - {"resident"}
SURVEYS = frozenset({"leader", "finance", "office", "inspector"})
SURVEYORS = frozenset({"finance", "office"})
ENUMERATORS = frozenset({"office", "inspector"})
FIELD = frozenset({"dispatcher", "inspector", "office", "county"})
INSPECTIONS = frozenset({"leader", "finance", "office", "dispatcher", "inspector", "county"})
PLANNERS = frozenset({"dispatcher", "office"})
VISITORS = frozenset({"dispatcher", "inspector"})
ACCEPTORS = frozenset({"leader", "dispatcher", "inspector"})
# Who keeps the organisations sees them too.
PARTIES = CASES | SYSTEM
KEEPERS_OF_PLACES = frozenset({"office", "county"})
MAINTAINERS = KEEPERS_OF_PLACES | {"inspector", "company"}


class Entry(NamedTuple):
    """The permission a route is marked with, the roles that get in, the answer to their GET, and the answer
    when the object named in the address belongs to somebody else; ``keepers`` work on everybody's."""

    permission: str
    roles: frozenset[str]
    status: int = 200
    foreign: int | None = None
    keepers: frozenset[str] = frozenset()


SIGNED_IN = {
    "": Entry(OWN_ACCOUNT, ALL, 302),
    "logout/": Entry(OWN_ACCOUNT, ALL, 405),
    "account/": Entry(OWN_ACCOUNT, ALL),
    "account/password/": Entry(OWN_ACCOUNT, ALL),
    "account/second-factor/": Entry(OWN_ACCOUNT, ALL),
    "account/sessions/<uuid:handle>/end/": Entry(OWN_ACCOUNT, ALL, 405, 405),
    # Accounts and grants lie in no scope: their administrators work on everybody's.
    "access/users/": Entry("access.users", SYSTEM),
    "access/users/new/": Entry("access.users", SYSTEM),
    "access/users/<uuid:key>/": Entry("access.users", SYSTEM, 200, 200),
    "access/users/<uuid:key>/disable/": Entry("access.users", SYSTEM, 200, 200),
    "access/users/<uuid:key>/enable/": Entry("access.users", SYSTEM, 200, 200),
    "access/users/<uuid:key>/password/": Entry("access.users", SYSTEM, 200, 200),
    "access/users/<uuid:key>/unlock/": Entry("access.users", SYSTEM, 200, 200),
    "access/users/<uuid:key>/grants/new/": Entry("access.propose", SYSTEM, 200, 200),
    "access/grants/": Entry("access.approve", SECURITY),
    "access/grants/<uuid:key>/": Entry("access.approve", SECURITY, 200, 200),
    "access/grants/<uuid:key>/end/": Entry("access.propose", SYSTEM, 200, 200),
    "access/grants/<uuid:key>/withdraw/": Entry("access.approve", SECURITY, 200, 200),
    # What goes to other platforms is the bureau's business, not that of counties and companies.
    "exchange/<uuid:key>/": Entry("exchange.view", EXCHANGE, 200, 404),
    "r/interfaces/": Entry("exchange.view", EXCHANGE, keepers=EXCHANGE_KEEPERS),
    "r/interfaces/<uuid:key>/": Entry("exchange.view", EXCHANGE, 200, 404, keepers=EXCHANGE_KEEPERS),
    "r/interfaces/new/": Entry("exchange.keep", EXCHANGE_KEEPERS, keepers=EXCHANGE_KEEPERS),
    "r/interfaces/<uuid:key>/edit/": Entry(
        "exchange.keep", EXCHANGE_KEEPERS, 200, 404, keepers=EXCHANGE_KEEPERS
    ),
    "r/open-data/": Entry("exchange.view", EXCHANGE),
    "r/open-data/<uuid:key>/": Entry("exchange.view", EXCHANGE, 200, 200),
    "r/open-data/new/": Entry("exchange.publish", LEADER),
    "r/open-data/<uuid:key>/edit/": Entry("exchange.publish", LEADER, 200, 200),
    "r/deliveries/": Entry("exchange.view", EXCHANGE),
    "r/deliveries/board/": Entry("exchange.view", EXCHANGE),
    "r/deliveries/<uuid:key>/": Entry("exchange.view", EXCHANGE, 302, 404),
    "audit/": Entry("audit.view", AUDIT),
    "worker/": Entry("worker.manage", SYSTEM),
    "cases/": Entry("cases.view", CASES),
    "map/": Entry("cases.view", CASES),
    # Rulebooks belong to nobody: whoever may read them reads all.
    "rulebooks/": Entry("rules.view", BUDGET),
    "rulebooks/<str:code>/": Entry("rules.view", BUDGET),
    "rulebooks/<str:code>/change/": Entry("rules.keep", FINANCE),
    "rulebooks/editions/<uuid:key>/": Entry("rules.view", BUDGET, 200, 200),
    "indicators/": Entry("indicators.view", BUDGET),
    "surveys/": Entry("surveys.view", SURVEYS),
    "surveys/new/": Entry("surveys.manage", SURVEYORS),
    "surveys/<uuid:key>/": Entry("surveys.view", SURVEYS, 200, 404),
    "surveys/<uuid:key>/draw/": Entry("surveys.manage", SURVEYORS, 200, 404),
    "surveys/<uuid:key>/links/": Entry("surveys.manage", SURVEYORS, 200, 404),
    "surveys/<uuid:key>/interviews/": Entry("surveys.enter", ENUMERATORS, 200, 404),
    "surveys/interviews/<uuid:key>/": Entry("surveys.enter", ENUMERATORS, 200, 404),
    "surveys/<uuid:key>/sheets/": Entry("surveys.manage", SURVEYORS, 200, 404),
    "surveys/<uuid:key>/results/": Entry("surveys.view", SURVEYS, 200, 404),
    "surveys/questions/<uuid:key>/": Entry("surveys.view", SURVEYS, 302, 404),
    "questionnaires/new/": Entry("surveys.manage", SURVEYORS),
    "questionnaires/<uuid:key>/": Entry("surveys.view", SURVEYS, 200, 404),
    "r/surveys/": Entry("surveys.view", SURVEYS),
    "r/surveys/<uuid:key>/": Entry("surveys.view", SURVEYS, 302, 404),
    "r/questionnaires/": Entry("surveys.view", SURVEYS),
    "r/questionnaires/<uuid:key>/": Entry("surveys.view", SURVEYS, 302, 404),
    "inspections/": Entry("inspections.view", INSPECTIONS),
    "inspections/plans/new/": Entry("inspections.plan", PLANNERS),
    "inspections/plans/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 200, 404),
    "inspections/plans/<uuid:key>/draw/": Entry("inspections.plan", PLANNERS, 200, 404),
    "inspections/plans/<uuid:key>/results/": Entry("inspections.view", INSPECTIONS, 200, 404),
    "inspections/objects/<uuid:key>/visit/": Entry("inspections.visit", VISITORS, 200, 404),
    "inspections/visits/new/": Entry("inspections.visit", VISITORS),
    "inspections/visits/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 200, 404),
    # A company sees the photos of its own cards, as it sees the cards.
    "inspections/photos/<uuid:key>/": Entry("cases.view", CASES, 200, 404),
    "inspections/signatures/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 200, 404),
    "inspections/cards/": Entry("cases.view", CASES),
    "inspections/cards/<uuid:key>/": Entry("cases.view", CASES, 200, 404),
    "inspections/rechecks/<uuid:key>/": Entry("inspections.accept", ACCEPTORS, 200, 404),
    "inspections/groups/": Entry("inspections.plan", PLANNERS),
    "inspections/groups/<uuid:key>/": Entry("inspections.plan", PLANNERS, 200, 404),
    "inspections/checklists/new/": Entry("inspections.plan", PLANNERS),
    "inspections/checklists/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 200, 404),
    "r/inspection-plans/": Entry("inspections.view", INSPECTIONS),
    "r/inspection-plans/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 302, 404),
    "r/inspection-visits/": Entry("inspections.view", INSPECTIONS),
    "r/inspection-visits/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 302, 404),
    "r/checklists/": Entry("inspections.view", INSPECTIONS),
    "r/checklists/<uuid:key>/": Entry("inspections.view", INSPECTIONS, 302, 404),
    "search/": Entry(OWN_ACCOUNT, ALL),
    "r/cases/": Entry("cases.view", CASES),
    "r/cases/<uuid:key>/": Entry("cases.view", CASES, 200, 404),
    "r/cases/board/": Entry("cases.view", CASES),
    "r/cases/map/": Entry("cases.view", CASES),
    "r/findings/": Entry("cases.view", CASES),
    "r/findings/<uuid:key>/": Entry("cases.view", CASES, 200, 404),
    "r/findings/board/": Entry("cases.view", CASES),
    "r/findings/map/": Entry("cases.view", CASES),
    # Organisations are kept by the system administrator for the whole installation.
    "r/organisations/": Entry("parties.view", PARTIES, keepers=SYSTEM),
    "r/organisations/<uuid:key>/": Entry("parties.view", PARTIES, 200, 404, keepers=SYSTEM),
    "r/organisations/map/": Entry("parties.view", PARTIES, keepers=SYSTEM),
    "r/organisations/new/": Entry("parties.edit", SYSTEM, keepers=SYSTEM),
    "r/organisations/<uuid:key>/edit/": Entry("parties.edit", SYSTEM, 200, 404, keepers=SYSTEM),
    # Definitions belong to nobody: whoever may read them reads all.
    "r/indicator-definitions/": Entry("indicators.view", BUDGET),
    "r/indicator-definitions/<uuid:key>/": Entry("indicators.view", BUDGET, 200, 200),
    "r/indicator-definitions/new/": Entry("indicators.edit", FINANCE),
    "r/indicator-definitions/<uuid:key>/edit/": Entry("indicators.edit", FINANCE, 200, 200),
    "r/areas/": Entry("cases.view", CASES),
    "r/areas/<uuid:key>/": Entry("cases.view", CASES, 200, 404),
    "r/places/": Entry("places.view", CASES),
    "r/places/<uuid:key>/": Entry("places.view", CASES, 200, 404),
    "r/places/map/": Entry("places.view", CASES),
    "r/places/points/": Entry("places.view", CASES),
    "r/places/new/": Entry("places.edit", KEEPERS_OF_PLACES),
    "r/places/<uuid:key>/edit/": Entry("places.edit", KEEPERS_OF_PLACES, 200, 404),
    "places/import/": Entry("places.edit", KEEPERS_OF_PLACES),
    # The planted original is no file of places, and says so; that of another person is not there.
    "places/import/<uuid:key>/": Entry("places.edit", KEEPERS_OF_PLACES, 422, 404),
    "r/assets/": Entry("assets.view", CASES),
    "r/assets/<uuid:key>/": Entry("assets.view", CASES, 200, 404),
    "r/assets/board/": Entry("assets.view", CASES),
    "r/assets/map/": Entry("assets.view", CASES),
    "r/assets/points/": Entry("assets.view", CASES),
    "r/assets/new/": Entry("assets.edit", KEEPERS_OF_PLACES),
    "r/assets/<uuid:key>/edit/": Entry("assets.edit", KEEPERS_OF_PLACES, 200, 404),
    "assets/import/": Entry("assets.edit", KEEPERS_OF_PLACES),
    "assets/import/<uuid:key>/": Entry("assets.edit", KEEPERS_OF_PLACES, 422, 404),
    "assets/<uuid:key>/state/": Entry("assets.maintain", MAINTAINERS, 200, 404),
    "assets/<uuid:key>/maintenance/": Entry("assets.maintain", MAINTAINERS, 200, 404),
    "assets/documents/<uuid:key>/": Entry("assets.view", CASES, 200, 404),
    "r/maintenance/": Entry("assets.view", CASES),
    "r/maintenance/<uuid:key>/": Entry("assets.view", CASES, 200, 404),
    "r/maintenance/new/": Entry("assets.maintain", MAINTAINERS),
    "r/maintenance/<uuid:key>/edit/": Entry("assets.maintain", MAINTAINERS, 200, 404),
    # Attachments belong to no area: only those who see everything find any.
    "r/files/": Entry("cases.view", CASES),
    "r/files/<uuid:key>/": Entry("cases.view", CASES, 404, 404),
    "r/field-receipts/": Entry("field.view", CASES),
    "r/field-receipts/<uuid:key>/": Entry("field.view", CASES, 302, 404),
    "r/field-receipts/board/": Entry("field.view", CASES),
    "r/field-notes/": Entry("field.view", CASES),
    "r/field-notes/<uuid:key>/": Entry("field.view", CASES, 302, 404),
    "r/field-notes/map/": Entry("field.view", CASES),
    "field/enrol/": Entry("field.use", FIELD),
    # Devices lie in no scope: the system administrator ends anybody's.
    "field/devices/": Entry("field.devices", SYSTEM, keepers=SYSTEM),
    "field/devices/<uuid:key>/": Entry("field.devices", SYSTEM, 200, 200, keepers=SYSTEM),
    "field/receipts/<uuid:key>/": Entry("field.view", CASES, 200, 404),
    # The safe copy is not made yet: the answer says so.
    "field/pictures/<uuid:key>/": Entry("field.view", CASES, 409, 404),
    "field/notes/<uuid:key>/": Entry("field.view", CASES, 200, 404),
    "field/findings/<uuid:key>/": Entry("field.view", CASES, 200, 404),
    "r/budget-lines/": Entry("budget.view", BUDGET),
    "r/budget-lines/<uuid:key>/": Entry("budget.view", BUDGET, 302, 404),
    "r/budget-targets/": Entry("budget.view", BUDGET),
    "r/budget-targets/<uuid:key>/": Entry("budget.view", BUDGET, 302, 404),
    "r/budget-files/": Entry("budget.view", BUDGET),
    "r/budget-files/<uuid:key>/": Entry("budget.view", BUDGET, 302, 404),
    "r/payments/": Entry("budget.view", BUDGET),
    "r/payments/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "r/allotments/": Entry("budget.view", BUDGET),
    "r/allotments/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "overview/": Entry("budget.view", BUDGET),
    "budget/": Entry("budget.view", BUDGET),
    "budget/review/": Entry("budget.view", BUDGET, 302),
    "budget/import/": Entry("budget.import", FINANCE),
    "budget/import/<uuid:key>/": Entry("budget.import", FINANCE, 200, 404),
    "budget/funds/": Entry("budget.view", BUDGET),
    # Without what was chosen in the address there is nothing to look at; another person's upload is not there.
    "budget/funds/<uuid:key>/": Entry("budget.funds", FINANCE, 302, 404),
    "budget/files/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/files/<uuid:key>/versions/": Entry("budget.view", BUDGET, 200, 404),
    "budget/versions/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/approvals/<uuid:key>/": Entry("budget.view", BUDGET, 302, 404),
    "budget/findings/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/monitoring/": Entry("budget.view", BUDGET),
    "budget/rounds/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/watch/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/evaluation/": Entry("budget.view", BUDGET),
    "budget/evaluations/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/commitments/": Entry("budget.view", BUDGET),
    "budget/commitments/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/quotas/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/forms/": Entry("budget.view", BUDGET),
    "budget/forms/back/": Entry("budget.view", BUDGET),
    # A form belongs to whoever gave it; the planted file is none.
    "budget/forms/back/<uuid:key>/": Entry("budget.view", BUDGET, 422, 404),
    "budget/evaluations/<uuid:key>/report/": Entry("budget.view", BUDGET, 200, 404),
    "budget/years/": Entry("budget.view", BUDGET),
    "budget/proofs/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/originals/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/ledgers/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/letters/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/lines/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/targets/<uuid:key>/": Entry("budget.view", BUDGET, 200, 404),
    "budget/targets/<uuid:key>/binding/": Entry("budget.bind", FINANCE, 200, 404),
}
# Routes that answer anybody, and the answer to GET of somebody not signed in.
ANYBODY = {
    "login/": 200,
    "login/second-factor/": 302,
    "login/demo/": 405,
    "language/": 302,
    "s/<str:code>/": 404,
    # Open data: nothing is published here, so that there are no collections.
    "api/features/": 200,
    "api/features/api": 200,
    "api/features/conformance": 200,
    "api/features/collections": 200,
    "api/features/collections/<slug:code>": 404,
    "api/features/collections/<slug:code>/items": 404,
    "api/features/collections/<slug:code>/items/<uuid:key>": 404,
}
# The phone's page holds nothing; what it sends and asks for is judged by the device's signature.
ANYBODY |= {"field/": 200, "field/manifest.webmanifest": 200, "field/sw.js": 200, "field/session/": 200}
ANYBODY |= {"field/sync/": 405, "field/photos/<str:sha256>/": 405, "field/tasks/": 401}

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
    body, own = plant(OWN, user, ROUTES)
    _, foreign = plant(FOREIGN, person("leader", "stranger"), ROUTES)
    if role not in ADMINISTRATORS:
        user.grants.update(area=body.area)
    client = signed_in(user)
    for route, entry in SIGNED_IN.items():
        allowed = role in entry.roles
        answer = client.get(address(route, own.get(route)))
        assert (route, answer.status_code) == (route, entry.status if allowed else 403)
        # Audit and accounts are about everybody; nothing else names what lies outside the scope.
        everybody = (allowed and route.startswith(("audit/", "access/"))) or role in entry.keepers
        assert everybody or FOREIGN not in answer.content.decode(errors="replace")
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
