"""Inspections on the pages: a plan is drawn, a visit entered, a card answered and accepted, results published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from django.utils import timezone
from docx import Document
from openpyxl import Workbook

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case
from anju.kernel.findings.models import Finding
from anju.kernel.inspections import sample
from anju.kernel.inspections.models import Checklist, Group, Photo, Plan, PlanObject, Recheck, Visit
from anju.kernel.inspections.testing import picture
from anju.kernel.supervision import sample as supervision

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def inspected(city: Path, django_db_blocker: Any) -> Iterator[Path]:
    """The sample's inspections over the city, gone after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        supervision.build()
        yield city
        transaction.set_rollback(True)


@pytest.fixture
def as_role(inspected: Path, sign_in: Any) -> Any:
    return sign_in


def text(answer: Any) -> str:
    return str(answer.content.decode())


def file(data: BytesIO, name: str) -> BytesIO:
    data.name = name
    data.seek(0)
    return data


def test_every_page_asks_few_questions(as_role: Any, django_assert_max_num_queries: Any) -> None:
    plan, visit, card = Plan.objects.get(), Visit.objects.all()[0], Case.objects.all()[0]
    waiting = PlanObject.objects.filter(drawn=True, visits=None)[0]
    pages = [
        "/inspections/",
        "/inspections/plans/new/",
        f"/inspections/plans/{plan.pk}/",
        f"/inspections/plans/{plan.pk}/draw/",
        f"/inspections/plans/{plan.pk}/results/",
        f"/inspections/objects/{waiting.pk}/visit/",
        "/inspections/visits/new/",
        f"/inspections/visits/new/?version={visit.version_id}",
        f"/inspections/visits/{visit.key}/",
        "/inspections/cards/",
        "/inspections/cards/?view=without",
        f"/inspections/cards/{card.finding_id}/",
        f"/inspections/rechecks/{Recheck.objects.get().pk}/",
        "/inspections/groups/",
        f"/inspections/groups/{Group.objects.all()[0].pk}/",
        f"/inspections/checklists/{Checklist.objects.all()[0].pk}/",
    ]
    client = as_role("dispatcher")
    client.get("/inspections/")
    for page in pages:
        with django_assert_max_num_queries(20, info=page):
            assert client.get(page).status_code == 200, page


def test_the_plan_shows_ninety_five_cells_and_what_they_come_to(as_role: Any) -> None:
    plan = Plan.objects.get()
    page = text(as_role("dispatcher").get(f"/inspections/plans/{plan.pk}/"))
    done = len(set(Visit.objects.values_list("object__cell", flat=True)))
    assert f"95格，已检查{done}格" in page
    assert f"{done}/95" in page
    assert "19个区县" in page
    # A county sees its own row only, and no seed of what it has nothing to do with
    own = text(as_role("county").get(f"/inspections/plans/{plan.pk}/"))
    assert len(re.findall(r"<td class=\"full\"><b>", own)) == 1


