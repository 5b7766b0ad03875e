"""What is seen, in the words of a dispatcher. Stored words are Chinese, as those of all findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anju.kernel.telemetry.properties import properties

if TYPE_CHECKING:
    from anju.kernel.telemetry.models import Alarm

_PHRASES = {
    "above": "{name}{value}，高于限值{limit}",
    "below": "{name}{value}，低于限值{limit}",
    "rate": "{name}每分钟变化{judged}，超过限值{limit}",
    "stuck": "{name}停在{value}已{minutes}分钟",
    "missing": "{name}没有数据",
    "difference": "{name}{value}，与对照测点相差{judged}，限值{limit}",
    "ratio": "{name}{value}，与对照测点之比{judged}，限值{limit}",
    "curve": "{name}{value}，应为{limit}",
}


def figure(value: float | None, unit: str = "") -> str:
    """A value with its unit, with a true minus and no more digits than an instrument has."""
    if value is None:
        return "—"
    return f"{value:.6g}".replace("-", "−") + unit


def phenomenon(alarm: Alarm, members: int = 0, source: str = "") -> str:
    """One clause that says what is wrong. A grouped alarm says how many it stands for."""
    if source:
        return f"{source}数据中断，涉及{members}台设备" if members else f"{source}数据中断"
    series = alarm.series
    if series is None:
        return f"{alarm.name}，涉及{members}个测点" if members else alarm.name
    known = properties().get(series.property)
    phrase = _PHRASES.get(alarm.kind, "{name}{value}")
    plain = "" if alarm.kind == "ratio" else alarm.unit
    return phrase.format(
        name=series.name or (known.name if known else series.property),
        value=figure(alarm.value, alarm.unit),
        judged=figure(alarm.judged, plain),
        limit=figure(alarm.limit, plain),
        minutes=round((alarm.judged or 0) / 60),
    )
