"""What real forms do beyond their layout: remarks, breaks, several departments, whole-department forms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from anju.kernel.documents import Document, Quote, Table
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.targetfile import BudgetLine, TargetFile

HEAD = ["一级指标", "二级指标", "三级指标", "指标值"]
ROW = ["产出指标", "数量指标", "补植株数", "≥380株"]
FORM = [["项目名称", "行道树补植", "年度资金总额", "86.5"], ["年度目标", "补植380株。", "", ""], HEAD, ROW]
Rows = list[list[str]]


def file_of(*blocks: str | Rows) -> TargetFile:
    """A document of paragraphs and tables; equal cells side by side are not merged."""
    made: list[Quote | Table] = []
    for n, block in enumerate(blocks, 1):
        if isinstance(block, str):
            made.append(Quote(block, f"第{n}段"))
        else:
            rows = [
                [Quote(t, f"表{n}第{r}行第{c}列") for c, t in enumerate(row, 1)]
                for r, row in enumerate(block, 1)
            ]
            made.append(Table(rows))
    return read_target_file(Document("表.docx", "docx", made))


def only(*blocks: str | Rows) -> BudgetLine:
    lines = file_of(*blocks).lines
    assert len(lines) == 1
    return lines[0]


def project(name: str, *rows: list[str]) -> Rows:
    return [["项目名称", name, "年度资金总额", "10"], HEAD, *(rows or [ROW])]


def cells(line: BudgetLine) -> list[tuple[str, str]]:
    return [(t.name.text, t.value.text) for t in line.targets]


@pytest.mark.parametrize(
    "heading",
    [
        "305007 云溪市园林绿化中心",
        "305007云溪市园林绿化中心",
        "（305007）云溪市园林绿化中心",
        "[305007]云溪市园林绿化中心",
        "预算单位：305007云溪市园林绿化中心",
        "单位名称：305007-云溪市园林绿化中心",
        "一、305007云溪市园林绿化中心",
        "（一）305007 云溪市园林绿化中心",
        "305007 云溪市园林绿化中心（本级）",
    ],
)
def test_a_departments_heading_holds_for_all_forms_below(heading: str) -> None:
    other = heading.replace("305007", "305008").replace("园林绿化", "公园管理")
    file = file_of(heading, project("甲"), project("乙"), other, project("丙"))
    tail = "（本级）" if "本级" in heading else ""
    assert [(line.name.text, line.department.code, line.department.name) for line in file.lines] == [
        ("甲", "305007", f"云溪市园林绿化中心{tail}"),
        ("乙", "305007", f"云溪市园林绿化中心{tail}"),
        ("丙", "305008", f"云溪市公园管理中心{tail}"),
    ]


def test_departments_headings_as_rows_of_one_sheet() -> None:
    rows: Rows = [
        ["305007 云溪市园林绿化中心", "", "", ""],
        *project("甲"),
        ["（305008）云溪市公园管理中心"] * 4,
        *project("乙"),
    ]
    departments = [(line.name.text, line.department.code) for line in file_of(rows).lines]
    assert departments == [("甲", "305007"), ("乙", "305008")]


def test_a_title_row_inside_the_table() -> None:
    file = file_of([["2024年部门预算项目绩效目标表", "", "", ""], ["单位：万元", "", "", ""], *FORM])
    assert (file.year, file.lines[0].budget) == (2024, Decimal("86.5"))
    assert cells(file.lines[0]) == [("补植株数", "≥380株")]


def test_the_indicators_in_a_table_of_their_own() -> None:
    line = only(FORM[:2], "绩效指标", FORM[2:], "填表人：某某")
    assert (line.goal.text, cells(line)) == ("补植380株。", [("补植株数", "≥380株")])


def test_a_page_break_repeats_the_head_row() -> None:
    late = ["", "质量指标", "成活率", "≥95%"]
    line = only(FORM, [HEAD, late])
    assert cells(line) == [("补植株数", "≥380株"), ("成活率", "≥95%")]
    assert line.targets[1].class2 == "quality"


def test_a_page_break_without_a_head_row() -> None:
    line = only(FORM, [["", "质量指标", "成活率", "≥95%"], ["效益指标", "社会效益指标", "伤人事件", "≤2起"]])
    assert cells(line) == [("补植株数", "≥380株"), ("成活率", "≥95%"), ("伤人事件", "≤2起")]


@pytest.mark.parametrize(
    "remark",
    [
        "注：指标值应当可衡量。",
        "填表说明：1.本表一式两份。",
        "备注：无",
        "填表人：某某　联系电话：000",
        "单位负责人（签章）：",
        "说明：各单位可增加行。",
    ],
)
def test_remarks_and_signatures_are_no_targets(remark: str) -> None:
    for rest in ([remark, "", "", ""], [remark, remark, remark, remark]):
        assert cells(only([*FORM, rest])) == [("补植株数", "≥380株")]


@pytest.mark.parametrize(
    "head",
    [
        "指标值（包含数字及文字描述）",
        "指 标 值",
        "指标\n值",
        "指标值：",
        "年度指标值（必填）",
        "*指标值",
        "指标值\u3000",
        "目标值（2024年）",
        "\u200b指标值",
    ],
)
def test_a_head_with_remarks_or_breaks(head: str) -> None:
    assert cells(only([FORM[0], [*HEAD[:3], head], ROW])) == [("补植株数", "≥380株")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("上年指标值", "本年指标值"),
        ("上年完成值", "指标值"),
        ("年初指标值", "调整后指标值"),
        ("2023年指标值", "2024年指标值"),
        ("前三年平均值", "年度指标值"),
        ("历史值", "目标值"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_of_two_value_columns_the_current_years_wins(old: str, new: str, order: int) -> None:
    heads, values = [old, new][::order], ["≥300株", "≥380株"][::order]
    line = only("（2024年度）", [["项目名称", "行道树补植"], [*HEAD[:3], *heads], [*ROW[:3], *values]])
    assert cells(line) == [("补植株数", "≥380株")]


def test_two_value_columns_under_one_head() -> None:
    table = [
        ["项目名称", "补植", "", "", ""],
        [*HEAD[:3], "指标值", ""],
        ["", "", "", "上年", "本年"],
        [*ROW[:3], "≥300株", "≥380株"],
    ]
    assert cells(only(table)) == [("补植株数", "≥380株")]


def test_blank_weight_and_score_columns() -> None:
    heads = [*HEAD, "分值", "实际完成值", "得分"]
    line = only([["项目名称", "行道树补植"], heads, [*ROW, "", "", ""], ["合计", "", "", "", "", "", ""]])
    assert cells(line) == [("补植株数", "≥380株")]
    assert not line.targets[0].weight.text


@pytest.mark.parametrize(
    ("typed", "unit", "read"),
    [
        ("95%", "%", "95%"),
        ("95%", "", "95%"),
        ("95", "%", "95%"),
        ("380", "株", "380株"),
        ("1.2", "万平方米", "1.2万平方米"),
        ("≥95", "％", "≥95％"),
    ],
)
def test_a_figure_and_its_unit(typed: str, unit: str, read: str) -> None:
    table = [["项目名称", "行道树补植"], [*HEAD, "度量单位"], [*ROW[:3], typed, unit]]
    assert cells(only(table)) == [("补植株数", read)]


@pytest.mark.parametrize(
    ("label", "typed", "wan"),
    [
        ("年度资金总额", "1,234.56", "1234.56"),
        ("预算数", "250万", "250"),
        ("预算金额（元）", "2,500,000", "250"),
        ("预算数", "2500000元", "250"),
        ("年度资金总额（万元）", "0.4亿", "4000"),
        ("预算数", "45.678901", "45.678901"),
        ("本年预算", "250万元", "250"),
        ("预算数（万元）", "￥250", "250"),
        ("预算资金", "人民币250万元", "250"),
        ("财政拨款", "250", "250"),
    ],
)
def test_money_in_any_spelling(label: str, typed: str, wan: str) -> None:
    assert only([["项目名称", "行道树补植", label, typed], HEAD, ROW]).budget == Decimal(wan)


def test_the_amount_goes_before_its_part() -> None:
    head = [["项目名称", "补植", "", ""], ["预算数", "300", "其中：财政拨款", "250"]]
    assert only([*head, HEAD, ROW]).budget == 300


def test_the_total_of_all_years_is_not_the_years_amount() -> None:
    head = [["项目名称", "补植", "", ""], ["项目总额", "900", "年度资金总额", "300"]]
    line = only([*head, HEAD, ROW])
    assert (line.budget, line.project_total) == (300, 900)


def test_a_form_in_yuan_says_so_once() -> None:
    assert only("金额单位：元", [["项目名称", "补植", "预算数", "865000"], HEAD, ROW]).budget == Decimal(
        "86.5"
    )


def test_each_table_may_count_in_its_own_unit() -> None:
    yuan, wan = [["项目名称", "补植", "预算数", "865000"], HEAD, ROW], project("夜景")
    assert [line.budget for line in file_of("单位：元", yuan, "单位：万元", wan).lines] == [
        Decimal("86.5"),
        10,
    ]


def test_the_unit_beside_the_block_of_money() -> None:
    head = [["项目名称", "补植", "", ""], ["项目资金\n（元）", "年度资金总额", "865000", ""]]
    assert only([*head, HEAD, ROW]).budget == Decimal("86.5")


def test_a_ledger_names_its_unit_in_the_head() -> None:
    heads = ["项目名称", "预算数（元）", *HEAD]
    assert only(
        [heads, ["补植", "865000", *ROW], ["", "", "", "质量指标", "成活率", "≥95%"]]
    ).budget == Decimal("86.5")


def test_the_project_named_in_a_paragraph() -> None:
    first = ["项目名称：行道树补植", "预算单位：305007云溪市园林绿化中心", [["预算数", "86.5"], HEAD, ROW]]
    second = ["项目名称：公园夜景", [["预算数", "30"], HEAD, ROW]]
    lines = file_of(*first, *second).lines
    assert [(line.name.text, line.budget, len(line.targets)) for line in lines] == [
        ("行道树补植", Decimal("86.5"), 1),
        ("公园夜景", 30, 1),
    ]
    assert lines[0].department.code == "305007"


@pytest.mark.parametrize(
    ("blocks", "year"),
    [
        (["2024年部门预算项目绩效目标表", FORM], 2024),
        (["项目支出绩效目标表", "（2024年度）", FORM], 2024),
        (["二〇二四年度项目支出绩效目标表", FORM], 2024),
        ([[["申报年度", "2024", "", ""], *FORM]], 2024),
        ([[["预算年度", "2024年", "", ""], *FORM]], 2024),
        ([[["项目编码", "305007C24KX0019", "", ""], *FORM]], 2024),
        ([[["项目编码", "30500724T000001234567", "", ""], *FORM]], 2024),
        ([FORM], None),
    ],
)
def test_where_the_year_comes_from(blocks: list[str | Rows], year: int | None) -> None:
    assert file_of(*blocks).year == year


def test_the_cost_class_of_the_rules_of_2021() -> None:
    rows = [
        ["成本指标", "经济成本指标", "单株费用", "≤120元"],
        ["", "社会成本指标", "占道时间", "≤2小时"],
        ["", "生态环境成本指标", "农药用量", "≤1吨"],
        ["产出指标", "数量指标", "补植株数", "≥380株"],
    ]
    line = only(project("补植", *rows))
    assert [(t.level1.text, t.class1, t.class2) for t in line.targets] == [
        ("成本指标", "cost", "cost"),
        ("成本指标", "cost", "cost"),
        ("成本指标", "cost", "cost"),
        ("产出指标", "output", "quantity"),
    ]


def test_stray_characters_are_no_part_of_a_cell() -> None:
    rows = [
        ["[bookmark: _GoBack]产出指标", "数量\u200b指标", "\ufeff补植株数", "\u200b≥380\xa0株"],
        ["效益\n指标", "社会 效益 指标", "伤人事件\xa0", "≤2起"],
    ]
    line = only([["项\u3000目\u3000名\u3000称：", "\u200b行道树补植", "", ""], HEAD, *rows])
    assert line.name.text == "行道树补植"
    assert [(t.level1.text, t.level2.text, t.name.text) for t in line.targets] == [
        ("产出指标", "数量指标", "补植株数"),
        ("效益指标", "社会效益指标", "伤人事件"),
    ]
    assert [t.value.text.replace("\xa0", "") for t in line.targets] == ["≥380株", "≤2起"]
    assert len(line.stray) == 1


def test_a_whole_department_form_is_a_line_with_a_note() -> None:
    whole = [
        ["部门名称", "云溪市园林绿化中心", "", ""],
        ["年度主要任务", "任务名称", "主要内容", "预算金额（万元）"],
        ["", "公园管护", "管护公园12座", "900"],
        ["", "行道树养护", "修剪补植", "350.5"],
        ["", "金额合计", "", "1250.5"],
        ["年度总体目标", "建设花园城市。", "", ""],
        HEAD,
        ["产出指标", "数量指标", "管护公园", "12座"],
    ]
    file = file_of("部门整体支出绩效目标表（2024年度）", whole, "项目支出绩效目标表", FORM)
    first, second = file.lines
    assert (first.name.text, first.goal.text, cells(first)) == (
        "云溪市园林绿化中心",
        "建设花园城市。",
        [("管护公园", "12座")],
    )
    assert first.budget == Decimal("1250.5")
    assert (second.name.text, second.budget, cells(second)) == (
        "行道树补植",
        Decimal("86.5"),
        [("补植株数", "≥380株")],
    )
    assert any("整体" in note for note in file.notes)


def test_goals_in_the_rows_of_a_sheet() -> None:
    prose = [
        ["一、部门总体绩效目标"],
        ["建设花园城市。"],
        ["三、保障措施"],
        ["（一）加强养护\n修剪行道树4200株，投入80万元。"],
        ["305007 云溪市园林绿化中心"],
    ]
    file = file_of([*prose, *FORM])
    assert file.overall_goal.text == "建设花园城市。"
    assert [c.quote.text for c in file.commitments] == ["4200株", "80万元"]
    assert (file.lines[0].department.code, cells(file.lines[0])) == ("305007", [("补植株数", "≥380株")])


def test_goals_behind_the_forms() -> None:
    file = file_of(FORM, "三、保障措施", "（一）加强养护", "投入80万元。")
    assert [c.quote.text for c in file.commitments] == ["80万元"]
    assert cells(file.lines[0]) == [("补植株数", "≥380株")]


def test_rows_of_other_budget_tables_are_no_lines() -> None:
    expenses = [["项目名称", "合计", "财政拨款"], ["公厕运维", "30", "30"], ["路灯电费", "200", "200"]]
    file = file_of(expenses, FORM)
    assert len(file.lines) == 1
    assert file.lines[0].targets
    assert ["公厕运维" in note for note in file.notes] == [True]
