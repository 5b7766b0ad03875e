"""Official forms go out of the page and come back in; the evaluation report is written and leads to its evidence."""

from __future__ import annotations

import json
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from anju.kernel.audit.models import AuditRow
from anju.packs.budget.commands import budget
from anju.packs.budget.models import BudgetFile, Evaluation, Line, Opinion
from anju.packs.budget.sample.year import FILE_NAME
from anju.packs.budget.testing import line
from journeys.budgets import city_with_year as city

__all__ = ["city"]  # a fixture

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"


@pytest.fixture
def file(sign_in: Any) -> BudgetFile:
    return BudgetFile.objects.get(name=FILE_NAME)


def printed(client: Any, file: BudgetFile, form: str) -> bytes:
    address = f"/budget/forms/?file={file.pk}&form={form}&line={GAS}&kind=xlsx"
    return b"".join(client.get(address).streaming_content)


def changed(body: bytes, **cells: str) -> bytes:
    book = load_workbook(BytesIO(body))
    for place, text in cells.items():
        book.worksheets[0][place] = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def give(client: Any, body: bytes, name: str = "目标申报表.xlsx") -> Any:
    return client.post("/budget/forms/back/", {"form": SimpleUploadedFile(name, body), "asked": ""})


def digest(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_filled_form_is_given_compared_and_taken_over(sign_in: Any, file: BudgetFile) -> None:
    office = sign_in("office")
    body = changed(printed(office, file, "declaration"), B9="全年安装22万户。", E5="6000")
    address = give(office, body)["Location"]
    page = office.get(address).content.decode()
    assert all(words in page for words in ("目标申报表", "2021年度", "全年安装22万户。", "确认存入1处"))
    assert "平台没有存这一栏的步骤" in page
    assert line(file, GAS).content["goal"][0] != "全年安装22万户。"
    done = office.post(address, {"digest": digest(page)}, follow=True).content.decode()
    assert "存入1处" in done
    assert line(file, GAS).content["goal"][0] == "全年安装22万户。"
    rows = AuditRow.objects.filter(action__startswith="budget.form.").order_by("recorded_at")
    assert [row.action for row in rows] == ["budget.form.export", "budget.form.give", "budget.form.take"]
    assert json.loads(rows[1].after)["sha256"] == json.loads(rows[2].after)["sha256"]


def test_what_changed_meanwhile_is_shown_again_and_not_overwritten(sign_in: Any, file: BudgetFile) -> None:
    office = sign_in("office")
    address = give(office, changed(printed(office, file, "declaration"), B9="甲。"))["Location"]
    shown = digest(office.get(address).content.decode())
    other = give(office, changed(printed(office, file, "declaration"), B9="乙。"), "另一张.xlsx")["Location"]
    office.post(other, {"digest": digest(office.get(other).content.decode())})
    answer = office.post(address, {"digest": shown})
    assert answer.status_code == 422
    assert "平台的数据又变了" in answer.content.decode()
    assert line(file, GAS).content["goal"][0] == "乙。"


def test_who_may_not_take_a_step_may_only_compare(sign_in: Any, file: BudgetFile) -> None:
    leader = sign_in("leader")
    address = give(leader, changed(printed(leader, file, "declaration"), B9="甲。"))["Location"]
    page = leader.get(address).content.decode()
    assert "只能核对" in page
    assert 'name="digest"' not in page
    assert leader.post(address, {"digest": ""}).status_code == 403
    assert sign_in("finance").get(address).status_code == 404  # whose upload it is not


def test_a_file_that_is_none_of_the_forms_is_told_in_a_sentence(sign_in: Any, file: BudgetFile) -> None:
    office = sign_in("office")
    for body, name, words in (
        (b"%PDF-1.4 x", "a.pdf", "PDF"),
        (b"PK\x05\x06" + bytes(18), "a.zip", "压缩包"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "不是平台的七种表"),
        (printed(office, file, "declaration")[:3000], "a.xlsx", "a.xlsx"),
    ):
        answer = give(office, body, name)
        assert (name, answer.status_code) == (name, 422)
        assert words in answer.content.decode()
    assert "没有选择文件" in office.post("/budget/forms/back/", {}).content.decode()


# -- the evaluation report ---------------------------------------------------------------------------------


def report_of(file: BudgetFile) -> str:
    return f"/budget/evaluations/{Evaluation.objects.current().get(line_key=line(file, GAS).key).key}/report/"


def test_opinions_of_the_report_are_written_printed_and_superseded(sign_in: Any, file: BudgetFile) -> None:
    office = sign_in("office")
    address = report_of(file)
    office.post(address, {"problems": "前期衔接不够。", "conclusions": "建议扩大范围。"})
    office.post(address, {"problems": "前期衔接不够，已约定会签。", "conclusions": "建议扩大范围。"})
    page = office.get(address).content.decode()
    assert "前期衔接不够，已约定会签。</textarea>" in page
    assert Opinion.objects.filter(section="problems").count() == 2
    assert Opinion.objects.filter(section="conclusions").count() == 1
    sheet = load_workbook(BytesIO(printed(office, file, "report"))).worksheets[0]
    texts = [str(cell.value).strip() for (cell,) in sheet.iter_rows() if cell.value]
    assert texts[texts.index("五、存在的问题及原因分析") + 1] == "前期衔接不够，已约定会签。"
    leader = sign_in("leader")
    assert "<textarea" not in leader.get(address).content.decode()
    refused = leader.post(address, {"problems": "很好。"})
    assert (refused.status_code, Opinion.objects.count()) == (422, 3)


def test_every_figure_of_the_report_leads_to_its_evidence(sign_in: Any, file: BudgetFile) -> None:
    """Each number of the sections with figures stands in a link, and each link opens for the reader."""
    leader = sign_in("leader")
    page = leader.get(report_of(file)).content.decode()
    results = page[page.index('id="results"') : page.index('id="problems"')]
    linked = dict(re.findall(r'<a href="([^"]+)">([^<]+)</a>', results))
    assert f"/r/payments/?line_code={GAS}&amp;year=2021" in linked
    assert any(address.startswith("/budget/rounds/") for address in linked)
    for address in linked:
        assert leader.get(unescape(address)).status_code == 200, address
    plain = re.sub(r"<a .*?</a>", "", results, flags=re.DOTALL)
    words = " ".join(re.findall(r"<p>(.*?)</p>", plain, flags=re.DOTALL))
    assert re.findall(r"\d+(?:\.\d+)?(?:%|万元|户)", words) == []
    # From the payment to the ledger that it was imported with: report, register, row.
    register = leader.get(f"/r/payments/?line_code={GAS}&year=2021").content.decode()
    (payment, *_) = re.findall(r'href="(/r/payments/[0-9a-f-]+/)"', register)
    assert leader.get(payment).status_code == 200


def test_the_department_says_what_it_achieved_and_why_points_were_lost(
    sign_in: Any, file: BudgetFile
) -> None:
    finance = sign_in("finance")
    address = f"/budget/evaluation/?file={file.pk}"
    page = finance.get(address).content.decode()
    (topic, *_) = re.findall(r'name="topic" value="([^"]+)"', page)
    words = {"step": "words", "achieved": "总体完成。", "topic": [topic], "reason": ["资料不全。"]}
    page = finance.post(address, words, follow=True).content.decode()
    assert "总体完成。</textarea>" in page
    assert 'value="资料不全。"' in page
    assert sign_in("leader").post(address, words).status_code == 200
    assert Opinion.objects.count() == 2


def test_a_sheet_is_put_aside_with_its_words_before_it_is_submitted(sign_in: Any, file: BudgetFile) -> None:
    draft = Evaluation.objects.current().filter(file=file, status="draft").order_by("version__line__order")[0]
    office = sign_in("office")
    address = f"/budget/evaluations/{draft.key}/"
    told = {"step": "save", "reason.execution": "年底结算。", "achieved": "完成大半。"}
    page = office.post(address, told, follow=True).content.decode()
    assert "完成大半。</textarea>" in page
    now = Evaluation.objects.current().get(key=draft.key)
    assert (now.status, now.reasons) == ("draft", {"execution": "年底结算。"})


def test_the_pages_ask_little_whatever_the_number_of_rows(
    sign_in: Any, file: BudgetFile, django_assert_max_num_queries: Any
) -> None:
    finance = sign_in("finance")
    for form in ("declaration", "review", "monitoring", "self_evaluation", "department", "report", "summary"):
        address = give(finance, printed(finance, file, form), f"{form}.xlsx")["Location"]
        with django_assert_max_num_queries(20):
            assert "完全一致" in finance.get(address).content.decode(), form
    with django_assert_max_num_queries(20):
        finance.get(report_of(file))


# -- the commands ------------------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    answer = CliRunner().invoke(budget, arguments)
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.output)


