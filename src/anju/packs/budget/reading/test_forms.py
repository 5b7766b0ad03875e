"""One invented set of projects, laid out as the forms of many places lay it out. A form is rows of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

YEAR = 2024


@dataclass(frozen=True)
class Cell:
    """A printed cell and the columns and rows that it covers."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Aim:
    """A filled indicator row: classes, name, description, sign, figure, unit, basis, weight."""

    level1: str
    level2: str
    name: str
    description: str
    sign: str
    figure: str
    unit: str
    basis: str
    weight: str

    @property
    def value(self) -> str:
        return self.sign + self.figure + self.unit


@dataclass(frozen=True)
class Project:
    """An invented project; ``amount`` and ``total`` in 万元."""

    code: str
    name: str
    amount: str
    total: str
    purpose: str
    plan: tuple[str, str, str, str]
    goal: str
    aims: tuple[Aim, ...]


Row = list[Cell]
Form = list[Row]

OUTPUT, BENEFIT, SATISFACTION = "产出指标", "效益指标", "满意度指标"
QUANTITY, QUALITY, TIME, COST = "数量指标", "质量指标", "时效指标", "成本指标"
SOCIAL, SERVED = "社会效益指标", "服务对象满意度指标"
SLOTS = {
    OUTPUT: (QUANTITY, QUALITY, TIME, COST),
    BENEFIT: ("经济效益指标", SOCIAL, "生态效益指标", "可持续影响指标"),
    SATISFACTION: (SERVED,),
}
UNIT_NAME, UNIT_CODE = "云溪市园林绿化中心", "305007"

PROJECTS = (
    Project(
        "305007C22KX0005",
        "行道树修剪与补植",
        "86.50",
        "240",
        "预算86.50万元，用于城区行道树修剪、补植与涂白。",
        ("10.00", "40.00", "70.00", "100.00"),
        "修剪行道树4200株，补植380株，消除枯枝坠落风险。",
        (
            Aim(OUTPUT, QUANTITY, "修剪株数", "全年修剪的行道树", "≥", "4200", "株", "养护合同", "15"),
            Aim(OUTPUT, QUANTITY, "补植株数", "春季补植的行道树", "≥", "380", "株", "养护合同", "10"),
            Aim(OUTPUT, QUALITY, "补植成活率", "成活株数占补植株数", "≥", "95", "%", "行业标准", "15"),
            Aim(
                OUTPUT, TIME, "补植完成时间", "春季补植结束的日期", "", "2024年4月底前", "", "养护合同", "10"
            ),
            Aim(OUTPUT, COST, "单株修剪费用", "平均每株的修剪支出", "≤", "120", "元/株", "市场询价", "10"),
            Aim(BENEFIT, SOCIAL, "枯枝伤人事件", "全年记录的事件", "≤", "2", "起", "历史标准", "20"),
            Aim(SATISFACTION, SERVED, "沿街居民满意度", "问卷中满意的比例", "≥", "90", "%", "问卷调查", "10"),
        ),
    ),
    Project(
        "30500724T000001234567",
        "湖滨公园夜景照明",
        "1320",
        "1320",
        "预算1320万元，用于湖滨公园灯具更换及控制系统。",
        ("0.00", "25.00", "60.00", "100.00"),
        "更换灯具2600盏，建成分时控制系统1套。",
        (
            Aim(OUTPUT, QUANTITY, "更换灯具", "公园内更换的灯具", "＝", "2600", "盏", "设计文件", "20"),
            Aim(OUTPUT, QUALITY, "工程验收合格率", "一次验收合格的比例", "＝", "100", "%", "行业标准", "20"),
            Aim(OUTPUT, TIME, "亮灯时间", "整体亮灯的日期", "", "2024年9月底", "", "施工合同", "20"),
            Aim(BENEFIT, SOCIAL, "夜间游园环境", "游园环境的变化", "", "明显改善", "", "专家评议", "10"),
            Aim(
                BENEFIT, "可持续影响指标", "灯具质保年限", "厂家承诺的年限", "≥", "5", "年", "施工合同", "10"
            ),
            Aim(SATISFACTION, SERVED, "游客满意度", "问卷中满意的比例", "≥", "92", "%", "问卷调查", "10"),
        ),
    ),
    Project(
        "305007C24KX0019",
        "社区花园共建",
        "45.678901",
        "60",
        "预算45.678901万元，用于与社区共建花园。",
        ("0.00", "50.00", "50.00", "100.00"),
        "与社区共建花园18处。",
        (
            Aim(OUTPUT, QUANTITY, "共建花园", "年内建成的花园", "不少于", "18", "处", "工作计划", "30"),
            Aim(OUTPUT, QUALITY, "开放率", "建成后开放的比例", "≥", "98.5", "%", "工作计划", "30"),
            Aim(
                BENEFIT,
                "生态效益指标",
                "新增绿地",
                "新增的绿地面积",
                "≥",
                "1.2",
                "万平方米",
                "测绘成果",
                "20",
            ),
            Aim(SATISFACTION, SERVED, "社区居民满意度", "问卷中满意的比例", "≥", "90", "%", "问卷调查", "10"),
        ),
    ),
)


