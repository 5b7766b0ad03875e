"""The indicators of the kernel's own parts, which every pack may bind. Those of a pack stand in its descriptor."""

from __future__ import annotations

from anju.kernel.packs import Indicator

_SURVEYS = "anju.kernel.surveys.measuring.indicators"
_INSPECTIONS = "anju.kernel.inspections.measuring.indicators"
_SATISFACTION = "预算绩效满意度指标；城市体检社会满意度调查"
_INSPECTED = "预算绩效检查类指标：检查完成率、覆盖县（市）区、公布检查结果占比"

INDICATORS = (
    Indicator(
        "survey.satisfaction_rate",
        "1",
        "满意率",
        "%",
        "up",
        "survey.question",
        f"{_SURVEYS}.satisfaction_rate",
        legal_basis=_SATISFACTION,
    ),
    Indicator(
        "survey.satisfaction_mean",
        "1",
        "满意度均分",
        "分",
        "up",
        "survey.question",
        f"{_SURVEYS}.satisfaction_mean",
        legal_basis=_SATISFACTION,
    ),
    Indicator(
        "inspection.completion",
        "1",
        "检查完成率",
        "%",
        "up",
        "inspections.plan",
        f"{_INSPECTIONS}.completion",
        legal_basis=_INSPECTED,
    ),
    Indicator(
        "inspection.counties_covered",
        "1",
        "检查覆盖县（市）区数",
        "个",
        "up",
        "inspections.plan",
        f"{_INSPECTIONS}.counties_covered",
        legal_basis=_INSPECTED,
    ),
    Indicator(
        "inspection.pass_rate",
        "1",
        "检查合格率",
        "%",
        "up",
        "inspections.plan",
        f"{_INSPECTIONS}.pass_rate",
        legal_basis=_INSPECTED,
    ),
    Indicator(
        "inspection.publication_rate",
        "1",
        "检查结果公布率",
        "%",
        "up",
        "inspections.plan",
        f"{_INSPECTIONS}.publication_rate",
        legal_basis=_INSPECTED,
    ),
    Indicator(
        "inspection.on_time",
        "1",
        "检查按时率",
        "%",
        "up",
        "inspections.plan",
        f"{_INSPECTIONS}.on_time",
        legal_basis=_INSPECTED,
    ),
)
