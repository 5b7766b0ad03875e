"""The list page of a register: table, filters, views, print view, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.packs import Column, Register
from anju.kernel.wording import listed
from anju.web.registers import catalogue, cells, controls, export, fields, filters, rows, saving
from anju.web.registers.asking import Asked, read

PER_PAGE = 100
MOST_PRINTED = 2000
BAD = 400


def list_view(register: Register) -> Callable[[HttpRequest], HttpResponseBase]:
    """The view at ``/r/<code>/``: GET shows, prints or exports; POST keeps, renames or deletes a saved view."""

    @requires(register.permission)
    def page(request: HttpRequest) -> HttpResponseBase:
        troubles = []
        if request.method == "POST":
            try:
                query = saving.change(request, register)
                return redirect(f"/{register.path}?{query}" if query else f"/{register.path}")
            except saving.ViewError as error:
                troubles.append(str(error))
        asked = read(register, request.GET)
        return _answer(request, asked, [*asked.troubles, *troubles])

    return page


def _answer(request: HttpRequest, asked: Asked, troubles: list[str]) -> HttpResponseBase:
    everything = rows.everything(asked.register, catalogue.scope_for(request, asked.register))
    found = rows.found(asked, everything)
    n, sums = rows.totals(found, asked.columns)
    in_order = rows.in_order(asked, found)
    if request.GET.get("export") == "xlsx" and not troubles:
        if n <= export.LIMIT:
            return _export(request, asked, in_order, n)
        sentence = gettext("共{n}行，超过一次导出的{most}行。请加上筛选条件，分几次导出。")
        troubles.append(sentence.format(n=f"{n:,}", most=f"{export.LIMIT:,}"))
    context = controls.head(request, asked, controls.LIST, everything) | {
        "troubles": troubles,
        "n": n,
        "heads": [_head(asked, column) for column in asked.columns],
        "foot": _foot(asked, sums),
        "now": timezone.localtime(),
        "name": request.user.name,
    }
    if request.GET.get("print"):
        return _print(request, asked, in_order, context)
    paginator = Paginator(in_order.values(*fields.needed(asked.register, asked.columns)), PER_PAGE)
    paginator.count = n  # counted already, together with the sums
    page = paginator.get_page(request.GET.get("page"))
    context |= controls.of_list(request, asked)
    context |= {"page_of_rows": page, "rows": _shown(request, asked, page)}
    return render(request, "web/register.html", context, status=BAD if troubles else 200)


def _shown(request: HttpRequest, asked: Asked, found: Any) -> list[dict[str, Any]]:
    make = cells.maker(asked.register, asked.columns, request.permissions)
    return [{"href": catalogue.address_of(asked.register, row), "cells": make(row)} for row in found]


def _print(request: HttpRequest, asked: Asked, found: QuerySet[Any], context: dict[str, Any]) -> HttpResponse:
    values = found.values(*fields.needed(asked.register, asked.columns))[:MOST_PRINTED]
    context |= {"rows": _shown(request, asked, values), "cut": context["n"] > MOST_PRINTED}
    return render(request, "web/register_print.html", context)


def _export(request: HttpRequest, asked: Asked, found: QuerySet[Any], n: int) -> FileResponse:
    register, user, now = asked.register, request.user, timezone.localtime()
    said = listed(asked.said(), "；") or gettext("全部")
    notes = (
        (gettext("台账"), gettext(register.name)),
        (gettext("条件"), said),
        (gettext("行数"), str(n)),
        (gettext("导出时间"), f"{now:%Y-%m-%d %H:%M}"),
        (gettext("导出人"), str(user)),
    )
    after = {"register": register.code, "rows": n, "query": asked.query()}
    audit.record(
        "register.export",
        register.name,
        actor=user.get_username(),
        after=after,
        context=context_of(request),
    )
    name = f"{gettext(register.name)}-{now:%Y%m%d-%H%M}.xlsx"
    return FileResponse(export.workbook(asked, found, notes), as_attachment=True, filename=name)


def _head(asked: Asked, column: Column) -> dict[str, str]:
    """A head sorts by its column; once more turns the order round."""
    down = asked.sort == column.field
    way = {column.field: "ascending", f"-{column.field}": "descending"}.get(asked.sort, "")
    return {
        "name": filters.head(column),
        "href": asked.query(sort=f"-{column.field}" if down else column.field),
        "way": way,
        "style": "num" if column.kind in rows.SUMMED else "",
    }


def _foot(asked: Asked, sums: dict[str, int | None]) -> list[tuple[str, str]]:
    """(name, sum) of each column after the first; nothing where no column has a sum."""
    if not sums:
        return []
    return [
        (gettext(c.name), cells.words(c.kind, cells.label(c, {}, sums[c.field])) if c.field in sums else "")
        for c in asked.columns[1:]
    ]
