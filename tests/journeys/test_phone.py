"""A phone in the field, in a real browser against a real server: nothing that was typed is ever lost or doubled."""

from __future__ import annotations

import json
import os
import signal
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from journeys.phones import (
    CHROMIUM,
    LONG,
    chromium,
    enrol,
    enrolled,
    hexed,
    jpeg,
    kept,
    look,
    noise,
    send_note,
    stands,
    start_note,
    strip,
    until,
)
from journeys.wire import Wire

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


# -- the network ----------------------------------------------------------------------------------------------


def test_cut_off_one_works_on_and_everything_goes_out_when_the_network_is_back(
    context: Any, wire: Wire, read: Any
) -> None:
    page = enrolled(context.new_page(), wire)
    photo = jpeg("#8f7c63")
    wire.cut()
    page.reload()  # from what the worker keeps
    page.wait_for_selector("[data-ready]")
    key = send_note(page, "北侧堆土约300平方米未覆盖", photo)
    assert "1条、1张照片待传" in strip(page, "offline")
    look(page, "offline")
    page.reload()
    stands(page, key, "待上传")
    assert read("SELECT COUNT(*) FROM field_receipt WHERE item = ?", hexed(key)) == [(0,)]
    wire.mend()
    page.click("#send")
    stands(page, key, "已接收")
    assert "全部已上传" in strip(page, "online")
    (row,) = read("SELECT status, made_at, recorded_at, sent FROM field_receipt WHERE item = ?", hexed(key))
    sent = json.loads(row[3])
    assert row[0] == "accepted"
    assert sent["body"]["answers"] == {"category": "dust", "text": "北侧堆土约300平方米未覆盖"}
    assert sent["body"]["position"]["accuracy"] == 6
    assert [shot["sha256"] for shot in sent["photos"]] == [sha256(photo).hexdigest()]
    assert read("SELECT text, lon, lat FROM field_note WHERE text = ?", sent["body"]["answers"]["text"]) == [
        ("北侧堆土约300平方米未覆盖", 118.18, 39.63)
    ]
    assert read("SELECT COUNT(*) FROM files_content WHERE sha256 = ?", sha256(photo).hexdigest()) == [(1,)]
    assert kept(page, "photos") == [], "what the server has takes no room on the phone"


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_doubles(
    context: Any, wire: Wire, read: Any
) -> None:
    page = enrolled(context.new_page(), wire)
    wire.lose_answers()
    key = send_note(page, "出口带泥，冲洗设施未用", jpeg("#336655"))
    strip(page, "offline")
    question = "SELECT status FROM field_receipt WHERE item = ?"
    page.wait_for_timeout(300)
    assert read(question, hexed(key)) == [("waiting",)], "the server has it, the phone does not know"
    stands(page, key, "待上传")
    wire.mend()
    page.click("#send")
    stands(page, key, "已接收")
    assert read(question, hexed(key)) == [("accepted",)]
    assert read("SELECT COUNT(*) FROM field_note WHERE text LIKE '出口带泥%'") == [(1,)]


# -- the browser is killed --------------------------------------------------------------------------------------


def test_a_killed_browser_still_has_its_draft_and_sends_its_outbox(
    playwright: Any, wire: Wire, read: Any, tmp_path: Path
) -> None:
    with chromium(playwright, tmp_path) as (page, process):
        page.set_default_timeout(LONG)
        enrolled(page, wire)
        wire.cut()
        sent = send_note(page, "被杀之前提交的", jpeg("#112233"))
        draft = start_note(page, "被杀之前写到一半", jpeg("#445566"))
        until(lambda: [len(row["shots"]) for row in kept(page, "drafts") if row["id"] == draft] == [1])
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
    with chromium(playwright, tmp_path) as (page, _):
        page.set_default_timeout(LONG)
        page.goto(f"{wire.url}/field/")  # the network is still cut
        stands(page, sent, "待上传")
        assert "1条、1张照片待传" in strip(page, "offline")
        page.click(f".rows a[href='#/draft/{draft}']")
        assert page.input_value("#q-text") == "被杀之前写到一半"
        page.wait_for_selector("#item-text .photo img[src]")
        wire.mend()
        page.goto(f"{wire.url}/field/#/")
        page.click("#send")
        stands(page, sent, "已接收")
        page.click(f".rows a[href='#/draft/{draft}']")
        page.click(".bottom .primary:has-text('提交')")
        stands(page, draft, "已接收")
    texts = read("SELECT text FROM field_note WHERE text LIKE '被杀之前%' ORDER BY text")
    assert texts == [("被杀之前写到一半",), ("被杀之前提交的",)]


# -- room, clock, twice, conflict -------------------------------------------------------------------------------


