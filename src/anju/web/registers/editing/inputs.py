"""What a person types for a field of the model: dates as dates, money in yuan, others only from the own scope."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.packs import Register
from anju.kernel.places.dated import Dated
from anju.kernel.records.models import Ledger
from anju.kernel.values.scope import Scope
from anju.kernel.wording import listed
from anju.web.registers import fields, filters

_DAY, _MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M"
_LONGEST_SUM = 17  # digits of a sum in yuan with two decimals, so that its fen fit into the database
_LINES = 4


def field_of(register: Register, name: str, scope: Scope, row: models.Model) -> forms.Field:
    """The form field for a field of the row's model, under the words of its column."""
    field: Any = row._meta.get_field(name)
    made = _made(register, field, scope, row)
    made.label = label_of(register, name)
    made.help_text = made.help_text or field.help_text
    made.error_messages |= _messages(made, str(made.label))
    return made


def label_of(register: Register, name: str) -> str:
    """The name of the column that shows the field, or the first value behind it."""
    names = [c.name for c in register.columns if c.field == name or c.field.startswith(f"{name}__")]
    return gettext(names[0]) if names else str(fields.model_of(register)._meta.get_field(name).verbose_name)


def _made(register: Register, field: Any, scope: Scope, row: models.Model) -> forms.Field:
    required = not (field.blank or isinstance(field, models.BooleanField))
    if isinstance(field, models.ForeignKey):
        return _relation(field, scope, row, required)
    if field.choices:
        words = fields.choices(register, field.name)
        empty = gettext("请选择") if required else gettext("不填")
        return forms.ChoiceField(choices=[("", empty), *words.items()], required=required)
    if isinstance(field, models.JSONField):
        return PairsField(getattr(row, "attribute_names", {}), required=required)
    if is_money(register, field.name):
        return YuanField(required=required)
    if isinstance(field, models.DateTimeField):
        moment = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT)
        return forms.DateTimeField(required=required, widget=moment)
    if isinstance(field, models.DateField):
        day = forms.DateInput(attrs={"type": "date"}, format=_DAY)
        return forms.DateField(required=required, widget=day, input_formats=[_DAY])
    made: forms.Field = field.formfield()
    if isinstance(made.widget, forms.Textarea):
        made.widget.attrs["rows"] = _LINES
    return made


def is_money(register: Register, name: str) -> bool:
    return filters.is_money(register, name) or name.endswith("_fen")


def _relation(field: Any, scope: Scope, row: models.Model, required: bool) -> forms.Field:
    """What may be pointed to: rows in force that the person sees, and the one that is pointed to already.

    A model that names ``typed_by`` has too many rows for a list: its code is typed.
    """
    model = field.related_model
    allowed = model.objects.within(scope)
    if issubclass(model, Ledger):
        allowed = allowed.current()
    if issubclass(model, Dated):
        allowed = allowed.on(timezone.localdate())
    offered = model.objects.filter(Q(pk__in=allowed.values("pk")) | Q(pk=getattr(row, field.attname)))
    if typed_by := getattr(model, "typed_by", ""):
        return TypedField(offered, typed_by, required=required)
    return RelationField(
        offered, required=required, empty_label=gettext("请选择") if required else gettext("不填")
    )


def _messages(made: forms.Field, label: str) -> dict[str, str]:
    """One sentence each with what to do. The validators of the model keep their own."""
    messages = {
        "required": gettext("请填写{label}。").format(label=label),
        "invalid_choice": gettext("没有这一项，或不在您的管理范围内。请从列表里选。"),
    }
    if isinstance(made, forms.DateField | forms.DateTimeField):
        messages["invalid"] = gettext("日期写成2026-03-02的样子。")
    elif isinstance(made, forms.IntegerField | forms.FloatField | forms.DecimalField):
        messages["invalid"] = gettext("{label}请填数字。").format(label=label)
        messages["max_decimal_places"] = gettext("小数位数太多。请最多写{n}位。").format(
            n=getattr(made, "decimal_places", 0)
        )
        messages["max_digits"] = messages["max_whole_digits"] = gettext("这个数太大。请核对单位。")
    length = getattr(made, "max_length", None)
    if length:
        messages["max_length"] = gettext("{label}最多{n}个字，请写短一些。").format(label=label, n=length)
    return messages


class RelationField(forms.ModelChoiceField):
    """A key that is none is no choice either."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice") from error


class TypedField(forms.CharField):
    """A row pointed to by its code, typed; where rows of two kinds share one, the kind stands before it."""

    def __init__(self, offered: models.QuerySet[Any], by: str, **options: Any) -> None:
        super().__init__(max_length=200, **options)
        self.offered, self.by = offered, by
        self.help_text = gettext("填编码。")

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        head, _, code = typed.rpartition(" ")
        found = [
            one for one in self.offered.filter(**{self.by: code})[:20] if not head or self.kind(one) == head
        ]
        if len(found) == 1:
            return found[0]
        if found:
            kinds = listed(f"“{self.kind(one)} {code}”" for one in found)
            raise ValidationError(gettext("有几个都是这个编码，请写成{kinds}之一。").format(kinds=kinds))
        raise ValidationError(
            gettext("没有编码为“{code}”的，或不在您的管理范围内。请核对。").format(code=typed)
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, UUID):
            return value
        one = self.offered.filter(pk=value).first()
        return f"{self.kind(one)} {getattr(one, self.by)}" if one else ""

    @staticmethod
    def kind(one: Any) -> str:
        """The words of the kind or type of a row."""
        said = getattr(one, "get_kind_display", None) or one.get_type_display
        return str(said())


class YuanField(forms.DecimalField):
    """A sum typed in yuan, with or without separators; the value is in fen."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=_LONGEST_SUM, decimal_places=2, widget=widget, localize=False, **options)
        self.help_text = gettext("单位：元。")

    def to_python(self, value: Any) -> Decimal | None:
        typed = (
            value.replace(",", "").replace("，", "").replace("−", "-") if isinstance(value, str) else value
        )
        return super().to_python(typed)

    def clean(self, value: Any) -> int | None:
        yuan = super().clean(value)
        return None if yuan is None else int(yuan * 100)

    def prepare_value(self, value: Any) -> Any:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value


class PairsField(forms.CharField):
    """A mapping of words to words, one pair a line: 名称=编码. ``names`` are words for stored keys."""

    def __init__(self, names: Mapping[str, str], **options: Any) -> None:
        self.names = names
        super().__init__(widget=forms.Textarea(attrs={"rows": _LINES}), max_length=4000, **options)
        self.help_text = gettext("一行一对，写成“名称=编码”。")

    def clean(self, value: Any) -> dict[str, str]:
        pairs: dict[str, str] = {}
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            name, sign, what = (part.strip() for part in line.replace("＝", "=").partition("="))
            if not line.strip():
                continue
            if not (name and sign and what):
                raise ValidationError(gettext("第{n}行写不成一对。请写成“名称=编码”。").format(n=number))
            if name in pairs:
                raise ValidationError(gettext("“{name}”写了两次。请只留一行。").format(name=name))
            pairs[name] = what
        return pairs

    def prepare_value(self, value: Any) -> Any:
        return (
            "\n".join(f"{self.names.get(name, name)}={_plain(what)}" for name, what in value.items())
            if isinstance(value, dict)
            else value
        )


def _plain(value: object) -> str:
    """A stored value as it is typed again."""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)
