"""Every route with the permission and the roles that open it, written by hand from the specification."""

from __future__ import annotations

from typing import NamedTuple

from anju.kernel.access.permissions import OWN_ACCOUNT
from anju.kernel.access.roles import Role

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
FIELD = frozenset({"dispatcher", "inspector", "office", "county", "company"})
INSPECTIONS = frozenset({"leader", "finance", "office", "dispatcher", "inspector", "county"})
PLANNERS = frozenset({"dispatcher", "office"})
VISITORS = frozenset({"dispatcher", "inspector"})
ACCEPTORS = frozenset({"leader", "dispatcher", "inspector"})
WORKS = CASES - {"dispatcher"}
ORDERING = frozenset({"office", "county"})
# Who keeps the organisations sees them too.
PARTIES = CASES | SYSTEM
KEEPERS_OF_PLACES = frozenset({"office", "county"})
MAINTAINERS = KEEPERS_OF_PLACES | {"inspector", "company"}


SIGNERS = frozenset({"dispatcher", "office", "county"})
KEEPERS_OF_SERIES = frozenset({"office", "dispatcher"})
WINDOW_KEEPERS = frozenset({"dispatcher", "office", "county", "company"})

LEDGERS = ("progress", "acceptances", "checks", "contracts", "changes")


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
    "works/": Entry("works.view", WORKS),
    "works/new/": Entry("works.manage", ORDERING),
    "works/programmes/new/": Entry("works.manage", ORDERING),
    "works/findings/<uuid:key>/": Entry("works.view", WORKS, 200, 404),
    "works/photos/<uuid:key>/": Entry("works.view", WORKS, 200, 404),
    "works/<uuid:key>/": Entry("works.view", WORKS, 200, 404),
    "works/<uuid:key>/units/": Entry("works.view", WORKS, 200, 404),
    "works/<uuid:key>/money/": Entry("works.view", WORKS, 200, 404),
    "works/<uuid:key>/plan/": Entry("works.manage", ORDERING, 200, 404),
    "works/<uuid:key>/import/": Entry("works.manage", ORDERING, 200, 404),
    "works/<uuid:key>/report/": Entry("works.report", ORDERING | {"company"}, 200, 404),
    "works/<uuid:key>/check/": Entry("works.check", frozenset({"inspector", "company"}), 200, 404),
    "works/<uuid:key>/accept/": Entry("works.accept", BUDGET | {"county"}, 200, 404),
    **{f"r/works-{name}/": Entry("works.view", WORKS) for name in LEDGERS},
    **{f"r/works-{name}/<uuid:key>/": Entry("works.view", WORKS, 200, 404) for name in LEDGERS},
    "r/works-programmes/": Entry("works.view", WORKS),
    "r/works-programmes/<uuid:key>/": Entry("works.view", WORKS, 302, 404),
    "r/works-projects/": Entry("works.view", WORKS),
    "r/works-projects/<uuid:key>/": Entry("works.view", WORKS, 302, 404),
    "r/works-projects/board/": Entry("works.view", WORKS),
    "r/works-projects/map/": Entry("works.view", WORKS),
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
    "telemetry/": Entry("telemetry.view", CASES),
    "telemetry/live/": Entry("telemetry.view", CASES),
    "telemetry/alarms/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    "telemetry/alarms/<uuid:key>/sign/": Entry("telemetry.sign", SIGNERS, 405, 405),
    "telemetry/findings/<uuid:key>/": Entry("telemetry.view", CASES, 302, 404),
    "telemetry/series/": Entry("telemetry.view", CASES),
    "telemetry/series/import/": Entry("telemetry.keep", KEEPERS_OF_SERIES),
    "telemetry/weather/import/": Entry("telemetry.keep", KEEPERS_OF_SERIES),
    "telemetry/series/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    "telemetry/series/<uuid:key>/points/": Entry("telemetry.view", CASES, 200, 404),
    "telemetry/sources/": Entry("telemetry.view", CASES),
    "telemetry/sources/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    "telemetry/sources/<uuid:key>/secret/": Entry("telemetry.keep", KEEPERS_OF_SERIES, 405, 405),
    "telemetry/quarantine/": Entry("telemetry.view", CASES),
    "telemetry/quarantine/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    # No frame was ever kept here; tests/telemetry looks at real ones.
    "telemetry/frames/<str:number>/": Entry("telemetry.view", CASES, 404, 404),
    "telemetry/windows/<uuid:key>/end/": Entry("telemetry.window", WINDOW_KEEPERS, 405, 405),
    "r/alarms/": Entry("telemetry.view", CASES),
    "r/alarms/<uuid:key>/": Entry("telemetry.view", CASES, 302, 404),
    "r/series/": Entry("telemetry.view", CASES),
    "r/series/<uuid:key>/": Entry("telemetry.view", CASES, 302, 404),
    "r/series/new/": Entry("telemetry.keep", KEEPERS_OF_SERIES),
    "r/series/<uuid:key>/edit/": Entry("telemetry.keep", KEEPERS_OF_SERIES, 200, 404),
    "r/telemetry-sources/": Entry("telemetry.view", CASES),
    "r/telemetry-sources/<uuid:key>/": Entry("telemetry.view", CASES, 302, 404),
    "r/telemetry-sources/new/": Entry("telemetry.keep", KEEPERS_OF_SERIES),
    "r/telemetry-sources/<uuid:key>/edit/": Entry("telemetry.keep", KEEPERS_OF_SERIES, 200, 404),
    # Rules belong to nobody: whoever may read them reads all.
    "r/threshold-rules/": Entry("telemetry.view", CASES),
    "r/threshold-rules/<uuid:key>/": Entry("telemetry.view", CASES, 200, 200),
    "r/threshold-rules/new/": Entry("telemetry.rules", frozenset({"office"})),
    "r/threshold-rules/<uuid:key>/edit/": Entry("telemetry.rules", frozenset({"office"}), 200, 200),
    "r/maintenance-windows/": Entry("telemetry.view", CASES),
    "r/maintenance-windows/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    "r/maintenance-windows/new/": Entry("telemetry.window", WINDOW_KEEPERS),
    "r/maintenance-windows/<uuid:key>/edit/": Entry("telemetry.window", WINDOW_KEEPERS, 200, 404),
    "r/delivery-hours/": Entry("telemetry.view", CASES),
    "r/delivery-hours/<uuid:key>/": Entry("telemetry.view", CASES, 200, 404),
    "r/quarantine/": Entry("telemetry.view", CASES),
    "r/quarantine/<uuid:key>/": Entry("telemetry.view", CASES, 302, 404),
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
