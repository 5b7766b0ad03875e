"""Pasted text, a cell a line: what is not an indicator must not become one."""

from __future__ import annotations

from anju.kernel.documents import read_text
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.targetfile import BudgetLine

FORM = (
    "项目名称\n行道树补植\n年度资金总额\n86.5\n年度目标\n补植380株。\n一级指标\n二级指标\n三级指标\n指标值\n产出指标\n数量指标\n"
    "补植株数\n≥380株\n"
)


def lines(text: str) -> list[BudgetLine]:
    return read_target_file(read_text(text, "a.txt")).lines


def cells(line: BudgetLine) -> list[tuple[str, str]]:
    return [(t.name.text, t.value.text) for t in line.targets]


def test_remarks_and_titles_between_forms_are_no_targets() -> None:
    text = f"{FORM}注：本表一式两份。\n填表人：某某\n项目支出绩效目标表（2024年度）\n{FORM.replace('行道树', '公园')}"
    assert [(line.name.text, cells(line)) for line in lines(text)] == [
        ("行道树补植", [("补植株数", "≥380株")]),
        ("公园补植", [("补植株数", "≥380株")]),
    ]


def test_a_bracketed_department_heads_the_forms_below() -> None:
    text = f"（305007）云溪市园林中心\n{FORM}一、305008云溪市公园中心\n{FORM.replace('行道树', '公园')}"
    assert [line.department.code for line in lines(text)] == ["305007", "305008"]


def test_a_bracketed_department_may_be_a_cell() -> None:
    text = FORM.replace(
        "年度资金总额", "主管部门\n实施单位\n（305007）云溪市园林中心\n（305008）云溪市公园中心\n年度资金总额"
    )
    [line] = lines(text)
    assert (line.department.code, line.budget) == ("305008", 86.5)


def test_a_whole_department_form_before_a_project() -> None:
    text = (
        "部门名称\n云溪市园林中心\n年度主要任务\n任务名称\n主要内容\n预算金额（万元）\n公园管护\n管护公园12座\n900\n金额合计\n1250.5\n"
        "年度总体目标\n建设花园城市。\n一级指标\n二级指标\n三级指标\n指标值\n产出指标\n数量指标\n管护公园\n12座\n"
        f"项目支出绩效目标表\n{FORM}"
    )
    whole, project = lines(text)
    assert (whole.name.text, whole.budget, cells(whole)) == ("云溪市园林中心", 1250.5, [("管护公园", "12座")])
    assert (project.name.text, project.budget, cells(project)) == (
        "行道树补植",
        86.5,
        [("补植株数", "≥380株")],
    )


def test_labels_with_their_values_behind_a_colon() -> None:
    text = (
        FORM.replace("项目名称\n", "项目名称：")
        .replace("年度资金总额\n", "年度资金总额：")
        .replace("86.5\n", "86.5万元\n")
    )
    [line] = lines(text)
    assert (line.name.text, line.budget, cells(line)) == ("行道树补植", 86.5, [("补植株数", "≥380株")])


def test_the_page_break_repeats_the_head() -> None:
    text = f"{FORM}一级指标\n二级指标\n三级指标\n指标值\n满意度指标\n服务对象满意度指标\n居民满意度\n≥90%\n"
    assert [cells(line) for line in lines(text)] == [[("补植株数", "≥380株"), ("居民满意度", "≥90%")]]


def test_cells_of_a_run_are_cited_with_their_place() -> None:
    text = "  " + " ".join(FORM.split())
    [line] = lines(text)
    value = line.targets[0].value
    assert value.position == f"第1行第{text.index('≥380株') + 1}字"
