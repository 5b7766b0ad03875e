"""What a template's cell says: fixed words, places to be filled, and where a repeated block begins and ends.

``{{ line.name }}`` is filled with a text; ``{{^ level1 }}`` too, and joins with the cell below while the text is the
same; ``{{#targets}}`` begins rows that are repeated for each entry of a list, ``{{/targets}}`` ends them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from anju.kernel.documents.forms.grid import FormError

_MARK = re.compile(r"\{\{\s*([#/^]?)\s*([^{}]*?)\s*\}\}")
_NAME = re.compile(r"\w+(?:\.\w+)*")
_BLANK = r"\s*"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place to be filled; ``joins``: cells one below the other with the same text become one."""

    name: str
    joins: bool = False


@dataclass(slots=True)
class Words:
    """A cell's parts, and the blocks that begin and end in its row."""

    parts: tuple[str | Slot, ...] = ()
    begins: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def parse(text: str, place: str) -> Words:
    """The words of the cell at ``place``. Raises ``FormError``."""
    words, at = Words(), 0
    parts: list[str | Slot] = []
    for mark in _MARK.finditer(text):
        kind, name = mark.groups()
        if not _NAME.fullmatch(name):
            raise FormError(
                f"模板单元格{place}的“{mark[0]}”不是完整的名称。",
                "请写成“{{ line.name }}”的样子，名称只用文字、数字和点。",
            )
        parts.append(text[at : mark.start()])
        at = mark.end()
        if kind == "#":
            words.begins.append(name)
        elif kind == "/":
            words.ends.append(name)
        else:
            parts.append(Slot(name, joins=kind == "^"))
    parts.append(text[at:])
    words.parts = _tidy(parts, place)
    return words


def _tidy(parts: list[str | Slot], place: str) -> tuple[str | Slot, ...]:
    """Without empty parts; neighbouring words become one."""
    tidy: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and tidy and isinstance(tidy[-1], str):
            tidy[-1] += part
        elif part != "":
            tidy.append(part)
    if any("{{" in part or "}}" in part for part in tidy if isinstance(part, str)):
        raise FormError(f"模板单元格{place}的大括号没有配成对。", "请写成“{{ line.name }}”的样子。")
    if all(isinstance(part, str) and not part.strip() for part in tidy):
        return ()
    kinds = "".join("S" if isinstance(part, Slot) else "w" if part.isspace() else "W" for part in tidy)
    if re.search("Sw?S", kinds):
        raise FormError(
            f"模板单元格{place}里两处填写内容紧挨着，读回时分不开。", "请在中间加上文字，或者分成两格。"
        )
    if len(tidy) > 1 and any(isinstance(part, Slot) and part.joins for part in tidy):
        raise FormError(f"模板单元格{place}要向下合并，不能再有其他文字。", "请让“{{^ }}”单独占一格。")
    return tuple(tidy)


def pattern(parts: tuple[str | Slot, ...]) -> re.Pattern[str]:
    """What a filled cell looks like: one group for each slot; white space among the fixed words does not count."""
    shape = ""
    for part in parts:
        if isinstance(part, Slot):
            shape += "(.*?)"
        else:
            shape += (
                _BLANK + _BLANK.join(re.escape(character) for character in "".join(part.split())) + _BLANK
            )
    return re.compile(shape, re.DOTALL)


def fixed(parts: tuple[str | Slot, ...]) -> str:
    """The fixed words without white space."""
    return "".join("".join(part.split()) for part in parts if isinstance(part, str))
