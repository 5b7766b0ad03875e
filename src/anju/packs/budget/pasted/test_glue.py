"""Forms run together without anything between the cells: cut where that is certain, left whole elsewhere."""

from __future__ import annotations

import pytest

from anju.kernel.documents import Quote, read_text
from anju.packs.budget.pasted.glue import unglue_funds, unglue_rows
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.reading.test_forms import LAYOUTS, PROJECTS, Project
from anju.packs.budget.reading.test_writers import TITLE


def rows(run: str, *kinds: str) -> list[list[str]]:
    return [[cell.text for cell in row] for row in unglue_rows([Quote(run, "第1行")], list(kinds))]


def targets(layout: str, project: Project) -> list[tuple[str, str, str]]:
    run = TITLE + "".join(cell.text.replace("\n", "") for row in LAYOUTS[layout](project) for cell in row)
    [line] = read_target_file(read_text(run, "a.txt")).lines
    return [(t.level2.text, t.name.text, t.value.text) for t in line.targets]


@pytest.mark.parametrize("layout", ["self_evaluation", "national"])
@pytest.mark.parametrize("project", [PROJECTS[0], PROJECTS[2]], ids=lambda p: p.name)
def test_a_form_in_one_run(layout: str, project: Project) -> None:
    assert targets(layout, project) == [(a.level2, a.name, a.value) for a in project.aims]


def test_target_actual_and_points() -> None:
    kinds = ("name", "weight", "value", "actual", "score")
    assert rows("安装路灯10≥266盏≥266盏10灯杆高度8.5≥5米≥5米8.5", *kinds) == [
        ["安装路灯", "10", "≥266盏", "≥266盏", "10"],
        ["灯杆高度", "8.5", "≥5米", "≥5米", "8.5"],
    ]


@pytest.mark.parametrize("run", ["夜间游园环境明显改善", "≥266盏≥266盏10", "：补植成活率"])
def test_words_alone_are_never_cut(run: str) -> None:
    assert rows(run, "name", "value") == [[run]]


def test_unknown_columns_or_a_head_printed_twice_leave_the_run_whole() -> None:
    run = "安装路灯≥266盏合同灯杆高度≥5米合同"
    assert rows(run, "name", "value", "basis") == [[run]]
    assert rows("安装路灯10266", "name", "weight", "value") == [["安装路灯10266"]]
    assert rows(run, "name", "value", "name", "value") == [[run]]


def test_funds_are_cut_where_the_rate_comes_out() -> None:
    heads = [Quote(h, "") for h in ("全年预算数", "全年执行数", "分值", "执行率", "得分")]
    cut = unglue_funds([Quote("403010 75.00%7.5".replace(" ", ""), "第1行")], heads)
    assert [cell.text for cell in cut] == ["40", "30", "10", "75.00%", "7.5"]
    wrong = [Quote("40301076.00%7.5", "第1行")]
    assert unglue_funds(wrong, heads) == wrong
