"""Addresses: login and account, and one for each page of the enabled packs, marked with its permission."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.i18n import set_language

from anju.api.metrics.views import metrics_page
from anju.kernel import packs
from anju.kernel.access.permissions import requires
from anju.web.audit import audit_page
from anju.web.cases import cases_page
from anju.web.exchange import delivery_page
from anju.web.indicators import indicators_page
from anju.web.map import map_page
from anju.web.navigation import front
from anju.web.places import assets, layers
from anju.web.registers import catalogue
from anju.web.registers.routes import routes_of
from anju.web.rulebooks.changing import change_page
from anju.web.rulebooks.pages import book_page, edition_page, shelf_page
from anju.web.search import search_page
from anju.web.worker import worker_page

_pages = [page for _, page in packs.load(settings.ANJU_PACKS).pages()]

urlpatterns = [
    path("", front),
    path("", include("anju.kernel.access.urls")),
    path("api/", include("anju.api.urls")),
    path("metrics", metrics_page, name="metrics"),
    path("", include("anju.kernel.field.urls")),
    path("language/", set_language, name="language"),
    path("cases/", cases_page, name="cases/"),
    path("indicators/", indicators_page, name="indicators/"),
    path("exchange/<uuid:key>/", delivery_page, name="exchange/<uuid:key>/"),
    path("audit/", audit_page, name="audit/"),
    path("worker/", worker_page, name="worker/"),
    path("rulebooks/", shelf_page, name="rulebooks/"),
    path("rulebooks/<str:code>/", book_page, name="rulebook"),
    path("rulebooks/<str:code>/change/", change_page, name="rulebook-change"),
    path("rulebooks/editions/<uuid:key>/", edition_page, name="rulebook-edition"),
    path("", include("anju.web.surveys.urls")),
    path("", include("anju.web.inspections.urls")),
    path("", include("anju.web.works.urls")),
    path("", include("anju.web.telemetry.urls")),
    path("map/", map_page, name="map/"),
    path("search/", search_page, name="search"),
    path("places/import/", layers.places_page, name="places/import/"),
    path("places/import/<uuid:key>/", layers.places_preview),
    path("assets/import/", layers.assets_page, name="assets/import/"),
    path("assets/import/<uuid:key>/", layers.assets_preview),
    path("assets/<uuid:key>/state/", assets.state_page),
    path("assets/<uuid:key>/maintenance/", assets.maintenance_page),
    path("assets/documents/<uuid:key>/", assets.document),
]
urlpatterns += [
    path(page.path, requires(page.permission)(packs.resolve(page.view)), name=page.path) for page in _pages
]
for _, _register in catalogue.registers().values():
    urlpatterns += routes_of(_register)

handler400 = "anju.web.errors.bad_request"
handler403 = "anju.web.errors.forbidden"
handler404 = "anju.web.errors.not_found"
handler500 = "anju.web.errors.server_error"
