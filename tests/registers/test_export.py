from __future__ import annotations

import json
import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from openpyxl import Workbook

from anju.kernel.audit.models import AuditRow
from anju.kernel.parties.models import Organisation
from anju.packs.budget.models import Line
from anju.web.registers import export
from registers.conftest import Town

ADDRESS = "/r/budget-lines/?export=xlsx"


def opened(client: Client, address: str) -> tuple[Workbook, bytes]:
    answer = client.get(address)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    return openpyxl.load_workbook(BytesIO(content)), content


def test_cells_are_typed_and_money_is_yuan(finance: Client) -> None:
    sheet = opened(finance, f"{ADDRESS}&sort=code")[0].worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "项目", "项目编码", "预算单位", "分项目标", "本年预算（元）", "项目总额（元）", "年度",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[2]] == [
        "老旧小区改造", "A-1", "示例局", "改造", 12345.67, None, 2021,
    ]  # fmt: skip
    assert sheet["E2"].number_format == "#,##0.00"
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == 4


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1"])
def test_text_never_becomes_a_formula(finance: Client, town: Town, text: str) -> None:
    Line.objects.all().delete()
    Line.objects.create(file=town.file, order=0, code=text, name="正常", sub_goal="x\x07y")
    book, content = opened(finance, ADDRESS)
    cell = book.worksheets[0]["B2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert book.worksheets[0]["A2"].quotePrefix is False
    assert book.worksheets[0]["D2"].value == "xy"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_the_second_sheet_says_what_is_shown_and_the_audit_who_took_it(finance: Client) -> None:
    book, _ = opened(finance, f"{ADDRESS}&q=A-1")
    notes = dict(book["说明"].values)
    assert notes["条件"] == "含“A-1”"
    assert notes["行数"] == "1"
    assert notes["导出人"] == "测试test-finance（test-finance）"
    assert datetime.strptime(notes["导出时间"], "%Y-%m-%d %H:%M")
    row = AuditRow.objects.get(action="register.export")
    assert (row.actor, row.address) == ("test-finance", "127.0.0.1")
    assert json.loads(row.after) == {"query": "q=A-1", "register": "budget-lines", "rows": 1}


def test_times_are_local_and_dates_dates(finance: Client) -> None:
    sheet = opened(finance, "/r/findings/?export=xlsx&columns=recorded_at")[0].worksheets[0]
    assert sheet["B2"].value == datetime(2021, 3, 5, 9, 30)


def test_the_scope_holds_for_exports_too(east_client: Client) -> None:
    sheet = opened(east_client, "/r/organisations/?export=xlsx")[0].worksheets[0]
    assert Organisation.objects.count() == 2
    assert [row[0] for row in sheet.values] == ["名称", "示例局"]


def test_too_many_rows_are_refused_with_the_way_out(finance: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "LIMIT", 2)
    answer = finance.get(ADDRESS)
    assert answer.status_code == 400
    assert "共3行，超过一次导出的2行。请加上筛选条件" in answer.content.decode()
    assert not AuditRow.objects.filter(action="register.export").exists()


def test_a_wrong_filter_exports_nothing(finance: Client) -> None:
    answer = finance.get(f"{ADDRESS}&nothing=1")
    assert answer.status_code == 400
    assert "没有“nothing”" in answer.content.decode()
