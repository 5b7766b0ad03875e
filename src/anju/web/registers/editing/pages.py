"""The pages that add and change a row. A change that somebody else made meanwhile is shown, never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.audit.models import AuditRow
from anju.kernel.packs import Form, Register
from anju.kernel.places.writing import write
from anju.kernel.records.models import Ledger
from anju.kernel.values.scope import Scope
from anju.web.registers import catalogue, fields, rows
from anju.web.registers.editing import versions
from anju.web.registers.editing.forms import NOTE, RowForm

WRONG, CONFLICT = 422, 409
_form_page = require_http_methods(["GET", "HEAD", "POST"])


class Refused(Exception):
    """Takes back what the transaction did so far; the form says why."""


class OutOfScope(Exception):
    """The row would lie where the person sees nothing."""


def new_view(register: Register, form: Form) -> Callable[[HttpRequest], HttpResponse]:
    """The view at ``/r/<code>/new/``."""

    @requires(form.permission)
    @_form_page
    def page(request: HttpRequest) -> HttpResponse:
        scope = catalogue.scope_for(request, register)
        row = fields.model_of(register)()
        typed = RowForm(register, row, scope, request.POST if request.method == "POST" else None)
        if typed.is_bound and typed.is_valid() and _save(request, typed, scope):
            return redirect(f"/{register.path}{row.pk}/?done=added")
        return _show(request, typed, status=WRONG if typed.is_bound else 200)

    return page


def change_view(register: Register, form: Form) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """The view at ``/r/<code>/<key>/edit/``; an old version of a ledger row leads to the one in force."""

    @requires(form.permission)
    @_form_page
    def page(request: HttpRequest, key: UUID) -> HttpResponse:
        scope = catalogue.scope_for(request, register)
        if request.method == "POST":
            return _change(request, register, scope, key)
        row = _existing(register, scope, key)
        if row.pk != key:
            return redirect(f"/{register.path}{row.pk}/edit/")
        return _show(request, RowForm(register, row, scope, changing=True), row)

    return page


def _existing(register: Register, scope: Scope, key: UUID, *, lock: bool = False) -> Any:
    row = versions.current(register, scope, key, lock=lock)
    if row is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return row


def _change(request: HttpRequest, register: Register, scope: Scope, key: UUID) -> HttpResponse:
    """One transaction: what is refused leaves the row, or the version in force, as it was."""
    try:
        with transaction.atomic():
            stored = _existing(register, scope, key, lock=True)
            untouched = versions.digest(register, stored) == request.POST.get("was")
            # The form writes into ``row``; ``stored`` stays to be compared with.
            row = versions.successor(stored) if isinstance(stored, Ledger) else copy(stored)
            old = stored if isinstance(stored, Ledger) else None
            if old:
                # Before the new version is looked at: the two are not to be unique beside each other.
                old.supersede()
            typed = RowForm(register, row, scope, request.POST, changing=True)
            if not (typed.is_valid() and untouched and _save(request, typed, scope, old)):
                raise Refused
    except Refused:
        return _show(request, typed, stored, status=WRONG if untouched else CONFLICT)
    return redirect(f"/{register.path}{row.pk}/?done=changed")


def _save(request: HttpRequest, typed: RowForm, scope: Scope, old: Ledger | None = None) -> bool:
    """Store the row with its audit; False where the form now says why not."""
    register, row = typed.register, typed.row
    try:
        with transaction.atomic():
            write(
                row,
                actor=request.user.get_username(),
                reason=typed.cleaned_data.get(NOTE, ""),
                context=context_of(request),
                instead_of=old,
            )
            if not rows.everything(register, scope).filter(pk=row.pk).exists():
                raise OutOfScope
    except ValidationError as error:
        typed.blame(error)
    except IntegrityError as error:
        typed.blame_database(error)
    except OutOfScope:
        typed.add_error(None, gettext("这样填，这一条就不在您的管理范围内。请选您管理的区域或单位。"))
    return not typed.errors


def _show(request: HttpRequest, typed: RowForm, stored: Any = None, status: int = 200) -> HttpResponse:
    register = typed.register
    context = {
        "register": register,
        "office": catalogue.registers()[register.code][0],
        "form": typed,
        "stored": stored,
        "was": versions.digest(register, stored) if stored else "",
        "action": f"/{register.path}{f'{stored.pk}/edit/' if stored else 'new/'}",
        "back": f"/{register.path}{f'{stored.pk}/' if stored else ''}",
        "wrong": [field for field in typed if field.errors],
        "mandatory": any(field.field.required for field in typed),
    }
    if status == CONFLICT:
        context |= {"differences": list(versions.differences(typed, stored)), "change": _last_change(stored)}
    return render(request, "web/register_form.html", context, status=status)


def _last_change(stored: Any) -> AuditRow | None:
    """Who changed the row last, and when."""
    found = AuditRow.objects.filter(object_type=stored._meta.label_lower, object_id=str(stored.pk))
    return found.exclude(action="register.read").order_by("-recorded_at", "-id").first()
