"""A parsed target value in words of the reader's language: what the value grammar understood."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext, gettext_lazy

from anju.kernel.values.target_value import TargetValue

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "=": "＝", "~": gettext_lazy("约")}
_PER = {
    "day": gettext_lazy("每天{amount}"),
    "week": gettext_lazy("每周{amount}"),
    "month": gettext_lazy("每月{amount}"),
    "quarter": gettext_lazy("每季度{amount}"),
    "season": gettext_lazy("每季{amount}"),
    "year": gettext_lazy("每年{amount}"),
}
_WORDS = {"qualitative": gettext_lazy("定性"), "unparseable": gettext_lazy("未读懂")}


def value_words(value: TargetValue, inferred: str = "") -> str:
    """``≥380,000户（“≥”为推定）``, ``不晚于2021-12-31``, ``16至20℃``, ``每月≥2次``, ``定性``, ``未读懂``.

    ``inferred`` is the comparator that the row means: used, and said to be inferred, when none is written.
    """
    if value.kind in _WORDS:
        return str(_WORDS[value.kind])
    if value.date:
        words = gettext("不晚于{day}") if value.date.year else gettext("不晚于{day}（未写年份）")
        return words.format(day=value.date.iso().removeprefix("--"))
    if value.start and value.end:
        return _range(value.start.iso(), value.end.iso())
    if value.parts:
        return "、".join(f"{part.label or ''}{value_words(part)}" for part in value.parts)
    if value.low is not None and value.high is not None:
        return _range(_figure(value.low), f"{_figure(value.high)}{value.unit or ''}")
    sign = _SIGNS.get(value.op or inferred, "")
    words = f"{sign}{_amount(value)}"
    if value.per:
        words = _PER[value.per].format(amount=words)
    if sign and not value.op:
        words = gettext("{value}（“{sign}”为推定）").format(value=words, sign=sign)
    return words


def _range(low: str, high: str) -> str:
    return gettext("{low}至{high}").format(low=low, high=high)


def _amount(value: TargetValue) -> str:
    """The number in its base unit where there is one (38万户 is 380,000户)."""
    if value.base_number is not None:
        return f"{_figure(value.base_number)}{value.base_unit or ''}"
    return f"{_figure(value.number)}{value.unit or ''}" if value.number is not None else value.text


def _figure(number: Decimal) -> str:
    text = f"{number:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")
