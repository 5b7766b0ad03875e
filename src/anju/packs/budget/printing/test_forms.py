"""Every form out and in again: by its template, and by the ordinary reader of target files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook

from anju.kernel.documents.forms import FormError, fill
from anju.packs.budget.printing.contexts import declaration, summary
from anju.packs.budget.printing.forms import FORMS, export, read_back, template_of
from anju.packs.budget.sample import sample_path
from anju.packs.budget.service import read_file
from anju.packs.budget.targetfile import BudgetLine, TargetFile

REAL = Path(__file__).parents[6] / "shared" / "data" / "budget" / "tangshan-2021.txt"
EXAMPLES = tomllib.loads(resources.files(__package__).joinpath("examples.toml").read_text("utf8"))
KINDS = ("docx", "xlsx")
TEXTS = ("level1", "level2", "name", "description", "value", "basis")
MM = 72 / 25.4
needs_real = pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/budget/tangshan-2021.txt")
FILES = [pytest.param(None, id="sample"), pytest.param(REAL, id="real", marks=needs_real)]


def out(code: str, data: Any, path: Path, folder: Path | None = None) -> Path:
    """The form at ``path``, whose name tells the kind."""
    path.write_bytes(export(code, data, path.suffix[1:], folder))
    return path


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


def pages(pdf: bytes) -> list[str]:
    return [words(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(pdf)]


def target_file(path: Path | None) -> TargetFile:
    return read_file(path or sample_path())


def of(line: BudgetLine) -> dict[str, Any]:
    """What a declaration must carry of a line."""
    return {
        "texts": [line.code.text, line.name.text, line.purpose.text, line.goal.text],
        "department": line.department,
        "money": (line.budget, line.project_total),
        "plan": line.plan,
        "targets": [tuple(getattr(target, name).text for name in TEXTS) for target in line.targets],
        "classes": [(target.class1, target.class2) for target in line.targets],
        "unused": [slot.level2.text for slot in line.empty_slots],
    }


def test_every_form_has_an_example() -> None:
    assert list(EXAMPLES) == list(FORMS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", FORMS)
def test_an_exported_form_gives_its_data_again(code: str, kind: str, tmp_path: Path) -> None:
    assert read_back(code, out(code, EXAMPLES[code], tmp_path / f"a.{kind}")) == EXAMPLES[code]


@pytest.mark.parametrize("code", FORMS)
def test_a_pdf_is_complete_and_on_a4(code: str) -> None:
    pdf = export(code, EXAMPLES[code], "pdf")
    (shown,) = pages(pdf)
    cells = fill(template_of(code), EXAMPLES[code]).cells
    foot = "1" if code == "report" else "第1页，共1页"
    assert Counter(shown) == Counter(words("".join(cell.text for cell in cells)) + foot)
    assert all(words(line) in shown for cell in cells for line in cell.text.split("\n") if len(line) < 9)
    wide, high = (210, 297) if code == "report" else (297, 210)
    for page in pypdfium2.PdfDocument(pdf):
        assert page.get_size() == pytest.approx((wide * MM, high * MM), abs=0.1)


@pytest.mark.parametrize("code", [code for code in FORMS if code != "report"])
def test_forms_repeat_their_heads_and_count_their_pages(code: str) -> None:
    template = template_of(code)
    assert template.header is not None
    assert template.page.footer == "第 &P 页，共 &N 页"
    assert template.page.landscape


def test_the_head_stands_on_the_second_page_too() -> None:
    data = EXAMPLES["declaration"] | {"targets": EXAMPLES["declaration"]["targets"] * 10}
    shown = pages(export("declaration", data, "pdf"))
    assert len(shown) > 1
    assert all("一级指标二级指标三级指标绩效指标描述指标值指标值确定依据" in text for text in shown)
    assert f"第2页，共{len(shown)}页" in shown[1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", FILES)
def test_all_declarations_of_a_file_come_back(source: Path | None, kind: str, tmp_path: Path) -> None:
    file = target_file(source)
    assert len(file.lines) == 24
    for line in file.lines:
        data = declaration(line, file.year)
        path = out("declaration", data, tmp_path / f"{line.label()}.{kind}")
        assert read_back("declaration", path) == data
        again = read_file(path)
        assert (again.year, again.notes, len(again.lines)) == (file.year, [], 1)
        assert of(again.lines[0]) == of(line)


@pytest.mark.parametrize("source", FILES)
def test_declarations_as_pdf_lose_no_character(source: Path | None) -> None:
    """A row may go on over a page, so characters are counted, without the feet and the repeated heads."""
    file = target_file(source)
    template = template_of("declaration")
    head = words("".join(str(part) for boxes in template.rows()[9:10] for box in boxes for part in box.parts))
    for line in file.lines:
        data = declaration(line, file.year)
        shown = pages(export("declaration", data, "pdf"))
        printed = Counter(re.sub(r"第\d+页，共\d+页$", "", "".join(shown[:1])))
        for page in shown[1:]:
            assert page.startswith(head)
            printed += Counter(re.sub(r"第\d+页，共\d+页$", "", page.removeprefix(head)))
        assert printed == Counter(words("".join(cell.text for cell in fill(template, data).cells)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", FILES)
def test_the_ledger_of_a_file_comes_back(source: Path | None, kind: str, tmp_path: Path) -> None:
    data = summary(target_file(source), {})
    assert read_back("summary", out("summary", data, tmp_path / f"a.{kind}")) == data


@pytest.mark.parametrize("kind", KINDS)
def test_the_ordinary_reader_understands_a_self_evaluation(kind: str, tmp_path: Path) -> None:
    data = EXAMPLES["self_evaluation"]
    file = read_file(out("self_evaluation", data, tmp_path / f"a.{kind}"))
    assert (file.year, file.notes, len(file.lines)) == (2026, [], 1)
    line = file.lines[0]
    assert (line.code.text, line.name.text) == (data["line"]["code"], data["line"]["name"])
    assert (line.department.code, line.department.name) == ("305007", "安居市住房和城乡建设局")
    assert (line.goal.text, line.achieved.text) == (data["line"]["goal"], data["line"]["achieved"])
    assert line.budget == Decimal("1250.50")
    funds = {
        name: getattr(line.funds, name).text
        for name in ("initial", "adjusted", "executed", "rate", "weight", "score")
    }
    assert funds == {name: text for name, text in data["funds"].items() if name != "reason"}
    assert (line.total_weight.text, line.total_score.text) == ("100", "96.94")
    for target, row in zip(line.targets, data["targets"], strict=True):
        assert {name: getattr(target, name).text for name in row} == row


def test_a_bureaus_own_template_goes_before_ours_and_needs_no_code(tmp_path: Path) -> None:
    """Value before description, and a column of a bureau's own between them."""
    with resources.as_file(resources.files("anju.packs.budget.printing") / "declaration.xlsx") as ours:
        book = load_workbook(ours)
    sheet = book.worksheets[0]
    for row in (10, 11):
        description, value = sheet.cell(row, 4).value, sheet.cell(row, 5).value
        sheet.cell(row, 4, value)
        sheet.cell(row, 5, description)
    sheet["G10"], sheet["G11"] = "负责科室", "{{ office }}"
    assert sheet["F11"].value == "{{ basis }}{{/targets}}"
    sheet.print_area = "A1:G11"
    folder = tmp_path / "模板"
    folder.mkdir()
    book.save(folder / "declaration.xlsx")
    plain = EXAMPLES["declaration"]
    data = plain | {"targets": [target | {"office": "公用事业科"} for target in plain["targets"]]}
    for kind in KINDS:
        path = out("declaration", data, tmp_path / f"a.{kind}", folder)
        assert read_back("declaration", path, folder) == data
        line = read_file(path).lines[0]
        assert [target.value.text for target in line.targets] == [row["value"] for row in data["targets"]]
        with pytest.raises(FormError):
            read_back("declaration", path)
    assert "负责科室" in pages(export("declaration", data, "pdf", folder))[0]


def test_a_template_with_an_unknown_name_says_where(tmp_path: Path) -> None:
    with resources.as_file(resources.files("anju.packs.budget.printing") / "declaration.xlsx") as ours:
        book = load_workbook(ours)
    book.worksheets[0]["B3"] = "{{ line.cod }}"
    book.save(tmp_path / "declaration.xlsx")
    with pytest.raises(FormError) as caught:
        export("declaration", EXAMPLES["declaration"], "docx", tmp_path)
    assert caught.value.sentence == "模板单元格B3的“line.cod”没有对应的内容。"
    assert "line.code" in caught.value.next_step


def test_a_folder_without_a_template_of_that_name_changes_nothing(tmp_path: Path) -> None:
    assert template_of("summary", tmp_path) == template_of("summary", None)


def test_unknown_forms_and_kinds_are_refused() -> None:
    with pytest.raises(FormError, match="没有“budget”这种表"):
        export("budget", {}, "docx")
    with pytest.raises(FormError, match="不能导出为“odt”"):
        export("summary", EXAMPLES["summary"], "odt")
