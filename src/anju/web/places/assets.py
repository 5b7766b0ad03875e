"""Pages of one asset: its state from a day on, what was done to it with photos, and those documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from anju.kernel.access.login import context_of
from anju.kernel.access.pages.forms import Form
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.assets import ledger
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile, State, Work
from anju.kernel.files import FileRefused, headers, open_served, store
from anju.kernel.files.models import StoredFile

WRONG = 422
MOST_FILES = 20
_page = require_http_methods(["GET", "HEAD", "POST"])
_REQUIRED = {
    "required": gettext_lazy("请填写这一项。"),
    "invalid": gettext_lazy("日期写成2026-03-02的样子。"),
}


def _asset(request: HttpRequest, key: UUID) -> Asset:
    found: Asset | None = Asset.objects.within(scope_of(request.user)).filter(pk=key).first()
    if found is None:
        raise Http404(gettext("没有这台设备，或者不在您的管理范围内。"))
    return found


def _day(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], error_messages=_REQUIRED, **options)


class StateForm(Form):
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=State.choices, error_messages=_REQUIRED)
    since = _day(label=gettext_lazy("起始日期"))
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages=_REQUIRED,
    )


class MaintenanceForm(Form):
    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=Work.choices, error_messages=_REQUIRED)
    done_on = _day(label=gettext_lazy("完成日期"))
    done_by = forms.CharField(label=gettext_lazy("实施人或单位"), max_length=128, error_messages=_REQUIRED)
    next_due = _day(label=gettext_lazy("下次应做日期"), required=False)
    note = forms.CharField(
        label=gettext_lazy("情况"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@requires("assets.maintain")
@_page
def state_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """From a day on the asset is in another state."""
    asset = _asset(request, key)
    form = StateForm(request.POST or None, initial={"state": asset.state, "since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = ledger.Change(**form.cleaned_data)
        try:
            ledger.change(asset, given, actor=request.user.get_username(), context=context_of(request))
            return redirect(f"/r/assets/{asset.pk}/?done=changed")
        except ledger.AssetRefused as refused:
            form.add_error(None, f"{refused.sentence}{refused.next_step}")
    return _show(request, asset, form, gettext_noop("登记状态"))


@requires("assets.maintain")
@_page
def maintenance_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was done to the asset, with photos and documents."""
    asset = _asset(request, key)
    form = MaintenanceForm(request.POST or None, initial={"done_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid() and _maintained(request, asset, form):
        return redirect(f"/r/assets/{asset.pk}/?done=added")
    return _show(request, asset, form, gettext_noop("登记维护"), files=True)


def _maintained(request: HttpRequest, asset: Asset, form: MaintenanceForm) -> bool:
    """Kept with all its files; False where the form now says why not."""
    actor = request.user.get_username()
    entry = Maintenance(asset=asset, **form.cleaned_data)
    try:
        with transaction.atomic():
            files = list(_stored(request, actor))
            ledger.maintain(entry, files, actor=actor, context=context_of(request))
    except FileRefused as refused:
        form.add_error(None, f"{refused.sentence}{refused.next_step}")
    except ValidationError as error:
        for name, told in error.message_dict.items():
            form.add_error(name if name in form.fields else None, told)
    return not form.errors


def _stored(request: HttpRequest, actor: str) -> Iterator[StoredFile]:
    uploads = request.FILES.getlist("files")
    if len(uploads) > MOST_FILES:
        raise FileRefused(
            gettext("一次最多{n}个附件。").format(n=MOST_FILES), gettext("请分几次登记，或合成一个文件。")
        )
    for upload in uploads:
        yield store(upload, upload.name or gettext_noop("未命名"), actor=actor, context=context_of(request))


def _show(
    request: HttpRequest, asset: Asset, form: Form, heading: str, *, files: bool = False
) -> HttpResponse:
    context = {
        "asset": asset,
        "form": form,
        "heading": heading,
        "files": files,
        "wrong": [field for field in form if field.errors],
    }
    return render(request, "web/asset_form.html", context, status=WRONG if form.errors else 200)


@requires("assets.view")
def document(request: HttpRequest, key: UUID) -> HttpResponse:
    """A photo or document of maintenance."""
    kept = (
        MaintenanceFile.objects.within(scope_of(request.user)).select_related("file__content").filter(pk=key)
    )
    found = kept.first()
    if found is None:
        raise Http404(gettext("没有这个附件，或者不在您的管理范围内。"))
    return HttpResponse(open_served(found.file).read(), headers=headers(found.file))