def test_a_full_phone_says_so_loses_nothing_and_goes_on_with_room(
    context: Any, wire: Wire, read: Any
) -> None:
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    # Before the first write: the browser remembers for half a minute how much room it saw.
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": wire.url, "quotaSize": 2_000_000})
    key = start_note(enrolled(page, wire), "空间满之前写的")
    until(lambda: [row["answers"].get("text") for row in kept(page, "drafts")] == ["空间满之前写的"])
    given = [{"name": "big.jpg", "mimeType": "image/jpeg", "buffer": noise(3000)}]
    page.set_input_files("#item-text input[type=file]", given)
    page.wait_for_selector(".troubles .notice.crit")
    assert "本机空间已满，这张照片没有存下；已填的都在。请先联网上传" in page.inner_text(".troubles")
    look(page, "full")
    assert page.input_value("#q-text") == "空间满之前写的"
    (draft,) = [row for row in kept(page, "drafts") if row["id"] == key]
    assert (draft["answers"]["text"], draft["shots"]) == ("空间满之前写的", [])
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": wire.url})
    page.set_input_files("#item-text input[type=file]", given)
    page.wait_for_selector("#item-text .photo img[src]")
    assert page.inner_text(".troubles") == ""
    page.click(".bottom .primary:has-text('提交')")
    stands(page, key, "已接收")
    digest = sha256(given[0]["buffer"]).hexdigest()
    assert read("SELECT COUNT(*) FROM field_photo WHERE sha256 = ?", digest) == [(1,)]


def test_a_clock_two_hours_fast_is_said_and_kept_and_changes_no_time(
    context: Any, wire: Wire, read: Any
) -> None:
    context.add_init_script(
        """const Real = Date; window.Date = class extends Real {
        constructor(...given) { if (given.length) { super(...given); } else { super(Real.now() + 7200000); } }
        static now() { return Real.now() + 7200000; } };"""
    )
    page = enrolled(context.new_page(), wire)
    key = send_note(page, "时钟快两小时")
    stands(page, key, "已接收")
    assert "本机时钟比服务器快2小时0分" in page.inner_text("#clock")
    look(page, "clock")
    (row,) = read(
        "SELECT made_at, recorded_at, skew_seconds, sent FROM field_receipt WHERE item = ?", hexed(key)
    )
    made, received = (datetime.fromisoformat(text) for text in row[:2])
    assert 7100 < (made - received).total_seconds() <= 7205
    assert 7195 <= row[2] <= 7205
    said = datetime.fromisoformat(json.loads(row[3])["made_at"]).replace(tzinfo=None)
    assert said == made, "the phone's own time stands"
    assert read("SELECT made_at FROM field_note WHERE text = '时钟快两小时'") == [(row[0],)]


def test_two_windows_and_a_repeated_request_double_nothing(context: Any, wire: Wire, read: Any) -> None:
    page = enrolled(context.new_page(), wire)
    other = context.new_page()
    other.goto(f"{wire.url}/field/")
    other.wait_for_selector("[data-ready]")
    wire.cut()
    keys = [send_note(page, f"两个窗口之{n}") for n in range(4)]
    stands(other, keys[-1], "待上传")  # the other window sees it without being touched
    wire.mend()
    twice = """async () => {
        const { signed } = await import('/static/field/keys.js');
        const store = await import('/static/field/store.js');
        const device = await store.fact('device');
        const items = (await store.all('outbox')).map((entry) => entry.item);
        const text = JSON.stringify({ device: device.id, sent_at: new Date().toISOString(), items });
        const body = new TextEncoder().encode(text).buffer;
        const answers = await Promise.all([1, 2, 3].map(() => signed(device, 'POST', '/field/sync/', body)));
        return Promise.all(answers.map(async (answer) => [answer.status, (await answer.json()).receipts]));
    }"""
    for window in (page, other):
        window.evaluate("import('/static/field/sending.js').then((sending) => { sending.sendNow(true); })")
    answers = page.evaluate(twice)
    assert [status for status, _ in answers] == [200] * 3
    assert answers[0] == answers[1] == answers[2]
    for key in keys:
        stands(page, key, "已接收")
        stands(other, key, "已接收")
    assert read("SELECT COUNT(*) FROM field_note WHERE text LIKE '两个窗口之%'") == [(4,)]
    marks = ",".join("?" * 4)
    counted = f"SELECT COUNT(*), COUNT(DISTINCT item) FROM field_receipt WHERE item IN ({marks})"
    assert read(counted, *map(hexed, keys)) == [(4, 4)]


def test_one_draft_is_written_in_one_window(context: Any, wire: Wire) -> None:
    page = enrolled(context.new_page(), wire)
    key = start_note(page, "只在一个窗口写")
    other = context.new_page()
    other.goto(f"{wire.url}/field/#/draft/{key}")
    other.wait_for_selector(".empty:has-text('另一个窗口正在填写这一条')")
    page.close()
    other.reload()
    other.wait_for_selector("#q-text")
    assert other.input_value("#q-text") == "只在一个窗口写"


