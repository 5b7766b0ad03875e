"""Search over every register that a person may open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Exists, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel.access.models import User
from anju.kernel.access.permissions import OWN_ACCOUNT, requires
from anju.kernel.packs import Register
from anju.web.registers import catalogue, cells, fields, rows
from anju.web.registers.asking import matching

PER_REGISTER = 5
GROUPS = 10  # registers shown with their hits; of further ones the name
LONGEST = 100


@requires(OWN_ACCOUNT)
def search_page(request: HttpRequest) -> HttpResponse:
    """Hits by register, an exact code first: one question where there are any, then one for each that is shown."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    found = _with_hits(words, request) if words else []
    context = {
        "searched": words,
        "groups": [_group(register, words, request) for register in found[:GROUPS]],
        "others": found[GROUPS:],
        "query": urlencode({"q": words}),
    }
    return render(request, "web/search.html", context)


def _with_hits(words: str, request: HttpRequest) -> list[Register]:
    """The registers in which something fits, in the order of the menu. One query, whatever their number."""
    asked = [register for _, register in catalogue.opened(request.permissions) if register.search]
    fits = {f"in_{n}": Exists(_fitting(register, words, request)) for n, register in enumerate(asked)}
    # EXISTS wants a row to stand in: that of the person who asks.
    (row,) = User.objects.filter(pk=request.user.pk).annotate(**fits).values(*fits)
    return [register for n, register in enumerate(asked) if row[f"in_{n}"]]


def _fitting(register: Register, words: str, request: HttpRequest) -> Any:
    everything = rows.everything(register, catalogue.scope_for(request, register))
    return everything.filter(matching(register, words))


def _group(register: Register, words: str, request: HttpRequest) -> dict[str, Any]:
    columns = tuple(column for column in register.columns if not column.hidden)[:4]
    exact = Q()
    for path in register.search:
        exact |= Q(**{f"{path}__iexact": words})
    rank = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = _fitting(register, words, request).order_by(rank, "-id")
    values = list(found.values(*fields.needed(register, columns))[: PER_REGISTER + 1])
    make = cells.maker(register, columns, request.permissions)
    hits = [
        {"href": catalogue.address_of(register, row), "cells": make(row)} for row in values[:PER_REGISTER]
    ]
    return {
        "register": register,
        "hits": hits,
        "more": len(values) > PER_REGISTER,
        "query": urlencode({"q": words}),
    }
