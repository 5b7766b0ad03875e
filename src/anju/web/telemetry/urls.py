"""Addresses of telemetry."""

from __future__ import annotations

from django.urls import path

from anju.web.telemetry import explorer, frames, importing, quarantine, sources, windows
from anju.web.telemetry.alarms import board, detail, live

urlpatterns = [
    path("telemetry/", board.board_page, name="telemetry/"),
    path("telemetry/live/", live.stream),
    path("telemetry/alarms/<uuid:key>/", detail.alarm_page),
    path("telemetry/alarms/<uuid:key>/sign/", board.sign),
    path("telemetry/findings/<uuid:key>/", detail.finding_page),
    path("telemetry/series/", explorer.series_page, name="telemetry/series/"),
    path("telemetry/series/import/", importing.series_import),
    path("telemetry/weather/import/", importing.weather_import),
    path("telemetry/series/<uuid:key>/", explorer.trend_page),
    path("telemetry/series/<uuid:key>/points/", explorer.points_json),
    path("telemetry/sources/", sources.sources_page, name="telemetry/sources/"),
    path("telemetry/sources/<uuid:key>/", sources.source_page),
    path("telemetry/sources/<uuid:key>/secret/", sources.secret_page),
    path("telemetry/quarantine/", quarantine.list_page, name="telemetry/quarantine/"),
    path("telemetry/quarantine/<uuid:key>/", quarantine.frame_page),
    path("telemetry/frames/<str:number>/", frames.frame_page),
    path("telemetry/windows/<uuid:key>/end/", windows.end_page),
]
