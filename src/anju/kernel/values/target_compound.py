"""Compound target values: several labelled numbers in one cell, or one number with a label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from anju.kernel.values.target_model import TargetValue
from anju.kernel.values.target_rules import OP, frequency, number, tolerance
from anju.kernel.values.text import tighten

_SEPARATOR = re.compile(r"[;、]|(?<![0-9]),|,(?![0-9])|(?<![:>=<±]) (?![%℃])")
# Where a part's value may begin. A Chinese numeral begins no value behind words: 不漏一户, 无一例.
_VALUE_START = re.compile(rf"每|{OP}|[共±0-9]|^[一二两三四五六七八九十]")
# Words, brackets in pairs, and Latin names that may end in digits (PM2.5, DN300).
_LABEL = re.compile(r"(?:[A-Za-z](?:[0-9]+(?:\.[0-9]+)?)?|[一-鿿]|\([^()]*\)|“[^“”]*”){1,24}")
# Before a number these make it an ordinal or an approximation, or are part of an operator.
_OPEN_END = re.compile(rf"(?:[A-Za-z第近逾超余约每前后不少于无未零一二两三四五六七八九十百千]|{OP})$")
_NAME = re.compile(r"[一-鿿]|^[A-Z]{2}[0-9.]+$")  # words, or a pollutant: PM2.5, NO2
_INSIDE_NUMBER = re.compile(r"[0-9.]$")
_OTHER_PERIOD = re.compile(r"每.{1,5}次")


def odd_frequency(text: str) -> TargetValue | None:
    """每两周一次, 每半年1次: readable, but ``per`` is none of the six periods, so the words are kept."""
    return TargetValue(text, "qualitative") if _OTHER_PERIOD.fullmatch(text) else None


def compound(folded: str) -> TargetValue | None:
    """``compound = label number unit {, label number unit}``; without labels the units must differ."""
    parts = [_part(tighten(piece)) for piece in _SEPARATOR.split(folded) if piece.strip()]
    found = tuple(part for part in parts if part is not None)
    if not found or len(found) < len(parts):
        return None
    if any(not part.label for part in found) and not _told_apart_by_unit(found):
        return None
    return TargetValue(folded, "compound", parts=found)


def _told_apart_by_unit(parts: tuple[TargetValue, ...]) -> bool:
    distinct = {part.unit for part in parts}
    return len(parts) > 1 and None not in distinct and len(distinct) == len(parts)


def _part(text: str) -> TargetValue | None:
    """A label and the first value behind it that reads to the end of the part."""
    for label, rest in _cuts(text):
        value = frequency(rest) or tolerance(rest) or number(rest)
        if value is not None and (value.unit or not label):
            return replace(value, text=text, label=label)
    return None


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    for start in _VALUE_START.finditer(text):
        before, rest = text[: start.start()], text[start.start() :]
        label = before.rstrip(":为是")
        splits_number = _INSIDE_NUMBER.search(before) and rest[0].isdigit()
        if not label or (_is_label(label) and not splits_number):
            yield label, rest


def _is_label(text: str) -> bool:
    return bool(_LABEL.fullmatch(text) and _NAME.search(text) and not _OPEN_END.search(text))
