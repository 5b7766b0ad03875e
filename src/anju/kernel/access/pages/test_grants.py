from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from anju.kernel.access import accounts, granting
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import Grant, User
from anju.kernel.access.permissions import roles_of
from anju.kernel.access.scope import scope_of
from anju.kernel.access.testing import SINCE, person, signed_in
from anju.kernel.audit.models import AuditRow
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level

pytestmark = pytest.mark.django_db
LIST = "/access/grants/"


@pytest.fixture
def system() -> User:
    return person("system_admin", "sys")


@pytest.fixture
def security() -> User:
    return person("security_admin", "sec")


@pytest.fixture
def newcomer() -> User:
    return accounts.create(User(username="xin", name="新人"), actor="测试")


@pytest.fixture
def county() -> Area:
    return Area.objects.create(code="c", code_system=CodeSystem.LOCAL, name="城北区", level=Level.COUNTY)


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


def propose(by: User, user: User, role: str, **given: object) -> HttpResponse:
    typed = {"role": role, "valid_from": today(), "valid_to": "", "area": "", "organisation": ""}
    return signed_in(by).post(f"/access/users/{user.pk}/grants/new/", typed | given)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def last_row() -> tuple[str, str, str, str]:
    row = AuditRow.objects.order_by("-recorded_at")[0]
    return row.action, row.result, row.actor, row.reason


def test_proposed_by_one_and_approved_by_another(
    system: User, security: User, newcomer: User, county: Area
) -> None:
    answer = propose(system, newcomer, "office", area=county.pk, valid_to=today(30))
    assert answer.headers["Location"] == f"/access/users/{newcomer.pk}/?done=proposed"
    proposal = Grant.objects.get(user=newcomer)
    assert roles_of(newcomer) == frozenset()
    client = signed_in(security)
    listed = text(client.get(LIST))
    assert all(words in listed for words in ("新人", "新增<b>业务科室</b>", "城北区及以下", "测试sys（sys）"))
    assert client.post(f"{LIST}{proposal.pk}/", {"decision": "approve"}).status_code == 302
    assert roles_of(newcomer) == {"office"}
    assert scope_of(newcomer).areas == {county.pk}
    assert last_row() == ("access.grant.approve", "ok", "sec", "")
    assert client.get(f"{LIST}{proposal.pk}/").headers["Location"] == f"{LIST}?done=handled"
    for handled in Grant.objects.filter(user=newcomer):
        again = client.post(f"{LIST}{handled.pk}/", {"decision": "approve"})
        assert "这项授权已处理过。" in text(again)
    assert Grant.objects.filter(user=newcomer).count() == 2


def test_a_refusal_needs_a_reason_and_does_not_sign_the_person_out(
    system: User, security: User, newcomer: User
) -> None:
    propose(system, newcomer, "finance")
    theirs, client = signed_in(newcomer), signed_in(security)
    address = f"{LIST}{Grant.objects.get(user=newcomer).pk}/"
    answer = client.post(address, {"decision": "refuse", "reason": ""})
    assert answer.status_code == 422
    assert "不同意要写明原因。" in text(answer)
    client.post(address, {"decision": "refuse", "reason": "岗位不对"})
    assert last_row() == ("access.grant.refuse", "ok", "sec", "岗位不对")
    assert not Grant.objects.current().filter(user=newcomer).exists()
    assert theirs.get("/account/").status_code == 200
    shown = text(signed_in(system).get(f"/access/users/{newcomer.pk}/"))
    assert "退回和收回的" in shown
    assert "岗位不对" in shown


@pytest.mark.parametrize(
    ("role", "given", "sentence"),
    [
        ("office", {}, "业务科室要选区域或单位"),
        ("finance", {"valid_from": today(-1)}, "生效日不能早于今天。"),
        ("finance", {"valid_to": today()}, "失效日要晚于生效日。"),
        ("audit_admin", {}, "业务人员账号不能有审计管理员角色。"),
        ("emperor", {}, "没有这个角色"),
    ],
)
def test_what_cannot_be_proposed_is_said_in_a_sentence(
    system: User, newcomer: User, role: str, given: dict[str, object], sentence: str
) -> None:
    answer = propose(system, newcomer, role, **given)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Grant.objects.filter(user=newcomer).exists()


def test_area_and_organisation_are_two_grants(system: User, newcomer: User, county: Area) -> None:
    body = Organisation.objects.create(name="局", kind=Kind.BUREAU)
    answer = propose(system, newcomer, "office", area=county.pk, organisation=body.pk)
    assert "区域和单位只选一样" in text(answer)


