"""Pages of surveys in a real browser, at desktop and phone width: readable, accessible, without errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import samples
from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
from anju.kernel.surveys import sample as surveys
from anju.kernel.surveys.models import Survey
from journeys.test_browser import CHROMIUM, LOOKS, NAMES, WIDTHS, browser, errors_into, inspect, looked_at

__all__ = ["browser", "looked_at"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]
FRAME: Any = {
    "name": "住户.csv",
    "mimeType": "text/csv",
    "buffer": (
        "户编码,层,电话\n" + "".join(f"C{i},{'甲乙丙'[i % 3]}街道,0315-1234567\n" for i in range(600))
    ).encode(),
}
FINISHED, RUNNING = "/surveys/finished/", "/surveys/running/"
WALKS = {
    "office": [
        "/surveys/",
        FINISHED,
        f"{FINISHED}results/",
        "click:details.more summary",
        f"{FINISHED}sheets/?view=marked",
        "click:td.full a",
        f"{FINISHED}draw/",
        RUNNING,
        f"{RUNNING}links/",
        "click:input[name=again]",
        "click:button[value=qr]",
        f"{RUNNING}interviews/",
        "click:.page-table td.full a",
        "click:button[value=answer]",
        "/r/surveys/",
        "/r/questionnaires/",
        "click:td.full a",
        "click:button[value=follow]",
        "/questionnaires/new/",
        "/surveys/new/",
        "new",
        "click:.head .actions .primary",
        "give:#file",
    ],
    "inspector": ["/surveys/", f"{RUNNING}interviews/", f"{FINISHED}results/"],
}
RESIDENT = [f"/s/{surveys.LINK}/", "click:button.primary", "/s/unknown-code/", f"/s/{surveys.OPEN_CODE}/"]


@pytest.fixture
def city(looked_at: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sample city with its surveys."""
    samples.put("surveys", _city, tmp_path_factory, looked_at)


def _city() -> None:
    places.build()
    parties.build()
    people.build()
    surveys.build()


def steps(walk: list[str]) -> list[str]:
    """The walk with the keys of the two surveys in its addresses."""
    keys = {
        FINISHED: f"/surveys/{Survey.objects.get(title=surveys.FINISHED).pk}/",
        RUNNING: f"/surveys/{Survey.objects.get(title=surveys.RUNNING).pk}/",
    }
    return [step.replace(FINISHED, keys[FINISHED]).replace(RUNNING, keys[RUNNING]) for step in walk]


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_of_surveys_is_readable_accessible_and_without_errors(
    city: None, live_server: Any, browser: Any, width: int, theme: str, language: str
) -> None:
    look = f"{width} {theme} {language}"
    faults: list[str] = []
    keep = errors_into(faults)

    def listener(said: Any) -> None:
        if "404" not in said.text:  # a link that nobody has answers so
            keep(said)

    for role, walk in {"resident": RESIDENT, **WALKS}.items():
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.on("console", listener)
        if role != "resident":
            page.goto(f"{live_server.url}/login/")
            page.click(f"button[value=demo-{role}]")
            page.wait_for_load_state()
        for number, step in enumerate(steps(walk)):
            if step == "new":
                page.fill("#title", "试点调查")
                page.fill("#target", "60")
                page.fill("#minimum", "5")
                page.click("main form .btn.primary")
            elif step.startswith("click:"):
                page.locator(f"main {step.removeprefix('click:')}").first.click()
            elif step.startswith("give:"):
                page.set_input_files(step.removeprefix("give:"), FRAME)
                page.click("main form[enctype] .btn")
            else:
                page.goto(live_server.url + step)
            page.wait_for_load_state()
            faults += inspect(page, f"surveys {role} {number:02d}", look, NAMES[language])
        context.close()
    assert faults == []
