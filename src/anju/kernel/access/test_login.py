from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from anju.kernel.access import accounts
from anju.kernel.access.models import OpenSession, User
from anju.kernel.access.proof import passwords, second_factor
from anju.kernel.access.testing import person, signed_in
from anju.kernel.audit.models import AuditRow

pytestmark = pytest.mark.django_db
GOOD, NEXT = "Vq7-Rm2=Kt9+", "Zc4-Hn8=Wp3+"
LOGIN, CODE, ACCOUNT, PASSWORD, FACTOR = (
    "/login/",
    "/login/second-factor/",
    "/account/",
    "/account/password/",
    "/account/second-factor/",
)


def with_password(user: User, password: str = GOOD) -> User:
    passwords.set_password(user, password)
    user.save()
    return user


def enrolled(user: User) -> pyotp.TOTP:
    """Enrolled half an hour ago."""
    authenticator = pyotp.TOTP(second_factor.start(user))
    then = timezone.now() - timedelta(minutes=30)
    assert second_factor.confirm(user, authenticator.at(then), then)
    return authenticator


def browser(address: str = "127.0.0.1") -> Client:
    return Client(headers={"host": "localhost"}, REMOTE_ADDR=address)


def give(client: Client, username: str, password: str = GOOD, query: str = "") -> HttpResponse:
    return client.post(f"{LOGIN}{query}", {"username": username, "password": password})


def actions() -> list[tuple[str, str, str]]:
    rows = AuditRow.objects.exclude(actor="测试").order_by("recorded_at")
    return list(rows.values_list("action", "result", "reason"))


def test_password_then_code_then_the_page_that_was_wanted() -> None:
    user = with_password(person("finance"))
    authenticator = enrolled(user)
    client = browser()
    assert client.get(ACCOUNT).headers["Location"] == "/login/?next=/account/"
    before_code = give(client, "test-finance", query="?next=/account/")
    assert before_code.headers["Location"] == "/login/second-factor/?next=%2Faccount%2F"
    # The password alone opens nothing.
    assert client.get(ACCOUNT).status_code == 302
    assert client.get(CODE).status_code == 200
    pending_key = client.cookies["sessionid"].value
    answer = client.post(f"{CODE}?next=/account/", {"code": authenticator.now()})
    assert answer.headers["Location"] == ACCOUNT
    assert client.get(ACCOUNT).status_code == 200
    assert client.cookies["sessionid"].value != pending_key
    assert actions() == [("access.login", "ok", "")]


def test_a_foreign_next_page_is_not_followed() -> None:
    with_password(person("resident"))
    answer = give(browser(), "test-resident", query="?next=https://evil.example/")
    assert answer.headers["Location"] == "/"


def test_wrong_names_and_wrong_passwords_answer_alike_and_are_audited() -> None:
    with_password(person("finance"))
    known = give(browser(), "test-finance", "wrong")
    unknown = give(browser(), "nobody-here", "wrong")
    assert (known.status_code, unknown.status_code) == (422, 422)
    sentence = "用户名或密码不对。"
    assert sentence in known.content.decode()
    assert sentence in unknown.content.decode()
    assert actions() == [("access.login", "refused", "wrong_password")] * 2
    assert not AuditRow.objects.filter(object_label__contains="nobody-here").exists()


def test_the_right_password_is_refused_during_the_lock(move_clock: Callable[[timedelta], None]) -> None:
    with_password(person("resident"))
    for _ in range(5):
        give(browser(), "test-resident", "wrong")
    locked = give(browser("10.0.0.9"), "test-resident")
    assert "登录已锁定" in locked.content.decode()
    move_clock(timedelta(minutes=30, seconds=1))
    assert give(browser(), "test-resident").status_code == 302


def test_wrong_codes_lock_too_and_the_password_does_not_clear_them() -> None:
    enrolled(with_password(person("finance")))
    client = browser()
    for number in range(5):
        give(client, "test-finance")
        assert "验证码不对" in client.post(CODE, {"code": f"x{number}"}).content.decode()
    assert "登录已锁定" in give(client, "test-finance").content.decode()


def test_a_code_cannot_be_replayed_in_another_browser() -> None:
    authenticator = enrolled(with_password(person("finance")))
    code = authenticator.now()
    first, second = browser(), browser()
    for client in (first, second):
        give(client, "test-finance")
    assert first.post(CODE, {"code": code}).status_code == 302
    assert "已用过" in second.post(CODE, {"code": code}).content.decode()


def test_a_recovery_code_replaces_the_authenticator() -> None:
    user = with_password(person("finance"))
    enrolled(user)
    code = second_factor.new_recovery_codes(user)[3]
    client = browser()
    give(client, "test-finance")
    assert client.post(CODE, {"code": code}).status_code == 302
    assert ("access.recovery_code.use", "ok", "") in actions()


def test_the_pending_step_expires(move_clock: Callable[[timedelta], None]) -> None:
    enrolled(with_password(person("finance")))
    client = browser()
    give(client, "test-finance")
    move_clock(timedelta(minutes=5, seconds=1))
    assert client.get(CODE).headers["Location"] == LOGIN


