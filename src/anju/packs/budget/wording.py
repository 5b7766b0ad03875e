"""A parsed target value in words: what the value grammar understood, for the eye. Pure functions."""

from __future__ import annotations

from decimal import Decimal

from anju.kernel.values.target_value import TargetValue

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "＝", "~": "约"}
_PER = {"day": "天", "week": "周", "month": "月", "quarter": "季度", "season": "季", "year": "年"}
_WORDS = {"qualitative": "定性", "unparseable": "未读懂"}


def value_words(value: TargetValue, inferred: str = "") -> str:
    """``≥380,000户（“≥”为推定）``, ``不晚于2021-12-31``, ``16至20℃``, ``每月≥2次``, ``定性``, ``未读懂``.

    ``inferred`` is the comparator that the row means: used, and said to be inferred, when none is written.
    """
    if value.kind in _WORDS:
        return _WORDS[value.kind]
    if value.date:
        return f"不晚于{value.date.iso().removeprefix('--')}{'' if value.date.year else '（未写年份）'}"
    if value.start and value.end:
        return f"{value.start.iso()}至{value.end.iso()}"
    if value.parts:
        return "、".join(f"{part.label or ''}{value_words(part)}" for part in value.parts)
    if value.low is not None and value.high is not None:
        return f"{_figure(value.low)}至{_figure(value.high)}{value.unit or ''}"
    per = f"每{_PER[value.per]}" if value.per else ""
    sign = _SIGNS.get(value.op or inferred, "")
    note = f"（“{sign}”为推定）" if sign and not value.op else ""
    return f"{per}{sign}{_amount(value)}{note}"


def _amount(value: TargetValue) -> str:
    """The number in its base unit where there is one (38万户 is 380,000户)."""
    if value.base_number is not None:
        return f"{_figure(value.base_number)}{value.base_unit or ''}"
    return f"{_figure(value.number)}{value.unit or ''}" if value.number is not None else value.text


def _figure(number: Decimal) -> str:
    text = f"{number:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
