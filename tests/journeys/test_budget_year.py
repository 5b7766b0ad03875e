"""Through the year: a payment ledger is imported, a target reported, confirmed and adopted, a file approved."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anju.kernel.findings.models import Finding
from anju.kernel.funds.models import Allotment, LedgerImport, Payment
from anju.kernel.indicators.models import Ground, Proof, Status, Value
from anju.kernel.parties.models import Organisation
from anju.packs.budget.keeping import corrections, files
from anju.packs.budget.models import BudgetFile, Decision, Evaluation, Version
from anju.packs.budget.models.year import EvaluationStatus
from anju.packs.budget.testing import line, read_sample, target

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"
PAYMENTS = (
    "项目编码,支付日期,凭证号,支付金额（万元）,备注列\n"
    f"{GAS},2021-03-05,1,1000,甲\n"
    f"{GAS},2021-08-05,2,1000,乙\n"
)


@pytest.fixture
def file(sign_in: Any) -> BudgetFile:
    """The sample file of the sample bureau, its grave findings settled."""
    kept = files.save(read_sample(), Organisation.objects.get(budget_code="801002"), actor="demo-finance")
    Finding.objects.filter(subject=kept.subject, grade="crit").update(state="explained")
    return kept


def upload(text: str, name: str = "支付.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def give(client: Client, text: str, **fields: Any) -> Any:
    """Give a ledger; the answer to the upload."""
    bureau = Organisation.objects.get(budget_code="801002")
    form = {"content": "payments", "organisation": bureau.pk, "year": "2021", "to": "2021-12-31"} | fields
    return client.post("/budget/funds/", form | {"file": upload(text)})


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, fields, follow=True)


# -- money ------------------------------------------------------------------------------------------------


def test_a_payment_ledger_is_looked_at_then_kept_and_shows_on_the_line(
    sign_in: Any, file: BudgetFile
) -> None:
    finance = sign_in("finance")
    preview = give(finance, PAYMENTS)["Location"]
    seen = text_of(finance, preview)
    assert all(
        words in seen for words in ("支付金额（万元）", "备注列", "2,000.00", "新登记2行", "都在目标文件里")
    )
    assert not Payment.objects.exists()
    kept = finance.post(preview, follow=True).content.decode()
    assert "新登记2行" in kept
    assert (LedgerImport.objects.get().complete_to, Payment.objects.count()) == (date(2021, 12, 31), 2)
    gas = line(file, GAS)
    page = text_of(finance, f"/budget/lines/{gas.key}/?day=2021-07-31")
    # 1000 of 5820 by July; the plan says 58.33 % (budget-performance section 4).
    assert all(words in page for words in ("17.18", "58.33", "慢41.15个百分点", "1,000.00"))
    rate = text_of(finance, f"/budget/targets/{target(file, GAS, '预算资金支出率').key}/")
    assert "34.36%" in rate  # 2000 of 5820
    assert f"/r/payments/?line_code={GAS}&amp;year=2021" in rate
    register = text_of(finance, f"/r/payments/?line_code={GAS}&year=2021")
    assert "20,000,000.00" in register  # yuan


def test_the_same_ledger_again_brings_nothing_twice(sign_in: Any, file: BudgetFile) -> None:
    finance = sign_in("finance")
    for _ in range(2):
        preview = give(finance, PAYMENTS)["Location"]
        seen = text_of(finance, preview)
        finance.post(preview)
    assert "新登记0行，原已登记2行" in seen
    assert Payment.objects.count() == 2


def test_allotments_change_the_budget_of_the_year(sign_in: Any, file: BudgetFile) -> None:
    finance = sign_in("finance")
    text = (
        "项目编码,批复日期,种类,预算金额（万元）,文号\n"
        f"{GAS},2021-01-05,年初预算,5820,财预1号\n{GAS},2021-06-05,预算调整,-820,财预2号\n"
    )
    finance.post(give(finance, text, content="allotments", to="")["Location"])
    assert Allotment.objects.count() == 2
    page = text_of(finance, f"/budget/lines/{line(file, GAS).key}/")
    assert "5,000.00" in page
    assert "没有支付台账，不按零计" in page


def test_errors_by_row_and_nothing_is_kept(sign_in: Any, file: BudgetFile) -> None:
    finance = sign_in("finance")
    bad = PAYMENTS + f"{GAS},2020-08-05,3,很多,\n"
    preview = give(finance, bad)["Location"]
    seen = text_of(finance, preview)
    assert all(words in seen for words in ("2处错误", "第4行", "不在2021年度内", "不是金额", "重新选择文件"))
    assert "确认并保存" not in seen
    answer = finance.post(preview)
    assert answer.status_code == 422
    assert "第4行" in answer.content.decode()
    assert not LedgerImport.objects.exists()


@pytest.mark.parametrize(
    ("text", "fields", "words"),
    [
        ("项目编码,支付日期\n甲,2021-01-01\n", {}, "缺少列"),
        (PAYMENTS, {"year": "21"}, "年度不对"),
        (PAYMENTS, {"to": "2020-12-31"}, "不在2021年"),
        (PAYMENTS, {"content": "guess"}, "没有选择台账种类"),
    ],
)
def test_what_is_filled_in_wrongly_is_said_and_kept(
    sign_in: Any, file: BudgetFile, text: str, fields: dict[str, str], words: str
) -> None:
    answer = give(sign_in("finance"), text, **fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'value="{fields.get("year", "2021")}"' in page


def test_the_office_looks_and_does_not_import(sign_in: Any, file: BudgetFile) -> None:
    finance, office = sign_in("finance"), sign_in("office")
    assert "读取并核对" not in text_of(office, "/budget/funds/")
    assert give(office, PAYMENTS).status_code == 403
    preview = give(finance, PAYMENTS)["Location"]
    assert office.get(preview).status_code == 403


# -- a target ---------------------------------------------------------------------------------------------


def report(client: Client, address: str, **fields: Any) -> Any:
    return act(client, address, step="report", on="2021-12-01", source="self_reported", **fields)


def paper(**more: str) -> dict[str, Any]:
    return {
        "file-1": upload("验收合格", "验收单.txt"),
        "kind-1": "acceptance",
        "dated-1": "2021-11-30",
    } | more


def test_the_office_reports_with_a_document_and_another_person_confirms(
    sign_in: Any, file: BudgetFile
) -> None:
    office, finance, leader = sign_in("office"), sign_in("finance"), sign_in("leader")
    address = f"/budget/targets/{target(file, GAS, '安装户数').key}/"
    assert "还没有证据" in text_of(office, address)
    said = report(office, address, number="38", note="按台账统计", **paper()).content.decode()
    assert all(words in said for words in ("380000户", "验收单.txt", "等待另一位同事认定", "述"))
    assert "您的角色不能办这一步" in act(office, address, step="confirm").content.decode()
    value = Value.objects.get()
    assert "没有写退回理由" in act(finance, address, step="return", value=value.pk, note="").content.decode()
    confirmed = act(finance, address, step="confirm", value=value.pk).content.decode()
    value.refresh_from_db()
    assert (value.status, value.ground, value.confirmed_by) == (
        Status.ACCEPTED,
        Ground.DOCUMENTED,
        "demo-finance",
    )
    assert all(words in confirmed for words in ("凭据", "1份材料", "达到目标的100%"))
    assert "没有写采信理由" in act(leader, address, step="adopt", value=value.pk, note="").content.decode()
    adopted = act(leader, address, step="adopt", value=value.pk, note="与验收单一致。").content.decode()
    assert "采信" in adopted
    assert Value.objects.filter(source="adopted", adopts=value).exists()
    assert "380000户" in text_of(office, f"/budget/lines/{line(file, GAS).key}/")


def test_after_an_error_nothing_typed_or_uploaded_is_lost(sign_in: Any, file: BudgetFile) -> None:
    office = sign_in("office")
    address = f"/budget/targets/{target(file, GAS, '安装户数').key}/"
    answer = report(office, address, number="很多", note="按台账统计", **paper())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(words in page for words in ("不是数", "已上传：验收单.txt", "按台账统计", 'value="很多"'))
    assert not Value.objects.exists()
    kept = answer.context["papers"][0].stored
    fields = {"stored-1": kept.sha256, "kind-1": "acceptance", "dated-1": "2021-11-30"}
    report(office, address, number="38", **fields)
    assert Proof.objects.get().file == kept


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("安装户数", {"number": "38", "on": "2020-12-01"}, "数据截至"),
        ("安装户数", {"number": "38", "source": "platform"}, "没有选择数据来源"),
        ("安装户数", {"number": ""}, "没有填写完成情况"),
        ("城镇既有住宅燃气用户满意度", {"numerator": "1", "denominator": "0"}, "分母为零"),
        ("安装户数", {"number": "38", "file-1": upload("甲", "甲.txt")}, "没有填日期"),
    ],
)
def test_what_cannot_be_reported_is_said(
    sign_in: Any, file: BudgetFile, name: str, fields: dict[str, Any], words: str
) -> None:
    address = f"/budget/targets/{target(file, GAS, name).key}/"
    form = {"step": "report", "on": "2021-12-01", "source": "self_reported"} | fields
    answer = sign_in("office").post(address, form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Value.objects.exists()


def test_a_leader_does_not_report_and_a_value_of_another_target_is_not_confirmed_here(
    sign_in: Any, file: BudgetFile
) -> None:
    office, leader, finance = sign_in("office"), sign_in("leader"), sign_in("finance")
    households = f"/budget/targets/{target(file, GAS, '安装户数').key}/"
    other = f"/budget/targets/{target(file, GAS, '城镇既有住宅燃气用户满意度').key}/"
    assert "填报完成值" not in text_of(leader, households)
    assert report(leader, households, number="38").status_code == 422
    report(office, households, number="38")
    assert act(finance, other, step="confirm", value=Value.objects.get().pk).status_code == 422
    assert Value.objects.get().status == Status.SUBMITTED


def test_a_rate_keeps_its_counts_and_sources_stand_side_by_side(sign_in: Any, file: BudgetFile) -> None:
    finance = sign_in("finance")
    address = f"/budget/targets/{target(file, GAS, '城镇既有住宅燃气用户满意度').key}/"
    report(finance, address, numerator="450", denominator="500")
    form = {"step": "report", "on": "2021-12-01", "source": "third_party"}
    page = act(finance, address, numerator="390", denominator="500", **form).content.decode()
    assert all(words in page for words in ("90%（450/500）", "78%（390/500）", "自行填报", "第三方"))


# -- approval ---------------------------------------------------------------------------------------------


def test_a_file_is_submitted_sent_back_approved_and_changed_again(sign_in: Any, file: BudgetFile) -> None:
    finance, leader, office = sign_in("finance"), sign_in("leader"), sign_in("office")
    address = f"/budget/files/{file.pk}/versions/"
    assert "24个项目的目标还没有批复" in text_of(finance, address)
    assert "您的角色不能办这一步" in act(office, address, step="submit").content.decode()
    assert "没有提交批复" in act(leader, address, step="approve").content.decode()
    act(finance, address, step="submit", note="已逐项审核。")
    assert "您的角色不能办这一步" in act(finance, address, step="approve").content.decode()
    finding = Finding.objects.get(subject=f"budget.approval:{file.pk}")
    for way in (f"/budget/approvals/{finding.pk}/", f"/budget/findings/{finding.pk}/"):
        assert leader.get(way, follow=True).redirect_chain[-1][0] == address
    assert "没有写退回理由" in act(leader, address, step="return", note="").content.decode()
    act(leader, address, step="return", note="满意度偏低。")
    assert "批复退回" in text_of(finance, address).split("tiles")[0]
    act(finance, address, step="submit", note="已核。")
    assert "目标都已批复" in act(leader, address, step="approve", note="同意。").content.decode()
    corrections.correct_target(target(file, GAS, "安装户数"), "value", "20万户", actor="demo-office")
    page = text_of(finance, address)
    assert all(words in page for words in ("批复后有1个项目改动", "满意度偏低。", "与批复版对照"))
    approved = Version.objects.get(line_key=line(file, GAS).key, stage="approved")
    compared = text_of(finance, f"/budget/versions/{approved.pk}/?with=now")
    assert all(
        words in compared for words in ("1处不同", "<mark>38万户</mark>", "<mark>20万户</mark>", "版本完好")
    )
    assert "文字没有变" in text_of(finance, f"/budget/versions/{approved.pk}/")


def test_a_version_changed_behind_its_back_is_shown(sign_in: Any, file: BudgetFile) -> None:
    version = Version.objects.get(line_key=line(file, GAS).key)
    type(target(file, GAS, "安装户数")).objects.filter(name="安装户数").update(value="1户")
    assert "版本被改动" in text_of(sign_in("leader"), f"/budget/versions/{version.pk}/")


def test_grave_findings_hold_a_file_back(sign_in: Any, file: BudgetFile) -> None:
    Finding.objects.filter(subject=file.subject, grade="crit").update(state="open")
    answer = act(sign_in("finance"), f"/budget/files/{file.pk}/versions/", step="submit")
    assert answer.status_code == 422
    assert "必须退回的问题没有办结" in answer.content.decode()


def test_last_years_decision_stands_on_this_years_line(sign_in: Any, file: BudgetFile) -> None:
    gas = line(file, GAS)
    version = Version.objects.get(line_key=gas.key)
    evaluation = Evaluation.objects.create(
        key=gas.key,
        file=file,
        version=version,
        line_key=gas.key,
        scheme="general-50-30-10",
        status=EvaluationStatus.CONFIRMED,
        total=58,
        assessable=100,
        sheet={"rows": []},
        made_by="甲",
        confirmed_by="乙",
    )
    Decision.objects.create(
        evaluation=evaluation,
        line_code=GAS,
        kind="cut",
        amount_fen=12_345_600,
        for_year=2021,
        reason="上年闲置资金较多。",
        decided_by="乙",
    )
    page = text_of(sign_in("finance"), f"/budget/lines/{gas.key}/")
    assert "压减12.3456万元" in page.replace("\n", "")
    assert "上年闲置资金较多" in page


def test_a_day_outside_the_year_is_said_and_the_page_still_opens(sign_in: Any, file: BudgetFile) -> None:
    finance = sign_in("finance")
    for day in ("2020-01-01", "2021-13-40", "x"):
        page = text_of(finance, f"/budget/lines/{line(file, GAS).key}/?day={day}")
        assert "请另选一天" in page


@pytest.mark.parametrize(
    "path",
    [
        "/overview/",
        "/budget/",
        "/budget/funds/",
        "/budget/monitoring/",
        "/budget/evaluation/",
        "/budget/commitments/",
        "/budget/years/",
        "/budget/files/{file}/versions/",
        "/budget/lines/{line}/",
        "/budget/targets/{target}/",
        "/budget/targets/{target}/binding/",
        "/indicators/",
    ],
)
def test_pages_of_the_year_ask_at_most_twenty_questions(
    sign_in: Any, file: BudgetFile, path: str, django_assert_max_num_queries: Any
) -> None:
    """With an earlier file beside it, so that two years have something to compare."""
    earlier = files.save(read_sample(), file.organisation, actor="demo-finance")
    BudgetFile.objects.filter(pk=earlier.pk).update(year=2020)
    finance = sign_in("finance")
    row = target(file, GAS, "安装户数")
    address = path.format(file=file.pk, line=line(file, GAS).key, target=row.key)
    finance.get(address)
    with django_assert_max_num_queries(20):
        assert finance.get(address).status_code == 200


def test_documents_that_are_refused_are_named(sign_in: Any, file: BudgetFile) -> None:
    address = f"/budget/targets/{target(file, GAS, '安装户数').key}/"
    bad = {"file-1": BytesIO(b"MZ\x00\x01" * 20), "kind-1": "acceptance", "dated-1": "2021-11-30"}
    answer = report(sign_in("office"), address, number="38", **bad)
    assert answer.status_code == 422
    assert "不在允许上传的类型之内" in answer.content.decode()
    assert not Value.objects.exists()