def test_export_says_what_it_wrote_and_read_form_what_is_different(file: BudgetFile, tmp_path: Path) -> None:
    path = tmp_path / "申报表.xlsx"
    wrote = run("export", "--form", "declaration", "--line", GAS, "--out", str(path), "--json")
    assert (wrote["file"], wrote["name"], wrote["format"]) == (str(path), "目标申报表", "xlsx")
    assert (wrote["bytes"], wrote["lines"]) == (path.stat().st_size, [GAS])
    assert len(wrote["sha256"]) == 64
    assert run("read-form", str(path), "--json")["differences"] == []
    path.write_bytes(changed(path.read_bytes(), B9="全年安装22万户。", E5="6000"))
    said = run("read-form", str(path), "--json")
    assert (said["form"], said["year"], said["line"]["code"]) == ("declaration", 2021, GAS)
    assert [(d["field"], d["verdict"]) for d in said["differences"]] == [
        ("预算数", "unkept"),
        ("绩效目标", "take"),
    ]
    assert Line.objects.current().get(file=file, code=GAS).content["goal"][0] != "全年安装22万户。"
    everything = run("export", "--form", "review", "--out", str(tmp_path / "审核.docx.zip"), "--json")
    assert (everything["format"], len(everything["lines"])) == ("docx", 24)
    assert len(run("export", "--form", "list", "--json")) == 7


def test_every_command_of_the_pack_prints_json() -> None:
    for name, command in budget.commands.items():
        assert "--json" in {option for each in command.params for option in each.opts}, name
