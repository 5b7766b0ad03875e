"""Whatever form it is given, the phone draws it; and its page can be installed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from journeys.phones import CHROMIUM, enrolled, hexed, jpeg, look, stands, strip
from journeys.wire import Wire

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


EVERY_KIND = {
    "kind": "field.note",
    "version": "9",
    "title": "各种问题",
    "needs_position": False,
    "needs_signature": True,
    "sections": [
        {
            "title": "检查",
            "items": [
                {"code": "fence", "text": "围挡", "kind": "pass_fail", "required": True, "photos": 1},
                {"code": "water", "text": "喷淋", "kind": "yes_no", "required": True},
                {"code": "pm", "text": "PM10", "kind": "number", "unit": "μg", "low": 0, "high": 80},
                {"code": "grade", "text": "等级", "kind": "grade", "options": ["一般", "重点"]},
                {"code": "who", "text": "在场", "kind": "multiple", "options": ["施工", "监理", "业主"]},
                {
                    "code": "category",
                    "text": "类别",
                    "kind": "choice",
                    "required": True,
                    "options": [{"value": "dust", "label": "扬尘"}, {"value": "other", "label": "其他"}],
                },
                {"code": "text", "text": "情况", "kind": "text", "required": True},
            ],
        }
    ],
}


def opened(context: Any, wire: Wire) -> Any:
    """A draft of that form, as a task of a later kind would open it."""
    page = enrolled(context.new_page(), wire)
    page.evaluate(
        """async (form) => {
        const store = await import('/static/field/store.js');
        const drafts = await import('/static/field/drafts.js');
        const draft = drafts.blank(form, await store.fact('device'));
        await store.put('drafts', draft);
        location.hash = `#/draft/${draft.id}`;
        }""",
        EVERY_KIND,
    )
    page.wait_for_selector("#item-text")
    return page


def test_any_form_is_drawn_filled_in_and_sent(context: Any, wire: Wire, read: Any) -> None:
    page = opened(context, wire)
    key = page.url.rpartition("/")[2]
    main = ".bottom .primary"
    assert page.inner_text(main) == "下一项：围挡"
    page.click("#item-fence button:has-text('不符合')")
    page.fill("#remark-fence", "缺口2处")
    assert page.inner_text(main) == "下一项：围挡", "what is not passed owes its photo"
    given = [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg("#123456")}]
    page.set_input_files("#item-fence input[type=file]", given)
    page.wait_for_selector("#item-fence .photo img[src]")
    page.click("#item-water button:has-text('否')")
    page.fill("#q-pm", "9x")
    assert "请填数字" in page.inner_text("#item-pm")
    page.fill("#q-pm", "96.50")
    assert "超出范围" in page.inner_text("#item-pm")
    page.click("#item-grade button:has-text('重点')")
    page.click("#item-who button:has-text('业主')")
    page.click("#item-who button:has-text('施工')")
    page.focus("#item-category button:has-text('其他')")
    page.keyboard.press("ArrowLeft")
    page.fill("#q-text", "各种问题都填了")
    assert page.inner_text(main) == "下一项：签名"
    pad = page.locator("canvas.pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=5)
    page.mouse.up()
    page.wait_for_selector(f"{main}:has-text('提交')")
    look(page, "every-kind")
    page.click(main)
    stands(page, key, "已接收")
    ((sent,),) = read("SELECT sent FROM field_receipt WHERE item = ?", hexed(key))
    body = json.loads(sent)["body"]
    assert body["answers"] == {
        "fence": "fail",
        "water": "no",
        "pm": "96.50",
        "grade": "重点",
        "who": ["施工", "业主"],
        "category": "dust",
        "text": "各种问题都填了",
    }
    assert body["remarks"] == {"fence": "缺口2处"}
    assert body["photos"] == {"fence": [sha256(given[0]["buffer"]).hexdigest()]}
    kinds = "SELECT kind FROM files_content WHERE sha256 = ?"
    assert read(kinds, body["signature"]) == [("png",)]


def test_the_page_can_be_installed_and_its_policy_is_strict(context: Any, wire: Wire) -> None:
    page = context.new_page()
    answer = page.goto(f"{wire.url}/field/")
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    page.wait_for_selector("[data-ready]")
    assert "本机未登记" in strip(page, "missing")
    look(page, "missing")
    devtools = context.new_cdp_session(page)
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["scope"] == "/field/"
    page.evaluate("navigator.serviceWorker.ready")
    assert page.evaluate("navigator.serviceWorker.ready.then((r) => r.scope)") == f"{wire.url}/field/"
