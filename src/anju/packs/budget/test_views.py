from __future__ import annotations

import re
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from anju.kernel.documents import DocumentError
from anju.packs.budget import service

TARGET = {
    "level1": "产出指标",
    "level2": "数量指标",
    "name": "安装户数",
    "description": None,
    "value": "38万户",
    "basis": "工作计划",
}


def line(code: str, name: str, targets: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "department_code": "801002",
        "department_name": "住建局",
        "budget_wan_yuan": Decimal("1234.50"),
        "project_total_wan_yuan": None,
        "payment_plan": [Decimal(25), Decimal(50), Decimal(75), Decimal(100)],
        "purpose": "安装保护装置",
        "goal": None,
        "targets": targets,
    }


def finding(line: str, rule: str, severity: str, message: str, *texts: str) -> dict[str, Any]:
    cites = [{"text": text, "position": f"表{number}第2行"} for number, text in enumerate(texts, 1)]
    return {
        "line": line,
        "target": "安装户数",
        "rule": rule,
        "severity": severity,
        "message": message,
        "cites": cites,
    }


FILE = {
    "file_year": 2021,
    "departments": [{"code": "801002", "name": "住建局"}],
    "lines": [line("A1", "燃气加装", [TARGET]), line("A2", "供热补贴", [TARGET, TARGET])],
    "sub_goals": [],
    "commitments": [],
    "file": "样例.docx",
    "notes": ["第9表未填。"],
}
FINDINGS = [
    finding("A1", "citation_conflict", "block", "38万户与20万户不一致。", "完成38万户", "改造20万户"),
    finding("A2", "weak_basis", "ask", "依据只写“工作计划”。", "工作计划"),
    finding("A2", "weak_basis", "ask", "依据只写<计划>。", "<计划>"),
]


@pytest.fixture(autouse=True)
def review(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "current", lambda: SimpleNamespace(file=FILE, findings=FINDINGS))


def get(query: str = "") -> str:
    response: HttpResponse = Client().get(f"/budget/check/{query}", headers={"host": "localhost"})
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_the_head_answers_with_counts_and_totals() -> None:
    text = words(get())
    assert "文件里哪两句话对不上？样例.docx2个项目里有3处要看：退回1处询问2处" in text
    assert "2,469.00万元" in text
    assert "2项目3指标" in text
    assert "第9表未填。" in text


def test_two_quotes_stand_whole_with_the_difference_between_them() -> None:
    html = get()
    assert "<q>完成<mark>38万户</mark></q>" in html
    assert '<div class="op">≠<small>差18万户</small></div>' in html
    assert html.index("完成<mark>") < html.index("≠") < html.index("改造<mark>20万户")


def test_repeats_fold_into_one_row_and_text_is_escaped() -> None:
    html = get("?severity=ask")
    assert html.count('<details class="rule">') == 1
    assert "2处" in words(html)
    assert "&lt;计划&gt;" in html
    assert "燃气加装" not in html
    assert '<details class="rule" open>' in get("?severity=ask&open=1")


def test_filter_that_matches_nothing_says_what_to_do() -> None:
    assert "没有这样的发现" in get("?rule=wrong_year")


def test_lines_show_what_was_read_and_understood() -> None:
    html = get("?show=lines")
    assert "≥380,000户（“≥”为推定）" in html
    assert "各季度末累计25%、50%、75%、100%" in words(html)


def test_a_file_that_cannot_be_read_is_one_sentence_and_a_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise DocumentError("文件是空的。", "请换一个文件。")

    monkeypatch.setattr(service, "current", fail)
    response = Client().get("/budget/check/", headers={"host": "localhost"})
    assert response.status_code == 503
    assert "文件是空的。" in response.content.decode()
    assert "请换一个文件。" in response.content.decode()
