"""Every form of the sample's year, exported and read back by its template."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from anju.kernel.documents.forms import FormError
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.printing import forms
from anju.packs.budget.sample.year import year
from anju.packs.budget.year import printing

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"
OF_LINE = ("declaration", "review", "monitoring", "self_evaluation", "report")


def back(folder: Path, form: str, file: BudgetFile, kind: str) -> dict:
    path = folder / f"表.{kind}"
    on = year().round if form == "monitoring" else year().complete_to
    path.write_bytes(printing.printed(form, file, kind, on=on, code=GAS))
    return forms.read_back(form, path)  # type: ignore[return-value]


def test_every_form_is_the_same_in_word_and_excel(file: BudgetFile, tmp_path: Path) -> None:
    for form in forms.FORMS:
        assert back(tmp_path, form, file, "docx") == back(tmp_path, form, file, "xlsx"), form


def test_the_monitoring_form_bears_the_figures_of_the_round(file: BudgetFile, tmp_path: Path) -> None:
    found = back(tmp_path, "monitoring", file, "xlsx")
    assert (found["funds"]["planned"], found["funds"]["paid"]) == ("58.33", "3375.6")
    assert found["targets"][0]["actual"] == "220000户"


def test_the_self_evaluation_bears_the_score_and_the_reasons(file: BudgetFile, tmp_path: Path) -> None:
    found = back(tmp_path, "self_evaluation", file, "docx")
    assert (found["funds"]["executed"], found["funds"]["rate"]) == ("5820", "100.00%")
    assert found["total"]["grade"] == "优"
    total = sum(float(t["score"]) for t in found["targets"]) + float(found["funds"]["score"])
    assert f"{total:.2f}" == found["total"]["score"]


def test_the_summary_has_every_line(file: BudgetFile, tmp_path: Path) -> None:
    assert len(back(tmp_path, "summary", file, "xlsx")["lines"]) == 24


def test_all_lines_come_as_one_archive(file: BudgetFile) -> None:
    packed = printing.printed("declaration", file, "xlsx", on=year().complete_to)
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert len(names) == 24
    assert f"{GAS}.xlsx" in names


@pytest.mark.parametrize(
    ("form", "kind", "code", "words"),
    [
        ("licence", "pdf", GAS, "没有“licence”这种表"),
        ("declaration", "odt", GAS, "不能导出为“odt”"),
        ("declaration", "pdf", "X", "没有编码为X的项目"),
    ],
)
def test_what_cannot_be_printed_is_said(
    file: BudgetFile, form: str, kind: str, code: str, words: str
) -> None:
    with pytest.raises(FormError, match=words):
        printing.printed(form, file, kind, on=year().complete_to, code=code)


def test_a_bureaus_own_template_goes_before_ours(file: BudgetFile, settings: object, tmp_path: Path) -> None:
    settings.DATA = tmp_path  # type: ignore[attr-defined]
    printing.templates().mkdir()
    (printing.templates() / "summary.xlsx").write_bytes(b"no workbook")
    with pytest.raises(FormError):
        printing.printed("summary", file, "xlsx", on=year().complete_to)
