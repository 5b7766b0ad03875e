"""Every page in a real browser, at desktop and phone width, light and dark: readable, accessible, without errors."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

import samples
from anju.demo import city as kernel_sample
from anju.kernel.files import store
from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Source
from anju.kernel.indicators.reporting import Document, Signed, confirm
from anju.packs.budget.keeping import answers
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.printing import forms
from anju.packs.budget.sample.year import FILE_NAME, year
from anju.packs.budget.year import printing

CHROMIUM = shutil.which("chromium")
WIDTHS = {1440: 1000, 390: 844}
# Each width meets both themes and both languages, and each theme both languages.
LOOKS = [(1440, "light", "zh-hans"), (390, "dark", "zh-hans"), (1440, "dark", "en"), (390, "light", "en")]
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
# A ledger with a row to mend: what the check of its columns and rows says.
LEDGER: Any = {
    "name": "支付台账.csv",
    "mimeType": "text/csv",
    "buffer": "项目编码,支付日期,凭证号,支付金额（万元）,经办\n801002B16DX0011,2021-03-05,7,10,甲\n"
    "801002B16DX0011,2020-03-05,8,很多,甲\n".encode(),
}
# Address, what to click on the page before, or where to give the ledger; the role that looks.
WALKS = {
    "finance": [
        "/overview/",
        "/budget/",
        "click:td a",
        "click:#targets a",
        "click:a[href$='/binding/']",
        "/budget/review/",
        "click:a[href$='/versions/']",
        "click:td a[href^='/budget/versions/']",
        "click:.head .actions a",
        "/budget/review/",
        "click:a[href^='/budget/findings/']",
        "/budget/funds/",
        "give:#file",
        "/budget/import/",
        "/budget/monitoring/?day=2021-07-31",
        "click:aside .items a",
        "click:details.rule summary",
        "/budget/evaluation/",
        "click:tbody a",
        "click:.head .actions a",
        "/budget/commitments/",
        "click:tbody a",
        "/budget/forms/",
        "/budget/forms/back/",
        "send:monitoring",
        "/cases/",
        "/cases/?as=board",
        "/map/",
        "/indicators/",
        "click:tbody a",
        "click:tbody a",
        "/r/cases/",
        "/r/cases/map/",
        "/r/findings/board/",
        "/r/findings/map/?grade=crit",
        "/r/budget-targets/",
        "/r/indicator-definitions/",
        "/r/indicator-definitions/new/",
        "click:main form .btn.primary",
        "/rulebooks/",
        "click:td a",
        "click:a[href*='after=']",
        "click:main form .btn.primary",
        "/r/interfaces/",
        "/r/deliveries/",
        "click:td a",
        "/search/?q=%E4%BE%9B%E7%83%AD",
        "/account/",
    ],
    "county": [
        "/r/places/",
        "/r/places/points/",
        "click:svg a[href^='?']",
        "/r/places/?kind=community",
        "click:td.full a",
        "/r/places/new/",
        "/r/assets/board/",
        "click:.card a",
        "click:a[href^='/assets/'][href$='/maintenance/']",
        "/r/assets/points/",
        "/places/import/",
        "give:#file",
    ],
    "office": ["/cases/", "click:td a", "/budget/", "click:td a", "click:#targets a"],
    "leader": [
        "/budget/",
        "click:td a",
        "click:#targets a",
        "/r/cases/board/",
        "click:a[href^='/budget/watch/']",
        "/budget/evaluation/",
        "click:tbody tr:last-child a",
    ],
    "system-admin": [
        "/worker/",
        "/access/users/",
        "/access/users/new/",
        "/r/organisations/",
        "/r/organisations/map/",
        "click:.tally a",
        "click:td.full a",
        "click:.head .actions a",
    ],
    "security-admin": ["/access/grants/"],
    "audit-admin": ["/audit/"],
}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def looked_at(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The data folder of a server that a browser looks at; Playwright runs its own loop in this thread."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.ANJU_DEMO, settings.DATA = True, tmp_path / "data"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SECURE_HSTS_SECONDS = 0
    settings.DATA.mkdir()
    return settings.DATA


@pytest.fixture
def city(looked_at: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sample city with the sample file."""
    samples.put("browsed", _city, tmp_path_factory, looked_at)


