"""Pages of telemetry in a real browser, at desktop and phone width: readable, accessible, without errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import samples
from anju.kernel.access import sample as people
from anju.kernel.indicators import definitions, kernel
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
from anju.kernel.telemetry import sample
from anju.kernel.telemetry.models import Alarm, Quarantined, Series, Source
from anju.kernel.watching import deliveries, intake
from journeys.test_browser import CHROMIUM, LOOKS, NAMES, WIDTHS, browser, errors_into, inspect, looked_at

__all__ = ["browser", "looked_at"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def pages(looked_at: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The addresses to look at in the sample's day."""
    samples.put("telemetry", _city, tmp_path_factory, looked_at)
    cold = Alarm.objects.get(rule="heating.cold_return")
    offline = Alarm.objects.get(rule="telemetry.offline", asset__code="HRZ003")
    unknown = Quarantined.objects.filter(reason="unknown_tag")[0]
    return [
        "/telemetry/",
        f"/telemetry/alarms/{cold.pk}/",
        f"/telemetry/alarms/{offline.pk}/",
        "/telemetry/series/",
        f"/telemetry/series/{Series.objects.get(tag='S5.T2R').pk}/",
        f"/telemetry/series/{Series.objects.get(tag='S6.F2').pk}/?span=7d",
        "/telemetry/sources/",
        f"/telemetry/sources/{Source.objects.get(code='nuanyang').pk}/",
        "/telemetry/quarantine/",
        f"/telemetry/quarantine/{unknown.pk}/",
        f"/telemetry/frames/{cold.frame}/",
        "/r/threshold-rules/",
    ]


def _city() -> None:
    places.build()
    parties.build()
    people.build()
    definitions.register(kernel.INDICATORS)
    now = timezone.now()
    sample.build(now)
    intake.take_in(now)
    deliveries.close_hours(now)


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_of_telemetry_is_readable_accessible_and_without_errors(
    pages: list[str], live_server: Any, browser: Any, width: int, theme: str, language: str
) -> None:
    look = f"{width} {theme} {language}"
    faults: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
    context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    # A test server has no stream; the board is looked at without one.
    context.route("**/telemetry/live/**", lambda route: route.abort())
    page = context.new_page()
    keep = errors_into(faults)
    page.on("console", lambda said: keep(said) if "ERR_FAILED" not in said.text else None)
    page.goto(f"{live_server.url}/login/")
    page.click("button[value=demo-leader]")
    page.wait_for_load_state()
    for number, address in enumerate(pages):
        page.goto(live_server.url + address)
        page.wait_for_load_state()
        faults += inspect(page, f"telemetry {number:02d}", look, NAMES[language])
    context.close()
    assert faults == []
