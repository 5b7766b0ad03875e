"""What rows have beside their columns: values under the keys of a closed table, with type and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from anju.kernel.packs import Attribute
from anju.kernel.wording import bracketed, listed

_YES, _NO = ("是", "有", "1", "true", "yes"), ("否", "无", "0", "false", "no")
_LONGEST = 200


class AttributeFault(ValueError):
    """One sentence on a value that does not fit; ``name`` is the attribute, or the unknown key."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


def value_of(attribute: Attribute, given: object) -> Any:
    """The value as it is stored (JSON: text, whole number, number, ISO date, flag); None for nothing."""
    text = str(given).strip() if given is not None else ""
    if not text:
        return None
    if attribute.kind == "flag":
        return _flag(attribute, given, text)
    if attribute.kind in ("whole", "number"):
        return _number(attribute, text)
    if attribute.kind == "date":
        try:
            return date.fromisoformat(text.replace("/", "-")).isoformat()
        except ValueError as error:
            raise _fault(attribute, gettext("“{text}”不是日期，请写成2021-09-20的样子。"), text) from error
    if len(text) > _LONGEST:
        raise _fault(attribute, gettext("最多200字，请写短一些。"), text)
    return text


def _flag(attribute: Attribute, given: object, text: str) -> bool:
    if isinstance(given, bool):
        return given
    if text.lower() in (*_YES, *_NO):
        return text.lower() in _YES
    raise _fault(attribute, gettext("“{text}”不是“是”或“否”，请改写。"), text)


def _number(attribute: Attribute, text: str) -> int | float:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise _fault(attribute, gettext("“{text}”不是数，请只写数字。"), text) from error
    if not number.is_finite() or number.adjusted() > 14:
        raise _fault(attribute, gettext("“{text}”不是可用的数，请核对。"), text)
    if attribute.kind == "number":
        return float(number)
    if number != number.to_integral_value():
        raise _fault(attribute, gettext("“{text}”应是整数，请核对。"), text)
    return int(number)


def _fault(attribute: Attribute, sentence: str, text: str) -> AttributeFault:
    return AttributeFault(attribute.name, sentence.format(text=text[:40]))


def read(known: Sequence[Attribute], given: Mapping[str, object]) -> dict[str, Any]:
    """Stored values of what was given under keys or names; ``AttributeFault`` for the first that is wrong."""
    by_name = {word: attribute for attribute in known for word in (attribute.key, attribute.name)}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in by_name:
            sentence = gettext("没有“{name}”这一属性，可用的是{known}。")
            offered = listed(attribute.name for attribute in known) or gettext("（无）")
            raise AttributeFault(name, sentence.format(name=name[:40], known=offered))
        stored = value_of(by_name[name], value)
        if stored is not None:
            values[by_name[name].key] = stored
    return values


def said(known: Sequence[Attribute], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name with unit, value) of what is stored, in the order of the table."""
    return [
        (
            gettext(attribute.name) + (bracketed(gettext(attribute.unit)) if attribute.unit else ""),
            _words(values[attribute.key]),
        )
        for attribute in known
        if attribute.key in values
    ]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
