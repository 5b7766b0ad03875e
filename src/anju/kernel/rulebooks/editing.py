"""Changing one part of a rulebook's text by what a person typed; comments and order stay.

Every value is typed as text: a list has one value a line, a small table one ``label = value`` a line, and a table
inside a list stands on one line with commas. Keys may be written as labels. What was text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import tomlkit
from django.utils.translation import gettext

from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks.keeping import RulebookError
from anju.kernel.rulebooks.rows import SINCE, UNTIL, Part, day_before, label, parts

_COMMA = re.compile("[,，]")


@dataclass(frozen=True, slots=True)
class Input:
    """A value to be typed: ``like`` is a value of its kind, ``typed`` the present one as text, "" for none."""

    key: str
    like: Any
    typed: str


class TypedError(RulebookError):
    """What was typed at ``key`` cannot be read."""

    def __init__(self, key: str, sentence: str, next_step: str) -> None:
        super().__init__(sentence, next_step)
        self.key = key


def part_of(text: str, key: str) -> Part | None:
    return next((part for part in parts(text) if part.key == key), None)


def inputs(text: str, part: Part, book: Rulebook) -> list[Input]:
    """The values of a part, and those that other parts have and it may get."""
    likes: dict[str, Any] = dict(part.values)
    if part.is_row:
        for other in parts(text):
            # A table beside the rows holds what a row may say for itself.
            for key, value in other.values.items():
                likes.setdefault(key, value)
        if SINCE in likes:
            likes.setdefault(UNTIL, likes[SINCE])
    order = {key: n for n, (key, _) in enumerate(book.labels)}
    ordered = sorted(likes, key=lambda key: order.get(key, len(order)))
    return [Input(key, likes[key], shown(part.values.get(key), book)) for key in ordered]


def shown(value: Any, book: Rulebook) -> str:
    """A value as the text that a form holds; a truth value is "on" or nothing."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, list):
        return "\n".join(_line(each, book) for each in value)
    if isinstance(value, Mapping):
        return "\n".join(_pairs(value, book))
    return str(value)


def changed(text: str, key: str, typed: Mapping[str, str], book: Rulebook) -> str:
    """The text with a part as it was typed. Raises ``TypedError`` naming the key that cannot be read."""
    document = tomlkit.parse(text)
    _write(_table(document, key), _read(text, key, typed, book))
    return tomlkit.dumps(document)


def continued(text: str, key: str, typed: Mapping[str, str], book: Rulebook) -> str:
    """The text with a new row as typed behind the row ``key``, which ends on the day before. ``TypedError``."""
    values = _read(text, key, typed, book)
    since = values.get(SINCE)
    if not isinstance(since, date):
        raise TypedError(SINCE, gettext("没有写生效日期。"), gettext("请写明新的一行从哪天起有效。"))
    document = tomlkit.parse(text)
    name, _, number = key.partition(".")
    old = _table(document, key)
    if not since > old[SINCE]:
        raise TypedError(
            SINCE,
            gettext("新的一行要晚于原来那行的{day}。").format(day=old[SINCE]),
            gettext("请改正生效日期，或直接修改原来那行。"),
        )
    new = tomlkit.parse(tomlkit.dumps(document))[name][int(number)]  # type: ignore[index]
    _write(new, values)
    if UNTIL not in old or old[UNTIL] >= since:
        _write(old, {UNTIL: day_before(since)})
    if int(number) + 1 == len(document[name]):  # type: ignore[arg-type]
        old.add(tomlkit.nl())  # rows stand apart; the last one has nothing behind it
    document[name].insert(int(number) + 1, new)  # type: ignore[union-attr]
    return tomlkit.dumps(document)


def _table(document: tomlkit.TOMLDocument, key: str) -> Any:
    name, _, number = key.partition(".")
    return document[name][int(number)] if number else document[name]  # type: ignore[index]


def _write(table: Any, values: Mapping[str, Any]) -> None:
    """Only what differs is written, so that everything else keeps its form; None takes a key away."""
    for key, value in values.items():
        present = table[key].unwrap() if key in table and hasattr(table[key], "unwrap") else table.get(key)
        if value is None:
            table.pop(key, None)
        elif value != present or type(value) is not type(present):
            table[key] = _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend(_item(each) for each in value)
        return array.multiline(any(isinstance(each, Mapping) for each in value))
    return tomlkit.item(value)


def _read(text: str, key: str, typed: Mapping[str, str], book: Rulebook) -> dict[str, Any]:
    part = part_of(text, key)
    assert part is not None
    found = {}
    for each in inputs(text, part, book):
        words = typed.get(each.key, "").replace("\r\n", "\n").strip()
        if words or each.key in part.values:
            found[each.key] = _value(each, words, part, book)
    return found


def _value(each: Input, words: str, part: Part, book: Rulebook) -> Any:
    """What was typed, of the kind of ``like``; None for a key that is left out."""
    if isinstance(each.like, bool):
        return words == "on"
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if isinstance(each.like, list):
        first = each.like[0] if each.like else ""
        return [_element(each.key, line, first, book) for line in lines] if lines else None
    if isinstance(each.like, Mapping):
        return _mapping(each.key, lines, each.like, book) if lines else None
    if not words:
        # An empty text is a value where one stands already; an empty date or figure is none.
        return "" if isinstance(part.values.get(each.key), str) else None
    return _scalar(each.key, words, each.like)


def _element(key: str, line: str, like: Any, book: Rulebook) -> Any:
    if isinstance(like, Mapping):
        return _mapping(key, [part.strip() for part in _COMMA.split(line)], like, book)
    return _scalar(key, line, like)


def _mapping(key: str, lines: list[str], like: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in lines:
        name, sign, words = (each.strip() for each in line.replace("＝", "=").partition("="))
        if not sign:
            raise TypedError(
                key,
                gettext("“{line}”没有等号。").format(line=line),
                gettext("请写成“名称 = 值”，每行一个。"),
            )
        inner = _key(name, book)
        if inner in found:
            raise TypedError(key, gettext("“{name}”写了两次。").format(name=name), gettext("请删去一个。"))
        sample = like.get(inner, next(iter(like.values()), ""))
        found[inner] = _scalar(key, _key(words, book) if isinstance(sample, str) else words, sample)
    return found


def _scalar(key: str, words: str, like: Any) -> Any:
    try:
        if isinstance(like, int):
            return int(words)
        if isinstance(like, float):
            return float(words)
    except ValueError:
        raise TypedError(
            key, gettext("“{words}”不是数。").format(words=words), gettext("请只写数字。")
        ) from None
    try:
        return date.fromisoformat(words) if isinstance(like, date) else words
    except ValueError:
        raise TypedError(
            key, gettext("“{words}”不是日期。").format(words=words), gettext("请写成2021-01-01。")
        ) from None


def _line(value: Any, book: Rulebook) -> str:
    return "，".join(_pairs(value, book)) if isinstance(value, Mapping) else str(value)


def _pairs(table: Mapping[str, Any], book: Rulebook) -> list[str]:
    return [f"{label(book, key)} = {label(book, str(value))}" for key, value in table.items()]


def _key(words: str, book: Rulebook) -> str:
    """The key that a label stands for, each of several joined by ``+``; the words themselves where it is none."""
    keys = {label(book, key): key for key, _ in book.labels}
    return "+".join(keys.get(each.strip(), each.strip()) for each in words.replace("＋", "+").split("+"))
