"""The form of a register's row: all that is wrong with it stands at the field that is to blame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.db.models import F, Q
from django.utils.translation import gettext

from anju.kernel.access.pages.forms import Form
from anju.kernel.packs import Register
from anju.kernel.values.scope import Scope
from anju.kernel.wording import joint, listed
from anju.web.registers.editing import inputs

NOTE = "because"


class RowForm(Form):
    """``row`` is new or stored; a valid form has written what was typed into it, and saved nothing.

    The form names its fields from the descriptor, ``register.form``, which must be there.
    """

    use_required_attribute = True

    def __init__(
        self,
        register: Register,
        row: models.Model,
        scope: Scope,
        given: Any = None,
        *,
        changing: bool = False,
    ) -> None:
        assert register.form is not None
        self.register, self.row, self.names = register, row, register.form.fields
        # An id that no other part of a page has.
        super().__init__(given, initial=forms.model_to_dict(row, self.names), auto_id="row-%s")
        for name in self.names:
            self.fields[name] = inputs.field_of(register, name, scope, row)
            self.fields[name].disabled = changing and name in register.form.fixed
        if changing and register.form.note:
            self.fields[NOTE] = _note()

    def _post_clean(self) -> None:
        """The checks of the model on the whole row, as it would be stored."""
        for name in self.names:
            if name not in self.errors:
                self.row._meta.get_field(name).save_form_data(self.row, self.cleaned_data[name])  # type: ignore[union-attr]
        wrong = set(self.errors) - {NON_FIELD_ERRORS}
        try:
            self.row.full_clean(exclude=wrong, validate_constraints=False)
        except ValidationError as error:
            self.blame(error)
        for model, constraints in self.row.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self.row, exclude=wrong)
                except ValidationError:
                    self._broken(constraint)

    def blame(self, error: ValidationError) -> None:
        """Put what the model says at its field; above the form what belongs to no field of it."""
        for name, errors in error.update_error_dict({}).items():
            if name in self.fields:
                self.add_error(name, errors)
            elif name == NON_FIELD_ERRORS:
                self.add_error(None, errors)
            else:
                label = inputs.label_of(self.register, name)
                told = [joint("：").join((label, said)) for one in errors for said in one.messages]
                self.add_error(None, told)

    def blame_database(self, error: IntegrityError) -> None:
        """Somebody else was quicker: the constraint that the database names, SQLite by its columns."""
        said = str(error)
        for _, constraints in self.row.get_constraints():
            for constraint in constraints:
                if constraint.name in said or _columns(self.row, constraint) == _columns_in(said):
                    self._broken(constraint)
                    return
        self.add_error(None, gettext("与另一条记录冲突，没有保存。请刷新后核对再填。"))

    def _broken(self, constraint: Any) -> None:
        names = [name for name in self.names if name in set(_names(constraint))]
        unique = isinstance(constraint, models.UniqueConstraint)
        said = constraint.violation_error_message
        if said == constraint.default_violation_error_message:
            labels = listed(inputs.label_of(self.register, name) for name in names)
            said = (
                gettext("已经有同样的{labels}。请改一项，或去更改那一条。")
                if unique
                else gettext("{labels}不能这样放在一起。请改正。")
            ).format(labels=labels)
        # What is taken is named first; of two that do not fit, the later one is the one to mend.
        self.add_error(names[0 if unique else -1] if names else None, str(said))


def _note() -> forms.CharField:
    return forms.CharField(
        label=gettext("更改原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext("记入审计，以后可查。"),
        error_messages={
            "required": gettext("请写明原因。"),
            "max_length": gettext("原因最多200字，请写短一些。"),
        },
    )


def _names(constraint: Any) -> Iterator[str]:
    """The fields that a constraint speaks of; of a unique one those that are unique together."""
    if isinstance(constraint, models.UniqueConstraint):
        yield from constraint.fields
    else:
        yield from _mentioned(getattr(constraint, "condition", Q()))


def _mentioned(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _mentioned(child)
        elif isinstance(child, tuple):
            yield child[0].partition("__")[0]
            if isinstance(child[1], F):
                yield child[1].name.partition("__")[0]


def _columns(row: models.Model, constraint: Any) -> set[str]:
    if not isinstance(constraint, models.UniqueConstraint):
        return set()
    found = (row._meta.get_field(name) for name in constraint.fields)
    return {f"{row._meta.db_table}.{field.column}" for field in found}  # type: ignore[union-attr]


def _columns_in(said: str) -> set[str]:
    """The columns in ``UNIQUE constraint failed: table.a, table.b``."""
    head, _, columns = said.partition("UNIQUE constraint failed: ")
    return set(columns.split(", ")) if columns else {head}
