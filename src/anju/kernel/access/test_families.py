from __future__ import annotations

from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from uuid6 import uuid7

from anju.kernel.access import accounts, granting
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.roles import Family, Role, family_of
from anju.kernel.access.testing import SINCE, person

pytestmark = pytest.mark.django_db
MIXED = [
    (family, role)
    for family, role in product(Family.values, Role.values)
    if family != (role if role in ("system_admin", "security_admin", "audit_admin") else "business")
]
BY_SQL = (
    "INSERT INTO access_grant (id, recorded_at, user_id, role, valid_from, granted_by, approved_by, ended_by,"
    " ended_because) VALUES (%s, '2026-01-01 00:00:00+00:00', %s, %s, '2026-01-01', 'a', %s, '', '')"
)


def key(value: object) -> str:
    """A UUID as the database at hand stores it."""
    return str(value) if connection.vendor == "postgresql" else str(value).replace("-", "")


def account(family: str) -> User:
    return accounts.create(User(username=f"a-{family}", name="某", family=family), actor="测试")


def insert(user: User, role: str, approved_by: str = "b") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BY_SQL, [key(uuid7()), key(user.pk), role, approved_by])


def test_all_pairs_are_tried() -> None:
    # Business with three administrators' roles; each administrator with eight business roles and two others.
    assert len(MIXED) == 3 + 3 * 10


@pytest.mark.parametrize(("family", "role"), MIXED)
def test_no_mixture_is_possible_by_model_or_by_raw_sql(family: str, role: str) -> None:
    user = account(family)
    with pytest.raises(AccessError, match="账号不能有"):
        granting.install(Grant(user=user, role=role, valid_from=SINCE), actor="甲", witness="乙")
    with pytest.raises(DatabaseError):
        insert(user, role)
    assert not Grant.objects.exists()


def test_raw_sql_with_a_fitting_role_does_go_in() -> None:
    insert(account("business"), "finance")
    assert Grant.objects.get().role == "finance"


@pytest.mark.parametrize("change", ["role = 'system_admin'", "role = 'emperor'", "approved_by = granted_by"])
def test_a_stored_grant_cannot_be_turned(change: str) -> None:
    person("finance")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE access_grant SET {change}")


@pytest.mark.parametrize("family", ["business", "audit_admin", "nobody"])
def test_an_account_keeps_its_family_for_life(family: str) -> None:
    account("system_admin")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE access_user SET family = %s", [family])


def test_who_proposes_cannot_stand_as_approver_in_the_database() -> None:
    with pytest.raises(IntegrityError):
        insert(account("business"), "finance", approved_by="a")


def test_names_are_never_used_again_and_accounts_never_deleted() -> None:
    user = person("finance", "zhang")
    accounts.disable(user, actor="测试", reason="离职")
    with pytest.raises(AccessError, match="已有人用过"):
        accounts.create(User(username="ＺHANG", name="另一人"), actor="测试")
    with pytest.raises(AccessError, match="不能删除"):
        user.delete()
    with pytest.raises(AccessError, match="不能删除"):
        User.objects.filter(username="zhang").delete()


def test_the_family_of_each_role() -> None:
    assert [family_of(role) for role in (Role.LEADER, Role.AUDIT_ADMIN)] == ["business", "audit_admin"]
