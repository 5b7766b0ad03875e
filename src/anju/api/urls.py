"""Addresses for other programs."""

from __future__ import annotations

from django.urls import path

from anju.api.features import views
from anju.api.sensorthings import views as sensorthings

_ROOT = "features/"
_COLLECTION = f"{_ROOT}collections/<slug:code>"

urlpatterns = [
    path(_ROOT, views.landing_page, name="api/features/"),
    path(f"{_ROOT}api", views.definition_page),
    path(f"{_ROOT}conformance", views.conformance_page),
    path(f"{_ROOT}collections", views.collections_page),
    path(_COLLECTION, views.collection_page),
    path(f"{_COLLECTION}/items", views.items_page),
    path(f"{_COLLECTION}/items/<uuid:key>", views.item_page),
    # With and without the slash: clients write the address of the service either way.
    path("sta/v1.1", sensorthings.root_page),
    path("sta/v1.1/", sensorthings.root_page, name="api/sta/v1.1/"),
    path("sta/v1.1/<path:path>", sensorthings.resource_page),
]
