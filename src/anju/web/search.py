"""Search over every register that a person may open."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel.access.permissions import OWN_ACCOUNT, requires
from anju.kernel.packs import Register
from anju.web.registers import catalogue, cells, fields, rows
from anju.web.registers.asking import matching

PER_REGISTER = 5
LONGEST = 100


@requires(OWN_ACCOUNT)
def search_page(request: HttpRequest) -> HttpResponse:
    """Hits by register, an exact code first. One query a register."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    groups = [
        _group(register, words, request)
        for _, register in catalogue.opened(request.permissions)
        if words and register.search
    ]
    context = {"searched": words, "groups": [group for group in groups if group["hits"]]}
    return render(request, "web/search.html", context)


def _group(register: Register, words: str, request: HttpRequest) -> dict[str, Any]:
    columns = tuple(column for column in register.columns if not column.hidden)[:4]
    exact = Q()
    for path in register.search:
        exact |= Q(**{f"{path}__iexact": words})
    rank = Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
    everything = rows.everything(register, catalogue.scope_for(request, register))
    found = everything.filter(matching(register, words)).order_by(rank, "-id")
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
