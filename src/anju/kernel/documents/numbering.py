"""Automatic paragraph numbers of Word: what ``numbering.xml`` prints before a paragraph."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.text.paragraph import CT_P
from lxml import etree

from . import guard

_LEVEL, _NUMBER, _VALUE = qn("w:ilvl"), qn("w:numId"), qn("w:val")
_DIGITS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    """1 to 99: 一, 十, 十一, 二十."""
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02}",
    "decimalEnclosedCircle": lambda number: chr(0x2460 + number - 1) if number <= 20 else str(number),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), _chinese),
}


def _figure(number: int, form: str) -> str:
    """A number in a format; digits for unknown formats and for numbers that no office document reaches."""
    return _FORMATS.get(form, str)(number) if 1 <= number <= 99 else str(number)


@dataclass(slots=True)
class _List:
    """A list definition: by level its format, its text with ``%1`` … ``%9`` and its first number."""

    levels: dict[int, tuple[str, str, int]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of one document in reading order."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._lists: dict[str, _List] = {}  # by w:numId; several share one count
        self._restarts: dict[str, dict[int, int]] = {}
        self._styles: dict[str, etree._Element] = {}
        root = _part(archive, "word/numbering.xml", name)
        if root is None:
            return
        shared = {a.get(qn("w:abstractNumId")): _list(a) for a in root.iterchildren(qn("w:abstractNum"))}
        for number in root.iterchildren(qn("w:num")):
            key = number.get(_NUMBER, "")
            self._lists[key] = shared.get(_value(number, "abstractNumId", ""), _List())
            self._restarts[key] = {
                int(o.get(_LEVEL, 0)): int(_value(o, "startOverride", "1"))
                for o in number.iterchildren(qn("w:lvlOverride"))
                if o.find(qn("w:startOverride")) is not None
            }
        styles = _part(archive, "word/styles.xml", name)
        for style in () if styles is None else styles.iterchildren(qn("w:style")):
            properties = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if properties is not None:
                self._styles[style.get(qn("w:styleId"), "")] = properties

    def before(self, paragraph: CT_P) -> str:
        """The number that stands before a paragraph; "" for a bullet or none."""
        shape = paragraph.pPr
        properties = None if shape is None else shape.find(qn("w:numPr"))
        if properties is None and shape is not None:
            properties = self._styles.get(_value(shape, "pStyle", ""))
        if properties is None:
            return ""
        key, level = _value(properties, "numId", "0"), int(_value(properties, "ilvl", "0"))
        if key not in self._lists or level not in self._lists[key].levels:
            return ""
        return self._next(key, level)

    def _next(self, key: str, level: int) -> str:
        counted = self._lists[key]
        style, text, start = counted.levels[level]
        restart = self._restarts[key].pop(level, None)
        if restart is not None or level not in counted.counts:
            counted.counts[level] = start if restart is None else restart
        else:
            counted.counts[level] += 1
        for deeper in [other for other in counted.counts if other > level]:
            del counted.counts[deeper]
        if style in ("bullet", "none"):
            return ""
        for other, (form, _, first) in counted.levels.items():
            if (mark := f"%{other + 1}") in text:
                text = text.replace(mark, _figure(counted.counts.get(other, first), form))
        return text + " " if text[-1:].isalnum() else text


def _part(archive: zipfile.ZipFile, path: str, name: str) -> etree._Element | None:
    if path not in archive.namelist():
        return None
    data = archive.read(path)
    guard.check_tags(data.count(b"<"), name)
    root: etree._Element = parse_xml(data)
    return root


def _list(element: etree._Element) -> _List:
    return _List(
        {
            int(level.get(_LEVEL, 0)): (
                _value(level, "numFmt", "decimal"),
                _value(level, "lvlText", ""),
                int(_value(level, "start", "1")),
            )
            for level in element.iterchildren(qn("w:lvl"))
        }
    )


def _value(parent: etree._Element, tag: str, default: str) -> str:
    child = parent.find(qn(f"w:{tag}"))
    return default if child is None else child.get(_VALUE, default)
