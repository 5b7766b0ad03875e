"""The two-string citation: which words of two quotes differ, and by how much, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from django.utils.translation import gettext

_FIGURE = re.compile(
    r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)(?P<scale>[万亿]?)"
    r"(?P<unit>平方米|平米|㎡|公里|元|米|户|套|个|次|人|栋|处|项|天|日|月|年|%|％)?"
)
_SCALES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
# Below this likeness two texts say different things, and underlining letters would only be noise.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a quote; ``differs`` when the other quote says otherwise."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """Quotes as pieces with their places; between exactly two a sign and, for figures, the difference.

    The sign is ≠ where words differ, ＝ where the same words are the fault, ``and`` where the two belong together.
    """

    quotes: tuple[tuple[tuple[Piece, ...], str], ...]
    sign: str = ""
    difference: str = ""


def cite(cites: Sequence[dict[str, str]], message: str) -> Citation:
    """A citation of ``[{"text", "position"}…]``; figures that ``message`` names are underlined first."""
    texts = [entry["text"] for entry in cites]
    marks = _figures_apart(texts, message)
    differ = all(marks)
    if len(texts) == 2 and not any(marks):
        marks = _letters_apart(*texts)
        differ = any(marks)
    quotes = tuple(
        (_pieces(text, spans), entry["position"])
        for text, spans, entry in zip(texts, marks, cites, strict=True)
    )
    if len(texts) != 2:
        return Citation(quotes)
    if _plain(texts[0]) == _plain(texts[1]):
        return Citation(quotes, "＝", gettext("相同"))
    words = [text[start:end] for text, spans in zip(texts, marks, strict=True) for start, end in spans]
    return Citation(
        quotes, "≠" if differ else "and", _difference(*words) if len(words) == 2 and differ else ""
    )


def _figures_apart(texts: Sequence[str], message: str) -> list[list[tuple[int, int]]]:
    """For each text the figures that the message names and the other texts lack.

    Without such, the figures that another text has in the same unit with another number.
    """
    figures = [{match.group(): match["unit"] for match in _FIGURE.finditer(text)} for text in texts]
    named = {match.group() for match in _FIGURE.finditer(message)}
    marks = []
    for number, text in enumerate(texts):
        rest = figures[:number] + figures[number + 1 :]
        others = {figure: unit for other in rest for figure, unit in other.items()}
        own = {figure: unit for figure, unit in figures[number].items() if figure not in others}
        comparable = {figure for figure, unit in own.items() if unit in others.values()}
        marks.append(_spans(text, own.keys() & named or comparable))
    return marks


def _spans(text: str, figures: Collection[str]) -> list[tuple[int, int]]:
    return [match.span() for match in _FIGURE.finditer(text) if match.group() in figures]


def _letters_apart(left: str, right: str) -> list[list[tuple[int, int]]]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [[], []]
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    return [
        [(code[1], code[2]) for code in changes if code[1] < code[2]],
        [(code[3], code[4]) for code in changes if code[3] < code[4]],
    ]


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    pieces = []
    at = 0
    for start, end in spans:
        pieces += [Piece(text[at:start]), Piece(text[start:end], differs=True)]
        at = end
    pieces.append(Piece(text[at:]))
    return tuple(piece for piece in pieces if piece.text)


def _difference(left: str, right: str) -> str:
    """``差18万户`` for 38万户 and 20万户; nothing where the units are not the same."""
    one, two = _FIGURE.fullmatch(left), _FIGURE.fullmatch(right)
    if not one or not two or one["unit"] != two["unit"]:
        return ""
    gap = abs(_amount(one) - _amount(two))
    scale = "万" if gap >= _SCALES["万"] and (one["scale"] or two["scale"]) else ""
    amount = f"{(gap / _SCALES[scale]).normalize():,f}{scale}{one['unit'] or ''}"
    return gettext("差{amount}").format(amount=amount)


def _amount(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"].replace(",", "")) * _SCALES[match["scale"]]


def _plain(text: str) -> str:
    return "".join(text.split())