def aims_by_class(project: Project) -> list[tuple[str, str, list[Aim]]]:
    """All nine printed classes with their filled rows."""
    return [
        (level1, level2, [a for a in project.aims if (a.level1, a.level2) == (level1, level2)])
        for level1, classes in SLOTS.items()
        for level2 in classes
    ]


Column = Callable[[Aim | None], str]


def indicator_rows(project: Project, columns: tuple[Column, ...], side: str = "") -> Form:
    """Rows of nine classes, their cells merged downwards; ``side`` is a label beside the whole block."""
    form: Form = []
    block = ""
    total = sum(max(1, len(aims)) for _, _, aims in aims_by_class(project))
    for level1, level2, aims in aims_by_class(project):
        for i, aim in enumerate(aims or [None]):
            row: Row = [Cell(side, 1, total + 1)] if side and not form else []
            if level1 != block:
                heights = [max(1, len(a)) for one, _, a in aims_by_class(project) if one == level1]
                row.append(Cell(level1, 1, sum(heights)))
                block = level1
            if i == 0:
                row.append(Cell(level2, 1, max(1, len(aims))))
            form.append(row + [Cell(column(aim)) for column in columns])
    return form


def text_of(field: str) -> Column:
    return lambda aim: "" if aim is None else str(getattr(aim, field))


def row(*cells: str | tuple[str, int] | tuple[str, int, int]) -> Row:
    return [Cell(c) if isinstance(c, str) else Cell(*c) for c in cells]


def regular(project: Project) -> Form:
    """Code, purpose, cumulative plan, goal and six indicator columns, as in the rules of 2021."""
    return [
        row("项目编码", (project.code, 2), "项目名称", (project.name, 2)),
        row("项目资金主要用途", (project.purpose, 5)),
        row(("资金支出计划(累计进度%)", 1, 2), "第一季度", "第二季度", "第三季度", ("第四季度", 2)),
        row(*project.plan[:3], (project.plan[3], 2)),
        row("绩效目标", (project.goal, 5)),
        row("一级指标", "二级指标", "三级指标", "绩效指标描述", "指标值", "指标值确定依据"),
        *indicator_rows(project, tuple(map(text_of, ("name", "description", "value", "basis")))),
    ]


def three_columns(project: Project) -> Form:
    """The value printed as sign, figure and unit under one head; the amount beside the purpose."""
    return [
        row("项目编码", (project.code, 3), "项目名称", (project.name, 3)),
        row(
            ("预算规模及资金用途", 1, 2),
            "预算数",
            project.amount,
            "其中：财政资金",
            project.amount,
            "其他资金",
            ("", 2),
        ),
        row((project.purpose, 7)),
        row(("资金支出计划（%）", 1, 2), ("3月底", 2), ("6月底", 2), ("10月底", 2), "12月底"),
        row(*[(figure, 2) for figure in project.plan[:3]], project.plan[3]),
        row("绩效目标", (project.goal, 7)),
        row(
            *[(h, 1, 2) for h in ("一级指标", "二级指标", "三级指标", "绩效指标描述")],
            ("指标值", 3),
            ("指标值确定依据", 1, 2),
        ),
        row("符号", "值", "单位（文字描述）"),
        *indicator_rows(
            project, tuple(map(text_of, ("name", "description", "sign", "figure", "unit", "basis")))
        ),
    ]


def national(project: Project) -> Form:
    """The ministry's declaration form: funds in 万元, 指标1：, unused rows 指标2： and ……."""
    form = [
        row(("项目名称", 2), (project.name, 4)),
        row(("主管部门及代码", 2), (f"[{UNIT_CODE}]{UNIT_NAME}", 2), "实施单位", UNIT_NAME),
        row(("项目资金\n（万元）", 2, 3), ("年度资金总额：", 2), (project.amount, 2)),
        row(("其中：财政拨款", 2), (project.amount, 2)),
        row(("其他资金", 2), ("", 2)),
        row(("总体目标", 1, 2), ("年度目标", 5)),
        row((project.goal, 5)),
        row("绩效指标", "一级指标", "二级指标", ("三级指标", 2), "指标值"),
    ]
    for level1, level2, aims in aims_by_class(project):
        for i, aim in enumerate(aims, 1):
            form.append(
                row(
                    "",
                    level1 if i == 1 else "",
                    level2 if i == 1 else "",
                    (f"指标{i}：{aim.name}", 2),
                    aim.value,
                )
            )
        if not aims:
            form.append(row("", level1, level2, ("指标1：", 2), ""))
        form.append(row("", "", "", ("……", 2), ""))
    return form


def side_by_side(project: Project) -> Form:
    """Long-term columns left of the year's; the long-term side promises four times as much."""
    form = [
        row("项目名称", (project.name, 3), "主管部门", (UNIT_NAME, 2)),
        row("项目资金（万元）", "实施期资金总额", (project.total, 2), "年度资金总额", (project.amount, 2)),
        row(("总体目标", 1, 2), ("实施期目标（2024年—2027年）", 3), ("年度目标", 3)),
        row(("四年内逐步实现全部建设内容。", 3), (project.goal, 3)),
        row("一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"),
    ]
    return form + _both_terms(project)


