"""One and the same projects read from many layouts in files of every kind."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from anju.kernel.documents import read
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.reading.test_forms import (
    BENEFIT,
    LAYOUTS,
    PROJECTS,
    SATISFACTION,
    WITH_PLAN,
    WITHOUT_CODE,
    YEAR,
    Project,
    ledger,
)
from anju.packs.budget.reading.test_writers import GRIDS, TEXTS, TITLE, Writer, docx
from anju.packs.budget.targetfile import Target, TargetFile


def outline(target: Target) -> tuple[str, str, str, str]:
    """What every layout tells of a target."""
    return target.level1.text, target.level2.text, target.name.text, target.value.text


def mistakes(file: TargetFile, layout: str, projects: tuple[Project, ...] = PROJECTS) -> list[str]:
    """How a reading differs from the projects, in the facts for which the layout has a place."""
    found: list[str] = []
    if [line.name.text for line in file.lines] != [p.name for p in projects]:
        return [f"names {[line.name.text for line in file.lines]}"]
    for line, p in zip(file.lines, projects, strict=True):
        flat = layout == "without_level2"
        expected = [
            (
                BENEFIT if flat and a.level1 == SATISFACTION else a.level1,
                "" if flat else a.level2,
                a.name,
                a.value,
            )
            for a in p.aims
        ]
        facts: list[tuple[str, object, object]] = [
            ("targets", [outline(t) for t in line.targets], expected),
            ("goal", line.goal.text, p.goal),
            ("budget", line.budget, Decimal(p.amount)),
            ("year", file.year, YEAR),
        ]
        if layout not in WITHOUT_CODE:
            facts.append(("code", line.code.text, p.code))
        if layout in WITH_PLAN:
            facts.append(("plan", line.plan, [Decimal(f) for f in p.plan]))
            facts.append(("purpose", line.purpose.text, p.purpose))
            details = [(t.description.text, t.basis.text) for t in line.targets]
            facts.append(("details", details, [(a.description, a.basis) for a in p.aims]))
        if layout in ("self_evaluation", "sichuan", "ledger"):
            facts.append(("weights", [t.weight.text for t in line.targets], [a.weight for a in p.aims]))
        found += [f"{p.name} {what}: {got} != {due}" for what, got, due in facts if got != due]
    return found


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("write", [*GRIDS, *TEXTS], ids=lambda w: w.__name__)
def test_every_layout_reads_alike(tmp_path: Path, write: Writer, layout: str) -> None:
    path = write(tmp_path / "form", [TITLE, *map(LAYOUTS[layout], PROJECTS)])
    assert mistakes(read_target_file(read(path)), layout) == []


@pytest.mark.parametrize("blank", [False, True], ids=["merged", "blank"])
@pytest.mark.parametrize("write", GRIDS, ids=lambda w: w.__name__)
def test_a_ledger_with_a_row_a_target(tmp_path: Path, write: Writer, blank: bool) -> None:
    path = write(tmp_path / "ledger", [TITLE, ledger(PROJECTS, blank)])
    assert mistakes(read_target_file(read(path)), "ledger") == []


def test_per_cent_cells_of_a_workbook(tmp_path: Path) -> None:
    """0.95 shown as 95%, and 98.5 with its sign in the next column."""
    book = openpyxl.Workbook()
    for row in (
        ["项目名称", "行道树补植"],
        ["一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位"],
        ["产出指标", "质量指标", "成活率", "≥", 0.95, "%"],
        [None, None, "开放率", "≥", 98.5, "%"],
        [None, "数量指标", "补植株数", "≥", 380.0, "株"],
    ):
        book.active.append(row)
    book.active["E3"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    [line] = read_target_file(read(tmp_path / "a.xlsx")).lines
    assert [t.value.text for t in line.targets] == ["≥95%", "≥98.5%", "≥380株"]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_form_in_its_own_section_with_text_between(tmp_path: Path, layout: str) -> None:
    """The indicators as a table of their own, a title over and remarks under each form."""
    blocks = []
    for project in PROJECTS:
        form = LAYOUTS[layout](project)
        blocks += [
            f"\f{TITLE}",
            "单位：万元" if layout != "without_level2" else "",
            form,
            "注：本表由单位填报。\n填表人：某某",
        ]
    assert mistakes(read_target_file(read(docx(tmp_path / "form", blocks))), layout) == []