def test_first_login_forces_password_and_second_factor() -> None:
    user = with_password(person("finance"))
    user.must_change_password = True
    user.save()
    client = browser()
    give(client, "test-finance")
    assert client.get("/").headers["Location"] == PASSWORD
    assert client.get(FACTOR).headers["Location"] == PASSWORD
    weak = client.post(PASSWORD, {"current": GOOD, "new": "abc", "again": "abc"})
    assert "至少12位" in weak.content.decode()
    unlike = client.post(PASSWORD, {"current": GOOD, "new": NEXT, "again": GOOD})
    assert "两次输入不一样" in unlike.content.decode()
    assert client.post(PASSWORD, {"current": GOOD, "new": NEXT, "again": NEXT}).status_code == 302
    assert client.get(ACCOUNT).headers["Location"] == FACTOR
    page = client.get(FACTOR).content.decode()
    assert "<svg" in page
    secret = second_factor.pending_secret(user)
    assert secret
    key = client.cookies["sessionid"].value
    done = client.post(FACTOR, {"action": "confirm", "code": pyotp.TOTP(secret).now()}).content.decode()
    assert done.count("<li>") == 10
    assert client.cookies["sessionid"].value != key
    assert client.get(ACCOUNT).status_code == 200
    made = [action for action, *_ in actions()]
    assert made == [
        "access.login",
        "access.password.change",
        "access.second_factor.enrol",
        "access.recovery_code.make",
    ]


def test_residents_need_no_second_factor_and_administrators_change_after_90_days(
    move_clock: Callable[[timedelta], None],
) -> None:
    resident = browser()
    with_password(person("resident"))
    give(resident, "test-resident")
    assert resident.get(ACCOUNT).status_code == 200
    auditor = with_password(person("audit_admin"))
    assert not auditor.password_is_due
    move_clock(timedelta(days=90, minutes=1))
    assert auditor.password_is_due
    assert not User.objects.get(username="test-resident").password_is_due


def test_replacing_the_authenticator_needs_the_old_one() -> None:
    user = person("finance")
    authenticator = enrolled(user)
    client = signed_in(user)
    assert "<svg" not in client.get(FACTOR).content.decode().split("<main")[1]
    second_factor.start(user)  # left over from another session
    assert second_factor.pending_secret(user) not in client.get(FACTOR).content.decode().replace(" ", "")
    wrong = client.post(FACTOR, {"action": "replace", "code": "000000x"})
    assert wrong.status_code == 422
    assert client.post(FACTOR, {"action": "replace", "code": authenticator.now()}).status_code == 302
    assert "<svg" in client.get(FACTOR).content.decode().split("<main")[1]


def test_a_session_ends_when_idle_or_old(move_clock: Callable[[timedelta], None]) -> None:
    idle = signed_in(person("finance"))
    move_clock(timedelta(minutes=14))
    assert idle.get(ACCOUNT).status_code == 200
    move_clock(timedelta(minutes=14))
    assert idle.get(ACCOUNT).status_code == 200
    move_clock(timedelta(minutes=15, seconds=1))
    assert idle.get(ACCOUNT).status_code == 302


def test_a_session_ends_after_eight_hours_whatever_happens(move_clock: Callable[[timedelta], None]) -> None:
    busy = signed_in(person("finance"))
    for _ in range(47):  # every ten minutes, up to 7 h 50 min
        move_clock(timedelta(minutes=10))
        assert busy.get(ACCOUNT).status_code == 200
    assert busy.get(ACCOUNT).status_code == 200
    move_clock(timedelta(minutes=10, seconds=1))
    assert busy.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize(("role", "most"), [("finance", 3), ("audit_admin", 1)])
def test_the_oldest_session_gives_way(role: str, most: int, move_clock: Callable[[timedelta], None]) -> None:
    user = person(role)
    with_password(user)
    clients = []
    for _ in range(most + 1):
        move_clock(timedelta(seconds=5))
        clients.append(signed_in(user))
    opened = [client.get(ACCOUNT).status_code for client in clients]
    assert opened == [302] + [200] * most


def test_an_old_cookie_is_refused_after_logout_password_change_and_disabling() -> None:
    user = with_password(person("finance"))
    leaving, changing, other = signed_in(user), signed_in(user), signed_in(user)
    cookie = leaving.cookies["sessionid"].value
    assert leaving.post("/logout/").status_code == 302
    leaving.cookies["sessionid"] = cookie
    assert leaving.get(ACCOUNT).status_code == 302
    assert other.get(ACCOUNT).status_code == 200
    answer = changing.post(PASSWORD, {"current": GOOD, "new": NEXT, "again": NEXT})
    assert answer.headers["Location"] == ACCOUNT
    assert other.get(ACCOUNT).status_code == 302
    assert changing.get(ACCOUNT).status_code == 200
    accounts.disable(user, actor="测试", reason="离职")
    assert changing.get(ACCOUNT).status_code == 302
    assert "用户名或密码不对" in give(browser(), "test-finance", NEXT).content.decode()


def test_an_own_session_elsewhere_can_be_ended_and_a_foreign_one_not() -> None:
    user, stranger = person("finance"), person("leader")
    here, there, foreign = signed_in(user), signed_in(user), signed_in(stranger)
    handle = OpenSession.objects.get(pk=there.cookies["sessionid"].value).handle
    strange = OpenSession.objects.get(pk=foreign.cookies["sessionid"].value).handle
    assert here.post(f"/account/sessions/{strange}/end/").status_code == 404
    assert here.post(f"/account/sessions/{handle}/end/").status_code == 302
    assert there.get(ACCOUNT).status_code == 302
    assert foreign.get(ACCOUNT).status_code == 200
    assert here.get(ACCOUNT).status_code == 200


def test_forms_without_a_token_are_refused_in_chinese_and_pages_are_not_stored() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    refused = strict.post(LOGIN, {"username": "a", "password": "b"})
    assert refused.status_code == 403
    assert "这个表单已过期" in refused.content.decode()
    assert "no-store" in strict.get(LOGIN).headers["Cache-Control"]


def test_cookies_are_closed_to_scripts_and_to_plain_connections() -> None:
    client = browser()
    with_password(person("resident"))
    cookie = give(client, "test-resident").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["expires"]