def two_row_head(project: Project) -> Form:
    """The same, the terms named in a first head row."""
    form = side_by_side(project)[:4]
    form.append(row(("一级指标", 1, 2), ("实施期指标", 3), ("年度指标", 3)))
    form.append(row("二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"))
    return form + _both_terms(project)


def _both_terms(project: Project) -> Form:
    form: Form = []
    block = ""
    for aim in project.aims:
        height = sum(a.level1 == aim.level1 for a in project.aims)
        left = [Cell(aim.level1, 1, height)] if aim.level1 != block else []
        block = aim.level1
        form.append(
            left + row(aim.level2, f"四年{aim.name}", "达到规划要求", aim.level2, aim.name, aim.value)
        )
    return form


def self_evaluation(project: Project) -> Form:
    """Funds block with a row of the total, weights, actual values, scores, a last row 总分."""
    aims = project.aims
    money = (project.amount, project.amount, project.amount)
    form = [
        row("项目名称", (project.name, 8)),
        row("主管部门", (UNIT_NAME, 4), "实施单位", (UNIT_NAME, 3)),
        row(
            ("项目资金\n（万元）", 1, 3),
            "",
            "",
            "年初预算数",
            "全年预算数",
            "全年执行数",
            "分值",
            "执行率",
            "得分",
        ),
        row(("年度资金总额", 2), *money, "10", "100%", "10"),
        row(("其中：当年财政拨款", 2), *money, "—", "", "—"),
        row(("年度总体目标", 1, 2), ("预期目标", 4), ("实际完成情况", 4)),
        row((project.goal, 4), ("各项任务均已办结。", 4)),
        row(
            ("绩效指标", 1, len(aims) + 1),
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        ),
    ]
    form += [
        row(f"{a.level1}（50分）", a.level2, a.name, a.value, a.figure + a.unit, a.weight, a.weight, "")
        for a in aims
    ]
    return [*form, row(("总分", 6), "100", "100", "")]


def sichuan(project: Project) -> Form:
    """Code and name in one cell; sign, value and unit as columns; weights; a row 合计."""
    form = [
        row("项目名称", (f"{project.code}-{project.name}", 8)),
        row("主管部门", (f"{UNIT_CODE}-{UNIT_NAME}", 3), "实施单位（盖章）", (UNIT_NAME, 4)),
        row("项目资金（万元）", ("年度资金总额", 3), (project.amount, 5)),
        row("年度绩效目标", (project.goal, 8)),
        row(
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "绩效指标性质",
            "绩效指标值",
            "绩效度量单位",
            "权重",
            "备注",
        ),
    ]
    for a in project.aims:
        form.append(row("", a.level1, a.level2, a.name, a.sign or "定性", a.figure, a.unit, a.weight, ""))
    return [*form, row(("合计", 7), "100", "")]


def without_level2(project: Project) -> Form:
    """Two levels only, satisfaction among the benefits; the amount in 元."""
    form = [
        row("项目名称", project.name, "预算部门", UNIT_NAME),
        row("预算金额（元）", f"{float(project.amount) * 10_000:,.2f}", "年度", f"{YEAR}年度"),
        row("绩效目标", (project.goal, 3)),
        row("一级指标", "指标名称", "目标值", "权重"),
    ]
    for a in project.aims:
        form.append(row(BENEFIT if a.level1 == SATISFACTION else a.level1, a.name, a.value, a.weight))
    return form


def ledger(projects: tuple[Project, ...], blank: bool = False) -> Form:
    """A row a target; the project's cells merged downwards, or ``blank`` after its first row."""
    form = [
        row(
            "单位编码",
            "单位名称",
            "项目编码",
            "项目名称",
            "预算数",
            "年度绩效目标",
            "一级指标",
            "二级指标",
            "三级指标",
            "指标性质",
            "指标值",
            "度量单位",
            "权重",
        )
    ]
    for p in projects:
        for i, a in enumerate(p.aims):
            facts = [UNIT_CODE, UNIT_NAME, p.code, p.name, p.amount, p.goal]
            high = 1 if blank else len(p.aims)
            head = [Cell(text, 1, high) for text in facts] if i == 0 else [Cell("")] * 6 if blank else []
            form.append([*head, *row(a.level1, a.level2, a.name, a.sign, a.figure, a.unit, a.weight)])
    return form


LAYOUTS: dict[str, Callable[[Project], Form]] = {
    f.__name__: f
    for f in (
        regular,
        three_columns,
        national,
        side_by_side,
        two_row_head,
        self_evaluation,
        sichuan,
        without_level2,
    )
}
# What a layout has no place for.
WITHOUT_CODE = {"national", "side_by_side", "two_row_head", "self_evaluation", "without_level2"}
WITH_PLAN = {"regular", "three_columns"}
WITH_DETAIL = {"regular", "three_columns"}
