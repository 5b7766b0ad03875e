"""What the command line prints: one JSON document or a table to read; messages on standard error."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar

import click

T = TypeVar("T")


def echo_json(value: object) -> None:
    """Print one JSON document in UTF-8 on standard output."""
    click.echo(to_json(value).encode())


def to_json(value: object) -> str:
    """JSON with Chinese text as it is and every ``Decimal`` as the exact number (156473.10, not a float)."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a JSON number")
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{to_json(str(key))}: {to_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(to_json(item) for item in value) + "]"
    if isinstance(value, date):
        return f'"{value.isoformat()}"'
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def say(text: str) -> None:
    """A message for the person, on standard error."""
    click.echo(text, err=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; a column whose head starts with ``>`` is a column of figures and aligns right."""
    from rich.console import Console
    from rich.table import Table

    grid = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        grid.add_column(
            column.removeprefix(">"), justify="right" if column.startswith(">") else "left", overflow="fold"
        )
    for row in rows:
        grid.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(markup=False, highlight=False).print(grid)


def track(items: Sequence[T], label: str) -> Iterable[T]:
    """The items with a progress bar on standard error, which shows only on a terminal and leaves no trace."""
    from rich.console import Console
    from rich.progress import track as rich_track

    errors = Console(stderr=True)
    return rich_track(items, label, console=errors, transient=True, disable=not errors.is_terminal)
