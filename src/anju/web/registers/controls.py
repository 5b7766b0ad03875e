"""What stands above the rows on every page of a register: its other pages, filters, columns, views."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from anju.kernel.packs import Filter, Register
from anju.web.registers import catalogue, filters, saving
from anju.web.registers.asking import DENSITIES, Asked

LIST, BOARD, MAP, POINTS = "", "board/", "map/", "points/"


def head(request: HttpRequest, asked: Asked, page: str, everything: QuerySet[Any]) -> dict[str, Any]:
    """Template context of a page (``LIST``, ``BOARD``, ``MAP`` or ``POINTS``): title, filters, the way to the other pages."""
    register = asked.register
    return {
        "register": register,
        "office": catalogue.registers()[register.code][0],
        "asked": asked,
        "said": asked.said(),
        "here": f"/{register.path}{page}",
        "pages": _pages(asked, page),
        "may_add": catalogue.may_edit(register, request.permissions),
        "filters": [_filter(asked, entry, everything) for entry in register.filters],
        "kept_by_filter": _hidden(asked, "sort", "columns", "density"),
    }


def of_list(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Columns, densities and views to choose from."""
    register, query = asked.register, asked.query()
    views = saving.views(request, register)
    shown = next((view for view in views if view.query == query), None)
    return {
        "columns": [(column, column in asked.columns, i == 0) for i, column in enumerate(register.columns)],
        "kept_by_columns": [pair for pair in _hidden(asked, *asked.kept) if pair[0] != "columns"],
        "densities": [
            (words, asked.query(density=code), code == asked.density) for code, words in DENSITIES.items()
        ],
        "views": views,
        "view": shown,
        "query": query,
        "print_query": asked.query(print="1"),
        "export_query": asked.query(export="xlsx"),
    }


def _pages(asked: Asked, current: str) -> list[tuple[str, str, bool]]:
    """(words, address, shown now) of the pages that show the same rows; none where the list is the only one."""
    register, query = asked.register, asked.query()
    words = {LIST: gettext("列表"), BOARD: gettext("看板"), MAP: gettext("地图"), POINTS: gettext("点位图")}
    there = [
        page
        for page, is_there in zip(words, (True, register.board, register.area, register.points), strict=True)
        if is_there
    ]
    return [
        (words[page], f"/{register.path}{page}{'?' if query else ''}{query}", page == current)
        for page in there
        if len(there) > 1
    ]


def list_address(register: Register, asked: Asked, **changes: str) -> str:
    """The list with the conditions of this page and some more."""
    return f"/{register.path}?{asked.query(**changes)}"


def _hidden(asked: Asked, *names: str) -> list[tuple[str, str]]:
    return [(name, text) for name in names for text in asked.kept.get(name, ())]


def _filter(asked: Asked, entry: Filter, everything: QuerySet[Any]) -> dict[str, Any]:
    """One filter as the form draws it."""
    fields_of_form = [(name, asked.kept.get(name, [""])[0]) for name in filters.parameters(entry)]
    shown: dict[str, Any] = {
        "name": gettext(entry.name),
        "kind": entry.kind,
        "inputs": fields_of_form,
        "unit": filters.unit(asked.register, entry),
    }
    if entry.kind == "choice":
        offered = filters.choices(asked.register, entry, everything)
        chosen = fields_of_form[0][1]
        if chosen and chosen not in dict(offered):
            offered.append((chosen, chosen))
        shown["choices"] = [(value, words, value == chosen) for value, words in offered]
    return shown
