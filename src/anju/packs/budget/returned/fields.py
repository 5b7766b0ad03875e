"""The fields of the official forms: what each is called, and whether the platform takes what a person wrote."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy, gettext_noop

from anju.packs.budget.reports.opinions import REPORT


class Verdict(StrEnum):
    """What becomes of a difference."""

    TAKE = "take"
    COMPUTED = "computed"
    ELSEWHERE = "elsewhere"
    UNKEPT = "unkept"
    BLANK = "blank"


# What a difference of this kind is told; nothing of one that can be taken.
WHY = {
    Verdict.COMPUTED: gettext_noop("表内填写与平台不一致；这一栏由平台算出，不按填写的改。"),
    Verdict.ELSEWHERE: gettext_noop("这一栏取自目标申报表，请在申报表里改。"),
    Verdict.UNKEPT: gettext_noop("平台没有存这一栏的步骤，只列出不存。"),
    Verdict.BLANK: gettext_noop("表内空着，平台的内容不清除。"),
}
NAMES = {
    "year": gettext_lazy("年度"),
    "code": gettext_lazy("项目编码"),
    "name": gettext_lazy("名称"),
    "department": gettext_lazy("预算部门"),
    "department_code": gettext_lazy("部门编码"),
    "project_total": gettext_lazy("项目总预算"),
    "budget": gettext_lazy("预算数"),
    "quarter1": gettext_lazy("第一季度计划"),
    "quarter2": gettext_lazy("第二季度计划"),
    "quarter3": gettext_lazy("第三季度计划"),
    "quarter4": gettext_lazy("第四季度计划"),
    "purpose": gettext_lazy("资金主要用途"),
    "goal": gettext_lazy("绩效目标"),
    "level1": gettext_lazy("一级指标"),
    "level2": gettext_lazy("二级指标"),
    "description": gettext_lazy("描述"),
    "value": gettext_lazy("指标值"),
    "basis": gettext_lazy("依据"),
    "planned": gettext_lazy("计划进度"),
    "paid": gettext_lazy("执行数"),
    "rate": gettext_lazy("执行率"),
    "forecast": gettext_lazy("全年预计"),
    "forecast_rate": gettext_lazy("全年预计执行率"),
    "actual": gettext_lazy("完成值"),
    "reason": gettext_lazy("偏差原因及改进措施"),
    "note": gettext_lazy("备注"),
    "funds": gettext_lazy("经费保障"),
    "rules": gettext_lazy("制度保障"),
    "people": gettext_lazy("人员保障"),
    "equipment": gettext_lazy("硬件条件保障"),
    "other": gettext_lazy("其他"),
    "sure": gettext_lazy("确定能"),
    "possible": gettext_lazy("有可能"),
    "impossible": gettext_lazy("完全不可能"),
    "filled_by": gettext_lazy("填报人"),
    "date": gettext_lazy("日期"),
    "achieved": gettext_lazy("实际完成情况"),
    "initial": gettext_lazy("年初预算数"),
    "adjusted": gettext_lazy("全年预算数"),
    "executed": gettext_lazy("全年执行数"),
    "weight": gettext_lazy("分值"),
    "score": gettext_lazy("得分"),
    "grade": gettext_lazy("等级"),
    "number": gettext_lazy("序号"),
    "block": gettext_lazy("资金"),
    "kind": gettext_lazy("资金类别"),
    "lines": gettext_lazy("项目数"),
    "count": gettext_lazy("项目数"),
    "attainment": gettext_lazy("目标完成率"),
    "severity": gettext_lazy("程度"),
    "rule": gettext_lazy("审核规则"),
    "problem": gettext_lazy("发现的问题"),
    "advice": gettext_lazy("处理"),
    "text": gettext_lazy("原文"),
    "place": gettext_lazy("位置"),
    "opinion": gettext_lazy("审核意见"),
    "reviewer": gettext_lazy("审核人"),
    "evaluator": gettext_lazy("评价单位"),
}
ROW = gettext_lazy("整行")
TICKS = {
    f"targets.{group}.{name}"
    for group, names in (
        ("bias", ("funds", "rules", "people", "equipment", "other")),
        ("likelihood", ("sure", "possible", "impossible")),
    )
    for name in names
}
# By form: names (of the template, without the numbers of rows) that people rightly answer.
TAKEN: dict[str, set[str]] = {
    "declaration": {"line.name", "line.purpose", "line.goal"}
    | {f"targets.{name}" for name in ("name", "description", "value", "basis")},
    "review": {"opinion"},
    "monitoring": {"targets.reason"} | TICKS,
    "self_evaluation": {"line.achieved", "funds.reason", "targets.reason"},
    "department": {"achieved", "targets.reason"},
    "report": set(REPORT),
    "summary": set(),
}
# Words of the declaration that stand in the other forms too.
_DECLARED = {"line.name", "line.goal", "name", "goal", "targets.level1", "targets.level2", "targets.name"}
_DECLARED |= {"targets.value", "lines.name", "tasks.name"}
# What no step keeps: signatures (the platform knows who acts), declared money and plan, money forecast by hand.
_UNKEPT = {"filled_by", "reviewer", "evaluator", "date", "funds.forecast", "funds.forecast_rate"}
_UNKEPT |= {"findings.advice", "line.department", "line.department_code", "department", "lines.department"}
_UNKEPT_DECLARED = {"line.budget", "line.project_total", "targets.level1", "targets.level2", "line.code"}
_UNKEPT_DECLARED |= {f"line.plan.quarter{number}" for number in range(1, 5)}
# The day on which a form was printed is not a statement.
PASSED_OVER = {"review": {"date"}, "report": {"date"}}


def verdict_of(form: str, name: str) -> Verdict:
    """What becomes of a field in which a form differs from the platform."""
    if name in TAKEN[form]:
        return Verdict.TAKE
    if name in _UNKEPT or (form == "declaration" and name in _UNKEPT_DECLARED):
        return Verdict.UNKEPT
    return Verdict.ELSEWHERE if name in _DECLARED else Verdict.COMPUTED
