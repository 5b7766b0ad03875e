"""The indicators of the kernel's own parts, which every pack may bind. Those of a pack stand in its descriptor."""

from __future__ import annotations

from anju.kernel.packs import Indicator

_SURVEYS = "anju.kernel.surveys.measuring.indicators"
_SATISFACTION = "预算绩效满意度指标；城市体检社会满意度调查"

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
)
