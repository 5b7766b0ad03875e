"""A rulebook's text as parts that a person can read: its rows, and the tables that stand beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import tomlkit
from django.utils.translation import gettext
from tomlkit.items import AoT, Table

from anju.kernel.packs import Rulebook
from anju.kernel.wording import bracketed, listed

SINCE, UNTIL = "valid_from", "valid_to"


@dataclass(frozen=True, slots=True)
class Part:
    """One row of an array of tables (``scheme.2``) or a table of its own (``defaults``), as plain values."""

    key: str
    values: Mapping[str, Any]

    @property
    def is_row(self) -> bool:
        return "." in self.key

    def state(self, on: date) -> str:
        """``in_force``, ``ended`` or ``to_come`` on a day; "" for what has no dates."""
        since, until = self.values.get(SINCE), self.values.get(UNTIL)
        if not isinstance(since, date):
            return ""
        if on < since:
            return "to_come"
        return "ended" if until and until < on else "in_force"


@dataclass(frozen=True, slots=True)
class Difference:
    """What one value was and is, in words; None where the key was or is not there."""

    label: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row: ``kind`` is ``new``, ``gone`` or ``changed``."""

    row: str
    kind: str
    values: tuple[Difference, ...]


def parts(text: str) -> list[Part]:
    """The parts of a TOML text in their order. Raises what tomlkit raises for a text that is none."""
    found = []
    for name, item in tomlkit.parse(text).items():
        if isinstance(item, AoT):
            found += [Part(f"{name}.{n}", row.unwrap()) for n, row in enumerate(item)]
        elif isinstance(item, Table):
            found.append(Part(name, item.unwrap()))
    return found


def title(part: Part, book: Rulebook) -> str:
    """What a reader calls the part: the values that the book names rows by, or the label of its table."""
    if not part.is_row:
        return label(book, part.key)
    named = [str(part.values[key]) for key in book.title if part.values.get(key)]
    return " · ".join(named) or part.key


def label(book: Rulebook, key: str) -> str:
    """The label of a key, or of several joined by ``+``; the key itself where there is none."""
    labels = dict(book.labels)
    return "+".join(gettext(labels[each]) if each in labels else each for each in key.split("+"))


def words(value: Any, book: Rulebook) -> str:
    """A value for the reader: lists with commas, tables as ``label value``."""
    if isinstance(value, Mapping):
        return listed((f"{label(book, key)} {_coded(each, book)}" for key, each in value.items()), "，")
    if isinstance(value, list):
        tables = any(isinstance(each, Mapping) for each in value)
        return listed((words(each, book) for each in value), "；" if tables else "、")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)


def _coded(value: Any, book: Rulebook) -> str:
    """Inside a small table a text may be a key itself: where the weight of an empty class goes."""
    return label(book, value) if isinstance(value, str) else words(value, book)


def changes(old: str, new: str, book: Rulebook) -> list[Change]:
    """What changed between two texts. A row is the same while its name and first day are.

    A new row is told against the last one of its name, which it continues.
    """
    before, after = _named(old, book), _named(new, book)
    found = []
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        kind = "new" if was is None else "gone" if now is None else "changed"
        if now is not None and was is None:
            was = next((p for p in reversed(before.values()) if title(p, book) == title(now, book)), None)
        values = _differences(was, now, book) if now is not None else ()
        if values or kind != "changed":
            found.append(Change(name, kind, values))
    return found


def _differences(was: Part | None, now: Part, book: Rulebook) -> tuple[Difference, ...]:
    old = {key: words(value, book) for key, value in was.values.items()} if was else {}
    new = {key: words(value, book) for key, value in now.values.items()}
    return tuple(
        Difference(label(book, key), old.get(key), new.get(key))
        for key in dict.fromkeys([*new, *old])
        if old.get(key) != new.get(key)
    )


def _named(text: str, book: Rulebook) -> dict[str, Part]:
    """Each part by its name and first day, with a number where two are alike."""
    found: dict[str, Part] = {}
    for part in parts(text):
        since = part.values.get(SINCE)
        name = title(part, book) + (bracketed(gettext("{day}起").format(day=since)) if since else "")
        alike = sum(each == name or each.startswith(f"{name}#") for each in found)
        found[f"{name}#{alike + 1}" if alike else name] = part
    return found


def day_before(since: date) -> date:
    return since - timedelta(days=1)
