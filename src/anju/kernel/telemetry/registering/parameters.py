"""The parameters of a rule as people type them; what they must be is said by the rule engine (``rules.kinds``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.telemetry.rules import kinds
from anju.kernel.telemetry.snapshot import Rule
from anju.kernel.values.refusal import Refusal


class ParameterFault(Refusal):
    """A parameter that is missing, unknown or cannot be read."""


WORDS: dict[str, Promise] = {
    "limit": gettext_lazy("限值"),
    "clear": gettext_lazy("恢复值"),
    "hold": gettext_lazy("持续时间"),
    "quality": gettext_lazy("采用的数据"),
    "side": gettext_lazy("方向"),
    "within": gettext_lazy("两测点时间最多相差"),
    "other_above": gettext_lazy("另一测点高于"),
    "other_below": gettext_lazy("另一测点低于"),
    "seconds": gettext_lazy("时长"),
    "band": gettext_lazy("视为不变的幅度"),
    "intervals": gettext_lazy("采集周期数"),
    "gather": gettext_lazy("归并等待"),
    "share": gettext_lazy("同一来源中断比例"),
    "least": gettext_lazy("同一来源最少中断设备数"),
    "curve": gettext_lazy("气候曲线"),
}
_TEXTS = ("quality", "side")


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters under their keys, numbers as numbers. Raises ``ParameterFault`` for the first that is wrong."""
    keys = {str(words): key for key, words in WORDS.items()}
    found = {keys.get(name, name): value for name, value in given.items()}
    for name in found:
        if name not in WORDS:
            raise ParameterFault(
                gettext("没有参数“{name}”。").format(name=name), gettext("请照规则种类的说明改写。")
            )
    read = {name: _read(name, value) for name, value in found.items()}
    # The engine wants another series for some kinds; which one is known when the snapshot is made.
    rule = Rule("form.rule", kind, "", "info", read, (1,), (1,))
    faults = kinds.faults(rule)
    if faults:
        raise ParameterFault(faults[0], gettext("请改正后再保存。"))
    return read


def _read(name: str, value: Any) -> Any:
    if name in _TEXTS or not isinstance(value, str):
        return value
    text = value.replace("−", "-").strip()
    if name == "curve":
        return [[_number(name, part) for part in pair.split(":")] for pair in text.replace("：", ":").split()]
    number = _number(name, text)
    return int(number) if number == int(number) and "." not in text else number


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number - number != 0:
        raise ParameterFault(
            gettext("参数“{name}”的“{text}”不是数。").format(name=WORDS[name], text=text),
            gettext("请填数字；气候曲线写成“-10:60 0:50 10:40”。"),
        )
    return number


def typed(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Stored parameters as they are typed again, under their words."""
    return {str(WORDS.get(key, key)): _text(value) for key, value in parameters.items()}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(":".join(f"{part:g}" for part in pair) for pair in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)
