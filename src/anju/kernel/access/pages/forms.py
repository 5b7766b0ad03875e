"""What people type. Errors of the form and of the action stand in the same places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.access.errors import AccessError
from anju.kernel.access.proof.passwords import LONGEST, PasswordRules


class Form(forms.Form):
    """A form that shows an ``AccessError`` above its fields.

    The first wrong field gets the focus, or the first of all when no single one is to blame.
    """

    error_css_class = "err"

    def refuse(self, error: AccessError) -> None:
        self.add_error(None, str(error))

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        first = next((name for name in self.fields if name in self.errors), next(iter(self.fields)))
        for name, shown in self.fields.items():
            shown.widget.attrs["autofocus"] = name == first


def _text(label: Promise, autocomplete: str, **options: Any) -> forms.CharField:
    attributes = {"autocomplete": autocomplete, **options.pop("attributes", {})}
    messages = {
        "required": format_lazy(gettext_lazy("请填写{label}。"), label=label),
        "max_length": format_lazy(gettext_lazy("{label}太长了。"), label=label),
    }
    widget = options.pop("widget", forms.TextInput)(attrs=attributes)
    return forms.CharField(label=label, widget=widget, error_messages=messages, **options)


def _password(label: Promise, autocomplete: str, help_text: str | Promise = "") -> forms.CharField:
    return _text(
        label,
        autocomplete,
        widget=forms.PasswordInput,
        max_length=LONGEST,
        strip=False,
        help_text=help_text,
    )


class LoginForm(Form):
    username = _text(gettext_lazy("用户名"), "username", max_length=64, attributes={"autofocus": True})
    password = _password(gettext_lazy("密码"), "current-password")


class CodeForm(Form):
    code = _text(
        gettext_lazy("验证码"),
        "one-time-code",
        max_length=24,
        help_text=gettext_lazy("身份验证器上的6位数字；手机不在身边时填一个恢复码。"),
        attributes={"autofocus": True},
    )


class NewCodeForm(Form):
    code = _text(
        gettext_lazy("验证码"),
        "one-time-code",
        max_length=8,
        help_text=gettext_lazy("扫码后身份验证器上显示的6位数字。"),
    )


class PasswordForm(Form):
    current = _password(gettext_lazy("当前密码"), "current-password")
    new = _password(gettext_lazy("新密码"), "new-password", PasswordRules().get_help_text())
    again = _password(gettext_lazy("再输一次新密码"), "new-password")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "new" in given and given["new"] != given.get("again"):
            self.add_error("again", gettext("两次输入不一样，请再输一次。"))
        return given
