"""Filters: from the words of an address to a condition, or one sentence that says what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.packs import Column, Filter, Register
from anju.kernel.wording import bracketed, listed
from anju.web.registers import fields

EMPTY = "-"
EMPTY_WORDS = gettext_lazy("（未填）")
FLAGS = {"1": (gettext_lazy("是"), True), "0": (gettext_lazy("否"), False)}
MOST_CHOICES = 300
_YEARS = range(1900, 2201)
_LONGEST_NUMBER = 18


class FilterError(Exception):
    """Words that make no condition. The sentence is shown above the table."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on the rows, and how it is said."""

    where: Q
    words: str


def parameters(entry: Filter) -> tuple[str, ...]:
    """The names that a filter has in the address."""
    ranged = entry.kind.endswith("_range")
    return (f"{entry.field}_from", f"{entry.field}_to") if ranged else (entry.field,)


def condition(register: Register, entry: Filter, name: str, text: str) -> Condition:
    """``name`` is one of the filter's parameters. Raises ``FilterError``."""
    if entry.kind == "text":
        said = _said(gettext("{name}含“{text}”"), entry, text)
        return Condition(Q(**{f"{entry.field}__icontains": text}), said)
    if entry.kind == "choice":
        return _choice(register, entry, text)
    bound = "gte" if name.endswith("_from") else "lte"
    read = _day if entry.kind == "date_range" else _number
    value = read(register, entry, text, bound)
    if entry.kind == "number_range":
        said = f"{gettext(entry.name)}{'≥' if bound == 'gte' else '≤'}{text}"
    else:
        sentence = gettext("{name}不早于{text}") if bound == "gte" else gettext("{name}不晚于{text}")
        said = _said(sentence, entry, text)
    return Condition(Q(**{f"{entry.field}__{bound}": value}), said)


def _said(sentence: str, entry: Filter, text: str) -> str:
    return sentence.format(name=gettext(entry.name), text=text)


def _choice(register: Register, entry: Filter, text: str) -> Condition:
    field = fields.find(register, entry.field).field
    if text == EMPTY:
        missing = Q(**{f"{entry.field}__isnull": True})
        if field.empty_strings_allowed:
            missing |= Q(**{entry.field: ""})
        return Condition(missing, gettext("{name}未填").format(name=gettext(entry.name)))
    fixed = _fixed(register, entry)
    if fixed:
        if text not in fixed:
            sentence = gettext("{name}没有“{text}”这一项，可选{choices}。")
            raise FilterError(
                sentence.format(name=gettext(entry.name), text=text, choices=listed(fixed.values()))
            )
        value = FLAGS[text][1] if isinstance(field, models.BooleanField) else text
        return Condition(Q(**{entry.field: value}), _said(gettext("{name}是{text}"), entry, fixed[text]))
    try:
        value = field.to_python(text)
    except ValidationError as error:
        raise FilterError(_said(gettext("{name}没有“{text}”这一项，请从列表里选。"), entry, text)) from error
    return Condition(Q(**{entry.field: value}), _said(gettext("{name}是{text}"), entry, text))


def _fixed(register: Register, entry: Filter) -> dict[str, str]:
    """The choices that the field itself has."""
    if isinstance(fields.find(register, entry.field).field, models.BooleanField):
        return {key: str(words) for key, (words, _) in FLAGS.items()}
    return fields.choices(register, entry.field)


def _day(register: Register, entry: Filter, text: str, bound: str) -> date | datetime:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        raise FilterError(_said(gettext("{name}“{text}”不是日期，请写成2021-11-26这样。"), entry, text))
    if not isinstance(fields.find(register, entry.field).field, models.DateTimeField):
        return day
    return timezone.make_aware(datetime.combine(day, time.min if bound == "gte" else time.max))


def _number(register: Register, entry: Filter, text: str, bound: str) -> int:
    """Whole numbers; money is typed in yuan."""
    scale = 100 if is_money(register, entry.field) else 1
    try:
        value = Decimal(text.replace(",", "").replace("，", "")) * scale
    except InvalidOperation as error:
        raise FilterError(_said(gettext("{name}“{text}”不是数，请只写数字。"), entry, text)) from error
    if not value.is_finite() or value.adjusted() >= _LONGEST_NUMBER or value != value.to_integral_value():
        whole = gettext("{name}“{text}”不能比较，请写整数。")
        money = gettext("{name}“{text}”不能比较，最多两位小数。")
        raise FilterError(_said(money if scale == 100 else whole, entry, text))
    return int(value)


def is_money(register: Register, path: str) -> bool:
    return any(column.field == path and column.kind == "money_fen" for column in register.columns)


def unit(register: Register, entry: Filter) -> str:
    return gettext("元") if is_money(register, entry.field) else ""


def choices(register: Register, entry: Filter, rows: Any) -> list[tuple[str, str]]:
    """(value, words) to choose from: those of the field, or the values that occur in ``rows``."""
    fixed = _fixed(register, entry)
    if fixed:
        return list(fixed.items())
    path, occurring = entry.field, rows
    first, _, rest = path.partition("__")
    if rest:
        # Asked of the few rows pointed to, not of the many that point.
        mine = Exists(rows.filter(**{first: OuterRef("pk")}))
        path, occurring = rest, fields.find(register, path).through.objects.filter(mine)
    found = list(occurring.order_by(path).values_list(path, flat=True).distinct()[:MOST_CHOICES])
    offered = {str(v): str(v) for v in found if v not in (None, "")}
    may_lack = fields.model_of(register)._meta.get_field(first).null or "" in found or None in found
    return [*offered.items(), *([(EMPTY, str(EMPTY_WORDS))] if may_lack else [])]


def head(column: Column) -> str:
    """The head of a column, with its unit."""
    name = gettext(column.name)
    return name + bracketed(gettext("元")) if column.kind == "money_fen" else name
