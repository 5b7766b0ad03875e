"""Addresses of the surveys; the resident's page is the only one that anybody may open."""

from __future__ import annotations

from django.urls import path

from anju.web.surveys import (
    drawn,
    interviews,
    links,
    outcome,
    progress,
    questionnaires,
    resident,
    setting,
    sheets,
)

urlpatterns = [
    path("s/<str:code>/", resident.answer_page),
    path("surveys/", progress.surveys_page, name="surveys/"),
    path("surveys/new/", setting.new_page),
    path("surveys/<uuid:key>/", progress.survey_page),
    path("surveys/<uuid:key>/draw/", drawn.draw_page),
    path("surveys/<uuid:key>/links/", links.links_page),
    path("surveys/<uuid:key>/interviews/", interviews.interviews_page),
    path("surveys/interviews/<uuid:key>/", interviews.interview_page),
    path("surveys/<uuid:key>/sheets/", sheets.sheets_page),
    path("surveys/<uuid:key>/results/", outcome.results_page),
    path("surveys/questions/<uuid:key>/", outcome.question_page),
    path("questionnaires/new/", questionnaires.new_page),
    path("questionnaires/<uuid:key>/", questionnaires.questionnaire_page),
]
