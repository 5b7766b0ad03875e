"""Addresses of works projects."""

from __future__ import annotations

from django.urls import path

from anju.web.works import board, finding, importing, project, stepping, unit_list

urlpatterns = [
    path("works/", board.board_page, name="works/"),
    path("works/new/", stepping.new_project_page),
    path("works/programmes/new/", stepping.new_programme_page),
    path("works/findings/<uuid:key>/", finding.finding_page),
    path("works/photos/<uuid:key>/", finding.photo_file),
    path("works/<uuid:key>/", project.project_page),
    path("works/<uuid:key>/units/", unit_list.units_page),
    path("works/<uuid:key>/plan/", stepping.plan_page),
    path("works/<uuid:key>/report/", stepping.report_page),
    path("works/<uuid:key>/check/", stepping.check_page),
    path("works/<uuid:key>/accept/", stepping.accept_page),
    path("works/<uuid:key>/money/", stepping.money_page),
    path("works/<uuid:key>/import/", importing.import_page),
]
