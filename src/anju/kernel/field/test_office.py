"""Enrolment, devices, and what the office makes of a note."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from anju.kernel.access import login
from anju.kernel.access.models import OpenSession, User
from anju.kernel.access.session_store import SessionStore
from anju.kernel.access.testing import person, signed_in
from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.field import enrolment, sample, testing
from anju.kernel.field.conftest import Phone
from anju.kernel.field.models import Device, Note, Receipt
from anju.kernel.files import copies
from anju.kernel.findings.models import Finding


def offered(client: Client, key: testing.Key, **changes: Any) -> Any:
    """What the enrolment page answers to a browser with this key."""
    page = client.get("/field/enrol/").content.decode()
    (challenge,) = re.findall(r'data-challenge="([^"]+)"', page) or [""]
    offer = {"name": "手机", "public_key": key.public, "signature": key.sign(challenge.encode())}
    body = json.dumps(offer | changes)
    return client.post("/field/enrol/", body, content_type="application/json")


def test_a_phone_is_enrolled_by_proving_its_key_and_the_same_key_again_is_the_same(inspector: User) -> None:
    client, key = signed_in(inspector), testing.Key()
    first, again = offered(client, key), offered(client, key)
    assert first.json() == again.json()
    device = Device.objects.get()
    assert first.json() == {
        "id": str(device.pk),
        "name": "手机",
        "user": str(inspector.pk),
        "user_name": inspector.name,
    }
    assert AuditRow.objects.filter(action="field.device.enrol", result="ok").count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signature": testing.Key().sign(b"x")}, "没能证明密钥在本机。"),
        ({"public_key": "AAAA"}, "没能证明密钥在本机。"),
        ({"name": " "}, "没有写设备名称，或超过60个字。"),
        ({"name": 7}, "登记的内容读不出来。"),
    ],
)
def test_what_does_not_prove_itself_is_not_enrolled(
    inspector: User, changes: dict[str, Any], sentence: str
) -> None:
    answer = offered(signed_in(inspector), testing.Key(), **changes)
    assert (answer.status_code, answer.json()["sentence"]) == (422, sentence)
    assert not Device.objects.exists()


def test_a_challenge_serves_once(inspector: User) -> None:
    client, key = signed_in(inspector), testing.Key()
    client.get("/field/enrol/")
    offer = {"name": "手机", "public_key": key.public, "signature": key.sign(b"")}
    for sentence in ("没能证明密钥在本机。", "登记页面已过期。"):
        answer = client.post("/field/enrol/", json.dumps(offer), content_type="application/json")
        assert answer.json()["sentence"] == sentence


def test_without_the_second_factor_in_this_session_nothing_is_enrolled(inspector: User) -> None:
    client = signed_in(inspector)
    key = client.cookies["sessionid"].value
    session = SessionStore(key)
    session[login.VERIFIED] = False
    session.save()
    assert OpenSession.objects.filter(pk=key).exists()
    assert client.get("/field/enrol/").status_code == 302, "the middleware asks for it first"
    request = type("R", (), {"session": session})
    assert not enrolment.is_verified(request)  # type: ignore[arg-type]


def test_the_demonstrations_login_counts_only_where_it_is_on(settings: Any) -> None:
    request: Any = type("R", (), {"session": {login.BACKEND: enrolment.DEMO_BACKEND, login.VERIFIED: True}})
    settings.ANJU_DEMO = True
    assert enrolment.is_verified(request)
    settings.ANJU_DEMO = False
    assert not enrolment.is_verified(request)


def test_a_person_has_three_live_devices_at_most(inspector: User) -> None:
    client = signed_in(inspector)
    assert [offered(client, testing.Key()).status_code for _ in range(3)] == [200] * 3
    key = testing.Key()
    assert enrolled_by_force(client, key) == "您已登记3台设备，达到上限。"
    device = Device.objects.order_by("recorded_at")[0]
    enrolment.revoke(device, actor="管理员", reason="换机", now=timezone.now())
    assert offered(client, key).status_code == 200


def enrolled_by_force(client: Client, key: testing.Key) -> str:
    """Past the page, which no longer shows its form: with a challenge out of the session."""
    client.get("/field/enrol/")
    session = SessionStore(client.cookies["sessionid"].value)
    words = f"anju.field.enrol\n{session['field_challenge']}"
    offer = {"name": "手机", "public_key": key.public, "signature": key.sign(words.encode())}
    answer = client.post("/field/enrol/", json.dumps(offer), content_type="application/json")
    return str(answer.json()["sentence"])


def test_the_system_administrator_ends_a_device_with_a_reason(phone: Phone) -> None:
    admin = signed_in(person("system_admin"))
    address = f"/field/devices/{phone.device.pk}/"
    assert address in admin.get("/field/devices/").content.decode()
    assert address not in admin.get("/field/devices/?q=nobody").content.decode()
    refused = admin.post(address, {"reason": " "})
    assert (refused.status_code, "没有写停用原因。" in refused.content.decode()) == (422, True)
    assert admin.post(address, {"reason": "遗失"}).status_code == 302
    phone.device.refresh_from_db()
    assert (phone.device.revoked_because, phone.device.is_live) == ("遗失", False)
    row = AuditRow.objects.get(action="field.device.revoke")
    assert (row.actor, row.reason) == ("test-system_admin", "遗失")


def test_a_note_becomes_a_finding_with_a_case_and_is_accepted_by_another(phone: Phone) -> None:
    data = testing.jpeg(1)
    phone.put(data)
    phone.sync(testing.note("出口带泥", (testing.sha256(data),)))
    copies.make()
    note, body = Note.objects.get(), phone.device.user.organisation
    office = signed_in(person("office", area=body.area))
    county = signed_in(person("county", area=body.area))
    address = f"/field/notes/{note.key}/"
    assert office.get(address).status_code == 200
    day = str(timezone.localdate() + timedelta(days=3))
    given = {"grade": "high", "owner": str(body.pk), "deadline": day, "words": "尽快整改"}
    assert county.post(address, given).status_code == 422, "a county makes no cases"
    for wrong in ({"owner": ""}, {"grade": "x"}, {"deadline": "2020-01-01"}, {"deadline": "2020-99-99"}):
        assert office.post(address, given | wrong).status_code == 422
    assert not Case.objects.exists()
    assert office.post(address, given).status_code == 302
    assert office.post(address, given).status_code == 422, "once"
    case, finding = Case.objects.get(), Finding.objects.get()
    assert (finding.rule, finding.grade, finding.message) == ("field.note", "high", "出口带泥")
    assert (case.kind, case.owner, case.correlation) == ("field.note", body, finding.correlation)
    assert Note.objects.current().get(key=note.key).finding == finding
    page = f"/field/findings/{finding.pk}/"
    assert f'href="{page}"' in county.get("/cases/").content.decode()
    assert county.post(page, {"step": "submit", "outcome": "corrected", "note": "已冲洗"}).status_code == 302
    assert county.post(page, {"step": "accept"}).status_code == 422
    assert office.post(page, {"step": "return", "note": "请补照片"}).status_code == 302
    assert county.post(page, {"step": "submit", "outcome": "corrected", "note": "已补"}).status_code == 302
    assert office.post(page, {"step": "accept", "note": "同意"}).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.finding.state) == ("closed", "corrected")


def test_a_photo_is_shown_once_its_copy_is_made_and_its_opening_is_written_down(phone: Phone) -> None:
    data = testing.jpeg(2)
    phone.put(data)
    phone.sync(testing.note("照片", (testing.sha256(data),)))
    shot = Receipt.objects.get().attachments.get()
    client = signed_in(person("office", area=phone.device.user.organisation.area))
    address = f"/field/pictures/{shot.pk}/"
    assert client.get(address).status_code == 409
    copies.make()
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert AuditRow.objects.filter(action="files.read").count() == 1


def test_a_case_is_something_to_do_in_the_field(phone: Phone) -> None:
    phone.sync(testing.note("先记下"))
    note, body = Note.objects.get(), phone.device.user.organisation
    from anju.kernel.field import notes

    handed = notes.Handed("warn", body, timezone.now() + timedelta(days=1))
    case = notes.make_finding(note, handed, actor="x", now=timezone.now())
    (task,) = phone.call("GET", "/field/tasks/").json()["tasks"]
    assert (task["title"], task["subject"]) == ("先记下", f"case:{case.pk}")
    (receipt,) = phone.sync(testing.note("到了现场", subject=task["subject"])).json()["receipts"]
    assert receipt["status"] == "accepted"
    assert Note.objects.get(text="到了现场").area == body.area


@pytest.mark.django_db
def test_the_sample_shows_every_state_once_and_is_made_once() -> None:
    from anju.kernel.access import sample as people
    from anju.kernel.parties import sample as parties

    parties.build()
    people.build()
    sample.build()
    sample.build()
    states = sorted(Receipt.objects.values_list("status", flat=True))
    # Five seen, one of them waiting for its photo; one without text; one in two versions; one with a fast clock.
    assert states == ["accepted"] * 6 + ["conflict", "refused", "waiting"]
    assert Receipt.objects.filter(skew_seconds=7200).count() == 1
    assert not Device.objects.filter(revoked_at=None).exists()
    assert Case.objects.get().kind == "field.note"
