"""The finance officer imports a file, mends one defect and explains another; a second person accepts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anju.kernel.audit.models import AuditRow
from anju.kernel.cases.models import Case, Stage
from anju.kernel.findings.models import Finding, State
from anju.kernel.parties.models import Organisation
from anju.packs.budget.models import BudgetFile, Line, LineTarget
from anju.packs.budget.sample import build

SHARED = Path(__file__).parents[3] / "shared" / "data" / "budget" / "tangshan-2021.txt"

pytestmark = pytest.mark.django_db


def imported(client: Client, path: Path, correct: dict[str, str] | None = None) -> BudgetFile:
    """Upload, look at the preview, correct, keep."""
    bureau = Organisation.objects.get(budget_code="801002")
    with path.open("rb") as upload:
        answer = client.post("/budget/import/", {"file": upload, "organisation": bureau.pk})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    preview = answer["Location"]
    assert "读对了吗" in client.get(preview).content.decode()
    assert BudgetFile.objects.count() == 0
    if correct:
        assert client.post(preview, {f"cell.{k}": v for k, v in correct.items()}).status_code == 302
    assert client.post(preview, {"step": "keep"}).status_code == 302
    return BudgetFile.objects.get()


@pytest.fixture
def sample_file(tmp_path: Path) -> Path:
    path = tmp_path / "样例.docx"
    build("docx", path)
    return path


def finding(rule: str, part: str) -> Finding:
    return Finding.objects.get(rule=f"budget.{rule}", part__endswith=part)


def act(client: Client, found: Finding, **fields: Any) -> str:
    answer = client.post(f"/budget/findings/{found.pk}/", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_import_keeps_the_file_whole_with_its_original(sign_in: Any, sample_file: Path) -> None:
    kept = imported(sign_in("finance"), sample_file)
    assert (kept.year, kept.lines.count(), kept.targets.filter(slot=False).count()) == (2021, 24, 143)
    assert (
        sum(line.budget_fen or 0 for line in kept.lines.all()) == 156_473_10 * 10_000
    )  # 156,473.10万元 in fen
    assert kept.original is not None
    assert kept.original.sha256
    assert AuditRow.objects.filter(action="budget.import", actor="demo-finance").count() == 1


@pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared")
def test_the_real_file(sign_in: Any) -> None:
    kept = imported(sign_in("finance"), SHARED)
    assert (kept.lines.count(), kept.targets.filter(slot=False).count()) == (24, 143)
    assert finding("deadline_before_year", "B21DX0016").cites[0]["text"] == "2020年4月7日"


def test_a_correction_in_the_preview_is_kept_and_the_original_place_named(
    sign_in: Any, sample_file: Path
) -> None:
    kept = imported(sign_in("finance"), sample_file, {"0.0.value": "16600户"})
    row = LineTarget.objects.get(file=kept, line_key=kept.lines.get(order=0).key, order=0)
    assert row.value == "16600户"
    assert row.content["value"][1].endswith("（导入时更正）")


def test_mend_one_defect(sign_in: Any, sample_file: Path) -> None:
    finance, office = sign_in("finance"), sign_in("office")
    imported(finance, sample_file)
    found = finding("deadline_before_year", "B21DX0016")
    bureau = Organisation.objects.get(budget_code="801002")
    assert "待处理" in finance.get(f"/budget/findings/{found.pk}/").content.decode()
    act(finance, found, step="assign", owner=bureau.pk, deadline="2999-01-31")
    assert "请写改正后的文字" in act(office, found, step="correct", field="target.value", text="2020年4月7日")
    act(office, found, step="correct", field="target.value", text="2021年4月7日", note="按本年通知改")
    assert "等待验收" in office.get(f"/budget/findings/{found.pk}/").content.decode()
    assert "您的角色不能办这一步" in act(office, found, step="accept")
    act(finance, found, step="accept")
    found.refresh_from_db()
    case = Case.objects.get()
    assert (found.state, case.stage, case.done_by, case.accepted_by) == (
        State.CORRECTED,
        Stage.CLOSED,
        "demo-office",
        "demo-finance",
    )
    versions = LineTarget.objects.filter(name="延长供暖日期").order_by("recorded_at")
    assert [(v.value, v.superseded_at is None) for v in versions] == [
        ("2020年4月7日", False),
        ("2021年4月7日", True),
    ]


def test_records_stay_chinese_whatever_language_the_page_speaks(sign_in: Any, sample_file: Path) -> None:
    finance, office = sign_in("finance"), sign_in("office")
    imported(finance, sample_file)
    found = finding("deadline_before_year", "B21DX0016")
    bureau = Organisation.objects.get(budget_code="801002")
    finance.cookies["django_language"] = office.cookies["django_language"] = "en"
    act(finance, found, step="assign", owner=bureau.pk, deadline="2999-01-31")
    act(office, found, step="correct", field="target.value", text="2021年4月7日")
    assert Case.objects.get().steps.last().after == {"指标值": "2021年4月7日"}
    assert "指标值" in AuditRow.objects.get(action="budget.correct").after


def test_lines_without_a_sub_goal_have_an_address(sign_in: Any, sample_file: Path) -> None:
    finance = sign_in("finance")
    kept = imported(finance, sample_file)
    assert "/budget/?goal=none" in finance.get("/overview/").content.decode()
    board = finance.get("/budget/?goal=none").context
    assert board["page_of_lines"].paginator.count == kept.lines.filter(sub_goal="").count() > 0


def test_explain_another(sign_in: Any, sample_file: Path) -> None:
    finance, office, leader = sign_in("finance"), sign_in("office"), sign_in("leader")
    imported(finance, sample_file)
    found = finding("cumulative_vs_annual", "B21DX0043")
    bureau = Organisation.objects.get(budget_code="801002")
    act(leader, found, step="assign", owner=bureau.pk, deadline="2999-01-31", note="请说明口径")
    assert "没有写说明" in act(office, found, step="explain", outcome="explained", note="好")
    act(office, found, step="explain", outcome="explained", note="合同按两年累计签订，年底一并验收。")
    assert "没有写退回理由" in act(finance, found, step="return", note="")
    act(finance, found, step="return", note="请附合同页码")
    act(office, found, step="explain", outcome="explained", note="合同第3页第2条，按两年累计签订。")
    act(leader, found, step="accept", note="同意")
    found.refresh_from_db()
    assert found.state == State.EXPLAINED
    timeline = finance.get(f"/budget/findings/{found.pk}/").content.decode()
    assert all(words in timeline for words in ("请附合同页码", "合同第3页第2条", "同意"))


def test_pages_of_a_line_and_a_target(sign_in: Any, sample_file: Path) -> None:
    finance = sign_in("finance")
    kept = imported(finance, sample_file)
    line = Line.objects.get(file=kept, code="801002B16DX0013")
    target = LineTarget.objects.get(file=kept, line_key=line.key, name="供热建筑面积")
    page = finance.get(f"/budget/lines/{line.key}/").content.decode()
    assert "4,525.00万元" in page
    assert "50,130,000平方米" in page  # 5013万平方米
    assert "不可评" in finance.get(f"/budget/targets/{target.key}/").content.decode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.docx", b"", "空"),
        ("说明.txt", "这里没有表格，只有一句话。".encode(), "没有找到预算项目"),
        ("照片.docx", b"\xff\xd8\xff\xe0" + b"0" * 500, "jpg"),
    ],
)
def test_a_bad_file_gets_one_sentence_and_changes_nothing(
    sign_in: Any, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    finance = sign_in("finance")
    bureau = Organisation.objects.get(budget_code="801002")
    with path.open("rb") as upload:
        answer = finance.post("/budget/import/", {"file": upload, "organisation": bureau.pk})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有读成" in page
    assert words.lower() in page.lower()
    assert BudgetFile.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "most"), [("/overview/", 20), ("/budget/", 20), ("/budget/review/", 20), ("/cases/", 20)]
)
def test_pages_ask_few_questions(
    sign_in: Any, sample_file: Path, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    finance = sign_in("finance")
    imported(finance, sample_file)
    moved = finance.get(path)
    address = moved["Location"] if moved.status_code == 302 else path
    with django_assert_max_num_queries(most):
        assert finance.get(address).status_code == 200
