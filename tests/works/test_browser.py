"""Pages of works in a real browser, at desktop and phone width: readable, accessible, without errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import samples
from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
from anju.kernel.watching import works as watching
from anju.kernel.works import sample
from anju.kernel.works.models import WorksProject
from journeys.test_browser import CHROMIUM, LOOKS, NAMES, WIDTHS, browser, errors_into, inspect, looked_at

__all__ = ["browser", "looked_at"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
UNITS: Any = {
    "name": "单元.csv",
    "mimeType": "text/csv",
    "buffer": "编码,地址,备考\n老-801,一号楼,x\n老-801,二号楼,\n".encode(),
}
# The code of a project in an address stands for its key.
WALKS = {
    "office": [
        "/works/",
        f"/works/{sample.VALVES}/",
        "click:#findings a",
        "click:button[value=assign]",
        f"/works/{sample.PIPES}/",
        f"/works/{sample.PIPES}/plan/",
        f"/works/{sample.PIPES}/money/",
        f"/works/{sample.PLATFORM}/",
        f"/works/{sample.PLATFORM}/accept/",
        f"/works/{sample.OLD}/units/?state=done",
        f"/works/{sample.OLD}/import/",
        "give:#file",
        "/works/new/",
        "click:form .btn.primary",
        "/works/programmes/new/",
        "/r/works-projects/",
        "/r/works-progress/",
    ],
    "company": [
        "/works/",
        f"/works/{sample.PIPES}/report/",
        "click:#report .btn.primary",
    ],
    "inspector": [f"/works/{sample.OLD}/check/", "click:#check .btn.primary"],
}


@pytest.fixture
def city(looked_at: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The sample city with its works."""
    samples.put("works", _city, tmp_path_factory, looked_at)
    return {project.code: str(project.pk) for project in WorksProject.objects.all()}


def _city() -> None:
    places.build()
    parties.build()
    people.build()
    sample.build()
    watching.watch_all(timezone.now())


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_of_works_is_readable_accessible_and_without_errors(
    city: dict[str, str], live_server: Any, browser: Any, width: int, theme: str, language: str
) -> None:
    look = f"{width} {theme} {language}"
    faults: list[str] = []
    keep = errors_into(faults)

    def listener(said: Any) -> None:
        if "422" not in said.text:  # a form that is refused answers so
            keep(said)

    for role, walk in WALKS.items():
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.on("console", listener)
        page.goto(f"{live_server.url}/login/")
        page.click(f"button[value=demo-{role}]")
        page.wait_for_load_state()
        for number, step in enumerate(walk):
            if step.startswith("click:"):
                page.locator(f"main {step.removeprefix('click:')}").first.click()
            elif step.startswith("give:"):
                page.set_input_files(step.removeprefix("give:"), UNITS)
                page.click("main form[enctype] .btn")
            else:
                for code, key in city.items():
                    step = step.replace(code, key)
                page.goto(live_server.url + step)
            page.wait_for_load_state()
            faults += inspect(page, f"works {role} {number:02d}", look, NAMES[language])
        context.close()
    assert faults == []