def test_two_versions_are_both_shown_and_both_kept(context: Any, wire: Wire, read: Any) -> None:
    page = enrolled(context.new_page(), wire, "inspector")
    key = send_note(page, "先收到的一份说围挡完好")
    stands(page, key, "已接收")
    page.evaluate(
        """async (id) => {
        const store = await import('/static/field/store.js');
        await store.amend('outbox', id, (row) => {
            row.item.body.answers.text = '另一份说围挡缺口2处';
            Object.assign(row, { status: 'new', receipt: null });
        });
        await (await import('/static/field/sending.js')).sendNow(true);
        }""",
        key,
    )
    stands(page, key, "内容冲突")
    page.click(f".rows a[href='#/sent/{key}']")
    page.wait_for_selector(".version")
    shown = page.inner_text(".phone")
    assert "先收到的一份说围挡完好" in shown
    assert "另一份说围挡缺口2处" in shown
    assert "两份都已留存" in shown
    look(page, "conflict")
    rows = read("SELECT id, status, sent FROM field_receipt WHERE item = ? ORDER BY recorded_at", hexed(key))
    assert [row[1] for row in rows] == ["accepted", "conflict"]
    assert ["完好" in json.loads(row[2])["body"]["answers"]["text"] for row in rows] == [True, False]
    assert read("SELECT text FROM field_note WHERE text LIKE '%围挡%'") == [("先收到的一份说围挡完好",)]
    page.goto(f"{wire.url}/field/receipts/{UUID(rows[1][0])}/")
    office = page.inner_text("main")
    assert "先收到的一份说围挡完好" in office
    assert "另一份说围挡缺口2处" in office
    page.goto(f"{wire.url}/r/field-receipts/?status=conflict")
    assert "试验手机" in page.inner_text("main table")
    # What was typed goes on as a record of its own.
    page.goto(f"{wire.url}/field/#/sent/{key}")
    page.click(".bottom .primary:has-text('另存为新记录')")
    page.wait_for_selector("#q-text")
    again = page.url.rpartition("/")[2]
    page.click(".bottom .primary:has-text('提交')")
    stands(page, again, "已接收")
    assert read("SELECT COUNT(*) FROM field_note WHERE text LIKE '%围挡%'") == [(2,)]


# -- devices and sessions ---------------------------------------------------------------------------------------


def test_a_revoked_device_keeps_its_data_and_sends_it_after_a_new_enrolment(
    context: Any, wire: Wire, read: Any
) -> None:
    page = enrolled(context.new_page(), wire, "county")
    (device,) = page.evaluate(
        "import('/static/field/store.js').then((s) => s.fact('device').then((d) => [d.id]))"
    )
    wire.cut()
    key = send_note(page, "停用前记下的", jpeg("#aa8844"))
    wire.mend()
    admin = context.browser.new_context().new_page()
    admin.goto(f"{wire.url}/login/")
    admin.click("button[value=demo-system-admin]")
    admin.goto(f"{wire.url}/field/devices/{device}/")
    admin.fill("#reason", "手机遗失")
    admin.click("main form .btn.primary")
    admin.wait_for_selector("text=手机遗失")
    page.click("#send")
    said = strip(page, "blocked")
    assert "1条、1张照片待传" in said
    assert "这台设备已停用。数据仍在本机，请联系系统管理员后重新登记。" in said
    look(page, "revoked")
    (entry,) = kept(page, "outbox")
    assert (entry["id"], entry["status"]) == (key, "new")
    assert len(kept(page, "photos")) == 1
    assert read("SELECT COUNT(*) FROM field_receipt WHERE item = ?", hexed(key)) == [(0,)]
    enrol(page, wire)
    page.goto(f"{wire.url}/field/")
    stands(page, key, "已接收")
    revoked = "SELECT revoked_because FROM field_device WHERE id = ?"
    assert read(revoked, hexed(device)) == [("手机遗失",)]
    assert read("SELECT COUNT(*) FROM field_note WHERE text = '停用前记下的'") == [(1,)]


def test_signing_out_takes_nothing_away_and_the_phone_sends_without_a_session(
    context: Any, wire: Wire, read: Any
) -> None:
    page = enrolled(context.new_page(), wire)
    key = start_note(page, "退出之前的草稿")
    page.click(".bottom .btn:has-text('存草稿')")
    page.wait_for_selector(f".rows a[href='#/draft/{key}']")
    page.click("a[href='#/device']")
    page.click("#sign-out")
    page.wait_for_selector(".told .notice")
    assert "已退出登录。未上传的0条、0张照片和1份草稿仍在本机。" in page.inner_text(".told")
    look(page, "device")
    assert "sessionid" not in {cookie["name"] for cookie in context.cookies()}
    page.goto(f"{wire.url}/field/#/draft/{key}")
    page.click(".bottom .primary:has-text('提交')")
    stands(page, key, "已接收")
    assert read("SELECT COUNT(*) FROM field_note WHERE text = '退出之前的草稿'") == [(1,)]
