"""Dated figures of a rulebook: rows of a TOML text, each holding from a day on, perhaps until another."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import InvalidOperation
from typing import Any, Protocol, TypeVar


class Dated(Protocol):
    """What every row has; ``valid_to`` is the last day on which it holds, None where it has no end."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def basis(self) -> str: ...


Row = TypeVar("Row", bound=Dated)


def holds(row: Dated, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The row that holds on a day."""
    return next((row for row in rows if holds(row, on)), None)


def table(text: str, name: str) -> list[dict[str, Any]]:
    """The rows of an array of tables. ``ValueError`` for a text that is no TOML or has no such array."""
    try:
        found = tomllib.loads(text)[name]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(str(error)) from error
    except KeyError as error:
        raise ValueError(f"没有[[{name}]]") from error
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError(f"[[{name}]]不是一行行的表")
    return found


def rows_of(
    raw: Sequence[Mapping[str, Any]], make: Callable[..., Row], same: Callable[[Row], object] = type
) -> tuple[Row, ...]:
    """The rows that ``make`` builds. ``ValueError`` with words for the first that is wrong.

    What is missing or unknown, days that are none, a basis that is no text, and rows that hold on the same day (of
    those that are ``same``) are wrong.
    """
    try:
        rows = tuple(make(**each) for each in raw)
    except (TypeError, KeyError, InvalidOperation) as error:
        raise ValueError(str(error)) from error
    for row in rows:
        days = [row.valid_from, *([] if row.valid_to is None else [row.valid_to])]
        # A moment is a day too for Python.
        if any(type(day) is not date for day in days) or not isinstance(row.basis, str):
            raise ValueError("日期或依据的写法不对")
    for row in rows:
        if sum(holds(other, row.valid_from) for other in rows if same(other) == same(row)) > 1:
            raise ValueError("有两行的有效期重叠，请给旧的一行填上valid_to")
    return rows


def wholes(row: object, names: Iterable[str]) -> bool:
    """Whether all of these are whole numbers above 0; a truth value is none."""
    return all(type(value) is int and value > 0 for value in (getattr(row, name) for name in names))
