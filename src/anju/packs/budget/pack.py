"""Budget performance (预算绩效): what the pack offers, as data."""

from __future__ import annotations

from anju.kernel.packs import CaseType, Check, Command, Demo, Indicator, Job, Pack, Page, Permission, Subject
from anju.packs.budget.registers import REGISTERS
from anju.packs.budget.rulebooks import RULEBOOKS

_CHECKS = "anju.packs.budget.checks"
_PAGES = "anju.packs.budget.pages"
_MODELS = "anju.packs.budget.models"
_FIGURES = "anju.packs.budget.indicators"


def _check(module: str, code: str, name: str, severity: str) -> Check:
    return Check(code, name, severity, f"{_CHECKS}.{module}.{code}")


PACK = Pack(
    code="budget",
    name="预算绩效",
    owner_office="计划财务科",
    legal_basis=("中发〔2018〕34号", "财预〔2020〕10号", "财预〔2021〕101号"),
    commands=(Command("budget", "anju.packs.budget.commands.budget"),),
    permissions=(
        Permission("budget.view", "看预算绩效", ("leader", "finance", "office")),
        Permission("budget.import", "导入目标文件", ("finance",)),
        Permission("budget.assign", "派单", ("leader", "finance")),
        Permission("budget.correct", "改正或说明", ("finance", "office")),
        Permission("budget.accept", "验收", ("leader", "finance")),
        Permission("budget.funds", "导入资金台账", ("finance",)),
        Permission("budget.report", "填报完成值", ("finance", "office")),
        Permission("budget.check", "核对完成值", ("finance", "office")),
        Permission("budget.confirm", "认定完成值", ("leader", "finance")),
        Permission("budget.bind", "把绩效指标对应到业务指标", ("finance",)),
        Permission("budget.submit", "提交批复", ("finance",)),
        Permission("budget.approve", "批复目标", ("leader",)),
        Permission("budget.monitor", "发起和结束正式监控", ("finance",)),
        Permission("budget.decide", "作结果应用的决定", ("leader",)),
    ),
    pages=(
        Page("overview/", "一分钟总览", f"{_PAGES}.home.home_page", "budget.view"),
        Page("budget/", "预算看板", f"{_PAGES}.board.board_page", "budget.view"),
        Page("budget/review/", "目标审核", f"{_PAGES}.review.latest_page", "budget.view"),
        Page("budget/import/", "导入文件", f"{_PAGES}.importing.import_page", "budget.import"),
        Page(
            "budget/import/<uuid:key>/", "核对读取结果", f"{_PAGES}.importing.preview_page", "budget.import"
        ),
        Page("budget/funds/", "资金台账", f"{_PAGES}.funds.funds_page", "budget.view"),
        Page("budget/funds/<uuid:key>/", "核对资金台账", f"{_PAGES}.funds.preview_page", "budget.funds"),
        Page("budget/files/<uuid:key>/", "目标审核", f"{_PAGES}.review.review_page", "budget.view"),
        Page("budget/findings/<uuid:key>/", "发现", f"{_PAGES}.review.finding_page", "budget.view"),
        Page("budget/lines/<uuid:key>/", "预算项目", f"{_PAGES}.year.line.line_page", "budget.view"),
        Page("budget/targets/<uuid:key>/", "绩效指标", f"{_PAGES}.targets.target.target_page", "budget.view"),
        Page(
            "budget/files/<uuid:key>/versions/",
            "版本与批复",
            f"{_PAGES}.year.versions.file_page",
            "budget.view",
        ),
        Page(
            "budget/versions/<uuid:key>/", "版本对照", f"{_PAGES}.year.versions.version_page", "budget.view"
        ),
        Page(
            "budget/targets/<uuid:key>/binding/",
            "对应业务指标",
            f"{_PAGES}.targets.binding.binding_page",
            "budget.bind",
        ),
        Page("budget/monitoring/", "双监控", f"{_PAGES}.year.monitoring.monitoring_page", "budget.view"),
        Page("budget/rounds/<uuid:key>/", "正式监控", f"{_PAGES}.year.monitoring.round_page", "budget.view"),
        Page("budget/watch/<uuid:key>/", "监控预警", f"{_PAGES}.year.monitoring.watch_page", "budget.view"),
        Page("budget/evaluation/", "绩效自评", f"{_PAGES}.year.evaluation.evaluation_page", "budget.view"),
        Page(
            "budget/evaluations/<uuid:key>/", "评分表", f"{_PAGES}.year.evaluation.sheet_page", "budget.view"
        ),
        Page(
            "budget/commitments/", "承诺与任务", f"{_PAGES}.year.commitments.commitments_page", "budget.view"
        ),
        Page(
            "budget/commitments/<uuid:key>/",
            "承诺",
            f"{_PAGES}.year.commitments.commitment_page",
            "budget.view",
        ),
        Page("budget/quotas/<uuid:key>/", "上级任务", f"{_PAGES}.year.commitments.quota_page", "budget.view"),
        Page("budget/forms/", "导出表格", f"{_PAGES}.papers.printing.forms_page", "budget.view"),
        Page("budget/forms/back/", "表格回读", f"{_PAGES}.papers.returning.give_page", "budget.view"),
        Page(
            "budget/forms/back/<uuid:key>/",
            "核对表格",
            f"{_PAGES}.papers.returning.compare_page",
            "budget.view",
        ),
        Page(
            "budget/evaluations/<uuid:key>/report/",
            "评价报告",
            f"{_PAGES}.papers.report.report_page",
            "budget.view",
        ),
        Page("budget/proofs/<uuid:key>/", "佐证材料", f"{_PAGES}.papers.documents.proof_file", "budget.view"),
        Page(
            "budget/originals/<uuid:key>/", "原件", f"{_PAGES}.papers.documents.original_file", "budget.view"
        ),
        Page(
            "budget/ledgers/<uuid:key>/", "台账原件", f"{_PAGES}.papers.documents.ledger_file", "budget.view"
        ),
        Page("budget/letters/<uuid:key>/", "责任书", f"{_PAGES}.papers.documents.letter_file", "budget.view"),
        Page("budget/years/", "年度比较", f"{_PAGES}.year.comparison.years_page", "budget.view"),
        Page("budget/approvals/<uuid:key>/", "批复", f"{_PAGES}.year.versions.approval_page", "budget.view"),
    ),
    registers=REGISTERS,
    rulebooks=RULEBOOKS,
    indicators=(
        Indicator(
            "budget.execution_rate",
            "1",
            "预算执行率",
            "%",
            "up",
            "budget.line",
            f"{_FIGURES}.execution_rate",
            legal_basis="财预〔2021〕101号",
        ),
        Indicator("budget.attainment", "1", "目标完成率", "%", "up", "budget.line", f"{_FIGURES}.attainment"),
        # What people report on a target or a commitment: no formula, a figure with its documents.
        Indicator("budget.target", "1", "绩效指标完成值", "", "watch", "budget.target"),
        Indicator("budget.commitment", "1", "承诺完成值", "", "watch", "budget.commitment"),
    ),
    subjects=(
        Subject("budget.line", "预算项目", f"{_MODELS}.Line", "key", "name", "/budget/lines/{key}/"),
        Subject(
            "budget.target", "绩效指标", f"{_MODELS}.LineTarget", "key", "name", "/budget/targets/{key}/"
        ),
        Subject(
            "budget.commitment", "承诺", f"{_MODELS}.Commitment", "key", "value", "/budget/commitments/{key}/"
        ),
    ),
    jobs=(Job("budget.watch", "双监控", "day 06:00", "anju.packs.budget.year.rounds.daily"),),
    cases=(
        CaseType("budget.review", "目标审核", "/budget/findings/{finding}/"),
        CaseType("budget.approval", "目标批复", "/budget/approvals/{finding}/", ("budget.approval",)),
        CaseType(
            "budget.monitoring",
            "监控预警",
            "/budget/watch/{finding}/",
            ("budget.off_track", "budget.predicted_miss"),
        ),
    ),
    demo=Demo("anju.packs.budget.demo.build"),
    checks=(
        _check("meaning.classes", "missing_satisfaction", "缺满意度指标", "block"),
        _check("meaning.classes", "satisfaction_not_percentage", "满意度不是比例", "warn"),
        _check("figures.plan", "plan_not_monotone", "累计支出计划倒退", "block"),
        _check("figures.plan", "plan_not_full", "支出计划未到100%", "block"),
        _check("figures.plan", "cost_below_plan", "支付率低于支出计划", "warn"),
        _check("figures.dates", "deadline_before_year", "时限早于预算年度", "block"),
        _check("figures.dates", "deadline_after_year", "时限晚于预算年度", "warn"),
        _check("figures.plan", "deadline_vs_plan", "时限与支出计划脱节", "warn"),
        _check("figures.dates", "year_missing", "时限缺年份", "warn"),
        _check("figures.dates", "wrong_year", "年份与文件不符", "warn"),
        _check("figures.money", "amount_vs_text", "金额前后不一", "block"),
        _check("figures.money", "amount_ambiguous", "金额口径不明", "ask"),
        _check("figures.money", "arithmetic", "算术不成立", "block"),
        _check("figures.numbers", "text_vs_value", "正文与指标值不符", "warn"),
        _check("figures.numbers", "cumulative_vs_annual", "累计数当年度数", "warn"),
        _check("figures.costs", "unit_cost_implausible", "单位成本异常", "ask"),
        _check("figures.numbers", "output_below_benefit", "产出少于受益", "warn"),
        _check("figures.numbers", "scope_mismatch", "范围不一致", "warn"),
        _check("meaning.classes", "indicator_in_wrong_class", "指标放错类别", "warn"),
        _check("meaning.belonging", "indicator_unrelated", "指标与项目无关", "warn"),
        _check("meaning.classes", "duplicate_indicator", "指标重复", "warn"),
        _check("meaning.wording", "not_measurable", "无法考核", "warn"),
        _check("meaning.wording", "tautology", "指标值照抄名称", "warn"),
        _check("figures.numbers", "unit_missing", "缺计量单位", "warn"),
        _check("meaning.coverage", "goal_not_covered", "目标没有指标", "warn"),
        _check("meaning.coverage", "subgoal_vs_table", "分项目标与表不符", "warn"),
        _check("meaning.wording", "copied_goal", "绩效目标雷同", "warn"),
        _check("meaning.wording", "duplicate_text", "文字重复", "ask"),
        _check("figures.plan", "cost_is_payment_rate", "以支付率作成本指标", "ask"),
        _check("meaning.classes", "empty_class", "指标类别空缺", "ask"),
        _check("meaning.wording", "weak_basis", "依据薄弱", "ask"),
        _check("figures.dates", "stale_basis", "依据过期", "warn"),
        _check("meaning.wording", "description_equals_name", "描述照抄名称", "ask"),
        _check("figures.plan", "default_plan", "平均支出计划", "ask"),
        _check("meaning.coverage", "orphan_project", "项目无分项目标", "ask"),
        _check("figures.scores", "weights_not_100", "分值合计不是100", "block"),
        _check("figures.scores", "actual_copies_target", "实际值照抄目标", "warn"),
        _check("figures.scores", "score_arithmetic", "得分计算有误", "block"),
        _check("meaning.wording", "template_left_in", "模板提示未删", "block"),
        _check("meaning.citations", "citation_conflict", "引用文件不一致", "warn"),
        _check("meaning.coverage", "subgoal_not_covered", "分项目标未落实", "ask"),
        _check("meaning.belonging", "target_vs_fund_purpose", "指标与资金用途不符", "warn"),
        _check("meaning.wording", "text_defect", "文字缺陷", "ask"),
    ),
)
