from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner

from anju.kernel.access import accounts, granting
from anju.kernel.access.commands import access
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.permissions import may, permissions_of, required_by, requires, roles_of, table
from anju.kernel.access.scope import scope_of
from anju.kernel.access.testing import SINCE, person, signed_in
from anju.kernel.audit.models import AuditRow
from anju.kernel.packs import Pack, PackError, Permission, Registry
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import ADMINISTRATIVE, MANAGEMENT, Area, CodeSystem, Level, Membership
from anju.kernel.values.scope import Scope

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def newcomer() -> User:
    return accounts.create(User(username="xin", name="新人"), actor="测试")


def finance(user: User) -> Grant:
    return Grant(user=user, role="finance", valid_from=SINCE)


def area(name: str, *above: tuple[str, Area], level: str = Level.COUNTY) -> Area:
    made = Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=level)
    for hierarchy, parent in above:
        Membership.objects.create(child=made, parent=parent, hierarchy=hierarchy)
    return made


def test_two_administrators_make_a_grant(newcomer: User) -> None:
    proposal = granting.propose(finance(newcomer), person("system_admin"))
    assert roles_of(newcomer) == frozenset()
    client = signed_in(newcomer)
    granting.approve(proposal, person("security_admin"))
    assert roles_of(newcomer) == {"finance"}
    # What may be done changed, so the session ended.
    assert client.get("/account/").status_code == 302
    kept = Grant.objects.current().get(user=newcomer)
    assert (kept.granted_by, kept.approved_by) == ("test-system_admin", "test-security_admin")
    assert set(AuditRow.objects.values_list("action", flat=True)) >= {
        "access.grant.propose",
        "access.grant.approve",
    }


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "leader"])
def test_only_a_system_administrator_proposes(newcomer: User, role: str) -> None:
    with pytest.raises(AccessError, match="请由系统管理员提出"):
        granting.propose(finance(newcomer), person(role))


@pytest.mark.parametrize("role", ["system_admin", "audit_admin", "leader"])
def test_only_a_security_administrator_approves(newcomer: User, role: str) -> None:
    proposal = granting.propose(finance(newcomer), person("system_admin", "first"))
    with pytest.raises(AccessError, match="请由安全管理员批准"):
        granting.approve(proposal, person(role))


def test_nobody_grants_to_himself_and_nothing_is_approved_twice(newcomer: User) -> None:
    system, security = person("system_admin"), person("security_admin")
    with pytest.raises(AccessError, match="不能给自己授权"):
        granting.propose(Grant(user=system, role="system_admin", valid_from=SINCE), system)
    own = granting.propose(Grant(user=security, role="security_admin", valid_from=DAY), system)
    with pytest.raises(AccessError, match="不能给自己授权"):
        granting.approve(own, security)
    proposal = granting.propose(finance(newcomer), system)
    granting.approve(proposal, security)
    with pytest.raises(AccessError, match="已处理过"):
        granting.approve(proposal, security)


def test_a_withdrawn_grant_is_kept_and_opens_nothing(newcomer: User) -> None:
    grant = granting.install(finance(newcomer), actor="甲", witness="乙")
    granting.withdraw(grant, person("security_admin"), "调离")
    assert roles_of(newcomer) == frozenset()
    assert Grant.objects.get(pk=grant.pk).superseded_at


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        (date(2026, 3, 2), None, True),
        (date(2026, 3, 3), None, False),
        (date(2026, 1, 1), date(2026, 3, 3), True),
        (date(2026, 1, 1), date(2026, 3, 2), False),
    ],
)
def test_a_grant_counts_from_its_first_day_up_to_but_without_its_last(
    newcomer: User, start: date, end: date | None, held: bool
) -> None:
    grant = Grant(user=newcomer, role="leader", valid_from=start, valid_to=end)
    granting.install(grant, actor="甲", witness="乙")
    assert (roles_of(newcomer, DAY) == {"leader"}) is held
    assert scope_of(newcomer, DAY).everything is held


@pytest.mark.parametrize("role", ["leader", "finance"])
def test_leaders_and_finance_of_the_bureau_see_everything(role: str) -> None:
    assert scope_of(person(role)) == Scope.whole()
    county = area("城北区")
    assert scope_of(person(role, "county-one", area=county)) == Scope(areas=frozenset({county.pk}))


