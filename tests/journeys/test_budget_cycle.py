"""The second half of a year in the browser: monitoring round, red line, self-evaluation, decision, forms, promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area, Level
from anju.packs.budget.models import BudgetFile, Commitment, Decision, Evaluation, Quota, Round, RoundEntry
from anju.packs.budget.printing import forms
from anju.packs.budget.testing import line, target
from anju.packs.budget.year import rounds, sample

pytestmark = pytest.mark.django_db
GAS, RURAL = "801002B21DX0043", "801002B16DX0011"


@pytest.fixture(scope="module")
def year(city: Path, django_db_blocker: Any) -> Iterator[BudgetFile]:
    """The sample year, built once for this module and rolled back with the city."""
    with override_settings(DATA=city), django_db_blocker.unblock(), transaction.atomic():
        kept = sample.build(Organisation.objects.get(budget_code="801002"))
        assert kept is not None
        yield kept
        transaction.set_rollback(True)


def test_monitoring_shows_the_worst_first_and_says_when_money_runs_ahead(
    year: BudgetFile, sign_in: Any
) -> None:
    page = sign_in("finance").get("/budget/monitoring/?day=2021-07-31").content.decode()
    assert page.index("农房抗震改造补助资金") < page.index("住宅燃气用户加装安全保护装置项目")
    assert "钱付在工作前面：1个项目" in page
    assert "58.3" in page


def test_a_round_is_filled_in_by_the_office_and_closed_by_the_finance_officer(
    year: BudgetFile, sign_in: Any
) -> None:
    finance, office = sign_in("finance"), sign_in("office")
    refused = office.post("/budget/monitoring/", {"day": "2021-06-30"}).content.decode()
    assert "您的角色不能发起监控" in refused
    opened = finance.post("/budget/monitoring/", {"day": "2021-06-30"})
    found = Round.objects.get(day="2021-06-30")
    assert opened.headers["Location"] == f"/budget/rounds/{found.pk}/"
    address = opened.headers["Location"]
    assert "还有" in finance.post(address, {"step": "close"}).content.decode()
    for entry in RoundEntry.objects.current().filter(round=found):
        if rounds.needs_words(entry):
            said = {"step": "fill", "line": entry.line_key, "reasons": ["staff"], "likelihood": "possible"}
            assert office.post(address, said).status_code == 302
    assert finance.post(address, {"step": "close"}).status_code == 302
    assert "已结束" in office.get(address).content.decode()
    bad = office.post(address, {"step": "fill", "line": "x", "likelihood": "possible"}).content.decode()
    assert "这一轮里没有这个项目" in bad or "已经结束" in bad


def test_a_red_line_is_answered_returned_explained_and_accepted_by_another(
    year: BudgetFile, sign_in: Any
) -> None:
    case = Case.objects.exclude(stage="closed").get(kind=rounds.CASE, finding__part=RURAL)
    address = f"/budget/watch/{case.finding_id}/"
    office, leader = sign_in("office"), sign_in("leader")
    assert "时限已过" in office.get(address).content.decode()
    assert "您的角色不能办这一步" in office.post(address, {"step": "accept"}).content.decode()
    office.post(address, {"step": "explained", "note": "验收已安排在十一月。"})
    assert "没有写退回理由" in leader.post(address, {"step": "return", "note": ""}).content.decode()
    leader.post(address, {"step": "return", "note": "请附验收单。"})
    office.post(address, {"step": "explained", "note": "验收单已上传，推迟原因见附件。"})
    assert leader.post(address, {"step": "accept", "note": "同意。"}).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.outcome, case.accepted_by) == ("closed", "explained", "demo-leader")


def test_the_score_sheet_asks_for_reasons_and_another_person_confirms(year: BudgetFile, sign_in: Any) -> None:
    office, finance, leader = sign_in("office"), sign_in("finance"), sign_in("leader")
    listed = office.get("/budget/evaluation/").content.decode()
    assert "按预算加权" in listed
    row = Evaluation.objects.current().get(file=year, line_key=line(year, "801002B16DX0015").key)
    address = f"/budget/evaluations/{row.key}/"
    assert "没有写偏差原因" in office.post(address, {"step": "submit"}).content.decode()
    reasons = {f"reason.{r['key']}": "尾款在保修期后支付。" for r in row.sheet["rows"]}
    assert office.post(address, {"step": "submit", **reasons}).status_code == 302
    assert "您的角色不能办这一步" in office.post(address, {"step": "confirm"}).content.decode()
    assert finance.post(address, {"step": "confirm"}).status_code == 302
    decision = {"step": "decide", "kind": "recover", "amount": "2100", "reason": "收回结余。"}
    assert "不超过本年预算" in leader.post(address, decision).content.decode()
    assert leader.post(address, decision | {"amount": "100"}).status_code == 302
    assert Decision.objects.get(line_code="801002B16DX0015").amount_fen == 100_000_000
    assert "100.00万元" in leader.get(address).content.decode()


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_a_form_is_sent_and_the_sending_is_in_the_audit(
    year: BudgetFile, sign_in: Any, kind: str, tmp_path: Path
) -> None:
    answer = sign_in("finance").get(f"/budget/forms/?form=declaration&line={GAS}&kind={kind}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    body = BytesIO(b"".join(answer.streaming_content)).getvalue()
    assert AuditRow.objects.filter(action="budget.form.export").exists()
    if kind == "pdf":
        assert body.startswith(b"%PDF-")
        return
    path = tmp_path / f"表.{kind}"
    path.write_bytes(body)
    assert forms.read_back("declaration", path)["line"]["code"] == GAS  # type: ignore[index, call-overload]


def test_what_cannot_be_sent_is_said_on_the_page(year: BudgetFile, sign_in: Any) -> None:
    answer = sign_in("finance").get("/budget/forms/?form=declaration&line=X&kind=docx")
    assert (answer.status_code, "没有这个项目" in answer.content.decode()) == (400, True)


def test_a_commitment_is_bound_answered_and_confirmed(year: BudgetFile, sign_in: Any) -> None:
    finance, office = sign_in("finance"), sign_in("office")
    promise = Commitment.objects.current().get(file=year, value__startswith="11219套")
    address = f"/budget/commitments/{promise.key}/"
    gas = line(year, GAS)
    assert finance.post(address, {"step": "bind", "line": str(gas.key), "owner": ""}).status_code == 302
    said = {"step": "report", "number": "11219", "on": "2021-12-31", "source": "self_reported"}
    assert office.post(address, said).status_code == 302
    page = office.get(address).content.decode()
    assert "11219套" in page
    assert gas.name in page
    assert "您的角色不能办这一步" in office.post(address, {"step": "bind"}).content.decode()
    assert "31个承诺，已挂到项目1个" in finance.get("/budget/commitments/").content.decode()


def test_a_quota_is_entered_and_split_with_a_letter(year: BudgetFile, sign_in: Any) -> None:
    finance = sign_in("finance")
    told = {"name": "租赁补贴", "issuer": "省住建厅", "basis": "88号", "amount": "五百", "unit": "户"}
    assert "不是数" in finance.post("/budget/commitments/", told).content.decode()
    made = finance.post("/budget/commitments/", told | {"amount": "529"})
    quota = Quota.objects.get()
    assert made.headers["Location"] == f"/budget/quotas/{quota.pk}/"
    area = Area.objects.filter(level=Level.COUNTY, valid_to__isnull=True)[0]
    letter = BytesIO("责任书".encode())
    letter.name = "责任书.txt"
    part = {"area": area.pk, "amount": "500", "letter": letter, "signed_on": "2021-03-01"}
    assert finance.post(made.headers["Location"], part).status_code == 302
    page = finance.get(made.headers["Location"]).content.decode()
    assert "与任务相差-29" in page
    assert "责任书.txt" in page


def test_a_document_opens_for_whoever_sees_its_figure_and_the_opening_is_in_the_audit(
    year: BudgetFile, sign_in: Any
) -> None:
    finance = sign_in("finance")
    households = target(year, GAS, "安装户数")
    page = finance.get(f"/budget/targets/{households.key}/").content.decode()
    address = re.findall(r"/budget/proofs/[^/]+/", page)[0]
    answer = finance.get(address)
    assert "样例材料：安装户数" in answer.content.decode()
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert AuditRow.objects.filter(action="files.read", actor="demo-finance").exists()
    assert sign_in("company").get(address).status_code == 403


def test_two_files_are_compared_line_by_line(year: BudgetFile, sign_in: Any) -> None:
    page = sign_in("finance").get("/budget/years/").content.decode()
    assert "只有一份文件" in page
    other = sample._declared(year.organisation)
    BudgetFile.objects.filter(pk=other.pk).update(year=2022, name="下一年")
    page = sign_in("leader").get("/budget/years/").content.decode()
    assert "两份都有24个，新增0个，不再有0个" in page
    row = page[page.index("住宅燃气用户加装安全保护装置项目") :][:1500]
    assert "保持" in row


def test_milestones_are_written_by_the_office_and_move_what_is_expected(
    year: BudgetFile, sign_in: Any
) -> None:
    office, row = sign_in("office"), target(year, GAS, "安装户数")
    address = f"/budget/targets/{row.key}/?day=2021-07-31"
    assert "按计划应达58.33%" in office.get(address).content.decode()
    bad = office.post(address, {"step": "milestones", "milestones": "六月底完成一半"})
    assert (bad.status_code, "六月底完成一半" in bad.content.decode()) == (422, True)
    assert office.post(address, {"step": "milestones", "milestones": "2021-06-30 50"}).status_code == 302
    assert "按计划应达50%" in office.get(address).content.decode()
    assert "您的角色不能办这一步" in sign_in("leader").post(address, {"step": "milestones"}).content.decode()
