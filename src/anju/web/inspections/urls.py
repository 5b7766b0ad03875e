"""Addresses of the inspections."""

from __future__ import annotations

from django.urls import path

from anju.web.inspections import checklists, drawn, evidence, groups, plans, results, visiting
from anju.web.inspections.supervising import cards

urlpatterns = [
    path("inspections/", plans.plans_page, name="inspections/"),
    path("inspections/plans/new/", plans.new_page),
    path("inspections/plans/<uuid:key>/", plans.plan_page),
    path("inspections/plans/<uuid:key>/draw/", drawn.draw_page),
    path("inspections/plans/<uuid:key>/results/", results.results_page),
    path("inspections/objects/<uuid:key>/visit/", visiting.planned_page),
    path("inspections/visits/new/", visiting.unplanned_page),
    path("inspections/visits/<uuid:key>/", evidence.visit_page),
    path("inspections/photos/<uuid:key>/", evidence.photo_file),
    path("inspections/signatures/<uuid:key>/", evidence.signature_file),
    path("inspections/cards/", cards.cards_page, name="inspections/cards/"),
    path("inspections/cards/<uuid:key>/", cards.card_page),
    path("inspections/rechecks/<uuid:key>/", cards.recheck_page),
    path("inspections/groups/", groups.groups_page),
    path("inspections/groups/<uuid:key>/", groups.group_page),
    path("inspections/checklists/new/", checklists.new_page),
    path("inspections/checklists/<uuid:key>/", checklists.checklist_page),
]
