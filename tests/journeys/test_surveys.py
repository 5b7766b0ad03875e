"""A survey from its questionnaire to the figure that it gives, and the page where residents answer."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anju.kernel.audit.models import AuditRow
from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Value
from anju.kernel.parties.models import Organisation
from anju.kernel.surveys import sample
from anju.kernel.surveys.models import Invitation, Questionnaire, Response, Standing, Survey
from anju.web.surveys import throttle

pytestmark = pytest.mark.django_db
HOUSEHOLDS = "户编码,层,电话\n" + "".join(f"A{i:03d},甲街道,0315-1234567\n" for i in range(80))
HOUSEHOLDS += "".join(f"B{i:03d},乙街道,\n" for i in range(20))
GOOD = {
    "a-overall": "satisfied",
    "a-clean": "neutral",
    "a-repair": "very_satisfied",
    "a-safety": "dont_know",
    "a-fee": "yes",
}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def surveys(city: Path, db: None, settings: Any) -> Survey:
    """The surveys of the sample; the one that is running."""
    settings.DATA = city
    sample.build()
    return Survey.objects.get(title=sample.RUNNING)


@pytest.fixture
def finished(surveys: Survey) -> Survey:
    return Survey.objects.get(title=sample.FINISHED)


def anybody(**options: Any) -> Client:
    return Client(headers={"host": "localhost"}, **options)


def upload(text: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("住户.csv", text.encode())}


def sheet_of(answer: Any) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [tuple(cell.value for cell in row) for row in book.worksheets[0].rows]


def written(office: Client) -> Questionnaire:
    """A questionnaire of two questions, written and published on its page."""
    owner = Organisation.objects.get(name="房产科")
    answer = office.post("/questionnaires/new/", {"title": "试点问卷", "owner": str(owner.pk)})
    questions = {
        "introduction": "一分钟。",
        "1-text": "总体满意吗？",
        "1-kind": "satisfaction",
        "1-required": "1",
        "1-order": "2",
        "2-text": "您多大年纪？",
        "2-kind": "single",
        "2-required": "1",
        "2-options": "60岁以下 | Under 60 | young\n60岁以上 | | old",
        "2-order": "1",
        "3-text": "",
    }
    assert "第3题" in office.post(answer.url, questions | {"step": "more"}).content.decode()
    wrong = office.post(answer.url, questions | {"2-options": "只有一个", "step": "save"})
    assert wrong.status_code == 422
    assert "2至20个选项" in wrong.content.decode()
    assert "只有一个" in wrong.content.decode()
    assert office.post(answer.url, questions | {"step": "publish"}).status_code == 302
    made = Questionnaire.objects.get(title="试点问卷")
    asked = made.versions.get().questions
    # In the order asked for; codes are given where none was typed.
    assert [(q.code, q.kind) for q in asked] == [("q1", "single"), ("q2", "satisfaction")]
    assert [(o.code, o.text, o.text_en) for o in asked[0].options] == [
        ("young", "60岁以下", "Under 60"),
        ("old", "60岁以上", ""),
    ]
    return made


def set_up(office: Client, version: Any) -> Survey:
    form = {
        "title": "试点调查",
        "version": str(version.pk),
        "owner": str(version.questionnaire.owner_id),
        "period": "2021",
        "target": "20",
        "minimum": "6",
        "allocation": "proportional",
        "scale": "100-20",
        "channels": ["link", "phone"],
        "margins": "q1 young 60\nq1 old 40",
    }
    wrong = office.post("/surveys/new/", form | {"margins": "q1 young"})
    assert wrong.status_code == 422
    assert "写法不对" in wrong.content.decode()
    assert 'value="试点调查"' in wrong.content.decode()
    answer = office.post("/surveys/new/", form)
    survey = Survey.objects.get(title="试点调查")
    assert answer.url == f"/surveys/{survey.pk}/"
    assert survey.margins == {"q1": {"young": 60, "old": 40}}
    return survey


def test_a_survey_goes_from_its_questions_to_its_figure(sign_in: Any) -> None:
    office = sign_in("office")
    survey = set_up(office, written(office).versions.get())
    draw = f"/surveys/{survey.pk}/draw/"
    bad = office.post(draw, upload("户编码,层\nA1,甲街道\nA1,甲街道\n"))
    assert bad.status_code == 422
    assert "第3行" in bad.content.decode()
    preview = office.post(draw, upload(HOUSEHOLDS)).url
    page = office.get(preview).content.decode()
    # 20 of 80 and 20: 16 and 4, but at least 6
    assert re.findall(r'data-k="抽取">(\d+)<', page) == ["6", "14"]
    assert survey.seed in page
    assert not Invitation.objects.filter(survey=survey).exists()
    assert office.post(preview, {"record": "1"}).url == draw
    assert survey.strata.count() == 2
    shown = re.search(r"printf '%s:%s' \w+ (\w+) \|", office.get(draw).content.decode())
    assert shown is not None
    assert Invitation.objects.filter(survey=survey, key=shown[1], position=1).exists()
    refused = office.post(f"/surveys/{survey.pk}/links/", {"step": "xlsx"})
    assert "请先开始调查" in refused.content.decode()
    office.post(f"/surveys/{survey.pk}/", {"step": "begin"})
    rows = sheet_of(office.post(f"/surveys/{survey.pk}/links/", {"step": "xlsx"}))
    assert rows[0] == ("户编码", "层", "电话", "链接")
    assert len(rows) == 21
    for place, (key, *_, link) in enumerate(rows[1:]):
        path = link.removeprefix("http://localhost").removeprefix("http://testserver")
        assert anybody().get(path).status_code == 200
        grade = "satisfied" if key.startswith("A") else "dissatisfied"
        said = {"a-q2": grade, "a-q1": "young" if place % 2 else "old"}
        assert anybody().post(path, said).url == f"{path}?done=now"
    office.post(f"/surveys/{survey.pk}/", {"step": "close"})
    requests.drain(timezone.now())
    # Raked to 80 : 20 households, whatever the ages: everybody of 甲 is satisfied and nobody of 乙.
    value = Value.objects.get(code="survey.satisfaction_rate", subject__endswith=str(survey.asked.get().pk))
    assert value.number is not None
    assert float(value.number) == pytest.approx(0.8, abs=1e-6)
    assert value.coverage == 1
    evidence = office.get(f"/surveys/questions/{survey.asked.get().pk}/")
    assert evidence.url == f"/surveys/{survey.pk}/results/#q2"
    assert "<b>80.0%</b>" in office.get(evidence.url.partition("#")[0]).content.decode()


def test_a_resident_answers_once_without_login_or_script(surveys: Survey) -> None:
    link, strict = f"/s/{sample.LINK}/", anybody(enforce_csrf_checks=True)
    page = strict.get(link)
    html = page.content.decode()
    assert "老旧小区改造满意度调查" in html
    assert "总体满意" in html
    assert "一分钟" in html
    assert "no-store" in page.headers["Cache-Control"]
    assert strict.post(link, GOOD).status_code == 403  # without the token of the form
    token = re.search(r'<main.*?name="csrfmiddlewaretoken" value="(\w+)"', html, re.S)
    begun = re.search(r'name="begun" value="([^"]+)"', html)
    assert token is not None
    assert begun is not None
    extra = {"csrfmiddlewaretoken": token[1], "begun": begun[1]}
    partial = strict.post(link, {"a-overall": "satisfied", "a-improve": ["lift", "green"]} | extra)
    assert partial.status_code == 422
    again = partial.content.decode()
    assert "还有4题要补充或改正" in again
    assert re.findall(r'value="(\w+)" checked', again) == ["satisfied", "green", "lift"]
    sent = strict.post(f"{link}?by=qr", GOOD | extra, headers={"user-agent": "Mobile Safari"})
    assert sent.url == f"{link}?done=now"
    assert "谢谢，您的回答已经收到" in strict.get(sent.url).content.decode()
    kept = Response.objects.get(survey=surveys, standing=Standing.COUNTED, invitation__code_hash=hash_of())
    assert (kept.channel, kept.device, kept.enumerator) == ("qr", "phone", "")
    assert kept.seconds is not None
    assert "这个链接已经用过" in anybody().get(link).content.decode()
    twice = anybody().post(link, GOOD)
    assert twice.url == f"{link}?done=again"
    assert "不重复计算" in anybody().get(twice.url).content.decode()
    assert kept.invitation.responses.filter(standing=Standing.REPEATED).count() == 1


def hash_of() -> str:
    from anju.kernel.surveys.models import hash_of as made

    return made(sample.LINK)


def test_the_open_link_is_counted_apart(surveys: Survey, sign_in: Any) -> None:
    link = f"/s/{sample.OPEN_CODE}/"
    for _ in range(2):
        assert anybody().post(link, GOOD).url == f"{link}?done=now"
    assert Response.objects.filter(survey=surveys, standing=Standing.OPEN_LINK).count() == 2
    page = sign_in("leader").get(f"/surveys/{surveys.pk}/results/").content.decode()
    assert "公开链接2" in page
    assert re.search(r'计入答卷</p><p class="v">24<', page)


def test_a_link_that_opens_nothing_says_so_kindly(surveys: Survey, finished: Survey) -> None:
    answer = anybody().get("/s/gibtesnicht/")
    assert answer.status_code == 404
    assert "没有这个调查链接" in answer.content.decode()
    Survey.objects.filter(pk=surveys.pk).update(state="closed")
    assert "已经结束" in anybody().get(f"/s/{sample.LINK}/").content.decode()
    before = Response.objects.count()
    assert anybody().post(f"/s/{sample.LINK}/", GOOD).status_code == 200
    assert Response.objects.count() == before


def test_one_address_cannot_flood_the_page(surveys: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttle.LIMITS, "answer", 2)
    monkeypatch.setitem(throttle.LIMITS, "unknown", 1)
    link = f"/s/{sample.OPEN_CODE}/"
    assert [anybody().post(link, GOOD).status_code for _ in range(3)] == [302, 302, 429]
    assert [anybody().get(f"/s/x{i}/").status_code for i in range(2)] == [404, 429]
    # Another address is not held up, nor is reading.
    assert anybody(REMOTE_ADDR="10.0.0.9").post(link, GOOD).status_code == 302
    assert anybody().get(link).status_code == 200


def test_the_page_is_in_english_for_who_chose_it(surveys: Survey) -> None:
    client = anybody()
    client.cookies["django_language"] = "en"
    page = client.get(f"/s/{sample.LINK}/").content.decode()
    assert "One minute of your time" in page
    assert "With the cleaning?" in page


def test_an_interview_is_entered_and_a_telephone_number_is_read_on_record(
    surveys: Survey, sign_in: Any
) -> None:
    invitation = surveys.invitations.filter(state="invited").order_by("key")[0]
    invitation.phone = "0315-7654321"
    invitation.save()
    inspector, address = sign_in("inspector"), f"/surveys/interviews/{invitation.pk}/"
    listed = inspector.get(f"/surveys/{surveys.pk}/interviews/").content.decode()
    assert invitation.key in listed
    assert "0315-7654321" not in listed
    assert "0315-7654321" in inspector.get(address).content.decode()
    assert AuditRow.objects.filter(action="surveys.phone", object_id=str(invitation.pk)).count() == 1
    missing = inspector.post(address, GOOD | {"channel": "phone", "a-fee": "", "step": "answer"})
    assert missing.status_code == 422
    assert 'value="neutral" checked' in missing.content.decode()
    assert "没有选择访问方式" in inspector.post(address, GOOD | {"channel": "link"}).content.decode()
    saved = inspector.post(address, GOOD | {"channel": "phone", "step": "answer"})
    assert saved.url.endswith("?saved=counted")
    kept = Response.objects.get(invitation=invitation)
    assert (kept.enumerator, kept.channel) == ("demo-inspector", "phone")
    other = surveys.invitations.filter(state="invited").order_by("key")[0]
    marked = inspector.post(f"/surveys/interviews/{other.pk}/", {"step": "unreachable"})
    assert marked.url.endswith("?saved=marked")
    other.refresh_from_db()
    assert other.state == "unreachable"
    assert inspector.get(f"/surveys/{surveys.pk}/sheets/").status_code == 403


def test_codes_are_printed_to_scan(surveys: Survey, sign_in: Any) -> None:
    office = sign_in("office")
    assert "没有要发放的户" in office.post(f"/surveys/{surveys.pk}/links/", {"step": "qr"}).content.decode()
    page = office.post(f"/surveys/{surveys.pk}/links/", {"step": "qr", "again": "1"}).content.decode()
    # 60 drawn, 24 answered
    assert page.count('class="card-qr"') == page.count('class="segno') == 36
    sheet = office.post(f"/surveys/{surveys.pk}/links/", {"step": "pdf", "again": "1"})
    assert sheet.headers["Content-Type"] == "application/pdf"
    assert b"".join(sheet.streaming_content).startswith(b"%PDF-1.7")
    # The earlier link is dead.
    assert anybody().get(f"/s/{sample.LINK}/").status_code == 404


def test_odd_sheets_are_shown_and_one_is_taken_out(finished: Survey, sign_in: Any) -> None:
    office = sign_in("office")
    page = office.get(f"/surveys/{finished.pk}/sheets/?view=marked").content.decode()
    assert re.findall(r'<span class="st warn">([^<]+)</span>', page) == ["满意度全选一样", "答得过快"]
    quick = Response.objects.current().get(
        survey=finished, finished_at__isnull=False, invitation__key=_key(page, "答得过快")
    )
    address = f"/surveys/{finished.pk}/sheets/?sheet={quick.pk}"
    assert "您对小区物业服务总体满意吗？" in office.get(address).content.decode()
    assert office.post(address, {"reason": ""}).status_code == 422
    assert office.post(address, {"reason": "七秒填完"}).status_code == 302
    out = Response.objects.current().get(key=quick.key)
    assert (out.standing, out.reason) == (Standing.INVALID, "七秒填完")
    # The figures of a finished survey are asked for again.
    assert requests.drain(timezone.now()) == 8


def _key(page: str, mark: str) -> str:
    """The household of the row that bears a mark."""
    row = next(row for row in page.split("<tr>") if mark in row)
    return re.search(r'class="mono"[^>]*>([^<]+)<', row)[1]  # type: ignore[index]


def test_results_show_both_ways_hide_small_strata_and_export_the_same(finished: Survey, sign_in: Any) -> None:
    leader = sign_in("leader")
    page = leader.get(f"/surveys/{finished.pk}/results/").content.decode()
    assert page.count("不足30份，不列出") == 4
    assert "100/80/60/40/20" in page
    assert "重复2，作废1，公开链接0" in page
    answer = leader.get(f"/surveys/{finished.pk}/results/?export=xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["题目", "分布", "分层", "说明"]
    first = [cell.value for cell in book["题目"][2]]
    assert first[0] == "您对小区物业服务总体满意吗？"
    assert f"<b>{first[2]:.1f}%</b>" in page
    notes = {row[0].value: row[1].value for row in book["说明"].rows}
    assert (notes["计入答卷"], notes["种子"]) == (354, sample.SEED)
    assert notes["抽样框摘要"] == finished.frame["digest"]


def test_a_sample_is_drawn_from_a_register(surveys: Survey, sign_in: Any) -> None:
    office = sign_in("office")
    survey = set_up(office, written(office).versions.get())
    Survey.objects.filter(pk=survey.pk).update(target=5, minimum=0)
    address = f"/surveys/{survey.pk}/draw/?register=organisations&stratum=kind"
    page = office.get(address).content.decode()
    assert "县（市）、区主管部门" in page
    assert office.post(address, {"record": "1"}).status_code == 302
    keys = {str(pk) for pk in Organisation.objects.values_list("pk", flat=True)}
    assert survey.invitations.count() == 5
    assert set(survey.invitations.values_list("key", flat=True)) <= keys
    wrong = office.get(f"/surveys/{survey.pk}/draw/?register=organisations&stratum=name")
    assert wrong.status_code == 422


def test_pages_ask_few_queries(
    surveys: Survey, finished: Survey, sign_in: Any, django_assert_max_num_queries: Any
) -> None:
    finance = sign_in("finance")
    pages = ["/surveys/", f"/s/{sample.LINK}/", f"/questionnaires/{surveys.version.questionnaire_id}/"]
    pages += [f"/surveys/{finished.pk}/{part}" for part in ("", "results/", "sheets/", "draw/", "links/")]
    for page in pages:
        with django_assert_max_num_queries(20):
            assert finance.get(page).status_code == 200, page
    # The scope of an office takes a query for each area below it; the list takes five beside that.
    office = sign_in("office")
    with CaptureQueriesContext(connection) as alone:
        office.get("/questionnaires/new/")
    with django_assert_max_num_queries(len(alone) + 5):
        assert office.get(f"/surveys/{surveys.pk}/interviews/").status_code == 200


def test_who_may_only_look_cannot_begin_or_publish(surveys: Survey, sign_in: Any) -> None:
    leader = sign_in("leader")
    assert leader.post(f"/surveys/{surveys.pk}/", {"step": "close"}).status_code == 403
    questionnaire = f"/questionnaires/{surveys.version.questionnaire_id}/"
    assert leader.post(questionnaire, {"step": "follow"}).status_code == 403
    assert "新建调查" not in leader.get("/surveys/").content.decode()
