"""What a phone sends is kept once, whole, and answered with a receipt; everything else is refused and said so."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from anju.kernel.access import accounts
from anju.kernel.access.models import Grant, User
from anju.kernel.audit.models import AuditRow
from anju.kernel.field import enrolment, kinds, rates, testing
from anju.kernel.field.conftest import Phone, body_in
from anju.kernel.field.models import Attachment, Device, Note, Photo, Receipt
from anju.kernel.field.receiving import items
from anju.kernel.field.testing import jpeg, note, sha256
from anju.kernel.files import FileRefused, copies, open_original, open_served
from anju.kernel.files.models import Content, StoredFile


def told(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def turned_away(answer: Any, status: int, code: str) -> dict[str, Any]:
    said = answer.json()
    assert (answer.status_code, said["code"]) == (status, code), said
    assert said["sentence"]
    assert said["next_step"]
    assert said["now"]
    return dict(said)


def test_a_note_becomes_a_row_and_its_receipt_names_it(phone: Phone) -> None:
    item = note("围挡缺口2处")
    answer = told(phone.sync(item))
    (receipt,) = answer["receipts"]
    kept = Note.objects.get()
    assert (receipt["id"], receipt["status"], receipt["key"]) == (item["id"], "accepted", str(kept.key))
    assert (kept.text, kept.category, kept.made_by) == ("围挡缺口2处", "dust", phone.device.user.username)
    assert (kept.lon, kept.lat, kept.accuracy) == (118.18, 39.63, 6.0)
    assert kept.made_at.isoformat() == item["made_at"]
    assert kept.area == phone.device.user.organisation.area
    assert Receipt.objects.get().sent == item
    assert answer["missing"] == []
    actions = AuditRow.objects.filter(action__startswith="field.").values_list("action", "result")
    assert sorted(actions) == [("field.item", "ok"), ("field.sync", "ok")]


def test_the_same_again_gives_the_same_receipt_and_nothing_doubled(phone: Phone) -> None:
    item = note()
    first, second = told(phone.sync(item)), told(phone.sync(item, item))
    assert second["receipts"] == first["receipts"] * 2
    assert (Receipt.objects.count(), Note.objects.count()) == (1, 1)


def test_another_content_under_the_same_id_is_kept_beside_the_first(phone: Phone) -> None:
    item = note("第一份")
    told(phone.sync(item))
    other = item | {"body": note("第二份")["body"]}
    (receipt,) = told(phone.sync(other))["receipts"]
    assert receipt["status"] == "conflict"
    assert receipt["kept"]["sent"] == item
    assert [row.sent for row in Receipt.objects.order_by("id")] == [item, other]
    assert Note.objects.get().text == "第一份"
    (again,) = told(phone.sync(other))["receipts"]
    assert again == receipt
    assert Receipt.objects.count() == 2


def test_a_conflict_with_another_persons_item_shows_nothing_of_it(phone: Phone) -> None:
    item = note("别人的")
    told(phone.sync(item))
    stranger = person_of("office", "乙县")
    other = item | {"body": note("我的")["body"]}
    answer = Phone(stranger).sync(other)
    assert told(answer)["receipts"][0]["status"] == "conflict"
    assert "别人的" not in answer.content.decode()


def person_of(role: str, county: str) -> User:
    from anju.kernel.access.testing import person

    body = body_in(county)
    user = person(role, f"{role}-{county}", area=body.area)
    user.organisation = body
    user.save()
    return user


# -- photos ---------------------------------------------------------------------------------------------------


def test_an_item_waits_for_its_photos_and_is_handled_with_the_last(phone: Phone) -> None:
    first, second = jpeg(1), jpeg(2)
    names = (sha256(first), sha256(second))
    answer = told(phone.sync(note(photos=names)))
    assert answer["receipts"][0]["status"] == "waiting"
    assert answer["missing"] == list(names)
    assert Note.objects.count() == 0
    assert told(phone.put(second))["receipts"] == []
    last = told(phone.put(first))
    assert [r["status"] for r in last["receipts"]] == ["accepted"]
    shots = Note.objects.get().receipt.attachments.all()
    assert [shot.photo.file.sha256 for shot in shots] == list(names)
    assert open_original(shots[0].photo.file).read() == first


def test_photos_may_come_first_and_twice(phone: Phone) -> None:
    data = jpeg(3)
    one, two = told(phone.put(data)), told(phone.put(data))
    assert one["received_at"] == two["received_at"]
    assert told(phone.sync(note(photos=(sha256(data),))))["receipts"][0]["status"] == "accepted"
    assert (Photo.objects.count(), StoredFile.objects.count(), Content.objects.count()) == (1, 1, 1)


def test_a_photo_is_not_had_by_knowing_its_hash(phone: Phone) -> None:
    data = jpeg(4)
    told(phone.put(data))
    stranger = Phone(person_of("office", "乙县"))
    answer = told(stranger.sync(note(photos=(sha256(data),))))
    assert answer["missing"] == [sha256(data)]
    assert told(stranger.put(data))["receipts"][0]["status"] == "accepted"
    assert (Photo.objects.count(), Content.objects.count()) == (2, 1)


def test_a_photo_opens_only_once_its_safe_copy_is_made(phone: Phone) -> None:
    told(phone.put(jpeg(5)))
    stored = StoredFile.objects.get()
    with pytest.raises(FileRefused, match="安全副本还在生成"):
        open_served(stored)
    assert copies.make() == 1
    assert copies.make() == 0
    stored.content.refresh_from_db()
    assert open_served(stored).read().startswith(b"\xff\xd8\xff")


def test_a_photo_that_cannot_be_copied_says_so_and_keeps_its_original(phone: Phone) -> None:
    half = jpeg(6, (400, 300))[:700]  # its head is whole, its pixels are cut off
    told(phone.put(half))
    assert copies.make() == 0
    stored = StoredFile.objects.select_related("content").get()
    with pytest.raises(FileRefused, match=r"损坏|不完整"):
        open_served(stored)
    assert open_original(stored).read() == half


@pytest.mark.parametrize(
    ("data", "sha", "code"),
    [
        (jpeg(7), "0" * 64, "wrong_hash"),
        (b"MZ\x90 a program", "", "not_a_photo"),
        (b"%PDF-1.7", "", "not_a_photo"),
        (b"\xff\xd8\xff" + b"x" * 90, "", "photo_refused"),
    ],
)
def test_bytes_that_are_not_the_photo_are_refused(phone: Phone, data: bytes, sha: str, code: str) -> None:
    turned_away(phone.put(data, sha), 422, code)
    assert (Photo.objects.count(), Content.objects.count()) == (0, 0)


# -- who sends ------------------------------------------------------------------------------------------------


def test_a_bad_signature_an_unknown_device_and_a_body_changed_on_the_way_are_turned_away(
    phone: Phone,
) -> None:
    path, at = "/field/sync/", timezone.now()
    body = testing.envelope(str(phone.device.pk), [note()], at)
    stranger = testing.Key().headers(str(phone.device.pk), "POST", path, body, at)
    turned_away(phone.call("POST", path, body, **stranger), 401, "unknown")
    turned_away(phone.call("POST", path, body, **{"Anju-Device": str(uuid4())}), 401, "unknown")
    turned_away(phone.call("POST", path, body, **{"Anju-Signature": "???"}), 401, "unknown")
    own = phone.key.headers(str(phone.device.pk), "POST", path, body, at)
    changed = body.replace("未覆盖".encode(), "已覆盖".encode())
    turned_away(phone.call("POST", path, changed, **own), 401, "unknown")
    # Signed for one address, it opens no other.
    turned_away(phone.call("PUT", f"/field/photos/{'0' * 64}/", body, **own), 401, "unknown")
    assert Receipt.objects.count() == 0
    assert AuditRow.objects.filter(action="field.request", result="refused").count() == 5


def test_nobody_without_a_signature_is_told_anything(db: None) -> None:
    client = Client(headers={"host": "localhost"})
    turned_away(client.post("/field/sync/", b"{}", content_type="application/json"), 401, "unknown")
    turned_away(client.put("/field/photos/00/", b"x"), 401, "unknown")
    turned_away(client.get("/field/tasks/"), 401, "unknown")


def test_a_revoked_device_and_a_disabled_user_are_refused_with_a_sentence(phone: Phone) -> None:
    enrolment.revoke(phone.device, actor="管理员", reason="遗失", now=timezone.now())
    said = turned_away(phone.sync(note()), 403, "revoked")
    assert said["sentence"] == "这台设备已停用。"
    turned_away(phone.put(jpeg()), 403, "revoked")
    other = Phone(phone.device.user)
    accounts.disable(phone.device.user, actor="管理员", reason="离岗")
    turned_away(other.sync(note()), 403, "disabled")
    assert Receipt.objects.count() == 0


def test_rights_are_those_of_the_moment(phone: Phone) -> None:
    Grant.objects.filter(user=phone.device.user).update(valid_to=timezone.localdate())
    (receipt,) = told(phone.sync(note()))["receipts"]
    assert (receipt["status"], receipt["sentence"]) == ("refused", "您现在没有上报这种记录的权限。")
    assert Note.objects.count() == 0
    assert Receipt.objects.get().sent["body"]["answers"]["text"] == "北侧堆土未覆盖"


def test_rights_are_asked_again_when_the_last_photo_comes(phone: Phone) -> None:
    data = jpeg(8)
    told(phone.sync(note(photos=(sha256(data),))))
    Grant.objects.filter(user=phone.device.user).update(valid_to=timezone.localdate())
    assert told(phone.put(data))["receipts"][0]["status"] == "refused"


def test_a_subject_outside_the_scope_is_refused(phone: Phone) -> None:
    own, foreign = phone.device.user.organisation.area, body_in("乙县").area
    wanted = [f"area:{own.pk}", f"area:{foreign.pk}", f"case:{uuid4()}", "area:x", "planet:1"]
    receipts = told(phone.sync(*(note(subject=subject) for subject in wanted)))["receipts"]
    assert [r["status"] for r in receipts] == ["accepted", *["refused"] * 4]
    assert receipts[1]["sentence"] == "记录的对象不在您的管理范围内。"
    assert Note.objects.get().area == own


# -- what cannot be read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b'{"items": 1}', b"[" * 5000, b'{"device": NaN}', b'{"a": "\\ud800"}']
)
def test_what_is_no_sync_is_turned_away_whole(phone: Phone, body: bytes) -> None:
    turned_away(phone.call("POST", "/field/sync/", body), 400, "malformed")


def test_the_device_in_the_body_is_the_one_that_signs(phone: Phone) -> None:
    body = testing.envelope(str(uuid4()), [note()], timezone.now())
    turned_away(phone.call("POST", "/field/sync/", body), 400, "malformed")


@pytest.mark.parametrize("item", [1, {}, {"id": "x"}, {"id": str(uuid4())}, {"id": None}])
def test_an_item_without_a_usable_id_turns_the_whole_away(phone: Phone, item: Any) -> None:
    turned_away(phone.sync(item), 400, "malformed")


@pytest.mark.parametrize(
    "change",
    [
        {"body": 1},
        {"body": {"a": "\0"}},
        {"made_at": "yesterday"},
        {"made_at": "2026-01-01T00:00:00"},
        {"made_at": "0001-01-01T00:00:00+14:00"},
        {"photos": 1},
        {"photos": [{"sha256": "x"}]},
        {"photos": [{"sha256": "0" * 64}] * 2},
        {"photos": [{"sha256": "0" * 64, "lon": 181}]},
        {"photos": [{"sha256": "0" * 64, "lon": "118"}]},
        {"kind": "x" * 61},
    ],
)
def test_a_faulty_item_is_kept_and_refused_and_holds_up_no_other(
    phone: Phone, change: dict[str, Any]
) -> None:
    faulty, good = note() | change, note("好的")
    receipts = told(phone.sync(faulty, good))["receipts"]
    assert [r["status"] for r in receipts] == ["refused", "accepted"]
    assert receipts[0]["sentence"] == "这一条的格式不对，服务器读不懂。"
    assert faulty["id"] in Receipt.objects.get(status="refused").sent["raw"]
    assert told(phone.sync(faulty))["receipts"] == receipts[:1]


@pytest.mark.parametrize("change", [{"kind": "field.unknown"}, {"kind": 7}, {"kind": None}])
def test_an_unknown_kind_is_refused(phone: Phone, change: dict[str, Any]) -> None:
    (receipt,) = told(phone.sync(note() | change))["receipts"]
    assert (receipt["status"], receipt["sentence"]) == ("refused", "服务器不认识这种记录。")


@pytest.mark.parametrize(
    "answers", [None, {}, {"category": "dust"}, {"category": "x", "text": "y"}, {"category": [], "text": "y"}]
)
def test_a_note_without_category_or_text_is_refused(phone: Phone, answers: Any) -> None:
    assert told(phone.sync(note(answers=answers)))["receipts"][0]["status"] == "refused"


@pytest.mark.parametrize("position", [{"lon": 999}, {"lat": "x"}, {"accuracy": True}])
def test_a_position_that_is_none_is_refused(phone: Phone, position: Any) -> None:
    assert told(phone.sync(note(position=position)))["receipts"][0]["status"] == "refused"


def test_a_handler_that_breaks_refuses_its_item_only(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = kinds.Kind("field.broken", "field.note", f"{__name__}.breaks")
    monkeypatch.setitem(kinds.KINDS, "field.broken", broken)
    with caplog.at_level(logging.CRITICAL):
        receipts = told(phone.sync(note() | {"kind": "field.broken"}, note()))["receipts"]
    assert [r["status"] for r in receipts] == ["refused", "accepted"]
    assert not Device.objects.filter(name="half done").exists()


def breaks(body: Any, sender: Any) -> str:
    sender.device.name = "half done"
    sender.device.save()
    raise ZeroDivisionError


def test_too_much_at_once_is_turned_away(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(items, "SYNC_BYTES", 3000)
    turned_away(phone.sync(note("长" * 2000)), 413, "too_large")
    monkeypatch.undo()
    monkeypatch.setattr(items, "MOST_ITEMS", 1)
    turned_away(phone.sync(note(), note()), 413, "too_large")
    assert Receipt.objects.count() == 0


def test_a_device_that_asks_without_pause_is_slowed_down(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "DEVICE_A_MINUTE", 2)
    assert [phone.sync().status_code for _ in range(3)] == [200, 200, 429]


# -- clocks, tasks --------------------------------------------------------------------------------------------


def test_a_wrong_clock_is_told_and_kept_and_changes_nothing(phone: Phone) -> None:
    phone.ahead = timedelta(hours=2)
    item = note()
    item["made_at"] = (timezone.now() + phone.ahead).isoformat()
    answer = told(phone.sync(item))
    assert 7195 <= answer["skew_seconds"] <= 7205
    receipt = Receipt.objects.get()
    assert receipt.made_at is not None
    assert receipt.made_at.isoformat() == item["made_at"] == Note.objects.get().made_at.isoformat()
    assert receipt.skew_seconds == answer["skew_seconds"] == Device.objects.get().skew_seconds


def test_tasks_come_whole_and_once(phone: Phone) -> None:
    answer = phone.call("GET", "/field/tasks/")
    said = told(answer)
    assert [form["kind"] for form in said["forms"]] == ["field.note"]
    assert [area["name"] for area in said["areas"]] == ["甲县"]
    again = phone.call("GET", "/field/tasks/", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    json.dumps(said["forms"])


def test_an_old_signature_opens_no_tasks(phone: Phone) -> None:
    phone.ahead = timedelta(days=-2)
    turned_away(phone.call("GET", "/field/tasks/"), 403, "clock")


def test_nothing_is_kept_of_a_photo_that_no_item_names_but_its_receipt(phone: Phone) -> None:
    told(phone.put(jpeg(9)))
    assert (Photo.objects.count(), Attachment.objects.count()) == (1, 0)
