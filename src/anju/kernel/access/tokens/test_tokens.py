"""Tokens of other programs: what they open, and when they no longer do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from anju.kernel.access import accounts
from anju.kernel.access.commands import access
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import User
from anju.kernel.access.testing import person, signed_in
from anju.kernel.access.tokens import issuing
from anju.kernel.access.tokens.models import Token
from anju.kernel.audit.models import AuditRow

pytestmark = pytest.mark.django_db
ADDRESS = "/api/sta/v1.1/"


def issued(user: User, opens: str = "sensorthings", days: int = 30) -> str:
    today = timezone.localdate()
    wish = issuing.Wish(user, "样例程序", opens, today + timedelta(days=days))
    return issuing.issue(wish, actor="测试", today=today)


def status(secret: str, address: str = ADDRESS, method: str = "get") -> int:
    client = Client(
        headers={"host": "localhost", "authorization": f"Bearer {secret}"}, enforce_csrf_checks=True
    )
    answer: Any = getattr(client, method)(address)
    return int(answer.status_code)


def test_a_token_opens_its_interface_and_nothing_else() -> None:
    secret = issued(person("leader"))
    assert status(secret) == 200
    assert status(secret, "/metrics") == 401
    # A page is for people: neither does a token read one, nor send a form without its protection.
    assert [status(secret, "/cases/", method) for method in ("get", "post")] == [302, 302]


def test_only_the_digest_is_kept_and_issuing_is_audited() -> None:
    secret = issued(person("leader"))
    row = Token.objects.get()
    assert secret.removeprefix("anju_") not in str(vars(row))
    assert AuditRow.objects.get(action="access.token.issue").object_id == str(row.pk)


def test_a_token_ends_with_its_day_its_account_or_by_hand() -> None:
    """An ended token is refused with a row in the audit under its account's name."""
    late, closed, taken = (person("leader", f"program-{n}") for n in range(3))
    secrets = [issued(late), issued(closed), issued(taken)]
    assert [status(secret) for secret in secrets] == [200, 200, 200]
    Token.objects.filter(user=late).update(valid_to=timezone.localdate() - timedelta(days=1))
    accounts.disable(closed, actor="测试", reason="测试")
    issuing.end(Token.objects.get(user=taken), actor="测试", reason="测试")
    assert [status(secret) for secret in secrets] == [401, 401, 401]
    refused = AuditRow.objects.filter(action="access.token", result="refused").order_by("id")
    assert [row.actor for row in refused] == [late.username, closed.username, taken.username]


def test_its_use_counts_as_use_of_the_account() -> None:
    """Or the account would be closed as asleep after 90 days."""
    user = person("leader")
    assert status(issued(user)) == 200
    user.refresh_from_db()
    assert user.last_active is not None
    assert Token.objects.get().last_used == user.last_active


def test_a_session_needs_its_own_protection_for_writes() -> None:
    """What a foreign page makes a browser send brings the session but no token of the form."""
    client = signed_in(person("dispatcher"))
    client.handler.enforce_csrf_checks = True
    assert client.get(ADDRESS).status_code == 200
    assert client.post(f"{ADDRESS}Observations", b"{}", content_type="application/json").status_code == 403


def test_an_account_without_the_permission_is_told_so() -> None:
    client = Client(headers={"host": "localhost", "authorization": f"Bearer {issued(person('resident'))}"})
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.json()["title"]) == (403, "没有权限")


@pytest.mark.parametrize(
    ("role", "opens", "days"),
    [("system_admin", "sensorthings", 30), ("leader", "sensorthings", 367), ("leader", "sensorthings", 0)],
)
def test_what_may_not_be_issued(role: str, opens: str, days: int) -> None:
    with pytest.raises(AccessError):
        issued(person(role), opens, days)


def test_the_commands_issue_and_end_a_token() -> None:
    person("leader", "program")
    run = CliRunner()
    told = run.invoke(access, ["issue-token", "program", "--name", "水务平台"])
    secret = told.output.splitlines()[0]
    assert status(secret) == 200
    assert (
        run.invoke(access, ["end-token", "program", "--name", "水务平台", "--reason", "换新"]).exit_code == 0
    )
    assert status(secret) == 401
    again = run.invoke(access, ["end-token", "program", "--name", "水务平台", "--reason", "换新"])
    assert isinstance(again.exception, AccessError)
