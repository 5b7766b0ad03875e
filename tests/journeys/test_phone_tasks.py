"""What there is to do, done without a network: a visit, an interview and works progress, up to the office's pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from journeys import serving
from journeys.phones import CHROMIUM, enrolled, hexed, jpeg, look, stands, strip
from journeys.wire import Wire

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]
# A plan of this month that is not begun, running surveys, and works under way.
BUILD = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from anju.kernel.inspections import sample as inspections
from anju.kernel.surveys import sample as surveys
from anju.kernel.works import sample as works
surveys.build(); works.build()
inspections.set_up(timezone.localdate() + timedelta(days=13))
from anju.kernel.inspections.models import Cell
Cell.objects.update(day=timezone.localdate())
"""


@pytest.fixture(scope="module")
def field_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("tasks")
    serving.build(data)
    serving.run(data, BUILD)
    return data


def desk(context: Any, wire: Wire, role: str, address: str) -> str:
    """What a person at a desk reads on a page, in a session of its own."""
    session = context.browser.new_context()
    page = session.new_page()
    page.goto(f"{wire.url}/login/")
    page.click(f"button[value=demo-{role}]")
    page.wait_for_load_state()
    answer = page.goto(f"{wire.url}{address}")
    assert answer.status == 200, address
    words = page.inner_text("main")
    session.close()
    return str(words)


def shoot(page: Any, code: str, colour: str) -> None:
    given = [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg(colour)}]
    page.set_input_files(f"#item-{code} input[type=file]", given)
    page.wait_for_selector(f"#item-{code} .photo img[src]")


def sign(page: Any, role: str) -> None:
    pad = page.locator(f"#sign-{role} canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=5)
    page.mouse.up()
    page.wait_for_selector(f"#sign-{role}:has-text('已签名')")


def opened(page: Any, task: str) -> str:
    """The form of a task; the draft's id."""
    page.click(f".rows button:has-text('{task}')")
    page.wait_for_selector("li.check")
    return str(page.url).rpartition("/")[2]


def handed_in(page: Any, key: str) -> None:
    page.click(".bottom .primary:has-text('提交')")
    page.wait_for_selector(f".rows a[href='#/sent/{key}']")


def cut_off(context: Any, wire: Wire, role: str) -> Any:
    """The page of a person who has fetched the tasks and then lost the network."""
    page = enrolled(context.new_page(), wire, role)
    wire.cut()
    page.reload()
    page.wait_for_selector("[data-ready]")
    strip(page, "offline")
    return page


def received(page: Any, wire: Wire, key: str) -> None:
    wire.mend()
    page.click("#send")
    stands(page, key, "已接收")


def test_a_visit_is_made_offline_and_its_card_is_on_the_offices_page(
    context: Any, wire: Wire, read: Any
) -> None:
    page = cut_off(context, wire, "inspector")
    task = page.locator(".rows button:has-text('工地')").first.locator("b").inner_text()
    key = opened(page, task)
    assert page.input_value("#q-visit-inspectors").startswith("演示·检查员")
    for group in page.locator("li.check [role=radiogroup]").all():
        if group.is_visible():
            group.locator("[role=radio]").first.click()
    page.click("#item-cover button:has-text('不符合')")
    main = ".bottom .primary"
    assert page.inner_text(main) == "下一项：裸土与物料覆盖"
    page.fill("#remark-cover", "北侧约200平方米未覆盖")
    assert page.inner_text(main) == "下一项：裸土与物料覆盖", "the photo is owed still"
    shoot(page, "cover", "#8f7c63")
    page.fill("#q-pm10", "88")
    assert page.is_visible("#remark-pm10"), "below its bound it wants words"
    page.fill("#q-pm10", "95")
    page.fill("#q-visit-party-name", "工地负责人")
    assert page.inner_text(main) == "下一项：位置说明", "the place of the test is far from any site"
    page.fill("#q-visit-reason", "试验位置")
    page.click("#item-visit-party button:has-text('拒签')")
    assert page.is_visible("#item-visit-witness")
    assert page.is_visible("#sign-witness")
    page.click("#item-visit-party button:has-text('签字')")
    assert page.is_hidden("#sign-witness")
    sign(page, "inspector")
    sign(page, "party")
    look(page, "visit")
    handed_in(page, key)
    assert page.locator(f".rows button:has-text('{task}')").count() == 0, (
        "what was handed in is no task any more"
    )
    received(page, wire, key)
    ((visit, outcome, photos),) = read(
        "SELECT v.key, v.outcome, COUNT(p.id) FROM inspections_visit v JOIN inspections_photo p ON p.visit_id = v.id"
        " WHERE v.submission = ?",
        hexed(key),
    )
    assert (outcome, photos) == ("fail", 1)
    words = desk(context, wire, "dispatcher", f"/inspections/visits/{UUID(visit)}/")
    assert "北侧约200平方米未覆盖" in words
    assert read("SELECT COUNT(*) FROM cases_case WHERE kind = 'inspection.card'") == [(1,)]


def test_an_interview_is_taken_offline_and_counts(context: Any, wire: Wire, read: Any) -> None:
    page = cut_off(context, wire, "inspector")
    row = page.locator(".rows button:has-text('改造满意度')").first
    task = row.locator("b").inner_text()
    key = opened(page, task)
    assert page.is_hidden("#item-overall"), "nobody was asked yet"
    page.click("#item-interview-outcome button:has-text('已回答')")
    for group in page.locator("li.check [role=radiogroup]").all()[2:]:
        group.locator("[role=radio]").first.click()
    look(page, "interview")
    handed_in(page, key)
    received(page, wire, key)
    question = "SELECT standing, channel, enumerator, device FROM surveys_response WHERE enumerator = 'demo-inspector'"
    assert read(question) == [("counted", "face", "demo-inspector", "phone")]
    ((survey,),) = read("SELECT id FROM surveys_survey WHERE state = 'open'")
    words = desk(context, wire, "office", f"/surveys/{UUID(survey)}/interviews/?view=answered&q={task}")
    assert "demo-inspector" in words


def test_an_installation_is_reported_offline_with_its_photo(context: Any, wire: Wire, read: Any) -> None:
    page = cut_off(context, wire, "company")
    task = page.locator(".rows button").first
    place = task.locator(".xs").inner_text()
    task.click()
    page.wait_for_selector("li.check")
    key = str(page.url).rpartition("/")[2]
    main = ".bottom .primary"
    if page.locator("#q-amount").count():
        page.fill("#q-amount", "0.2")
    assert page.inner_text(main) == "下一项：完工照片"
    shoot(page, "shots", "#336655")
    page.fill("#q-note", "试压合格")
    if page.inner_text(main) != "提交":
        page.fill("#q-reason", "试验位置")
    look(page, "progress")
    handed_in(page, key)
    received(page, wire, key)
    ((project, origin),) = read("SELECT project_id, origin FROM works_progress WHERE key = ?", hexed(key))
    assert (origin, bool(place)) == ("phone", True)
    assert "试压合格" in desk(context, wire, "office", f"/works/{UUID(project)}/")
