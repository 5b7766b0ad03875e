"""Which row stands now in place of another, and what two versions of a row say differently."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet

from anju.kernel.packs import Register
from anju.kernel.places.writing import facts
from anju.kernel.records.models import Ledger
from anju.kernel.values.scope import Scope
from anju.web.registers import cells, fields, rows
from anju.web.registers.editing import inputs
from anju.web.registers.editing.forms import RowForm

MOST = 200


def digest(register: Register, row: models.Model) -> str:
    """Changes with any value that the form shows."""
    assert register.form is not None
    names = {row._meta.get_field(name).attname for name in register.form.fields}  # type: ignore[union-attr]
    shown = {name: str(value) for name, value in facts(row).items() if name in names}
    return sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def identity(model: Any) -> tuple[str, ...]:
    """The fields by which the versions of a ledger row are one thing: those unique among the rows in force."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and _is_of_current(constraint.condition):
            return constraint.fields
    return ()


def _is_of_current(condition: Q | None) -> bool:
    return condition is not None and ("superseded_at__isnull", True) in condition.children


def of(model: Any, row: models.Model) -> QuerySet[Any]:
    """All versions of a row, itself among them."""
    same = {name: getattr(row, name) for name in identity(model)} if issubclass(model, Ledger) else {}
    return model._default_manager.filter(**(same or {"pk": row.pk}))


def keys_of(register: Register, key: UUID) -> list[UUID]:
    """The keys of all versions of a row."""
    model = fields.model_of(register)
    if not issubclass(model, Ledger):
        return [key]
    return list(
        of(model, model.objects.get(pk=key)).order_by("-recorded_at").values_list("pk", flat=True)[:MOST]
    )


def current(register: Register, scope: Scope, key: UUID, *, lock: bool = False) -> Any:
    """The row in force under a key, or that which has replaced it; None outside the scope."""
    model = fields.model_of(register)
    everything = rows.everything(register, scope)
    if lock:
        everything = everything.select_for_update(of=("self",))
    found = everything.filter(pk=key).first()
    if found is None and issubclass(model, Ledger):
        old = model.objects.within(scope).filter(pk=key, superseded_at__isnull=False).first()
        if old and identity(model):
            found = everything.filter(pk__in=of(model, old).values("pk")).first()
    return found


def successor(row: Any) -> Any:
    """A new row of a ledger with the values of the old one, not saved."""
    own = {"id", "recorded_at", "superseded_at"}
    return type(row)(
        **{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in own}
    )


def differences(form: RowForm, stored: models.Model) -> Iterator[tuple[str, str, str]]:
    """(name, what is stored now, what was typed) of each field in which the two differ."""
    for name in form.names:
        now = said(form.register, name, getattr(stored, name))
        typed = (
            said(form.register, name, form.cleaned_data[name])
            if name in form.cleaned_data
            else form[name].value()
        )
        if now != typed:
            yield inputs.label_of(form.register, name), now, str(typed or cells.NOTHING)


def said(register: Register, name: str, value: Any) -> str:
    """A value of a field as a reader sees it."""
    column = next((c for c in register.columns if c.field == name), None)
    if isinstance(value, models.Model):
        return str(value)
    if value is None or value == "":
        return cells.NOTHING
    if inputs.is_money(register, name):
        return cells.words("money_fen", cells.yuan(value))
    if column is None:
        return str(value)
    known = cells.choices_of(register, [column]).get(name, {})
    return cells.words(column.kind, cells.label(column, known, value))