def _city() -> None:
    from anju.packs.budget import demo

    kernel_sample()
    demo.build(None)
    some_answers()
    requests.drain(timezone.now())


def some_answers() -> None:
    """What two sources say of the first target of the file shown first."""
    file = BudgetFile.objects.latest("recorded_at")
    first = file.lines.get(order=0)
    target = file.targets.filter(line_key=first.key, slot=False).order_by("order")[0]
    paper = store(BytesIO("验收合格".encode()), "2021年验收单.txt", actor="demo-office")
    document = Document(paper, "acceptance", date(2021, 9, 25))
    for actor, number, source, documents in (
        ("demo-office", "15000", Source.SELF_REPORTED, (document,)),
        ("demo-office", "12000", Source.THIRD_PARTY, ()),
    ):
        signed = Signed(actor, timezone.now(), "按台账统计。", documents)
        value = answers.say(target, date(2021, 9, 30), answers.Said(number=number), signed, source)
        if documents:
            confirm(value, Signed("demo-finance", timezone.now()))


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
            elif step.startswith("send:"):
                page.set_input_files("#form", filled_in(step.removeprefix("send:")))
                page.click("main form[enctype] .btn.primary")
                page.wait_for_load_state()
            elif step.startswith("give:"):
                page.set_input_files(step.removeprefix("give:"), LEDGER)
                page.click("main form[enctype] .btn.primary")
                page.wait_for_load_state()
            else:
                page.goto(live_server.url + step)
            faults += inspect(page, f"{role} {step}", look, NAMES[language])
        context.close()
    assert faults == []


def test_a_map_is_zoomed_and_moved_and_a_drag_opens_nothing(
    city: None, live_server: Any, browser: Any
) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{live_server.url}/login/")
    page.click("button[value=demo-system-admin]")
    page.wait_for_load_state()
    page.goto(f"{live_server.url}/r/organisations/map/")

    def view() -> list[float]:
        return [float(n) for n in page.get_attribute("svg.map", "viewBox").split()]

    whole = view()
    page.click("[data-map=in]")
    assert view()[2] == pytest.approx(whole[2] / 1.4)
    page.keyboard.press("ArrowRight")
    closer = view()
    assert closer[0] == pytest.approx(whole[2] * (1 - 1 / 1.4) / 2 + 0.1 * closer[2])
    page.keyboard.press("0")
    assert view() == whole
    frame = page.locator("svg.map").bounding_box()
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.mouse.wheel(0, -100)
    page.wait_for_function("document.querySelector('.map-box').classList.contains('zoomed')")
    before = view()
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] / 2 - 60, frame["y"] + frame["height"] / 2, steps=4)
    page.mouse.up()
    assert view()[0] == pytest.approx(before[0] + 60 / frame["width"] * before[2], abs=1)
    assert page.url.endswith("/map/")
    page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.wait_for_url("**/r/organisations/?area__name=*")


def filled_in(form: str) -> Any:
    """A form of the sample's year as a person sends it back: words and a tick of their own, a figure typed over."""
    file = BudgetFile.objects.get(name=FILE_NAME)
    day, code = (year().round, "801002B21DX0031") if form == "monitoring" else (year().complete_to, "")
    data = copy.deepcopy(next(iter(printing.filled(form, file, day, code).values())))
    data["funds"]["rate"] = "99.00%"
    data["line"]["goal"] = "按时完成。"
    data["targets"][0]["reason"] = "汛期停工20天，已排定补工计划，十月底前完成。"
    data["targets"][0]["bias"]["equipment"] = "√"
    body = forms.export(form, data, "docx", printing.templates())
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return {"name": "运行监控表.docx", "mimeType": kind, "buffer": body}


def errors_into(faults: list[str]) -> Callable[[Any], None]:
    """A listener that keeps what the console calls an error, save that a form was refused (422)."""
    return lambda said: faults.append(said.text) if said.type == "error" and "422" not in said.text else None


def inspect(page: Any, name: str, look: str, product: str) -> list[str]:
    """What is wrong with the page shown; a picture is kept where ``ANJU_SCREENSHOTS`` names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    where = f"{name} {look}"
    found = []
    if product not in page.title() or page.locator(".empty h1 .st.crit").count():
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
