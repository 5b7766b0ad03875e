"""What a form may take over is then in the platform, by the steps of its own page; all of it or nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from anju.kernel.audit.models import AuditRow
from anju.kernel.files import store
from anju.kernel.files.models import StoredFile
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.keeping import versions
from anju.packs.budget.models import BudgetFile, Evaluation, Line, Opinion, Round, RoundEntry
from anju.packs.budget.printing import forms
from anju.packs.budget.reports import opinions
from anju.packs.budget.returned.fields import Verdict
from anju.packs.budget.returned.taking import take
from anju.packs.budget.returned.testing import END, GAS, TYPED, back, beside, data_of, put, shown
from anju.packs.budget.testing import line, target
from anju.packs.budget.year import evaluations, rounds

pytestmark = pytest.mark.django_db
RED = "801002B21DX0031"


def stored(path: Path) -> StoredFile:
    return store(BytesIO(path.read_bytes()), path.name, actor="科室")


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("form", [code for code in forms.FORMS if code != "summary"])
def test_what_can_be_taken_is_then_in_the_platform(
    file: BudgetFile, form: str, kind: str, tmp_path: Path
) -> None:
    """The same file again shows only what was not taken, and a form printed now bears what was."""
    data = data_of(file, form)
    for path, (text, _) in TYPED[form].items():
        put(data, path, text)
    found = back(form, data, tmp_path / f"a.{kind}")
    paper = stored(tmp_path / f"a.{kind}")
    assert take(found, paper, actor="科室") == len(found.taken) > 0
    left = {path: told for path, told in TYPED[form].items() if told[1] != Verdict.TAKE}
    again = shown(beside(tmp_path / f"a.{kind}"))
    if form == "monitoring":
        # A round keeps its words by line, and a target that is on track prints none: ticks are not shown there.
        again = {path: told for path, told in again.items() if told[1] != Verdict.UNKEPT}
    assert again == left
    row = AuditRow.objects.filter(action="budget.form.take").latest("recorded_at")
    assert row.actor == "科室"
    assert paper.sha256 in row.after


def test_corrections_of_a_declaration_wait_for_approval_again(file: BudgetFile, tmp_path: Path) -> None:
    assert versions.waiting(file) == 0
    data = data_of(file, "declaration")
    put(data, ("targets", 0, "value"), "22万户")
    take(back("declaration", data, tmp_path / "a.docx"), stored(tmp_path / "a.docx"), actor="科室")
    assert [line.code for line in versions.unapproved(file)] == [GAS]
    assert target(file, GAS, "安装户数").value == "22万户"
    assert target(file, GAS, "安装户数").changed_by == "科室"


def test_words_of_a_round_are_kept_by_line(file: BudgetFile, tmp_path: Path) -> None:
    """The worst likelihood and the ticks and words of all rows; old words of the other rows stay."""
    entry = RoundEntry.objects.current().filter(line__code=RED).get()
    data = data_of(file, "monitoring", RED)
    off = next(n for n, row in enumerate(data["targets"]) if row["reason"])
    put(data, ("targets", off, "reason"), "设备没有到货。")
    put(data, ("targets", off, "bias", "equipment"), "√")
    for row in data["targets"]:
        row["likelihood"] = {"sure": "", "possible": "", "impossible": "√"}
    take(back("monitoring", data, tmp_path / "a.xlsx"), stored(tmp_path / "a.xlsx"), actor="科室")
    now = RoundEntry.objects.current().filter(line__code=RED).get()
    assert (now.likelihood, now.entered_by) == ("impossible", "科室")
    assert set(now.reasons) == {*entry.reasons, "hardware"}
    assert "设备没有到货。" in now.note
    assert not beside(tmp_path / "a.xlsx").taken


def test_a_round_that_is_closed_or_was_never_opened_takes_nothing(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "monitoring")
    put(data, ("targets", 0, "reason"), "汛期停工。")
    found = Round.objects.get(file=file)
    Round.objects.filter(pk=found.pk).update(closed_at=found.recorded_at, closed_by="财务")
    (closed,) = back("monitoring", data, tmp_path / "a.xlsx").differences
    assert (closed.verdict, closed.reason) == (Verdict.UNKEPT, "这一轮监控已经结束，不能再填。")
    data = data_of(file, "monitoring")
    put(data, ("targets", 0, "reason"), "汛期停工。")
    data["date"] = "2021年03月31日"
    unopened = back("monitoring", data, tmp_path / "a.xlsx")
    assert not unopened.taken
    assert "平台没有这一天的正式监控，请先发起。" in {each.reason for each in unopened.differences}


def test_the_day_of_filling_in_does_not_hide_the_round(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "monitoring")
    put(data, ("targets", 0, "bias", "funds"), "√")
    data["date"] = "2021年8月10日"
    found = back("monitoring", data, tmp_path / "a.xlsx")
    assert str(found.place.day) == "2021-07-31"
    assert {each.field: each.verdict for each in found.differences} == {
        "经费保障": Verdict.TAKE,
        "日期": Verdict.UNKEPT,
    }


def test_a_refused_step_keeps_nothing(file: BudgetFile, tmp_path: Path) -> None:
    """“其他” wants words; neither the tick nor the likelihood is kept without them."""
    before = RoundEntry.objects.count()
    data = data_of(file, "monitoring")
    put(data, ("targets", 0, "bias", "other"), "√")
    put(data, ("targets", 0, "likelihood", "possible"), "√")
    found = back("monitoring", data, tmp_path / "a.xlsx")
    with pytest.raises(rounds.RoundError, match="没有写说明"):
        take(found, stored(tmp_path / "a.xlsx"), actor="科室")
    assert RoundEntry.objects.count() == before


def test_reasons_are_kept_by_row_and_a_submitted_sheet_takes_none(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "self_evaluation", RED)
    put(data, ("funds", "reason"), "年底集中结算，一季度补付。")
    put(data, ("targets", 1, "reason"), "资料晚到。")
    take(back("self_evaluation", data, tmp_path / "a.docx"), stored(tmp_path / "a.docx"), actor="科室")
    kept = Evaluation.objects.current().get(line_key=line(file, RED).key)
    rows = {row["key"]: row["name"] for row in kept.sheet["rows"]}
    assert {rows[key]: text for key, text in kept.reasons.items()} == {
        rows["execution"]: "年底集中结算，一季度补付。",
        data["targets"][1]["name"]: "资料晚到。",
    }
    assert kept.status == "draft"
    confirmed = data_of(file, "self_evaluation")
    put(confirmed, ("funds", "reason"), "再补一句。")
    (late,) = back("self_evaluation", confirmed, tmp_path / "a.docx").differences
    assert (late.verdict, late.reason) == (Verdict.UNKEPT, "自评已经提交，原因不能再改。")


def test_a_computed_figure_typed_over_is_refused(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "self_evaluation")
    put(data, ("funds", "rate"), "12.00%")
    found = back("self_evaluation", data, tmp_path / "a.xlsx")
    assert "表内填写与平台不一致" in found.differences[0].reason
    with pytest.raises(Refusal, match="没有可以存入的内容"):
        take(found, stored(tmp_path / "a.xlsx"), actor="科室")
    assert data_of(file, "self_evaluation")["funds"]["rate"] == "100.00%"


def test_an_opinion_is_superseded_printed_and_taken_out_by_a_blank_on_the_page(file: BudgetFile) -> None:
    gas = line(file, GAS)
    opinions.write(gas, "problems", " 前期衔接不够。\n\n资料不全。", actor="科室")
    opinions.write(gas, "problems", "前期衔接不够。", actor="财务")
    assert opinions.write(gas, "problems", "前期衔接不够。", actor="财务") is None
    rows = Opinion.objects.filter(about=gas.key).order_by("recorded_at")
    assert [(row.text, row.written_by, row.superseded_at is None) for row in rows] == [
        ("前期衔接不够。\n资料不全。", "科室", False),
        ("前期衔接不够。", "财务", True),
    ]
    assert data_of(file, "report")["problems"][-1] == {"text": "前期衔接不够。"}
    opinions.write(gas, "problems", "", actor="科室")
    assert opinions.of(gas) == {}
    with pytest.raises(opinions.OpinionError, match="没有这个栏目"):
        opinions.write(gas, "praise", "很好。", actor="科室")
    with pytest.raises(opinions.OpinionError, match="超过5000字"):
        opinions.write(gas, "other", "很" * 5001, actor="科室")


def test_a_draft_keeps_reasons_before_it_is_submitted(file: BudgetFile) -> None:
    draft = Evaluation.objects.current().get(line_key=line(file, RED).key)
    kept = evaluations.explain(draft, {"execution": " 年底结算。 "}, actor="科室", on=END)
    assert (kept.status, kept.reasons, kept.total) == ("draft", {"execution": "年底结算。"}, draft.total)


def test_every_row_of_a_line_keeps_its_department(file: BudgetFile) -> None:
    opinions.write(line(file, GAS), "other", "没有。", actor="科室")
    opinions.write(file, "achieved", "完成。", actor="科室")
    told = {row.section: row.organisation for row in Opinion.objects.all()}
    assert told == {
        "other": Line.objects.current().get(file=file, code=GAS).department,
        "achieved": file.organisation,
    }
