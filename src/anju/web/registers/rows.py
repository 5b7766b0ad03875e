"""The rows of a register: those in a person's scope, those asked for, their order and their sums."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from anju.kernel.packs import Column, Register
from anju.kernel.records.models import Ledger
from anju.kernel.values.scope import Scope
from anju.web.registers import fields
from anju.web.registers.asking import Asked, matching

SUMMED = ("money_fen", "number")


def everything(register: Register, scope: Scope) -> QuerySet[Any]:
    """All that the scope allows; of a ledger the rows in force."""
    model = fields.model_of(register)
    rows = model.objects.within(scope)
    if issubclass(model, Ledger):
        rows = rows.current()
    return rows.filter(**dict(register.only))


def found(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of ``rows`` that were asked for."""
    for condition in asked.conditions:
        rows = rows.filter(condition.where)
    return rows.filter(matching(asked.register, asked.words)) if asked.words else rows


def in_order(asked: Asked, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Ordered the same on every database: rows without a value last, the key deciding between equals."""
    path = asked.sort.removeprefix("-")
    down = asked.sort.startswith("-")
    # Only where a value can be missing: the clause keeps SQLite from using an index.
    last = True if "__" in path or fields.find(asked.register, path).field.null else None
    order = F(path).desc(nulls_last=last) if down else F(path).asc(nulls_last=last)
    return rows.order_by(order, "id")


def totals(rows: QuerySet[Any], columns: tuple[Column, ...]) -> tuple[int, dict[str, int | None]]:
    """How many rows there are, and the sums of the columns that have one, in one query."""
    sums = {f"sum_{i}": Sum(c.field) for i, c in enumerate(columns) if c.kind in SUMMED}
    figures = rows.order_by().aggregate(n=Count("*"), **sums)
    return figures["n"], {c.field: figures[f"sum_{i}"] for i, c in enumerate(columns) if c.kind in SUMMED}
