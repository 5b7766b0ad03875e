"""Pages of inspections in a real browser, at desktop and phone width: readable, accessible, without errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import samples
from anju.kernel.access import sample as people
from anju.kernel.cases.models import Case
from anju.kernel.inspections.models import Checklist, Group, Plan, PlanObject, Recheck, Visit
from anju.kernel.parties import sample as parties
from anju.kernel.supervision import sample as supervision
from journeys.test_browser import CHROMIUM, LOOKS, NAMES, WIDTHS, browser, errors_into, inspect, looked_at

__all__ = ["browser", "looked_at"]  # fixtures

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def city(looked_at: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sample city with its inspections."""
    samples.put("inspections", _city, tmp_path_factory, looked_at)


def _city() -> None:
    parties.build()
    people.build()
    supervision.build()


def walks() -> dict[str, list[str]]:
    plan, visit = Plan.objects.get(), Visit.objects.filter(outcome="fail").order_by("finished_at")[0]
    waiting = PlanObject.objects.filter(drawn=True, visits=None).order_by("cell__order")[0]
    closed = Case.objects.filter(stage="closed")[0]
    submitted = Case.objects.get(stage="submitted")
    own = Case.objects.get(owner__name="安居市暖阳供热有限公司", finding__part="cover")
    checklist = Checklist.objects.get(code="dust-site")
    return {
        "dispatcher": [
            "/inspections/",
            f"/inspections/plans/{plan.pk}/",
            f"/inspections/plans/{plan.pk}/draw/",
            "/inspections/plans/new/",
            f"/inspections/plans/{plan.pk}/results/",
            f"/inspections/visits/{visit.key}/",
            f"/inspections/objects/{waiting.pk}/visit/",
            "click:main .btn.primary",
            "/inspections/visits/new/",
            "click:.items a",
            "/inspections/cards/",
            f"/inspections/cards/{closed.finding_id}/",
            f"/inspections/cards/{submitted.finding_id}/",
            f"/inspections/rechecks/{Recheck.objects.get().pk}/",
            "/inspections/groups/",
            f"/inspections/groups/{Group.objects.all()[0].pk}/",
            "/inspections/checklists/new/",
            f"/inspections/checklists/{checklist.pk}/",
            "click:button[value=follow]",
            "/r/inspection-visits/",
        ],
        "company": ["/inspections/cards/", f"/inspections/cards/{own.finding_id}/"],
    }


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_of_inspections_is_readable_accessible_and_without_errors(
    city: None, live_server: Any, browser: Any, width: int, theme: str, language: str
) -> None:
    look = f"{width} {theme} {language}"
    faults: list[str] = []
    for role, walk in walks().items():
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.on("console", errors_into(faults))
        page.goto(f"{live_server.url}/login/")
        page.click(f"button[value=demo-{role}]")
        page.wait_for_load_state()
        for number, step in enumerate(walk):
            if step.startswith("click:"):
                page.locator(f"main {step.removeprefix('click:').removeprefix('main ')}").first.click()
            else:
                page.goto(live_server.url + step)
            page.wait_for_load_state()
            faults += inspect(page, f"inspections {role} {number:02d}", look, NAMES[language])
        context.close()
    assert faults == []
