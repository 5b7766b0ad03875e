"""The kinds of rules, what each may be told, and what is wrong with a rule that was told otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import Any

from anju.kernel.telemetry.snapshot import Rule


@dataclass(frozen=True, slots=True)
class Kind:
    """``needed`` and ``allowed`` are parameters beside ``COMMON``; ``compares`` demands another series."""

    code: str
    name: str
    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()
    compares: bool = False


_HELD = ("clear", "hold", "quality")
KINDS = {
    kind.code: kind
    for kind in (
        Kind("above", "超上限", ("limit",), (*_HELD, "other_above", "other_below", "within")),
        Kind("below", "低于下限", ("limit",), (*_HELD, "other_above", "other_below", "within")),
        Kind("rate", "变化过快", ("limit",), ("clear", "hold", "side")),
        Kind("stuck", "长时间不变", ("seconds",), ("band",)),
        Kind("missing", "数据中断", (), ("intervals", "seconds", "gather", "share", "least")),
        Kind("difference", "与另一测点相差", ("limit",), (*_HELD, "side", "within"), True),
        Kind("ratio", "与另一测点之比", ("limit",), (*_HELD, "side", "within"), True),
        Kind("curve", "偏离气候曲线", ("curve",), (*_HELD, "limit", "side", "within"), True),
    )
}
# What each parameter is: its Chinese name and unit ("" is the unit of the series).
PARAMETERS = {
    "limit": ("限值", ""),
    "clear": ("恢复值", ""),
    "hold": ("持续时间", "s"),
    "quality": ("采用的数据", ""),
    "side": ("方向", ""),
    "within": ("两测点时间最多相差", "s"),
    "other_above": ("另一测点高于", ""),
    "other_below": ("另一测点低于", ""),
    "seconds": ("时长", "s"),
    "band": ("视为不变的幅度", ""),
    "intervals": ("采集周期数", ""),
    "gather": ("归并等待", "s"),
    "share": ("同一来源中断比例", "%"),
    "least": ("同一来源最少中断设备数", ""),
    "curve": ("气候曲线", ""),
}
SIDES = ("above", "below", "both")
# The worst quality code that a rule still looks at; values that are not numbers never count.
QUALITIES = {"good": 0, "usable": 63, "any": 254}
_WORDS = {"quality": QUALITIES, "side": SIDES}
_POSITIVE = ("hold", "within", "seconds", "band", "intervals", "gather", "share", "least")


def side(rule: Rule) -> str:
    """``above``, ``below`` or ``both``: on which side of its limit a value is wrong."""
    if rule.kind in ("above", "below"):
        return rule.kind
    return str(rule.parameters.get("side", "both" if rule.kind in ("rate", "curve") else "above"))


def faults(rule: Rule) -> list[str]:
    """What makes the rule useless, in Chinese; the engine leaves such a rule out."""
    kind = KINDS.get(rule.kind)
    if kind is None:
        return [f"没有“{rule.kind}”这种规则。"]
    found = [f"缺少“{PARAMETERS[name][0]}”。" for name in kind.needed if name not in rule.parameters]
    for name, value in rule.parameters.items():
        found += _of_parameter(kind, name, value)
    if rule.others and len(rule.others) != len(rule.series):
        found.append("对照测点与测点的个数不同。")
    compares = kind.compares or {"other_above", "other_below"} & set(rule.parameters)
    if compares and not all(rule.others or (0,)):
        found.append("每个测点都要有对照测点。")
    if kind.code == "missing" and not {"intervals", "seconds"} & set(rule.parameters):
        found.append("要写明采集周期数或时长。")
    return found or _of_hysteresis(rule)


def _of_parameter(kind: Kind, name: str, value: Any) -> list[str]:
    if name not in (*kind.needed, *kind.allowed):
        return [f"“{kind.name}”规则没有参数“{name}”。"]
    word = PARAMETERS[name][0]
    if name in _WORDS:
        return (
            []
            if isinstance(value, str) and value in _WORDS[name]
            else [f"“{word}”只能是{'、'.join(_WORDS[name])}。"]
        )
    if name == "curve":
        return _of_curve(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return [f"“{word}”要是一个数。"]
    return [f"“{word}”不能小于0。"] if name in _POSITIVE and value < 0 else []


def _of_curve(value: Any) -> list[str]:
    try:
        points = [(float(x), float(y)) for x, y in value]
    except (TypeError, ValueError):
        points = []
    rising = all(before < after for (before, _), (after, _) in pairwise(points))
    whole = all(isfinite(x) and isfinite(y) for x, y in points)
    return [] if len(points) >= 2 and rising and whole else ["气候曲线要有至少两个点，横坐标从小到大。"]


def _of_hysteresis(rule: Rule) -> list[str]:
    if "clear" not in rule.parameters:
        return []
    gap = rule.parameters.get("limit", 0) - rule.parameters["clear"]
    wrong = gap > 0 if side(rule) == "below" else gap < 0
    return ["恢复值要在限值的正常一侧。"] if wrong else []
