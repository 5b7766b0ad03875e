"""What is seen, in the words of a dispatcher. Stored words are Chinese, as those of all findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anju.kernel.telemetry.properties import properties

if TYPE_CHECKING:
    from anju.kernel.telemetry.intake.told import AlarmTold
    from anju.kernel.telemetry.models import Series

_PHRASES = {
    "above": "{name}{value}，高于限值{limit}",
    "below": "{name}{value}，低于限值{limit}",
    "rate": "{name}变化过快，现为{value}",
    "stuck": "{name}长时间停在{value}",
    "missing": "{name}没有数据",
    "compare": "{name}{value}，与比较测点不符",
    "curve": "{name}{value}，偏离应有的{limit}",
}


def figure(value: float | None, unit: str = "") -> str:
    """A value with its unit, with a true minus and no more digits than it has."""
    if value is None:
        return "—"
    return f"{value:.6g}".replace("-", "−") + unit


def phenomenon(told: AlarmTold, series: Series | None) -> str:
    """One clause that says what is wrong."""
    known = properties().get(series.property) if series else None
    name = (series.name if series else "") or (known.name if known else "")
    if not name:
        return told.name or told.rule
    unit = series.unit if series else ""
    phrase = _PHRASES.get(told.kind, "{name}{value}")
    return phrase.format(name=name, value=figure(told.value, unit), limit=figure(told.limit, unit))