@pytest.mark.parametrize("role", ["dispatcher", "office", "county", "company", "resident", "audit_admin"])
def test_all_others_see_nothing_that_is_not_named(role: str) -> None:
    assert scope_of(person(role)) == Scope.none()


def test_a_scope_is_closed_downwards() -> None:
    city = area("市", level=Level.CITY)
    north = area("城北区", (ADMINISTRATIVE, city))
    street = area("北街道", (ADMINISTRATIVE, north))
    area("城南区", (ADMINISTRATIVE, city))
    assert scope_of(person("county", area=north)).areas == {north.pk, street.pk}
    assert len(scope_of(person("dispatcher", area=city)).areas) == 4


def test_a_management_group_opens_its_members_and_all_below_them() -> None:
    group = area("中心区", level=Level.GROUP)
    north = area("城北区", (MANAGEMENT, group))
    street = area("北街道", (ADMINISTRATIVE, north))
    assert scope_of(person("inspector", area=group)).areas == {group.pk, north.pk, street.pk}


def test_grants_add_up_over_organisations_and_those_under_them() -> None:
    bureau = Organisation.objects.create(name="局", kind=Kind.BUREAU)
    office = Organisation.objects.create(name="科", kind=Kind.OFFICE, parent=bureau)
    other = Organisation.objects.create(name="公司", kind=Kind.COMPANY)
    user = person("office", organisation=bureau)
    assert scope_of(user).organisations == {bureau.pk, office.pk}
    second = Grant(user=user, role="company", organisation=other, valid_from=SINCE)
    granting.install(second, actor="甲", witness="乙")
    assert scope_of(user).organisations == {bureau.pk, office.pk, other.pk}


def test_permissions_follow_roles_and_end_with_the_account(newcomer: User) -> None:
    assert permissions_of(newcomer) == {"account.use"}
    auditor = person("audit_admin")
    assert may(auditor, "audit.view")
    assert not may(person("system_admin"), "audit.view")
    accounts.disable(auditor, actor="测试", reason="离职")
    assert permissions_of(auditor) == frozenset()


def test_a_mark_is_kept_on_the_view() -> None:
    @requires("audit.view")
    def marked() -> None: ...

    assert required_by(marked) == "audit.view"
    assert required_by(print) is None


def test_a_permission_of_an_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Pack("dust", "扬尘", "科", ("办法",), permissions=(Permission("dust.view", "看", ("emperor",)),))
    monkeypatch.setattr("anju.kernel.packs.load", lambda names: Registry((bad,)))
    table.cache_clear()
    with pytest.raises(PackError, match="不存在的角色emperor"):
        table()


def test_the_first_three_administrators_come_from_the_command_line() -> None:
    answers = "xitong\n甲\nanquan\n乙\nshenji\n丙\n"
    done = CliRunner().invoke(access, ["create-admins"], input=answers, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.output.count("初始密码：") == 3
    users = User.objects.order_by("recorded_at")
    assert [user.family for user in users] == ["system_admin", "security_admin", "audit_admin"]
    assert all(user.must_change_password and user.has_usable_password() for user in users)
    assert [sorted(roles_of(user)) for user in users] == [[user.family] for user in users]
    with pytest.raises(AccessError, match="已经有管理员了"):
        CliRunner().invoke(access, ["create-admins"], input="a\n甲\nb\n乙\nc\n丙\n", catch_exceptions=False)


def test_one_person_cannot_be_two_administrators() -> None:
    with pytest.raises(AccessError, match="三个账号"):
        CliRunner().invoke(access, ["create-admins"], input="a\n甲\nA \n乙\nc\n丙\n", catch_exceptions=False)
    assert not User.objects.exists()


def test_a_forgotten_password_is_replaced_by_one_that_must_be_changed() -> None:
    user = person("finance", "zhang")
    client = signed_in(user)
    done = CliRunner().invoke(access, ["reset-password", "ZHANG", "--reason", "忘记"], catch_exceptions=False)
    password = done.output.strip().rpartition("：")[2]
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert client.get("/account/").status_code == 302
    assert AuditRow.objects.get(action="access.password.reset").reason == "忘记"
    with pytest.raises(AccessError, match="没有在用的账号"):
        CliRunner().invoke(access, ["reset-password", "li", "--reason", "忘记"], catch_exceptions=False)


@pytest.fixture(autouse=True)
def fresh_table() -> Callable[[], None]:
    table.cache_clear()
    return table.cache_clear
