from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from anju.kernel.access import accounts
from anju.kernel.access.commands import access
from anju.kernel.access.models import Attempt, Grant, User
from anju.kernel.access.permissions import roles_of
from anju.kernel.access.proof import lockout
from anju.kernel.access.proof.standing import UNUSED, sleeping, suspend_sleeping, with_standing
from anju.kernel.access.testing import person, signed_in
from anju.kernel.audit.models import AuditRow

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 30, 12, tzinfo=timezone.get_default_timezone())
# 90 days before 30 June: April has 30 days, May 31, and 29 of June are over.
EDGE = datetime(2026, 4, 1, tzinfo=timezone.get_default_timezone())
MINUTE = timedelta(minutes=1)


def account(username: str, family: str = "business", **facts: object) -> User:
    """Made long ago and used lately, unless said otherwise."""
    user = accounts.create(User(username=username, name=username, family=family), actor="测试")
    long_ago = NOW - timedelta(days=400)
    User.objects.filter(pk=user.pk).update(**{"recorded_at": long_ago, "last_active": NOW} | facts)
    user.refresh_from_db()
    return user


def failures(username: str, times: int) -> None:
    for n in range(times):
        Attempt.objects.create(username=username, address="10.0.0.1", recorded_at=NOW - n * MINUTE)


def names() -> list[str]:
    return [user.username for user in sleeping(NOW.date())]


def test_each_account_has_the_first_standing_that_applies() -> None:
    account("active")
    account("changing", must_change_password=True)
    account("never", last_active=None, recorded_at=NOW)
    account("asleep", last_active=NOW - timedelta(days=91))
    account("locked", must_change_password=True)
    failures("locked", 5)
    account("typing")
    failures("typing", 4)
    account("gone", disabled_at=NOW)
    failures("gone", 5)
    assert dict(with_standing(NOW).values_list("username", "standing")) == {
        "active": "active",
        "changing": "must_change",
        "never": "never",
        "asleep": "asleep",
        "locked": "locked",
        "typing": "active",
        "gone": "disabled",
    }


def test_ninety_days_without_use_are_counted_to_the_day() -> None:
    account("before", last_active=EDGE - MINUTE)
    account("after", last_active=EDGE)
    assert names() == ["before"]


def test_a_new_account_and_a_fresh_password_have_time_to_be_used() -> None:
    account("new", last_active=None, recorded_at=EDGE)
    account("old", last_active=None, recorded_at=EDGE - MINUTE)
    account("reset", last_active=EDGE - MINUTE, password_changed_at=EDGE)
    account("disabled", last_active=EDGE - MINUTE, disabled_at=NOW)
    assert names() == ["old"]


def test_suspending_is_audited_and_leaves_the_last_administrator_of_a_kind() -> None:
    for username, family in (("a", "business"), ("b", "security_admin"), ("c", "security_admin")):
        account(username, family, last_active=EDGE - MINUTE)
    assert [user.username for user in suspend_sleeping(NOW.date(), actor="夜间")] == ["a", "b"]
    rows = AuditRow.objects.filter(action="access.user.disable").order_by("recorded_at")
    assert list(rows.values_list("actor", "object_label", "reason")) == [
        ("夜间", "a（a）", UNUSED),
        ("夜间", "b（b）", UNUSED),
    ]
    assert suspend_sleeping(NOW.date(), actor="夜间") == []


def test_the_command_names_whom_it_suspended() -> None:
    account("zhang", last_active=timezone.now() - timedelta(days=92))
    account("li", last_active=timezone.now())
    done = CliRunner().invoke(access, ["suspend-sleeping"], catch_exceptions=False)
    assert "zhang　zhang\n" in done.output
    assert "停用1个账号" in done.output
    assert list(User.objects.filter(disabled_at=None).values_list("username", flat=True)) == ["li"]


def test_an_account_opened_again_has_no_grants_and_is_not_closed_the_next_night() -> None:
    user = person("finance")
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(recorded_at=EDGE, last_active=EDGE)
    accounts.disable(user, actor="甲", reason="久未使用")
    assert client.get("/account/").status_code == 302
    password = accounts.enable(user, actor="甲", reason="回来上班")
    user = User.objects.get(pk=user.pk)
    assert user.is_active
    assert user.must_change_password
    assert user.check_password(password)
    assert roles_of(user) == frozenset()
    assert Grant.objects.filter(user=user, superseded_at__isnull=False).count() == 1
    assert not sleeping(date.today()).exists()


def test_forgiving_ends_the_lock_of_the_account_only() -> None:
    failures("zhang", 5)
    assert list(lockout.locked_accounts(NOW)) == ["zhang"]
    assert lockout.locked_accounts(NOW)["zhang"] == NOW + timedelta(minutes=30)
    lockout.forgive("zhang", NOW + MINUTE)
    assert lockout.locked_accounts(NOW + MINUTE) == {}
    assert lockout.locked_until("zhang", "10.0.0.9", NOW + MINUTE) is None
