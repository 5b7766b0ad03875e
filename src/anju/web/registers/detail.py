"""The detail page of a register: facts, long texts, what belongs to it, and its audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from anju.kernel import audit, packs
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.audit.models import AuditRow
from anju.kernel.packs import Panel, Register
from anju.kernel.wording import bracketed
from anju.web.registers import catalogue, cells, fields, kernel, rows
from anju.web.registers.editing import versions

MOST_HISTORY = 50
# What was just done, by the code in the address.
DONE = {
    "added": gettext_lazy("已新建，记入审计。"),
    "changed": gettext_lazy("更改已保存，改前改后都记入审计。"),
}


def detail_view(register: Register) -> Callable[[HttpRequest, UUID], HttpResponseBase]:
    """The view at ``/r/<code>/<key>/``; a register with pages of its own leads there."""

    @requires(register.permission)
    def page(request: HttpRequest, key: UUID) -> HttpResponseBase:
        columns = tuple(c for c in register.columns if c.field in register.detail) or register.columns
        scope = catalogue.scope_for(request, register)
        allowed = rows.everything(register, scope).filter(pk=key)
        row = allowed.values(
            *fields.needed(register, columns), *kernel.WORK.get(register.code, ()), "recorded_at"
        ).first()
        if row is None:
            now = versions.current(
                register, scope, key
            )  # what stands in place of a version that was corrected
            if now is None:
                raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
            return redirect(f"/{register.path}{now.pk}/")
        if register.sensitive:
            audit.record(
                "register.read", allowed[0], actor=request.user.get_username(), context=context_of(request)
            )
        if register.address:
            return redirect(catalogue.address_of(register, row))
        made = cells.maker(register, columns, request.permissions)(row)
        wide = [is_long(register, column.field) for column in columns]
        context = {
            "register": register,
            "office": catalogue.registers()[register.code][0],
            "title": made[0],
            "facts": [cell for cell, long in zip(made[1:], wide[1:], strict=True) if not long],
            "texts": [cell for cell, long in zip(made[1:], wide[1:], strict=True) if long],
            "key": key,
            "recorded_at": row["recorded_at"],
            "may_edit": catalogue.may_edit(register, request.permissions),
            "notice": DONE.get(request.GET.get("done", ""), ""),
            "related": _related(register, request.permissions, allowed),
            "work": kernel.work_address(register, row, request.permissions),
            "panels": _panels(request, register, allowed),
            "history": _history(register, request.permissions, key),
        }
        return render(request, "web/register_detail.html", context)

    return page


def _panels(request: HttpRequest, register: Register, allowed: Any) -> list[Panel]:
    """What the register's own function puts under the facts."""
    return packs.resolve(register.panels)(request, allowed.get()) if register.panels else []


def is_long(register: Register, path: str) -> bool:
    """Texts without a limit of length get a panel of their own."""
    return isinstance(fields.find(register, path).field, models.TextField)


def _related(register: Register, permissions: Any, allowed: Any) -> list[tuple[str, str]]:
    """(words, address) of the lists in which this row is something to filter by."""
    wanted = []
    for _, other in catalogue.opened(permissions):
        for entry in other.filters:
            _, _, rest = entry.field.partition("__")
            if rest and fields.find(other, entry.field).through is fields.model_of(register):
                wanted.append((other, entry, rest))
    values = allowed.values(*(rest for _, _, rest in wanted)).first() if wanted else {}
    return [
        (
            f"{gettext(other.name)}{bracketed(gettext(entry.name))}",
            f"/{other.path}?{urlencode({entry.field: values[rest]})}",
        )
        for other, entry, rest in wanted
        if values[rest]
    ]


def _history(register: Register, permissions: Any, key: UUID) -> list[AuditRow] | None:
    """What was done to the row, newest first; None for those who may not see the audit."""
    if "audit.view" not in permissions:
        return None
    kind = fields.model_of(register)._meta.label_lower
    keys = [str(version) for version in versions.keys_of(register, key)]
    found = AuditRow.objects.filter(object_type=kind, object_id__in=keys).order_by("-recorded_at", "-id")
    return list(found[:MOST_HISTORY])
