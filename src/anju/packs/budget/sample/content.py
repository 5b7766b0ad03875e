"""The sample's content: prose and budget lines as data, from ``target_file.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

DATA = "target_file.toml"
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the prose; ``style`` is title, chapter, item or text."""

    style: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One budget line; ``targets`` gives name, description, value and basis by the slot's class."""

    code: str
    name: str
    plan: tuple[int, ...]
    purpose: str
    goal: str
    targets: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Section:
    """A department with its lines."""

    code: str
    name: str
    lines: tuple[Line, ...]

    @property
    def heading(self) -> str:
        return f"{self.code} {self.name}"


@dataclass(frozen=True, slots=True)
class Content:
    """A whole target file, ready to be written in any format."""

    prose: tuple[Paragraph, ...]
    sections: tuple[Section, ...]


@cache
def content() -> Content:
    """The sample of the fictional 安居市: 24 lines of two departments, 143 targets."""
    raw = tomllib.loads(resources.files(__package__).joinpath(DATA).read_text("utf8"))
    lines = [
        Line(**entry | {"plan": tuple(entry["plan"]), "targets": _tuples(entry["targets"])})
        for entry in raw["line"]
    ]
    sections = tuple(
        Section(code, name, tuple(line for line in lines if line.code.startswith(code)))
        for code, name in raw["departments"].items()
    )
    return Content(tuple(_prose(raw)), sections)


def _tuples(targets: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {slot: tuple(cells) for slot, cells in targets.items()}


def _prose(raw: dict[str, Any]) -> list[Paragraph]:
    found = [Paragraph("title", raw["title"])]
    found += [Paragraph("chapter", "一、部门总体绩效目标"), Paragraph("text", raw["overall"])]
    found.append(Paragraph("chapter", "二、分项绩效目标"))
    for numeral, entry in zip(_NUMERALS, raw["sub_goal"], strict=False):
        first, *rest = entry["indicators"]
        texts = [f"绩效目标：{entry['goal']}", f"绩效指标：{first}", *rest]
        found += _item(numeral, entry["title"], texts)
    found.append(Paragraph("chapter", "三、保障措施"))
    for numeral, entry in zip(_NUMERALS, raw["measure"], strict=False):
        found += _item(numeral, entry["title"], entry["text"])
    return found


def _item(numeral: str, title: str, texts: list[str]) -> list[Paragraph]:
    return [Paragraph("item", f"（{numeral}）{title}"), *(Paragraph("text", text) for text in texts)]
