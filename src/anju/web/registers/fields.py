"""From a field path of a descriptor to the model's field; a descriptor that does not fit is one clear error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext

from anju.kernel import packs
from anju.kernel.packs import Column, Form, PackError, Register
from anju.kernel.places.models import Area, Positioned
from anju.kernel.records.fields import EncryptedTextField
from anju.kernel.records.models import Record

MOST_ON_A_BOARD = 8
_NUMBERS = (models.IntegerField, models.FloatField, models.DecimalField)
_TYPES: dict[str, tuple[type[models.Field[Any, Any]], ...]] = {
    "money_fen": (models.IntegerField,),
    "number": _NUMBERS,
    "number_range": (models.IntegerField,),
    "date": (models.DateField,),
    "time": (models.DateTimeField,),
    "deadline": (models.DateTimeField,),
    "date_range": (models.DateField,),
    "flag": (models.BooleanField,),
}


@dataclass(frozen=True, slots=True)
class Found:
    """The field at the end of a path, and the model that the path enters by its first step, if it takes one."""

    field: Any
    through: type[models.Model] | None


def model_of(register: Register) -> Any:
    return packs.resolve(register.model)


def find(register: Register, path: str) -> Found:
    """``PackError`` unless the path ends at a plain value of one row: no encrypted text, no list."""
    model, first, field = model_of(register), None, None
    for step in path.split("__"):
        try:
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except FieldDoesNotExist as error:
            raise PackError(
                f"台账{register.code}的字段{path}在{model.__name__}里没有。", f"请核对{register.model}。"
            ) from error
        if field.is_relation:
            model = field.related_model
            first = first or model
    if field is None or field.is_relation or isinstance(field, EncryptedTextField):
        raise PackError(f"台账{register.code}的字段{path}不是可以列出的值。", "请写到关联对象的一栏。")
    return Found(field, first)


def check(register: Register) -> None:
    """``PackError`` where a field is missing or of another type than its kind says."""
    if not issubclass(model_of(register), Record):
        raise PackError(f"台账{register.code}的模型不是Record。", f"请核对{register.model}。")
    for path, kind in _named(register):
        found = find(register, path)
        fits = isinstance(found.field, _TYPES.get(kind, models.Field))
        if kind == "date" and isinstance(found.field, models.DateTimeField):
            fits = False
        if kind == "link" and not found.through:
            fits = False
        if not fits:
            raise PackError(
                f"台账{register.code}的字段{path}不能作{kind}。", "请改写它的种类，或换一个字段。"
            )
    if register.board and not 0 < len(choices(register, register.board)) <= MOST_ON_A_BOARD:
        raise PackError(
            f"台账{register.code}的{register.board}不能作看板的列。",
            f"请写有1至{MOST_ON_A_BOARD}个选项的字段。",
        )
    if register.area and not _ends_at_an_area(register):
        raise PackError(f"台账{register.code}的{register.area}不是区域。", "请写到指向区域的关联字段。")
    if register.points and not issubclass(model_of(register), Positioned):
        raise PackError(f"台账{register.code}的行没有位置。", "请让模型继承Positioned，或去掉points。")
    if register.form:
        _check_form(register, register.form)


def _ends_at_an_area(register: Register) -> bool:
    model = model_of(register)
    for step in register.area.split("__"):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        if not field.many_to_one:
            return False
        model = field.related_model
    return model is Area


def _check_form(register: Register, form: Form) -> None:
    """Every field can be typed, and what a new row needs is among them."""
    model = model_of(register)
    for name in form.fields:
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist as error:
            raise PackError(
                f"台账{register.code}的表单字段{name}在{model.__name__}里没有。", f"请核对{register.model}。"
            ) from error
        if not _can_be_typed(field):
            raise PackError(f"台账{register.code}的表单字段{name}不能填写。", "请换一个字段。")
    for field in model._meta.concrete_fields:
        if not (field.name in form.fields or field.null or field.blank or field.has_default()):
            raise PackError(f"台账{register.code}的表单缺必填字段{field.name}。", "请把它写进表单的fields。")


def _can_be_typed(field: Any) -> bool:
    if not field.concrete or field.many_to_many or not field.editable or not field.formfield():
        return False
    if field.many_to_one or field.one_to_one:
        return issubclass(field.related_model, Record)
    return not isinstance(field, models.FileField) and (
        not isinstance(field, models.JSONField) or field.default is dict
    )


def _named(register: Register) -> Iterator[tuple[str, str]]:
    """Every path that the descriptor names, with the kind that it has there."""
    yield from ((column.field, column.kind) for column in register.columns)
    yield from ((entry.field, entry.kind) for entry in register.filters)
    yield from ((path, "text") for path in register.search)
    yield from ((path, "text") for path in placeholders(register))
    yield from ((path, "text") for path, _ in register.only)
    yield from ((column.done, "time") for column in register.columns if column.done)
    yield register.order.removeprefix("-"), "text"


def choices(register: Register, path: str) -> dict[str, str]:
    """The values that a field may have and their words in the language of the page; {} for one that may have any."""
    own = next((column.words for column in register.columns if column.field == path), ())
    if own:
        return {value: gettext(words) for value, words in own}
    return {str(value): str(words) for value, words in find(register, path).field.flatchoices}


def placeholders(register: Register) -> list[str]:
    """The fields in braces of the register's address."""
    return [name for _, name, _, _ in Formatter().parse(register.address) if name]


def link_key(column: Column) -> str:
    """The path to the key of the row that a link column leads to."""
    return f"{column.field.split('__')[0]}__pk"


def needed(register: Register, columns: tuple[Column, ...]) -> list[str]:
    """The values that a row of these columns is made of."""
    links = [link_key(column) for column in columns if column.kind == "link"]
    links += [column.done for column in columns if column.done]
    return list(dict.fromkeys(["id", *placeholders(register), *(c.field for c in columns), *links]))
