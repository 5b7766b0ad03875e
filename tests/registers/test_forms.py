"""Adding and changing rows: inline errors, narrowed choices, versions, audit."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import get_resolver

from anju.kernel.access import middleware
from anju.kernel.access.testing import person, signed_in
from anju.kernel.audit.models import AuditRow
from anju.kernel.funds.models import Payment
from anju.kernel.indicators.models import Definition
from anju.kernel.packs import Column, Form, Register
from anju.kernel.parties.models import Organisation
from anju.kernel.values.scope import Scope
from anju.web.registers import catalogue, fields
from anju.web.registers.editing.forms import RowForm
from anju.web.registers.routes import routes_of
from registers.conftest import Town

BODIES = catalogue.registers()["organisations"][1]
NEW = "/r/organisations/new/"

# The same registers with forms for people whose scope is limited, and with money in them.
_own = replace(BODIES, permission="cases.view", form=Form(("name", "kind", "area", "parent"), "cases.view"))
_paid = Register(
    code="budget-lines",
    name="支付",
    model="anju.kernel.funds.models.Payment",
    permission="budget.view",
    columns=(
        Column("voucher", "凭证号"),
        Column("line_code", "项目编码"),
        Column("year", "年度", "code"),
        Column("source", "资金来源", "choice"),
        Column("amount_fen", "金额", "money_fen"),
        Column("organisation__name", "单位", "link"),
        Column("entered_by", "经手人"),
        Column("paid_on", "支付日期", "date"),
    ),
    form=Form(
        ("voucher", "line_code", "year", "source", "amount_fen", "organisation", "entered_by", "paid_on"),
        "budget.view",
    ),
)
urlpatterns = [*routes_of(_own), *routes_of(_paid), *get_resolver().url_patterns]


@pytest.fixture
def admin(town: Town) -> Client:
    return signed_in(person("system_admin", "test-keeper"))


def errors(html: str) -> dict[str, str]:
    """Field → what stands under it."""
    found = re.findall(r'<span id="row-(\w+)_error"><span class="err">([^<]*)</span>', html)
    return dict(found)


def was(html: str) -> str:
    found = re.search(r'name="was" value="(\w+)"', html)
    assert found
    return found[1]


def values(body: Organisation, **changes: str) -> dict[str, str]:
    """What the form of an organisation sends."""
    sent = {"name": body.name, "kind": body.kind, "budget_code": body.budget_code, "area": str(body.area_id)}
    return {**sent, "because": "改制", **changes}


def test_a_new_row_is_stored_and_audited_with_where_it_came_from(admin: Client, town: Town) -> None:
    sent = {"name": "房产科", "kind": "office", "area": str(town.east.pk), "parent": str(town.bureau.pk)}
    answer = admin.post(NEW, {**sent, "valid_from": "2021-03-01"})
    body = Organisation.objects.get(name="房产科")
    assert answer.headers["Location"] == f"/r/organisations/{body.pk}/?done=added"
    assert (body.area, body.parent, body.valid_from) == (town.east, town.bureau, date(2021, 3, 1))
    row = AuditRow.objects.get(action="parties.organisation.create", object_id=str(body.pk))
    assert (row.actor, row.address, row.before) == ("test-keeper", "127.0.0.1", "")
    assert json.loads(row.after)["name"] == "房产科"
    assert "已新建，记入审计。" in admin.get(answer.headers["Location"]).content.decode()


def test_what_is_wrong_stands_under_its_field_and_nothing_typed_is_lost(admin: Client) -> None:
    answer = admin.post(NEW, {"name": "", "kind": "office", "budget_code": "80100", "short_name": "短的"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert errors(html) == {
        "name": "请填写名称。",
        "budget_code": "预算单位编码是6位数字。请对照部门预算改正。",
    }
    name = re.search(r'<input[^>]*id="row-name"[^>]*>', html)
    assert name
    assert 'aria-invalid="true"' in name[0]
    assert 'aria-describedby="row-name_error"' in name[0]
    assert "autofocus" in name[0]
    assert html.count("autofocus") == 1
    assert '<a href="#row-budget_code">预算单位编码：预算单位编码是6位数字' in html
    assert 'value="80100"' in html
    assert 'value="短的"' in html
    assert '<option value="office" selected>' in html


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"budget_code": "801002"}, "budget_code", "预算单位编码已属于另一个现行单位"),
        ({"valid_from": "2021-05-01", "valid_to": "2021-05-01"}, "valid_to", "失效日期必须晚于生效日期"),
        ({"valid_from": "2021-13-01"}, "valid_from", "日期写成2026-03-02的样子。"),
        ({"kind": "palace"}, "kind", "没有这一项"),
        ({"area": "0190f0f0-0000-7000-8000-000000000000"}, "area", "不在您的管理范围内"),
        ({"area": "x"}, "area", "没有这一项"),
        ({"name": "长" * 129}, "name", "名称最多128个字"),
        ({"credit_code": "123"}, "credit_code", "应为18位，这里是3位"),
    ],
)
def test_constraints_of_the_database_come_back_as_inline_errors(
    admin: Client, changes: dict[str, str], field: str, words: str
) -> None:
    html = admin.post(NEW, {"name": "甲", "kind": "office", **changes}).content.decode()
    assert words in errors(html)[field]
    assert not Organisation.objects.filter(name="甲").exists()


def test_who_was_quicker_is_told_at_the_field_too(town: Town) -> None:
    for said in (
        "UNIQUE constraint failed: parties_organisation.budget_code",
        'duplicate key value violates unique constraint "parties_organisation_one_open_budget_code"',
    ):
        form = RowForm(BODIES, Organisation(), Scope.whole(), {"name": "甲", "kind": "office"})
        assert form.is_valid(), form.errors
        form.blame_database(IntegrityError(said))
        assert "已属于另一个现行单位" in form.errors["budget_code"][0]
    form = RowForm(BODIES, Organisation(), Scope.whole(), {"name": "甲", "kind": "office"})
    form.blame_database(IntegrityError("something else"))
    assert form.non_field_errors() == ["与另一条记录冲突，没有保存。请刷新后核对再填。"]


def test_a_change_is_audited_with_before_after_and_why(admin: Client, town: Town) -> None:
    page = f"/r/organisations/{town.bureau.pk}/edit/"
    shown = was(admin.get(page).content.decode())
    without = admin.post(page, {**values(town.bureau, name="新局", because=""), "was": shown})
    assert errors(without.content.decode()) == {"because": "请写明原因。"}
    assert admin.post(page, {**values(town.bureau, name="新局"), "was": shown}).status_code == 302
    row = AuditRow.objects.get(action="parties.organisation.change")
    assert (json.loads(row.before)["name"], json.loads(row.after)["name"]) == ("示例局", "新局")
    assert row.reason == "改制"
    town.bureau.refresh_from_db()
    assert (town.bureau.name, town.bureau.budget_code) == ("新局", "801002")


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(admin: Client, town: Town) -> None:
    page = f"/r/organisations/{town.bureau.pk}/edit/"
    shown = was(admin.get(page).content.decode())
    assert admin.post(page, {**values(town.bureau, short_name="先"), "was": shown}).status_code == 302
    late = {**values(town.bureau, name="后来的名称", short_name="后"), "was": shown}
    answer = admin.post(page, late)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert re.findall(r'<td data-k="(?:现在存的|您填的)">([^<]*)</td>', html) == [
        "示例局",
        "后来的名称",
        "先",
        "后",
    ]
    assert "test-keeper，20" in html
    assert 'value="后来的名称"' in html
    town.bureau.refresh_from_db()
    assert (town.bureau.name, town.bureau.short_name) == ("示例局", "先")
    # Knowing both, one may decide.
    assert admin.post(page, {**late, "was": was(html)}).status_code == 302
    town.bureau.refresh_from_db()
    assert (town.bureau.name, town.bureau.short_name) == ("后来的名称", "后")


@pytest.fixture
def defined(town: Town) -> Definition:
    return Definition.objects.create(
        code="x.rate", version="1", name="率", unit="%", direction="up", subject_kind="x", compute="x.y",
        legal_basis="甲号文", valid_from=date(2021, 1, 1),
    )  # fmt: skip


def test_the_history_of_a_row_goes_over_its_versions(
    finance: Client, defined: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    for basis in ("乙号文", "丙号文"):
        now = Definition.objects.current().get(code="x.rate")
        page = f"/r/indicator-definitions/{now.pk}/edit/"
        sent = defining(
            legal_basis=basis, because=f"改为{basis}", was=was(finance.get(page).content.decode())
        )
        assert finance.post(page, sent).status_code == 302
    monkeypatch.setattr(middleware, "permissions_of", lambda user: {"indicators.view", "audit.view"})
    html = finance.get(f"/r/indicator-definitions/{defined.pk}/", follow=True).content.decode()
    assert re.findall(r"改为(.)号文</td>", html) == ["丙", "乙"]


def defining(**changes: str) -> dict[str, str]:
    sent = {"code": "x.rate", "version": "1", "name": "率", "unit": "%", "direction": "up", "kind": "result"}
    return {**sent, "subject_kind": "x", "because": "新文件", **changes}


def test_a_ledger_row_is_superseded_and_never_overwritten(finance: Client, defined: Definition) -> None:
    page = f"/r/indicator-definitions/{defined.pk}/edit/"
    shown = was(finance.get(page).content.decode())
    # Code and version are set once, and the program that computes it is not typed at all.
    forged = defining(legal_basis="乙号文", code="y.forged", version="9", compute="os.system", was=shown)
    answer = finance.post(page, forged)
    assert answer.status_code == 302
    old, new = Definition.objects.filter(code="x.rate").order_by("recorded_at")
    assert (old.pk, old.legal_basis, old.superseded_at is None) == (defined.pk, "甲号文", False)
    assert (new.code, new.version, new.legal_basis, new.compute) == ("x.rate", "1", "乙号文", "x.y")
    assert answer.headers["Location"] == f"/r/indicator-definitions/{new.pk}/?done=changed"
    row = AuditRow.objects.get(action="indicators.definition.change", object_id=str(new.pk))
    assert (json.loads(row.before)["legal_basis"], json.loads(row.after)["legal_basis"]) == (
        "甲号文",
        "乙号文",
    )
    # The address of the old version leads to the one in force, and what was typed there is a conflict.
    assert finance.get(page).headers["Location"] == f"/r/indicator-definitions/{new.pk}/edit/"
    detail = finance.get(f"/r/indicator-definitions/{defined.pk}/")
    assert detail.headers["Location"] == f"/r/indicator-definitions/{new.pk}/"
    late = finance.post(page, defining(legal_basis="丙号文", was=shown))
    assert late.status_code == 409
    assert f'action="/r/indicator-definitions/{new.pk}/edit/"' in late.content.decode()
    assert Definition.objects.current().get(code="x.rate").legal_basis == "乙号文"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"formula": "a/b", "inputs": "a=x.a\nb = x.b"}, "", ""),
        ({"formula": "a**b", "inputs": "a=x.a\nb=x.b"}, "formula", "公式不能计算。请只用数字、名称"),
        ({"formula": "__import__('os')"}, "formula", "公式不能计算"),
        ({"formula": "a/b", "inputs": "a=x.a"}, "inputs", "公式里的b没有写来自哪个指标"),
        ({"formula": "a/b", "inputs": "a=x.a\nb"}, "inputs", "第2行写不成一对"),
        ({"formula": "a", "inputs": "a=x.a\na=x.b"}, "inputs", "“a”写了两次"),
        ({"valid_from": "2021-01-02", "valid_to": "2021-01-01"}, "valid_to", "失效日期必须晚于生效日期"),
        ({"version": "1"}, "code", "已经有同样的编码、版本。"),
    ],
)
def test_a_definition_is_checked_before_it_is_kept(
    finance: Client, defined: Definition, changes: dict[str, str], field: str, words: str
) -> None:
    answer = finance.post("/r/indicator-definitions/new/", {**defining(version="2"), **changes})
    if field:
        assert answer.status_code == 422
        assert words in errors(answer.content.decode())[field]
    else:
        made = Definition.objects.get(version="2")
        assert (made.formula, made.inputs) == ("a/b", {"a": "x.a", "b": "x.b"})
        assert "a=x.a；b=x.b" in finance.get(f"/r/indicator-definitions/{made.pk}/").content.decode()


def test_what_is_refused_leaves_the_version_in_force(finance: Client, defined: Definition) -> None:
    page = f"/r/indicator-definitions/{defined.pk}/edit/"
    shown = was(finance.get(page).content.decode())
    answer = finance.post(page, defining(formula="1+", was=shown))
    # An indicator of a program has no formula; either way nothing was superseded.
    assert answer.status_code == 422
    assert list(Definition.objects.current().filter(code="x.rate")) == [defined]
    assert not AuditRow.objects.filter(action="indicators.definition.change").exists()


@pytest.mark.urls(__name__)
def test_a_relation_outside_the_scope_cannot_be_set_by_forging(east_client: Client, town: Town) -> None:
    rival = Organisation.objects.get(name="西县住建局")
    html = east_client.get(NEW).content.decode()
    assert str(town.east.pk) in html
    assert str(town.west.pk) not in html
    assert str(rival.pk) not in html
    sent = {"name": "甲", "kind": "office"}
    for forged in ({"area": str(town.west.pk)}, {"area": str(town.east.pk), "parent": str(rival.pk)}):
        answer = east_client.post(NEW, {**sent, **forged})
        assert list(errors(answer.content.decode())) == list(forged)[-1:]
    # Without an area the row would lie outside of what the person sees.
    answer = east_client.post(NEW, sent)
    assert answer.status_code == 422
    assert "就不在您的管理范围内" in answer.content.decode()
    assert not Organisation.objects.filter(name="甲").exists()
    assert not AuditRow.objects.filter(action="parties.organisation.create", after__contains="甲").exists()
    assert east_client.post(NEW, {**sent, "area": str(town.east.pk)}).status_code == 302
    for method in (east_client.get, east_client.post):
        assert method(f"/r/organisations/{rival.pk}/edit/").status_code == 404


@pytest.mark.urls(__name__)
def test_a_relation_that_is_there_stays_though_it_lies_outside(east_client: Client, town: Town) -> None:
    rival = Organisation.objects.get(name="西县住建局")
    Organisation.objects.filter(pk=town.bureau.pk).update(parent=rival)
    page = f"/r/organisations/{town.bureau.pk}/edit/"
    html = east_client.get(page).content.decode()
    assert f'<option value="{rival.pk}" selected>' in html
    sent = {"name": "示例局", "kind": "bureau", "area": str(town.east.pk), "parent": str(rival.pk)}
    assert east_client.post(page, {**sent, "was": was(html)}).status_code == 302


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("typed", "fen"),
    [("12,345.67", 12_345_67), ("−3", -3_00), ("", "请填写金额"), ("1.005", "小数"), ("多", "请填数字")],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(
    finance: Client, town: Town, typed: str, fen: int | str
) -> None:
    fields.check(_paid)
    paid = Payment.objects.create(
        voucher="V1", line_code="A-1", year=2021, amount_fen=12_34, organisation=town.bureau, entered_by="甲",
        paid_on=date(2021, 3, 5),
    )  # fmt: skip
    page = f"/r/budget-lines/{paid.pk}/edit/"
    html = finance.get(page).content.decode()
    assert 'value="12.34"' in html
    assert 'type="date" name="paid_on" value="2021-03-05"' in html
    sent = {"voucher": "V1", "line_code": "A-1", "year": "2021", "source": "fiscal", "entered_by": "甲"}
    sent |= {"organisation": str(town.bureau.pk), "paid_on": "2021-03-05", "amount_fen": typed}
    answer = finance.post(page, {**sent, "was": was(html)})
    now = Payment.objects.current().get()
    if isinstance(fen, str):
        assert fen in errors(answer.content.decode())["amount_fen"]
        assert now == paid
    else:
        assert (now.amount_fen, now.pk != paid.pk) == (fen, True)
        # The voucher is taken by the version in force, not by the old one.
        again = finance.post("/r/budget-lines/new/", sent)
        assert "已经有同样的凭证号、项目编码、年度、资金来源" in errors(again.content.decode())["voucher"]


@pytest.mark.parametrize("role", ["finance", "leader", "county", "security_admin"])
def test_who_may_not_edit_is_refused_and_finds_no_button(town: Town, role: str) -> None:
    client = signed_in(person(role))
    for page in (NEW, f"/r/organisations/{town.bureau.pk}/edit/"):
        assert client.get(page).status_code == 403
        assert client.post(page, values(town.bureau, name="x")).status_code == 403
    assert NEW not in client.get("/r/organisations/").content.decode()
    assert Organisation.objects.filter(name="x").count() == 0


def test_the_keeper_sees_every_organisation_and_the_ways_to_change_them(admin: Client, town: Town) -> None:
    html = admin.get("/r/organisations/").content.decode()
    assert "示例局" in html
    assert "西县住建局" in html
    assert f'href="{NEW}"' in html
    detail = admin.get(f"/r/organisations/{town.bureau.pk}/").content.decode()
    assert f'href="/r/organisations/{town.bureau.pk}/edit/"' in detail
    # Keeping organisations opens no other register.
    assert admin.get("/r/cases/").status_code == 403
    assert "示例局的发现" not in admin.get("/search/", {"q": "示例局"}).content.decode()
