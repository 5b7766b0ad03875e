"""Each of the seven forms goes out, comes back with some cells changed, and shows exactly these differences."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from anju.kernel.values.refusal import Refusal
from anju.packs.budget.keeping import files
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.printing import forms
from anju.packs.budget.returned.fields import Verdict
from anju.packs.budget.returned.testing import GAS, TYPED, back, beside, data_of, put, shown
from anju.packs.budget.sample import sample_path
from anju.packs.budget.testing import line, read_sample
from anju.packs.budget.year import printing

pytestmark = pytest.mark.django_db
KINDS = ("docx", "xlsx")


def test_every_form_has_its_changes() -> None:
    assert list(TYPED) == list(forms.FORMS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", forms.FORMS)
def test_a_form_that_nobody_changed_shows_no_difference(
    file: BudgetFile, form: str, kind: str, tmp_path: Path
) -> None:
    found = back(form, data_of(file, form), tmp_path / f"a.{kind}")
    assert (found.filled.form, found.place.file, shown(found)) == (form, file, {})
    assert found.place.line == (line(file, GAS) if printing.is_of_line(form) else None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", forms.FORMS)
def test_exactly_what_was_changed_is_shown(file: BudgetFile, form: str, kind: str, tmp_path: Path) -> None:
    data = data_of(file, form)
    for path, (text, _) in TYPED[form].items():
        put(data, path, text)
    assert shown(back(form, data, tmp_path / f"a.{kind}")) == TYPED[form]


def test_a_workbook_that_was_edited_in_excel_is_read(file: BudgetFile, tmp_path: Path) -> None:
    """Typed as a number and with blanks around it: 100.00 as 100 is the same, a new goal is not."""
    path = tmp_path / "申报表.xlsx"
    path.write_bytes(forms.export("declaration", data_of(file, "declaration"), "xlsx"))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["F7"], sheet["B9"] = 100, " 全年安装22万户。 "
    book.save(path)
    assert shown(beside(path)) == {("line", "goal"): ("全年安装22万户。", Verdict.TAKE)}


def test_rows_are_known_by_their_names_wherever_they_stand(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "declaration")
    data["targets"].reverse()
    assert shown(back("declaration", data, tmp_path / "a.xlsx")) == {}
    data["targets"].append({**data["targets"][0], "name": "新指标", "value": "5个"})
    found = back("declaration", data, tmp_path / "a.xlsx").differences
    assert [(each.field, each.verdict) for each in found] == [("整行", Verdict.UNKEPT)]
    assert "新指标" in found[0].said


def test_a_blank_never_clears_what_is_kept(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "declaration")
    put(data, ("line", "goal"), "")
    del data["targets"][-1]
    found = back("declaration", data, tmp_path / "a.docx")
    assert {each.verdict for each in found.differences} == {Verdict.BLANK}
    assert found.taken == []


def test_a_paragraph_of_the_platform_typed_over_is_not_taken_as_an_opinion(
    file: BudgetFile, tmp_path: Path
) -> None:
    data = data_of(file, "report")
    assert data["conclusions"] == [{"text": "得分100.00，可评100.00分，等级优。"}]
    data["conclusions"] = [{"text": "得分120.00，可评120.00分，等级优。"}, {"text": "建议扩大范围。"}]
    assert shown(back("report", data, tmp_path / "a.docx")) == {
        ("conclusions", 0): ("得分120.00，可评120.00分，等级优。", Verdict.COMPUTED),
        ("conclusions",): ("建议扩大范围。", Verdict.TAKE),
    }
    del data["conclusions"][0]
    found = back("report", data, tmp_path / "a.docx").differences
    assert [(each.said, each.verdict) for each in found] == [
        ("建议扩大范围。", Verdict.COMPUTED),  # one for one: it stands where the platform's own stood
    ]


def test_a_bureaus_own_template_is_recognised(file: BudgetFile, settings: Any, tmp_path: Path) -> None:
    """Another title and another label; a form printed before by ours is still read."""
    with resources.as_file(resources.files("anju.packs.budget.printing") / "declaration.xlsx") as ours:
        book = load_workbook(ours)
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A8"] = "安居市{{ year }}年度项目目标申报表", "资金用途"
    settings.DATA = tmp_path
    printing.templates().mkdir()
    book.save(printing.templates() / "declaration.xlsx")
    data = data_of(file, "declaration")
    put(data, ("line", "goal"), "全年安装22万户。")
    assert shown(back("declaration", data, tmp_path / "a.docx")) == {
        ("line", "goal"): ("全年安装22万户。", Verdict.TAKE)
    }
    (tmp_path / "b.docx").write_bytes(forms.export("declaration", data, "docx"))
    assert len(beside(tmp_path / "b.docx").differences) == 1


# -- what cannot be read ----------------------------------------------------------------------------------


def refused(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        beside(path)
    assert caught.value.sentence.endswith("。")
    assert caught.value.next_step
    return caught.value


def test_another_year_an_unknown_line_and_a_file_of_another_kind(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "declaration")
    path = tmp_path / "a.xlsx"
    path.write_bytes(forms.export("declaration", data | {"year": "2022"}, "xlsx"))
    assert "这是2022年度的表" in refused(path).sentence
    path.write_bytes(forms.export("declaration", data | {"line": data["line"] | {"code": "X1"}}, "xlsx"))
    assert "没有项目“X1”" in refused(path).sentence
    path.write_bytes(forms.export("declaration", data | {"year": ""}, "xlsx"))
    assert refused(path).sentence == "表名里没有年度。"
    path.write_bytes(sample_path().read_bytes())
    assert "不是平台的七种表" in refused(path).sentence
    path.write_bytes(forms.export("declaration", data, "xlsx")[:2000])
    refused(path)
    path.write_bytes(forms.export("summary", data_of(file, "summary"), "pdf"))
    assert "PDF" in refused(path).sentence


def test_a_form_whose_cells_were_moved_says_where(file: BudgetFile, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(forms.export("self_evaluation", data_of(file, "self_evaluation"), "xlsx"))
    book = load_workbook(path)
    book.worksheets[0]["A5"] = "经费"
    book.save(path)
    assert "A5的“经费”" in refused(path).sentence


def test_a_department_of_another_code_is_not_found(file: BudgetFile, tmp_path: Path) -> None:
    data = data_of(file, "department")
    data["department"]["code"] = "999999"
    (tmp_path / "a.xlsx").write_bytes(forms.export("department", data, "xlsx"))
    assert "没有这张表的单位" in refused(tmp_path / "a.xlsx").sentence


def test_of_two_files_the_one_asked_for_is_taken(file: BudgetFile, tmp_path: Path) -> None:
    """The same lines imported again: the approved file goes first, the other is offered."""
    again = files.save(read_sample(), file.organisation, actor="财务")
    path = tmp_path / "a.xlsx"
    path.write_bytes(forms.export("declaration", data_of(file, "declaration"), "xlsx"))
    assert (beside(path).place.file, beside(path).place.others) == (file, (again,))
    assert beside(path, str(again.pk)).place.line == line(again, GAS)
