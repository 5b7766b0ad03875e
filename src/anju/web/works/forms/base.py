"""A form that takes one step with a project, and the inputs that such forms are made of."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from anju.kernel.access.pages.forms import Form
from anju.kernel.files import store
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.values.money import fen_of
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import joint
from anju.kernel.works.field.exif import taken
from anju.kernel.works.field.fieldwork import Shot
from anju.kernel.works.models import WorksProject

MOST_PHOTOS = 20
_CHOOSE = [("", "—")]


class StepForm(Form):
    """One step: its ``right`` is asked of the person, ``take`` does it with what was typed and raises ``Refusal``."""

    step: ClassVar[str]
    title: ClassVar[str | Promise]
    button: ClassVar[str | Promise]
    right: ClassVar[str] = "may_manage"
    hint: ClassVar[str | Promise] = ""

    def __init__(self, request: HttpRequest, project: WorksProject) -> None:
        sent = request.method == "POST" and request.POST.get("step") == self.step
        data, files = (request.POST, request.FILES) if sent else (None, None)
        super().__init__(data, files, auto_id=f"{self.step}-%s")
        self.request, self.project = request, project
        self.actor = request.user.get_username()
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.prepare()

    def prepare(self) -> None:
        """Choices that depend on the project."""

    def is_idle(self) -> bool:
        """Whether there is nothing to choose, so that the form is not shown."""
        return any(isinstance(f, Chosen) and f.required and not f.rows for f in self.fields.values())

    def take(self) -> None:
        raise NotImplementedError

    def refuse(self, error: Refusal) -> None:  # type: ignore[override]
        """The sentence at the field that is to blame, or above the form."""
        field = getattr(error, "field", "")
        self.add_error(field if field in self.fields else None, f"{error.sentence}{joint()}{error.next_step}")

    def body(self) -> Organisation:
        """The person's own organisation, which checks or accepts."""
        own: Organisation | None = self.request.user.organisation
        if own is None:
            raise Refusal(gettext("您的账号没有填单位。"), gettext("请联系系统管理员补上单位。"))
        return own

    def stored(self, name: str) -> StoredFile | None:
        upload = self.cleaned_data.get(name)
        if not isinstance(upload, UploadedFile):
            return None
        return store(upload, upload.name or gettext_noop("未命名"), actor=self.actor)

    def shots(self, name: str = "photos") -> list[Shot]:
        """The photos that were given, with what their cameras noted."""
        found = []
        for upload in self.cleaned_data.get(name) or ():
            moment, position = taken(upload)
            file = store(upload, upload.name or gettext_noop("未命名"), actor=self.actor)
            found.append(Shot(file.sha256, file.name, file, moment, position))
        return found

    def choose(self, name: str, rows: Any, *, empty: bool = True) -> None:
        """The rows that a choice offers; the chosen row itself becomes the value."""
        field = self.fields[name]
        assert isinstance(field, Chosen)
        field.offer({str(row.pk): row for row in rows}, empty=empty or not field.required)


class Chosen(forms.ChoiceField):
    """A choice of rows: the value is the row, None for none."""

    def __init__(self, label: Promise, *, required: bool = True, help_text: str | Promise = "") -> None:
        messages = {
            "required": gettext_lazy("请从列表里选一个。"),
            "invalid_choice": gettext_lazy("请从列表里选一个。"),
        }
        super().__init__(label=label, required=required, error_messages=messages, help_text=help_text)
        self.rows: dict[str, Any] = {}

    def offer(self, rows: dict[str, Any], *, empty: bool) -> None:
        self.rows = rows
        self.choices = [*(_CHOOSE if empty else []), *((key, str(row)) for key, row in rows.items())]

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class _ManyInput(forms.FileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Several photos at once; the value is the list of uploads."""

    def __init__(self, label: Promise, help_text: str | Promise = "") -> None:
        widget = _ManyInput(attrs={"accept": "image/jpeg,image/png", "multiple": True})
        super().__init__(label=label, required=False, widget=widget, help_text=help_text)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list) else [data] if data else []
        if len(given) > MOST_PHOTOS:
            raise forms.ValidationError(gettext("一次最多交{n}张照片。").format(n=MOST_PHOTOS))
        return [super(Photos, self).clean(one, initial) for one in given]


class Yuan(forms.CharField):
    """An amount typed in yuan; the value is whole fen."""

    def __init__(self, label: Promise, *, required: bool = True, help_text: str | Promise = "") -> None:
        super().__init__(
            label=label,
            required=required,
            max_length=24,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            error_messages=wanted(label),
            help_text=help_text,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return 0
        try:
            return fen_of(text, gettext_noop("元"))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def wanted(label: Promise) -> dict[str, Any]:
    return {
        "required": format_lazy(gettext_lazy("请填写{label}。"), label=label),
        "max_length": format_lazy(gettext_lazy("{label}太长了。"), label=label),
        "invalid": format_lazy(gettext_lazy("{label}写法不对。"), label=label),
    }


def text(
    label: Promise, longest: int = 120, *, required: bool = True, lines: int = 0, **more: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput()
    return forms.CharField(
        label=label,
        required=required,
        max_length=longest,
        widget=widget,
        error_messages=wanted(label),
        **more,
    )


def day(label: Promise, *, required: bool = True, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, widget=widget, error_messages=wanted(label), **more
    )


def number(label: Promise, *, required: bool = True, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=13,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages=wanted(label)
        | {
            "max_digits": gettext_lazy("数太大了。"),
            "max_decimal_places": gettext_lazy("最多写3位小数。"),
            "max_whole_digits": gettext_lazy("数太大了。"),
        },
        **more,
    )


def whole(
    label: Promise, *, required: bool = True, least: int = 0, most: int = 9999, **more: Any
) -> forms.IntegerField:
    out = format_lazy(gettext_lazy("应在{least}至{most}之间。"), least=least, most=most)
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=wanted(label) | {"min_value": out, "max_value": out},
        **more,
    )


def pick(label: Promise, choices: Any, *, required: bool = True) -> forms.ChoiceField:
    given = list(choices) if required else [*_CHOOSE, *choices]
    messages = {
        "required": gettext_lazy("请从列表里选一个。"),
        "invalid_choice": gettext_lazy("请从列表里选一个。"),
    }
    return forms.ChoiceField(label=label, choices=given, required=required, error_messages=messages)


def lines_of(given: str) -> list[str]:
    """Codes or names, one a line; commas and blanks part them too where the text says codes."""
    return [line.strip() for line in given.splitlines() if line.strip()]