def test_a_draw_replays_and_goes_out_whole(as_role: Any) -> None:
    plan = Plan.objects.get()
    client = as_role("dispatcher")
    assert "复算一致" in text(client.get(f"/inspections/plans/{plan.pk}/draw/"))
    answer = client.get(f"/inspections/plans/{plan.pk}/draw/?export=xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book["对象"].max_row == 191
    assert book["条件"]["B1"].value == plan.seed


def test_a_plan_is_made_previewed_and_recorded(as_role: Any) -> None:
    client, version = as_role("dispatcher"), Checklist.objects.get(code=sample.DUST).versions.get()
    owner = Plan.objects.get().owner
    told = {"title": "专项检查", "owner": owner.pk, "period": "2030Q1", "count": "1", "kind-1": "工地"}
    refused = client.post("/inspections/plans/new/", told)
    assert refused.status_code == 422
    assert "有类别没有选择清单" in text(refused)
    assert 'value="专项检查"' in text(refused)
    page = client.post("/inspections/plans/new/", told | {"version-1": version.pk}).headers["Location"]
    book = Workbook()
    assert book.active is not None
    book.active.append(["类别", "区县", "名称", "责任单位", "报警天数"])
    for county, name in (("城北区", "甲"), ("城北区", "乙"), ("城南区", "丙"), ("火星区", "丁")):
        book.active.append(["工地", county, name, f"{county}住房和城乡建设局", 2])
    data = BytesIO()
    book.save(data)
    address = client.post(page, {"file": file(BytesIO(data.getvalue()), "对象.xlsx")})
    # The upload is kept and looked at; its fourth row is told of
    shown = client.get(address.headers["Location"]) if address.status_code == 302 else address
    assert "没有“火星区”这个区县" in text(shown)
    book.active.delete_rows(5)
    data = BytesIO()
    book.save(data)
    address = client.post(page, {"file": file(data, "对象.xlsx")}).headers["Location"]
    preview = text(client.get(address))
    assert "将这样抽取" in preview
    assert client.post(address, {"record": "1"}).status_code == 302
    made = Plan.objects.get(title="专项检查")
    assert made.cells.count() == 2
    assert PlanObject.objects.filter(cell__plan=made, drawn=True).count() == 2


def form(one: PlanObject, **changes: Any) -> dict[str, Any]:
    passed = dict.fromkeys(("fence", "wash", "road", "wet", "truck", "video"), "pass")
    items = passed | {"cover": "fail", "night": "no"}
    return {
        "inspectors": "演示·检查员\n陈样例",
        "started": "2030-01-10T09:00",
        "finished": "2030-01-10T09:40",
        "lon": str(one.longitude),
        "lat": str(one.latitude),
        "r-cover": "北侧未覆盖。",
        "name-inspector": "陈样例",
        "name-party": "负责人",
        **{f"a-{code}": answer for code, answer in items.items()},
        **changes,
    }


def waiting_dust() -> PlanObject:
    rows = PlanObject.objects.filter(
        drawn=True, visits=None, cell__kind__version__checklist__code=sample.DUST
    )
    found: PlanObject = rows.order_by("cell__order").last()
    return found


def test_a_visit_is_entered_at_the_desk_refused_kept_and_corrected(as_role: Any) -> None:
    client, one = as_role("inspector"), waiting_dust()
    page = f"/inspections/objects/{one.pk}/visit/"
    key = re.search(r'name="id" value="([^"]+)"', text(client.get(page)))[1]  # type: ignore[index]
    signed = {
        "s-inspector": file(picture(5000, "PNG"), "a.png"),
        "s-party": file(picture(5001, "PNG"), "b.png"),
    }
    refused = client.post(page, form(one, id=key, **signed))
    assert refused.status_code == 422
    assert "要1张照片，现有0张" in text(refused), re.findall(r'role="alert".*', text(refused))
    assert "北侧未覆盖。" in text(refused)
    kept = dict(re.findall(r'name="kept-(inspector|party)" value="(\w{64})"', text(refused)))
    again = form(one, id=key, **{f"kept-{role}": sha for role, sha in kept.items()})
    done = client.post(page, again | {"p-cover": file(picture(5002), "c.jpg")})
    assert done.status_code == 302, text(done)
    visit = Visit.objects.get(object=one)
    assert (visit.outcome, visit.taken_by, visit.distance) == ("fail", "demo-inspector", 0.0)
    assert Case.objects.filter(finding__subject__endswith=one.subject).count() == 1
    assert AuditRow.objects.filter(action="inspections.visit", object_id=str(visit.pk)).exists()
    shown = text(client.get(done.headers["Location"]))
    assert "北侧未覆盖。" in shown
    photo = visit.photos.get()
    served = client.get(f"/inspections/photos/{photo.pk}/")
    assert served.headers["Content-Type"] == "image/jpeg"
    # A correction begins with what was said, and supersedes
    page = f"/inspections/visits/new/?replaces={visit.key}"
    key = re.search(r'name="id" value="([^"]+)"', text(client.get(page)))[1]  # type: ignore[index]
    told = form(one, id=key, reason="看错了", **{"a-cover": "pass", "kept-cover": photo.sha256})
    told |= {f"kept-{role}": sha for role, sha in kept.items()}
    assert client.post(page, told).status_code == 302
    assert Visit.objects.current().get(object=one).outcome == "pass"
    assert "看错了" in text(client.get(f"/inspections/visits/{visit.key}/"))


def test_a_company_answers_its_own_card_and_another_accepts(as_role: Any) -> None:
    company = as_role("company")
    listed = text(company.get("/inspections/cards/"))
    case = Case.objects.get(owner__name="安居市暖阳供热有限公司", finding__part="cover")
    assert case.title in listed
    others = Case.objects.exclude(owner=case.owner)[0]
    assert others.title not in listed
    page = f"/inspections/cards/{case.finding_id}/"
    assert company.get(f"/inspections/cards/{others.finding_id}/").status_code == 404
    before = Photo.objects.get(visit__organisation=case.owner, item="cover")
    assert company.get(f"/inspections/photos/{before.pk}/").status_code == 200
    refused = company.post(page, {"step": "corrected", "note": "已覆盖。"})
    assert refused.status_code == 422
    assert "没有整改后的照片" in text(refused)
    assert "已覆盖。" in text(refused)
    assert company.post(page, {"step": "accept", "way": "on_site"}).status_code == 422
    sent = company.post(page, {"step": "corrected", "photos": file(picture(6000), "后.jpg")})
    assert sent.status_code == 302
    inspector = as_role("inspector")
    assert inspector.post(page, {"step": "accept"}).status_code == 422
    assert inspector.post(page, {"step": "accept", "way": "video", "note": "看清了。"}).status_code == 302
    case.refresh_from_db()
    assert (case.stage, case.accepted_by) == ("closed", "demo-inspector")
    assert Finding.objects.get(pk=case.finding_id).state == "corrected"


def test_a_general_finding_gets_its_card_by_hand(as_role: Any) -> None:
    finding = Finding.objects.filter(grade="warn", state="open", rule__startswith="inspection.dust")[0]
    page = f"/inspections/cards/{finding.pk}/"
    assert as_role("inspector").post(page, {"step": "assign"}).status_code == 422
    assert as_role("dispatcher").post(page, {"step": "assign"}).status_code == 302
    assert finding.cases.count() == 1


def test_results_are_published_and_go_out_as_a_table(as_role: Any) -> None:
    plan = Plan.objects.get()
    page, leader = f"/inspections/plans/{plan.pk}/results/", as_role("leader")
    n = Visit.objects.current().filter(object__cell__plan=plan).count()
    left = Visit.objects.current().filter(published=None).count()
    assert f"{left}次未公布" in text(leader.get(page))
    assert as_role("inspector").post(page, {"channel": "网站"}).status_code == 403
    leader = as_role("leader")
    assert leader.post(page, {"channel": ""}).status_code == 422
    assert leader.post(page, {"channel": "局门户网站"}).status_code == 302
    assert "0次未公布" in text(leader.get(page))
    book = openpyxl.load_workbook(BytesIO(b"".join(leader.get(f"{page}?export=xlsx").streaming_content)))
    assert book.worksheets[0].max_row == n + 1
    made = Document(BytesIO(b"".join(leader.get(f"{page}?export=docx").streaming_content)))
    assert len(made.tables[0].rows) == n + 1
    assert made.tables[0].cell(0, 3).text == "对象"


def test_a_second_look_that_fails_opens_the_card_again(as_role: Any) -> None:
    recheck = Recheck.objects.get()
    client = as_role("inspector")
    page = f"/inspections/rechecks/{recheck.pk}/"
    assert client.post(page, {"step": "failed"}).status_code == 422
    assert client.post(page, {"step": "failed", "note": "又掀开了。"}).status_code == 302
    finding = Finding.objects.get(pk=recheck.case.finding_id)
    assert (finding.state, finding.grade) == ("in_case", "crit")
    assert "没有验收的督办卡" in text(as_role("dispatcher").post("/inspections/cards/"))


def test_a_checklist_is_followed_changed_compared_exported_and_imported(as_role: Any) -> None:
    client, checklist = as_role("office"), Checklist.objects.get(code=sample.GAS)
    page = f"/inspections/checklists/{checklist.pk}/"
    assert client.post(page, {"step": "follow"}).status_code == 302
    editor = text(client.get(page))
    assert 'name="1-text"' in editor
    answer = client.get(f"{page}?version=1&export=xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    book.active["C2"] = "经营许可证有效"  # type: ignore[index]
    data = BytesIO()
    book.save(data)
    assert client.post(page, {"step": "import", "file": file(data, "清单.xlsx")}).status_code == 302
    compared = text(client.get(page))
    assert "<del>经营许可证在有效期内</del>" in compared
    typed = {"1-text": "新项", "1-kind": "stars", "least_inspectors": "2"}
    refused = client.post(page, typed | {"step": "publish"})
    assert refused.status_code == 422
    assert 'value="新项"' in text(refused)
    good = typed | {
        "1-kind": "pass_fail",
        "1-severity": "2",
        "1-points": "5",
        "1-photos": "1",
        "step": "publish",
    }
    assert client.post(page, good).status_code == 302
    assert [item.text for item in checklist.versions.get(number=2).items] == ["新项"]
    assert client.post(page, good).status_code == 422  # published: nothing is written over


def test_groups_are_made_and_joined(as_role: Any) -> None:
    client = as_role("office")
    owner = Plan.objects.get().owner
    page = client.post("/inspections/groups/", {"name": "夜查组", "owner": owner.pk}).headers["Location"]
    assert client.post(page, {"step": "join", "user": "", "name": "", "since": ""}).status_code == 422
    told = {"step": "join", "user": "demo-inspector", "name": "演示", "since": "2021-01-01"}
    assert client.post(page, told).status_code == 302
    member = Group.objects.get(name="夜查组").members.get()
    assert client.post(page, {"step": "leave", "member": member.pk}).status_code == 302
    assert client.post(page, {"step": "end"}).status_code == 302
    assert Group.objects.get(name="夜查组").ended_at is not None


def test_a_card_is_received_extended_by_another_and_urged(as_role: Any) -> None:

    case = Case.objects.filter(owner__name="安居市暖阳供热有限公司", stage="assigned").latest("recorded_at")
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(deadline=now + timedelta(days=3), recorded_at=now)
    page, later = f"/inspections/cards/{case.finding_id}/", f"{timezone.localdate() + timedelta(days=6)}"
    company = as_role("company")
    assert "未签收" in text(company.get(page))
    assert company.post(page, {"step": "receive"}).status_code == 302
    assert "签收督办卡" not in text(company.get(page))
    assert company.post(page, {"step": "urge", "note": "快点"}).status_code == 422
    refused = company.post(page, {"step": "ask", "until": "", "note": "雨季土方无法压实。"})
    assert refused.status_code == 422
    assert "没有写延到哪天" in text(refused)
    assert "雨季土方无法压实。" in text(refused)
    asked = {"step": "ask", "until": later, "note": "雨季土方无法压实。"}
    assert company.post(page, asked).status_code == 302
    assert company.post(page, {"step": "grant"}).status_code == 422
    dispatcher = as_role("dispatcher")
    assert case.title in text(dispatcher.get("/inspections/cards/?view=asked"))
    assert case.title not in text(dispatcher.get("/inspections/cards/?view=new"))
    assert dispatcher.post(page, {"step": "grant"}).status_code == 302
    case.refresh_from_db()
    assert str(timezone.localdate(case.deadline)) == later
    assert case.title not in text(dispatcher.get("/inspections/cards/?view=asked"))
    assert dispatcher.post(page, {"step": "urge", "note": "明天上午报进度。"}).status_code == 302
    shown = text(dispatcher.get(page))
    assert shown.index("同意延期") < shown.index("明天上午报进度。")
