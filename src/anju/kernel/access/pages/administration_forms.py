"""What the administrators type: accounts, grants, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms.models import ModelChoiceField
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.models import User
from anju.kernel.access.pages.forms import Form
from anju.kernel.access.roles import ADMINISTRATORS, SEE_EVERYTHING, Family, Role, family_of
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area

# Roles whose grant may name neither area nor organisation: any other would open nothing.
WITHOUT_PLACE = (*SEE_EVERYTHING, *ADMINISTRATORS, Role.RESIDENT)


class ReasonForm(Form):
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("记入审计，以后可查。"),
        error_messages={
            "required": gettext_lazy("请写明原因。"),
            "max_length": gettext_lazy("原因最多200字，请写短一些。"),
        },
    )


class DecisionForm(ReasonForm):
    """Approval needs no words, a refusal does: ``refusing`` says which button was pressed."""

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        self.refusing = given is not None and given.get("decision") != "approve"
        self.fields["reason"].required = self.refusing
        self.fields["reason"].label = gettext("意见")
        self.fields["reason"].help_text = gettext("不同意时必填，记入审计。")
        self.fields["reason"].error_messages["required"] = gettext("不同意要写明原因。")


class UserForm(Form):
    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        validators=[
            RegexValidator(r"\A[\w.@-]+\Z", gettext_lazy("用户名只用文字、数字和 . _ - @，中间不留空格。"))
        ],
        help_text=gettext_lazy("一人一号，停用后也不再给别人用。"),
        error_messages={
            "required": gettext_lazy("请填写用户名。"),
            "max_length": gettext_lazy("用户名最多64个字符。"),
        },
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("请填写姓名。"),
            "max_length": gettext_lazy("姓名最多80个字。"),
        },
    )
    organisation = ModelChoiceField(
        label=gettext_lazy("单位"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("不属于任何单位"),
        error_messages={"invalid_choice": gettext_lazy("没有这个单位，请重新选择。")},
    )
    family = forms.ChoiceField(
        label=gettext_lazy("账号类别"),
        choices=Family.choices,
        help_text=gettext_lazy("终身不变：三员各自独立，也不办业务。"),
        error_messages={"invalid_choice": gettext_lazy("没有这个类别，请重新选择。")},
    )

    def __init__(self, given: Any = None) -> None:
        super().__init__(given)
        _offer_organisations(self.fields["organisation"])


class EndForm(Form):
    valid_to = forms.DateField(
        label=gettext_lazy("失效日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("从这一天起不再有效。"),
        error_messages={
            "required": gettext_lazy("请填写失效日。"),
            "invalid": gettext_lazy("日期写成2026-03-02的样子。"),
        },
    )

    def __init__(self, given: Any = None, *, after: date) -> None:
        super().__init__(given)
        self.after = after

    def clean_valid_to(self) -> date:
        ends: date = self.cleaned_data["valid_to"]
        if ends <= self.after or ends < timezone.localdate():
            raise forms.ValidationError(
                gettext("失效日不能早于今天，也要晚于生效日。要立即收回，请安全管理员办理。")
            )
        return ends


class GrantForm(Form):
    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=Role.choices,
        error_messages={
            "required": gettext_lazy("请选择角色。"),
            "invalid_choice": gettext_lazy("没有这个角色，请重新选择。"),
        },
    )
    area = ModelChoiceField(
        label=gettext_lazy("区域"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=gettext_lazy("不限定区域"),
        help_text=gettext_lazy("包括它下面的全部区域。"),
        error_messages={"invalid_choice": gettext_lazy("没有这个区域，请重新选择。")},
    )
    organisation = ModelChoiceField(
        label=gettext_lazy("或者单位"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("不限定单位"),
        help_text=gettext_lazy("包括它下面的全部单位。领导、财务两样都不选，就能看全局。"),
        error_messages={"invalid_choice": gettext_lazy("没有这个单位，请重新选择。")},
    )
    valid_from = forms.DateField(
        label=gettext_lazy("生效日"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("请填写生效日。"),
            "invalid": gettext_lazy("日期写成2026-03-02的样子。"),
        },
    )
    valid_to = forms.DateField(
        label=gettext_lazy("失效日"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("从这一天起不再有效；不填就是长期。"),
        error_messages={"invalid": gettext_lazy("日期写成2026-03-02的样子。")},
    )

    def __init__(self, given: Any = None, *, user: User) -> None:
        super().__init__(given, initial={"valid_from": timezone.localdate()})
        # Shown are the roles that fit. Others are refused later, with the rule that they would break.
        fitting = [(role.value, role.label) for role in Role if family_of(role) == user.family]
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.widget.choices = fitting if len(fitting) == 1 else [("", gettext("请选择")), *fitting]
        _offer_organisations(self.fields["organisation"])
        area = self.fields["area"]
        assert isinstance(area, ModelChoiceField)
        area.queryset = Area.objects.on(timezone.localdate())

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        starts, ends = given.get("valid_from"), given.get("valid_to")
        if starts and starts < timezone.localdate():
            self.add_error("valid_from", gettext("生效日不能早于今天。"))
        if starts and ends and ends <= starts:
            self.add_error("valid_to", gettext("失效日要晚于生效日。"))
        if given.get("area") and given.get("organisation"):
            self.add_error("organisation", gettext("区域和单位只选一样；两样都要，请提两项授权。"))
        elif "role" in given and given["role"] not in WITHOUT_PLACE and not _place(given):
            self.add_error(
                "area",
                gettext("{role}要选区域或单位，否则什么也看不到。").format(role=Role(given["role"]).label),
            )
        return given


def _place(given: dict[str, Any]) -> Area | Organisation | None:
    place: Area | Organisation | None = given.get("area") or given.get("organisation")
    return place


def _offer_organisations(field: forms.Field) -> None:
    """The organisations of today, by their kind."""
    assert isinstance(field, ModelChoiceField)
    field.queryset = Organisation.objects.on(timezone.localdate()).order_by("kind", "budget_code", "name")
    field.widget.choices = [("", field.empty_label), *_by_kind(field.queryset)]


def _by_kind(organisations: Iterable[Organisation]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups = groupby(organisations, key=lambda body: body.get_kind_display())
    return [(kind, [(str(body.pk), body.name) for body in bodies]) for kind, bodies in groups]
