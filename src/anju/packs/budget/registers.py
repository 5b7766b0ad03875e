"""Registers of the budget: lines, targets, files, money. Data only: no Django here."""

from __future__ import annotations

from anju.kernel.packs import Column, Filter, Register

_MODELS, _FUNDS = "anju.packs.budget.models", "anju.kernel.funds.models"
# The standard classes behind the printed levels, see ``targetfile.Target``.
_CLASS1 = (
    ("output", "产出"),
    ("benefit", "效益"),
    ("satisfaction", "满意度"),
    ("cost", "成本"),
    ("process", "过程"),
)
_CLASS2 = (
    ("quantity", "数量"),
    ("quality", "质量"),
    ("timeliness", "时效"),
    ("cost", "成本"),
    ("economic", "经济效益"),
    ("social", "社会效益"),
    ("ecological", "生态效益"),
    ("sustainable", "可持续影响"),
    ("satisfaction", "满意度"),
)
# Of which year and body a row of money is, and who brought it.
_FROM = (
    Column("year", "年度", "code"),
    Column("organisation__name", "单位", "link"),
    Column("entered_by", "经手人", hidden=True),
    Column("batch__complete_to", "数据截至", "date", hidden=True),
    Column("recorded_at", "记录时间", "time", hidden=True),
)

REGISTERS = (
    Register(
        code="budget-lines",
        name="项目台账",
        model=f"{_MODELS}.Line",
        permission="budget.view",
        columns=(
            Column("name", "项目"),
            Column("code", "项目编码", "code"),
            Column("department__name", "预算单位", "link"),
            Column("sub_goal", "分项目标"),
            Column("budget_fen", "本年预算", "money_fen"),
            Column("project_total_fen", "项目总额", "money_fen"),
            Column("file__year", "年度", "code"),
            Column("file__name", "文件", "link", hidden=True),
            Column("department_code", "单位编码", "code", hidden=True),
            Column("changed_by", "更正人", hidden=True),
            Column("recorded_at", "记录时间", "time", hidden=True),
        ),
        filters=(
            Filter("file__year", "年度"),
            Filter("department__name", "预算单位"),
            Filter("sub_goal", "分项目标"),
            Filter("budget_fen", "本年预算", "number_range"),
            Filter("file__name", "文件"),
        ),
        search=("code", "name"),
        order="code",
        address="/budget/lines/{key}/",
    ),
    Register(
        code="budget-targets",
        name="指标台账",
        model=f"{_MODELS}.LineTarget",
        permission="budget.view",
        columns=(
            Column("name", "指标"),
            Column("class1", "一级类别", "choice", words=_CLASS1),
            Column("class2", "二级类别", "choice", words=_CLASS2),
            Column("value", "指标值"),
            Column("file__year", "年度", "code"),
            Column("file__name", "文件", "link", hidden=True),
            Column("changed_by", "更正人", hidden=True),
            Column("recorded_at", "记录时间", "time", hidden=True),
        ),
        filters=(
            Filter("file__year", "年度"),
            Filter("class1", "一级类别"),
            Filter("class2", "二级类别"),
            Filter("value", "指标值", "text"),
            Filter("file__name", "文件"),
        ),
        search=("name", "value"),
        order="id",
        address="/budget/targets/{key}/",
        only=(("slot", False),),
    ),
    Register(
        code="budget-files",
        name="目标文件台账",
        model=f"{_MODELS}.BudgetFile",
        permission="budget.view",
        columns=(
            Column("name", "文件"),
            Column("year", "年度", "code"),
            Column("kind", "格式", "code"),
            Column("organisation__name", "申报单位", "link"),
            Column("imported_by", "导入人"),
            Column("recorded_at", "导入时间", "time"),
            Column("checked_at", "审核时间", "time"),
            Column("original__name", "原件", "link", hidden=True),
        ),
        filters=(
            Filter("year", "年度"),
            Filter("organisation__name", "申报单位"),
            Filter("imported_by", "导入人"),
            Filter("recorded_at", "导入时间", "date_range"),
        ),
        search=("name",),
        address="/budget/files/{id}/",
    ),
    Register(
        code="payments",
        name="支付台账",
        model=f"{_FUNDS}.Payment",
        permission="budget.view",
        columns=(
            Column("voucher", "凭证号", "code"),
            Column("line_code", "项目编码", "code"),
            Column("paid_on", "支付日期", "date"),
            Column("amount_fen", "金额", "money_fen"),
            Column("source", "资金来源", "choice"),
            Column("payee", "收款人"),
            Column("summary", "摘要"),
            *_FROM,
        ),
        filters=(
            Filter("year", "年度"),
            Filter("source", "资金来源"),
            Filter("line_code", "项目编码", "text"),
            Filter("paid_on", "支付日期", "date_range"),
            Filter("amount_fen", "金额", "number_range"),
        ),
        search=("voucher", "line_code", "payee"),
        order="-paid_on",
    ),
    Register(
        code="allotments",
        name="预算指标台账",
        model=f"{_FUNDS}.Allotment",
        permission="budget.view",
        columns=(
            Column("line_code", "项目编码", "code"),
            Column("kind", "种类", "choice"),
            Column("decided_on", "批复日期", "date"),
            Column("amount_fen", "金额", "money_fen"),
            Column("source", "资金来源", "choice"),
            Column("basis", "依据"),
            *_FROM,
        ),
        filters=(
            Filter("year", "年度"),
            Filter("source", "资金来源"),
            Filter("kind", "种类"),
            Filter("line_code", "项目编码", "text"),
            Filter("decided_on", "批复日期", "date_range"),
        ),
        search=("line_code", "basis"),
        order="-decided_on",
    ),
)
