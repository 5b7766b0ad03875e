from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from anju.kernel.access import accounts
from anju.kernel.access.models import Attempt, User
from anju.kernel.access.pages import users
from anju.kernel.access.testing import person, signed_in
from anju.kernel.audit.models import AuditRow
from anju.kernel.parties.models import Kind, Organisation

pytestmark = pytest.mark.django_db
LIST = "/access/users/"
REASON = {"reason": "本人申请"}


@pytest.fixture
def admin() -> Client:
    return signed_in(person("system_admin", "sys"))


@pytest.fixture
def zhang() -> User:
    return person("finance", "zhang")


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def step(user: User, name: str) -> str:
    return f"{LIST}{user.pk}/{name}/"


def rows_since(count: int) -> list[tuple[str, str, str]]:
    found = AuditRow.objects.order_by("recorded_at")[count:]
    return list(found.values_list("action", "result", "reason"))


def password_in(text: str) -> str:
    shown = re.search(r"<b>([A-Za-z2-9]{15})</b>", text)
    assert shown
    return shown[1]


def test_the_list_is_searched_and_filtered(admin: Client, zhang: User) -> None:
    gas = Organisation.objects.create(name="蓝焰燃气", kind=Kind.COMPANY)
    accounts.create(User(username="li", name="李某", organisation=gas), actor="测试", password="x" * 15)
    assert all(name in page(admin, LIST) for name in ("测试zhang", "李某", "3个账号"))
    for query in ("q=蓝焰", "q=LI", "q=李", "standing=never&q=李", "family=business&q=li"):
        found = page(admin, f"{LIST}?{query}")
        assert "李某" in found
        assert "测试zhang" not in found
    assert "没有符合条件的账号" in page(admin, f"{LIST}?standing=locked")


