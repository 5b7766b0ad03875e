"""Values for the eye: figures with separators, dates, words of choices, links."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.findings.models import Grade
from anju.kernel.packs import Column, Register
from anju.kernel.wording import listed
from anju.web.deadlines import deadline_words
from anju.web.registers import catalogue, fields

NOTHING = "—"
SHORT = 24  # a code that fits into one line; a digest does not
_STYLES = {
    "money_fen": "num",
    "number": "num",
    "date": "nowrap",
    "time": "nowrap",
    "deadline": "nowrap",
    "code": "mono",
    "choice": "nowrap",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """``style`` and ``sign`` are classes of the style sheet, ``href`` leads on, ``hint`` shows on hovering; each
    may be "".
    """

    name: str
    text: str
    style: str
    href: str = ""
    sign: str = ""
    hint: str = ""


def yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def label(column: Column, choices: dict[str, str], value: Any) -> Any:
    """The value as it is meant: yuan, words of a choice, local time; the rest as it is, None for nothing."""
    if value is None or value == "":
        return None
    if column.kind == "money_fen":
        return yuan(value)
    if column.kind == "choice":
        return choices.get(str(value), str(value))
    if column.kind == "flag":
        return gettext("是") if value else gettext("否")
    if column.kind in ("time", "deadline"):
        return timezone.localtime(value)
    if isinstance(value, dict):
        return listed((f"{name}={what}" for name, what in value.items()), "；") or None
    return value


def words(kind: str, meant: Any) -> str:
    """What ``label`` gives, as text."""
    if meant is None:
        return NOTHING
    if kind == "money_fen":
        return f"{meant:,.2f}".replace("-", "−")
    if kind == "number":
        return (f"{meant:,}" if isinstance(meant, int) else f"{meant:,.2f}").replace("-", "−")
    if kind in ("time", "deadline"):
        return f"{meant:%Y-%m-%d %H:%M}"
    return str(meant)


def choices_of(register: Register, columns: Iterable[Column]) -> dict[str, dict[str, str]]:
    """The words of the choices of each choice column."""
    return {
        column.field: fields.choices(register, column.field) for column in columns if column.kind == "choice"
    }


def maker(
    register: Register, columns: tuple[Column, ...], permissions: Iterable[str]
) -> Callable[[dict[str, Any]], list[Cell]]:
    """A function that turns one row (values of ``fields.needed``) into cells."""
    known = choices_of(register, columns)
    targets = {
        column.field: catalogue.of_model(fields.find(register, column.field).through, permissions)
        for column in columns
        if column.kind == "link"
    }

    named = [(column, gettext(column.name)) for column in columns]

    def cells(row: dict[str, Any]) -> list[Cell]:
        return [_cell(c, name, row, known.get(c.field, {}), targets.get(c.field)) for c, name in named]

    return cells


def _cell(
    column: Column, name: str, row: dict[str, Any], choices: dict[str, str], target: Register | None
) -> Cell:
    meant = label(column, choices, row[column.field])
    text = words(column.kind, meant)
    if column.kind == "deadline" and meant is not None:
        said = deadline_words(meant, timezone.now(), row[column.done] if column.done else None)
        return Cell(name, said.text, "nowrap", sign=said.style, hint=text)
    key = row[fields.link_key(column)] if column.kind == "link" else None
    return Cell(
        name,
        text,
        "mono nowrap" if column.kind == "code" and len(text) <= SHORT else _STYLES.get(column.kind, ""),
        f"/{target.path}{key}/" if target and key else "",
        f"st {row[column.field]}" if row[column.field] in Grade.values else "",
    )
