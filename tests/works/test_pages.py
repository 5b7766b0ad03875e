"""The pages of works: what they show, who may do what on them, and what is refused at its field."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.findings.models import Finding
from anju.kernel.indicators.models import Request
from anju.kernel.works import sample
from anju.kernel.works.models import (
    Acceptance,
    ChangeOrder,
    Photo,
    Progress,
    QualityCheck,
    Unit,
    WorksProject,
)
from anju.kernel.works.units import counts

pytestmark = pytest.mark.django_db
Works = dict[str, WorksProject]


def photo(colour: str = "red") -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (40, 30), colour).save(target, "JPEG")
    return SimpleUploadedFile("现场.jpg", target.getvalue(), "image/jpeg")


def test_the_board_tells_planned_done_accepted_and_paid_in_few_queries(
    works: Works, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("leader")
    client.get("/works/")
    with django_assert_max_num_queries(20):
        html = client.get("/works/").content.decode()
    assert "340户，本年已做230户" in html
    assert "一次网　0.9/0.9公里" in html
    assert "二次网　1.4/2.6公里" in html
    assert html.count('<td class="full"><a href="/works/') == len(sample.WORKS)


def test_every_project_page_opens_within_its_queries(
    works: Works, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("office")
    for code, project in works.items():
        with django_assert_max_num_queries(20):
            answer = client.get(f"/works/{project.pk}/")
        assert answer.status_code == 200, code
    html = client.get(f"/works/{works[sample.VALVES].pk}/").content.decode()
    assert "照片重复使用" in html
    assert re.search(r'<img src="/works/photos/[0-9a-f-]+/"', html)
    html = client.get(f"/works/{works[sample.PIPES].pk}/").content.decode()
    assert "一次网通水" in html
    assert "2021-05-01至2021-10-30" in html  # the 15 approved days are in
    shown = Photo.objects.filter(project=works[sample.PIPES])[0]
    answer = client.get(f"/works/photos/{shown.pk}/")
    assert answer.headers["Content-Type"] == "image/jpeg"


def test_a_contractor_reports_on_its_own_projects_only(works: Works, sign_in: Any) -> None:
    client, mine, other = sign_in("company"), works[sample.PIPES], works[sample.VALVES]
    board = client.get("/works/").content.decode()
    assert mine.name in board
    assert other.name not in board
    assert client.get(f"/works/{other.pk}/report/").status_code == 404
    item = mine.items.get(name="二次网")
    told = {"step": "report", "item": item.pk, "on": "2021-09-01", "amount": "0.5", "photos": photo()}
    answer = client.post(f"/works/{mine.pk}/report/", told)
    assert answer.status_code == 302
    kept = Progress.objects.current().get(project=mine, on=date(2021, 9, 1))
    assert (str(kept.amount.normalize()), kept.reported_by) == ("0.5", "demo-company")
    assert Photo.objects.filter(of=kept.key).count() == 1
    assert AuditRow.objects.filter(action="works.progress", actor="demo-company").exists()
    assert Request.objects.filter(code="works.quantity_done_kilometre").exists()


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(works: Works, sign_in: Any) -> None:
    client, project = sign_in("company"), works[sample.PIPES]
    item = project.items.get(name="二次网")
    told = {"step": "report", "item": item.pk, "on": "2021-09-01", "amount": "-3", "note": "第三段"}
    answer = client.post(f"/works/{project.pk}/report/", told)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="report-amount_error"><span class="err">本次完成要大于0。', html)
    assert 'value="第三段"' in html
    assert not Progress.objects.filter(note="第三段").exists()


def test_the_office_does_not_report_for_a_contractor_nor_the_contractor_manage(
    works: Works, sign_in: Any
) -> None:
    project = works[sample.PIPES]
    assert sign_in("office").get(f"/works/{project.pk}/report/").status_code == 403
    assert sign_in("company").get(f"/works/{project.pk}/plan/").status_code == 403
    assert sign_in("company").post(f"/works/{project.pk}/money/", {"step": "contract"}).status_code == 403
    assert sign_in("inspector").get(f"/works/{project.pk}/accept/").status_code == 403


def test_an_inspector_checks_and_a_failed_check_becomes_a_finding_with_a_case(
    works: Works, sign_in: Any
) -> None:
    project = works[sample.PIPES]
    told = {
        "step": "check",
        "part": "接口",
        "on": "2021-08-01",
        "passed": "no",
        "note": "渗漏",
        "points": "60",
    }
    assert sign_in("inspector").post(f"/works/{project.pk}/check/", told).status_code == 302
    finding = Finding.objects.get(rule="works.check_failed")
    page, office = f"/works/findings/{finding.pk}/", sign_in("office")
    assert office.post(page, {"step": "assign"}).status_code == 302
    case = Case.objects.get(finding=finding)
    assert case.owner == project.contractor
    company = sign_in("company")
    assert page in company.get("/cases/").content.decode()
    assert company.post(page, {"step": "corrected", "note": "已经换了接口"}).status_code == 302
    refused = office.post(page, {"step": "accept"})
    assert refused.status_code == 422
    assert "仍然发现这个问题" in refused.content.decode()
    again = {"step": "check", "part": "接口", "on": "2021-08-03", "passed": "yes"}
    assert sign_in("inspector").post(f"/works/{project.pk}/check/", again).status_code == 302
    assert office.post(page, {"step": "accept"}).status_code == 302
    case.refresh_from_db()
    assert case.stage == "closed"
    assert QualityCheck.objects.filter(part="接口").count() == 2


def test_acceptance_by_units_and_by_another_than_the_doer(works: Works, sign_in: Any) -> None:
    project, client = works[sample.VALVES], sign_in("leader")
    codes = list(
        Unit.objects.current().filter(project=project, state="done").values_list("code", flat=True)[:3]
    )
    told = {"step": "accept", "kind": "staged", "on": "2021-08-01", "passed": "yes"}
    wrong = client.post(f"/works/{project.pk}/accept/", told | {"accepted_units": f"{codes[0]} 燃-999"})
    assert wrong.status_code == 422
    assert "清单里没有单元燃-999" in wrong.content.decode()
    good = told | {"accepted_units": f"{codes[0]}、{codes[1]}", "rejected_units": codes[2]}
    before = counts(project)
    assert client.post(f"/works/{project.pk}/accept/", good).status_code == 302
    after = counts(project)
    assert (after["accepted"] - before["accepted"], after["rejected"] - before["rejected"]) == (2, 1)
    kept = Acceptance.objects.get(accepted_by="demo-leader")
    assert kept.organisation.name == "安居市住房和城乡建设局"


def test_a_change_is_proposed_by_one_and_approved_by_another(works: Works, sign_in: Any) -> None:
    project, office = works[sample.PIPES], sign_in("office")
    item = project.items.get(name="二次网")
    told = {"step": "change", "item": item.pk, "quantity": "-0.6", "reason": "设计调整，缩短一段"}
    assert office.post(f"/works/{project.pk}/money/", told).status_code == 302
    change = ChangeOrder.objects.current().get(reason="设计调整，缩短一段")
    decide = {"step": "decide", "change": change.pk, "decision": "yes"}
    own = office.post(f"/works/{project.pk}/money/", decide)
    assert own.status_code == 422
    assert "提出人不能自己批准" in own.content.decode()
    assert sign_in("leader").post(f"/works/{project.pk}/money/", decide).status_code == 302
    assert "二次网　1.4/2公里" in office.get("/works/").content.decode()


def test_a_project_from_its_setting_up_to_its_beginning(works: Works, sign_in: Any) -> None:
    client, some = sign_in("office"), works[sample.PIPES]
    told = {
        "step": "project", "code": "AJ-2021-99", "name": "路灯维修", "programme": some.programme_id,
        "kind": "repair", "area": some.area_id, "owner": some.owner_id, "planned_start": "2021-05-01",
        "planned_end": "2021-04-01", "system": "CGCS2000",
    }  # fmt: skip
    wrong = client.post("/works/new/", told)
    assert wrong.status_code == 422
    assert "计划完工早于计划开工" in wrong.content.decode()
    assert client.post("/works/new/", told | {"planned_end": "2021-08-01"}).status_code == 302
    project = WorksProject.objects.get(code="AJ-2021-99")
    plan = f"/works/{project.pk}/plan/"
    early = client.post(plan, {"step": "state", "state": "under_way", "on": "2021-05-02"})
    assert "还没有列工程量" in early.content.decode()
    item = {"step": "item", "name": "路灯", "measure": "piece", "planned": "30"}
    assert client.post(plan, item).status_code == 302
    assert client.post(plan, {"step": "state", "state": "under_way", "on": "2021-05-02"}).status_code == 302
    project.refresh_from_db()
    assert project.state == "under_way"
    assert client.get(plan).status_code == 200


def test_units_are_filtered_found_by_code_and_exported_as_the_import_reads_them(
    works: Works, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    project, client = works[sample.OLD], sign_in("county")
    address = f"/works/{project.pk}/units/"
    with django_assert_max_num_queries(20):
        html = client.get(f"{address}?state=done").content.decode()
    assert html.count('<span class="mono">老-') == 30
    assert client.get(f"{address}?q=老-15").content.decode().count('<span class="mono">老-') == 10
    assert client.get(f"{address}?q=样例街1号").content.decode().count('<span class="mono">老-') == 20
    answer = client.get(f"{address}?export=xlsx")
    content = b"".join(answer.streaming_content)
    rows = list(openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets[0].values)
    assert len(rows) == 161
    upload = SimpleUploadedFile("单元.xlsx", content)
    office = sign_in("office")
    sent = office.post(f"/works/{project.pk}/import/", {"content": "units", "file": upload}, follow=True)
    assert "新登记0行，原已登记160行" in sent.content.decode()


def test_an_import_shows_faults_by_row_and_keeps_all_or_nothing(works: Works, sign_in: Any) -> None:
    project, client = works[sample.PIPES], sign_in("office")
    address = f"/works/{project.pk}/import/"

    def send(lines: str) -> Any:
        upload = SimpleUploadedFile("进度.csv", f"工程量,日期,本次完成,填报人\n{lines}".encode())
        return client.post(address, {"content": "progress", "file": upload}, follow=True)

    page = send("二次网,2021-09-02,0.2,工\n三次网,很久以前,0.1,工\n").content.decode()
    assert "项目里没有工程量“三次网”" in page
    assert "“很久以前”不是日期" in page
    assert 'name="keep"' not in page
    good = send("二次网,2021-09-02,0.2,工\n")
    kept = client.post(f"{address}?{good.request['QUERY_STRING']}", {"keep": "1"})
    assert kept.status_code == 302
    assert Progress.objects.current().filter(project=project, origin="import").count() == 1


def test_an_empty_city_says_what_to_do(sign_in: Any) -> None:
    html = sign_in("office").get("/works/").content.decode()
    assert "还没有工程" in html
