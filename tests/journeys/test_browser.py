"""Every page in a real browser, at desktop and phone width, light and dark: readable, accessible, without errors."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places

CHROMIUM = shutil.which("chromium")
WIDTHS = {1440: 1000, 390: 844}
# Each width in both themes, and in English once.
LOOKS = [(width, theme, "zh-hans") for width in WIDTHS for theme in ("light", "dark")]
LOOKS += [(width, "light", "en") for width in WIDTHS]
NAMES = {"zh-hans": "安居", "en": "Anju"}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Address, or what to click on the page before; the role that looks.
WALKS = {
    "finance": [
        "/overview/",
        "/budget/",
        "click:td a",
        "click:#targets a",
        "/budget/review/",
        "click:a[href^='/budget/findings/']",
        "/budget/import/",
        "/cases/",
        "/cases/?as=board",
        "/map/",
        "/r/budget-targets/",
        "/search/?q=%E4%BE%9B%E7%83%AD",
        "/account/",
    ],
    "office": ["/cases/", "click:td a"],
    "system-admin": ["/access/users/", "/access/users/new/"],
    "security-admin": ["/access/grants/"],
    "audit-admin": ["/audit/"],
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def city(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample city with the sample file; Playwright runs its own loop in this thread."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ANJU_DEMO = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECURE_HSTS_SECONDS = 0
    from anju.packs.budget import demo

    places.build()
    parties.build()
    people.build()
    demo.build(None)


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_is_readable_accessible_and_without_errors(
    city: None, live_server: Any, browser: Any, width: int, theme: str, language: str
) -> None:
    look = f"{width} {theme} {language}"
    faults: list[str] = []
    for role, walk in WALKS.items():
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
        context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page = context.new_page()
        page.on("console", errors_into(faults))
        page.goto(f"{live_server.url}/login/")
        faults += inspect(page, "login", look, NAMES[language])
        page.click(f"button[value=demo-{role}]")
        page.wait_for_load_state()
        for step in walk:
            if step.startswith("click:"):
                page.locator(step.removeprefix("click:")).first.click()
                page.wait_for_load_state()
            else:
                page.goto(live_server.url + step)
            faults += inspect(page, f"{role} {step}", look, NAMES[language])
        context.close()
    assert faults == []


def errors_into(faults: list[str]) -> Callable[[Any], None]:
    """A listener that keeps what the console calls an error."""
    return lambda said: faults.append(said.text) if said.type == "error" else None


def inspect(page: Any, name: str, look: str, product: str) -> list[str]:
    """What is wrong with the page shown; a picture is kept where ``ANJU_SCREENSHOTS`` names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    where = f"{name} {look}"
    found = []
    if product not in page.title() or page.locator('.empty h1 .st.crit').count():
        found.append(f"{where}: {page.title()}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{where}: wider than the window")
    results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    for violation in results.response["violations"]:
        found.append(f"{where}: {violation['id']} {violation['nodes'][0]['html'][:160]}")
    folder = os.environ.get("ANJU_SCREENSHOTS")
    if folder:
        safe = "".join(c if c.isalnum() else "-" for c in where)
        page.screenshot(path=Path(folder, f"{safe}.png"), full_page=True)
    return found
