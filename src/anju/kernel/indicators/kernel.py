"""The indicators of the kernel's own parts, which every pack may bind. Those of a pack stand in its descriptor."""

from __future__ import annotations

from anju.kernel.packs import Indicator

_SURVEYS = "anju.kernel.surveys.measuring.indicators"
_INSPECTIONS = "anju.kernel.inspections.measuring.indicators"
_WORKS = "anju.kernel.works.measuring.indicators"
_DELIVERIES = "anju.kernel.watching.deliveries"
_SATISFACTION = "预算绩效满意度指标；城市体检社会满意度调查"
_INSPECTED = "预算绩效检查类指标：检查完成率、覆盖县（市）区、公布检查结果占比"


def _works(code: str, name: str, unit: str, direction: str = "up") -> Indicator:
    return Indicator(
        f"works.{code}",
        "1",
        name,
        unit,
        direction,
        "works.project",
        f"{_WORKS}.{code}",
        legal_basis="工程台账：单元、进度、验收",
    )


# The words stand here as in ``works.models.Measure``: descriptors load no tables.
_MEASURES = (
    ("household", "户"),
    ("building", "栋"),
    ("community", "个小区"),
    ("kilometre", "公里"),
    ("square_metre", "平方米"),
    ("dwelling", "套"),
    ("module", "个模块"),
    ("document", "份文件"),
    ("door", "个单元门"),
    ("piece", "个"),
)

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
    Indicator(
        "telemetry.delivery_rate",
        "1",
        "数据上报率",
        "%",
        "up",
        "telemetry.source",
        f"{_DELIVERIES}.delivery_rate",
        legal_basis="上报台账：有效值÷按上报间隔应到的值，按小时结账",
    ),
    Indicator(
        "telemetry.coverage",
        "1",
        "测点有数率",
        "%",
        "up",
        "telemetry.source",
        f"{_DELIVERIES}.coverage",
        legal_basis="上报台账：每小时有有效值的测点÷应报测点",
    ),
    _works("units_done", "完成单元数", "个"),
    _works("units_accepted", "验收合格单元数", "个"),
    _works("units_carried", "结转单元完成数", "个"),
    _works("acceptance_rate", "验收合格率", "%"),
    _works("on_time_rate", "按期完工率", "%"),
    _works("completion_on", "全部完工日期", "", "watch"),
    *(_works(f"quantity_done_{code}", f"完成量（{unit}）", unit) for code, unit in _MEASURES),
)
