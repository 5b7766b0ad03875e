"""The board of a register: one column for each choice of a field, with its count and the most urgent cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from anju.kernel.access.permissions import requires
from anju.kernel.findings.models import Grade
from anju.kernel.packs import Column, Register
from anju.web.registers import catalogue, cells, controls, fields, kernel, rows
from anju.web.registers.asking import Asked, read
from anju.web.registers.cells import Cell

CARDS = 20
LINES = 2  # values under the title, beside a deadline
BAD = 400


def board_view(register: Register) -> Callable[[HttpRequest], HttpResponse]:
    """The view at ``/r/<code>/board/``: two queries, and one for each column that has cards."""

    @requires(register.permission)
    def page(request: HttpRequest) -> HttpResponse:
        asked = read(register, request.GET)
        everything = rows.everything(register, catalogue.scope_for(request, register))
        columns = _columns(request, asked, rows.found(asked, everything))
        context = controls.head(request, asked, controls.BOARD, everything) | {
            "columns": columns,
            "n": sum(column["count"] for column in columns),
            "limit": CARDS,
            "troubles": asked.troubles,
        }
        return render(request, "web/register_board.html", context, status=BAD if asked.troubles else 200)

    return page


def _columns(request: HttpRequest, asked: Asked, found: QuerySet[Any]) -> list[dict[str, Any]]:
    register = asked.register
    counts = dict(found.order_by().values_list(register.board).annotate(n=Count("*")))
    shown, sign = _shown(register), _sign(register)
    wanted = (*shown, *([sign] if sign else []))
    needed = [*fields.needed(register, wanted), *kernel.WORK.get(register.code, ())]
    make = cells.maker(register, shown, request.permissions)
    grades = cells.choices_of(register, [sign])[sign.field] if sign else {}
    in_order = _in_order(asked, found)

    def card(row: dict[str, Any]) -> dict[str, Any]:
        title, *others = make(row)
        grade = str(row[sign.field]) if sign else ""
        return {
            "title": title.text,
            "href": kernel.work_address(register, row, request.permissions)
            or catalogue.address_of(register, row),
            "grade": grade,
            "grade_words": grades.get(grade, ""),
            "lines": _lines(others),
            "due": [cell for cell in others if cell.hint],
        }

    return [
        {
            "name": words,
            "count": counts.get(value, 0),
            "cards": [card(row) for row in in_order.filter(**{register.board: value}).values(*needed)[:CARDS]]
            if counts.get(value)
            else [],
            "address": controls.list_address(register, asked, **{register.board: value}),
        }
        for value, words in fields.choices(register, register.board).items()
    ]


def _in_order(asked: Asked, found: QuerySet[Any]) -> QuerySet[Any]:
    """As in the list; where that is by deadline, what is done stands with the last done first."""
    path = asked.sort.removeprefix("-")
    column = next((column for column in asked.register.columns if column.field == path), None)
    if column and column.done and path == asked.sort:
        return found.order_by(F(column.done).desc(nulls_first=True), path, "id")
    return rows.in_order(asked, found)


def _sign(register: Register) -> Column | None:
    """The column that grades a row, whose sign leads the card."""
    return next(
        (c for c in register.columns if set(fields.choices(register, c.field)) == set(Grade.values)), None
    )


def _shown(register: Register) -> tuple[Column, ...]:
    """The visible columns without what the board and the sign say already."""
    said = {register.board, getattr(_sign(register), "field", "")}
    return tuple(column for column in register.columns if not column.hidden and column.field not in said)


def _lines(others: list[Cell]) -> list[Cell]:
    """The first values that there are; a deadline has a line of its own."""
    return [cell for cell in others if not cell.hint and cell.text != cells.NOTHING][:LINES]