def test_own_twice_and_disabled_are_refused_and_audited(system: User, newcomer: User) -> None:
    assert "不能给自己授权。" in text(propose(system, system, "system_admin"))
    assert last_row() == ("access.grant.propose", "refused", "sys", "不能给自己授权。")
    assert propose(system, newcomer, "finance").status_code == 302
    assert "同样的授权已经提出" in text(propose(system, newcomer, "finance"))
    accounts.disable(newcomer, actor="测试", reason="离职")
    assert "账号已停用，不能授权。" in text(propose(system, newcomer, "leader"))


def test_own_grant_and_two_persons_at_the_approval(system: User, security: User, newcomer: User) -> None:
    client = signed_in(security)
    own = Grant.objects.create(user=security, role="security_admin", valid_from=today(), granted_by="sys")
    mine = Grant.objects.create(user=newcomer, role="finance", valid_from=today(), granted_by="sec")
    for proposal, sentence in ((own, "不能给自己授权。"), (mine, "提出人不能自己批准。")):
        answer = client.post(f"{LIST}{proposal.pk}/", {"decision": "approve"})
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert last_row() == ("access.grant.approve", "refused", "sec", sentence)


def test_a_proposed_end_replaces_the_grant_when_it_is_approved(
    system: User, security: User, newcomer: User
) -> None:
    grant = granting.install(Grant(user=newcomer, role="finance", valid_from=SINCE), actor="甲", witness="乙")
    address = f"{LIST}{grant.pk}/end/"
    assert "失效日不能早于今天" in text(signed_in(system).post(address, {"valid_to": today(-1)}))
    assert signed_in(system).post(address, {"valid_to": today(1)}).status_code == 302
    assert Grant.objects.effective(today(1)).filter(user=newcomer).count() == 1
    proposal = Grant.objects.current().get(user=newcomer, approved_by="")
    client = signed_in(security)
    assert f"到期日由长期改为<b>{today(1)}</b>" in text(client.get(LIST))
    assert f"到期日由长期改为{today(1)}" in text(client.get(f"{LIST}{proposal.pk}/"))
    client.post(f"{LIST}{proposal.pk}/", {"decision": "approve"})
    assert roles_of(newcomer, today()) == {"finance"}
    assert roles_of(newcomer, today(1)) == frozenset()
    assert Grant.objects.current().get(user=newcomer).valid_to == today(1)
    assert signed_in(system).get(address).headers["Location"].endswith("?done=handled")
    with pytest.raises(AccessError, match="已处理过"):
        granting.propose_end(Grant.objects.get(pk=grant.pk), today(5), system)


def test_withdrawing_needs_a_reason_and_ends_the_sessions(security: User, newcomer: User) -> None:
    grant = granting.install(Grant(user=newcomer, role="leader", valid_from=SINCE), actor="甲", witness="乙")
    theirs, client = signed_in(newcomer), signed_in(security)
    address = f"{LIST}{grant.pk}/withdraw/"
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"reason": "调离"}).status_code == 302
    assert last_row() == ("access.grant.withdraw", "ok", "sec", "调离")
    assert roles_of(newcomer) == frozenset()
    assert theirs.get("/account/").status_code == 302


def test_the_last_grant_of_an_administrator_stays(system: User, security: User) -> None:
    client = signed_in(security)
    address = f"{LIST}{system.grants.get().pk}/withdraw/"
    answer = client.post(address, {"reason": "调离"})
    assert "这是最后一个系统管理员，不能收回。" in text(answer)
    assert roles_of(system) == {"system_admin"}
    person("system_admin", "second")
    assert client.post(address, {"reason": "调离"}).status_code == 302


def test_grants_in_force_are_searched(security: User, newcomer: User) -> None:
    for role, ends in (("finance", None), ("leader", today())):
        grant = Grant(user=newcomer, role=role, valid_from=SINCE, valid_to=ends)
        granting.install(grant, actor="甲", witness="乙")
    client = signed_in(security)
    assert "2项" in text(client.get(LIST))
    for query, count in (("q=XIN", 1), ("q=新人&role=finance", 1), ("role=leader", 0), ("q=nobody", 0)):
        assert f"{count}项" in text(client.get(f"{LIST}?{query}"))
    assert "没有符合条件的授权" in text(client.get(f"{LIST}?q=nobody"))


def test_the_worklist_needs_few_queries(
    security: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        user = person("finance", f"p{number}")
        Grant.objects.create(user=user, role="leader", valid_from=today(), granted_by="sys")
    client = signed_in(security)
    with django_assert_max_num_queries(14):
        client.get(LIST)