def test_long_lists_have_pages_and_few_queries(
    admin: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(users, "PER_PAGE", 5)
    for number in range(6):
        person("finance", f"p{number}")
    with django_assert_max_num_queries(12):
        assert "第1页，共2页" in page(admin, LIST)


def test_a_new_account_gets_a_one_time_password_shown_once(admin: Client) -> None:
    given = {"username": " Wang ", "name": "王某", "family": "business", "organisation": ""}
    before = AuditRow.objects.count()
    answer = admin.post(f"{LIST}new/", given)
    user = User.objects.get(username="wang")
    assert user.check_password(password_in(answer.content.decode()))
    assert user.must_change_password
    assert "no-store" in answer.headers["Cache-Control"]
    assert rows_since(before) == [("access.user.create", "ok", "")]
    assert AuditRow.objects.get(action="access.user.create", actor="sys").address == "127.0.0.1"
    assert not re.search(r"<b>[A-Za-z2-9]{15}</b>", page(admin, f"{LIST}{user.pk}/"))


def test_a_taken_name_is_refused_in_a_sentence_and_what_was_typed_stays(admin: Client, zhang: User) -> None:
    given = {"username": "ZHANG", "name": "另一人", "family": "business"}
    before = AuditRow.objects.count()
    answer = admin.post(f"{LIST}new/", given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "已有人用过" in text
    assert 'value="另一人"' in text
    assert rows_since(before) == [("access.user.create", "refused", "用户名ZHANG已有人用过。")]


def test_the_first_wrong_field_has_the_focus_and_names_its_error(admin: Client) -> None:
    answer = admin.post(f"{LIST}new/", {"username": "wang", "family": "business"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写姓名。" in text
    assert re.search(r'<input[^>]*name="name"[^>]*autofocus', text)
    assert text.count("autofocus") == 1
    assert 'aria-describedby="id_name_error"' in text
    assert 'id="id_name_error"' in text


@pytest.mark.parametrize("username", ["wang li", "wang<b>", "王\u200b某"])
def test_a_user_name_is_one_plain_word(admin: Client, username: str) -> None:
    answer = admin.post(f"{LIST}new/", {"username": username, "name": "王某", "family": "business"})
    assert "用户名只用文字、数字" in answer.content.decode()
    assert User.objects.count() == 1


def test_disabling_ends_the_sessions_and_needs_a_reason(admin: Client, zhang: User) -> None:
    client = signed_in(zhang)
    assert admin.post(step(zhang, "disable"), {"reason": " "}).status_code == 422
    assert client.get("/account/").status_code == 200
    before = AuditRow.objects.count()
    assert admin.post(step(zhang, "disable"), REASON).headers["Location"].endswith("?done=disabled")
    assert client.get("/account/").status_code == 302
    assert rows_since(before) == [("access.user.disable", "ok", "本人申请")]
    assert "重新启用" in page(admin, f"{LIST}{zhang.pk}/?done=disabled")


def test_nobody_disables_himself_or_the_last_administrator_of_a_kind(admin: Client) -> None:
    system, security = User.objects.get(username="sys"), person("security_admin")
    for user, sentence in ((system, "不能停用自己的账号。"), (security, "这是最后一个在用的安全管理员账号")):
        before = AuditRow.objects.count()
        answer = admin.post(step(user, "disable"), REASON)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert [row[:2] for row in rows_since(before)] == [("access.user.disable", "refused")]
    assert not User.objects.exclude(disabled_at=None).exists()
    person("security_admin", "second")
    assert admin.post(step(security, "disable"), REASON).status_code == 302


def test_a_password_is_reset_for_others_in_use_only(admin: Client, zhang: User) -> None:
    before = AuditRow.objects.count()
    password = password_in(admin.post(step(zhang, "password"), REASON).content.decode())
    zhang.refresh_from_db()
    assert zhang.check_password(password)
    assert rows_since(before) == [("access.password.reset", "ok", "本人申请")]
    own = admin.post(step(User.objects.get(username="sys"), "password"), REASON)
    assert "自己的密码不能在这里重置" in own.content.decode()
    accounts.disable(zhang, actor="测试", reason="离职")
    assert "这个账号已停用" in admin.post(step(zhang, "password"), REASON).content.decode()


def test_a_disabled_account_is_opened_again_once(admin: Client, zhang: User) -> None:
    assert "这个账号没有停用" in admin.post(step(zhang, "enable"), REASON).content.decode()
    accounts.disable(zhang, actor="测试", reason="离职")
    password = password_in(admin.post(step(zhang, "enable"), REASON).content.decode())
    zhang.refresh_from_db()
    assert zhang.is_active
    assert zhang.check_password(password)


def test_a_locked_account_is_unlocked(admin: Client, zhang: User) -> None:
    assert "这个账号没有锁定" in admin.post(step(zhang, "unlock"), REASON).content.decode()
    for _ in range(5):
        Attempt.objects.create(username="zhang", address="10.0.0.1", recorded_at=timezone.now())
    assert "测试zhang" in page(admin, f"{LIST}?standing=locked")
    until = timezone.localtime(timezone.now() + timedelta(minutes=30))
    assert f"{until:%H:%M}自动解锁" in page(admin, f"{LIST}{zhang.pk}/")
    before = AuditRow.objects.count()
    assert admin.post(step(zhang, "unlock"), REASON).status_code == 302
    assert rows_since(before) == [("access.user.unlock", "ok", "本人申请")]
    assert "没有符合条件" in page(admin, f"{LIST}?standing=locked")


@pytest.mark.parametrize("name", ["disable", "enable", "password", "unlock", "grants/new"])
def test_no_step_without_the_token_of_the_form(admin: Client, zhang: User, name: str) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.cookies = admin.cookies
    before = AuditRow.objects.count()
    answer = strict.post(step(zhang, name), REASON)
    assert answer.status_code == 403
    assert "这个表单已过期" in answer.content.decode()
    assert AuditRow.objects.count() == before


def test_what_is_typed_is_never_markup(admin: Client) -> None:
    accounts.create(User(username="x", name="<script>"), actor="测试")
    assert "<script>" not in page(admin, f"{LIST}?q=%3Cscript%3E").split("<main")[1]
