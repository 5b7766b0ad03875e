"""What a target value says once it is read, and its JSON form."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

from anju.kernel.values.dates import CalendarDay

Kind = Literal[
    "number",
    "deadline",
    "period",
    "tolerance",
    "frequency",
    "scope",
    "compound",
    "qualitative",
    "unparseable",
]
Op = Literal[">=", "<=", ">", "<", "=", "~"]
Per = Literal["day", "week", "month", "quarter", "season", "year"]


@dataclass(frozen=True, slots=True)
class TargetValue:
    """A target value as it was written. Nothing is inferred: ``op`` is ``None`` when no operator is written.

    ``number`` counts ``unit``s (5013 万平方米), ``base_number`` the unit without 万 or 亿 (50130000 平方米).
    A tolerance has ``low`` and ``high`` and, only for 18±2℃, its middle in ``number``. A frequency holds
    ``per`` one day, week, month, quarter, season or year. The ``parts`` of a compound have a ``label``.
    """

    text: str
    kind: Kind
    op: Op | None = None
    number: Decimal | None = None
    unit: str | None = None
    base_number: Decimal | None = None
    base_unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    date: CalendarDay | None = None
    start: CalendarDay | None = None
    end: CalendarDay | None = None
    per: Per | None = None
    parts: tuple[TargetValue, ...] = ()
    label: str | None = None


def to_json(value: TargetValue) -> dict[str, object]:
    """``text``, ``kind`` and ``op`` always, other keys when they say something; dates as ``2021-06-30``.

    A part of a compound says ``label`` and its number or bounds, not ``text`` and ``kind``.
    """
    return {"text": value.text, "kind": value.kind, "op": value.op, **_content(value)}


def _content(value: TargetValue) -> dict[str, object]:
    content: dict[str, object] = {}
    for field in fields(value):
        item = getattr(value, field.name)
        if field.name not in ("text", "kind") and item not in (None, ()):
            content[field.name] = _plain(item)
    return content


def _plain(item: object) -> object:
    if isinstance(item, Decimal):
        return int(item) if item == item.to_integral_value() else float(item)
    if isinstance(item, CalendarDay):
        return item.iso()
    if isinstance(item, tuple):
        return [_content(part) for part in item]
    return item
