"""Cells without a grid put into columns by what they are: the cheapest reading in the order of the head."""

from __future__ import annotations

import re
from functools import lru_cache

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import parse
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.figures import number
from anju.packs.budget.prose.quantities import UNIT

BLANK = Quote("", "")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2}")
COUNTED = re.compile(r"^\s*指标\s*[0-9一二三四五六七八九十]+\s*[:：.．、]\s*")
_FILLER = re.compile(r"[….·]{2,}|…")
_UNIT = re.compile(rf"{UNIT}|\S+/\S+")
_NEVER = 50
# What it costs to leave a column of the head without a cell.
_SKIP = {"name": 30, "value": 12, "weight": 5, "score": 4, "actual": 4}


@lru_cache(maxsize=20_000)
def _strain(kind: str, text: str) -> int:
    """How badly a text sits in a column: 0 fits, ``_NEVER`` cannot be."""
    if not text:
        return 8 if kind == "name" else 0
    signed = vocabulary.is_sign(text) or vocabulary.is_direction(text)
    plain = number(text) is not None and not text.endswith("%")
    valued = plain or parse(text).kind not in ("qualitative", "unparseable")
    if kind in ("weight", "score"):
        return _NEVER if not plain else 0 if (number(text) or 0) <= 100 else 30
    if kind in ("operator", "direction"):
        return 0 if signed else _NEVER
    if kind == "unit":
        if signed or (valued and not plain) or len(text) > 6:
            return _NEVER
        return 15 if plain else 0 if len(text) <= 2 or _UNIT.fullmatch(text) else 2
    if kind in ("value", "actual"):
        return 0 if valued else _NEVER if signed else 3
    if valued or not _WORDS.search(text):
        return 20
    return 0 if kind in ("name", "description") else 1


def fit(cells: list[Quote], kinds: list[str]) -> tuple[int, list[Quote]]:
    """Cost and cells in column order; every cell finds a column, a column may stay blank.

    >>> q = [Quote(t, "") for t in ("出差人数", "=", "8", "4")]
    >>> [c.text for c in fit(q, ["name", "operator", "value", "unit", "weight"])[1]]
    ['出差人数', '=', '8', '', '4']
    """
    size = len(kinds)
    best: list[tuple[int, list[Quote]]] = [(0, []), *[(_NEVER * 99, list[Quote]())] * len(cells)]
    for column in range(size):
        skip = _SKIP.get(kinds[column], 1)
        after = [(cost + skip, [*row, BLANK]) for cost, row in best]
        for used in range(len(cells)):
            cost, row = best[used]
            taken = cost + _strain(kinds[column], cells[used].text.strip())
            if taken < after[used + 1][0]:
                after[used + 1] = (taken, [*row, cells[used]])
        best = after
    return best[len(cells)]


def rows_of(cells: list[Quote], kinds: list[str]) -> list[list[Quote]]:
    """A run of cells cut into rows: where the form itself counts them (``指标2：``, ``……``), else at the least cost."""
    runs: list[list[Quote]] = [[]]
    for cell in cells:
        if _FILLER.fullmatch(cell.text.strip()):
            runs.append([])
        elif COUNTED.match(cell.text):
            runs.append([cell])
        else:
            runs[-1].append(cell)
    return [
        row for run in runs for row in _cheapest_rows(without_edges(run) if len(runs) > 1 else run, kinds)
    ]


def without_edges(part: list[Quote]) -> list[Quote]:
    """Without the blank cells at both ends."""
    while part and not part[-1].text.strip():
        part = part[:-1]
    while part and not part[0].text.strip():
        part = part[1:]
    return part


def _cheapest_rows(cells: list[Quote], kinds: list[str]) -> list[list[Quote]]:
    width = len(kinds)
    if not cells or not kinds:
        return []
    if len(cells) % width == 0 and _regular(cells, kinds):
        return [cells[i : i + width] for i in range(0, len(cells), width)]
    best: list[tuple[int, list[list[Quote]]]] = [(0, [])]
    for end in range(1, len(cells) + 1):
        options = []
        for start in range(max(0, end - width), end):
            cost, row = fit(cells[start:end], kinds)
            options.append((best[start][0] + cost, [*best[start][1], row]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _regular(cells: list[Quote], kinds: list[str]) -> bool:
    strain = sum(_strain(kinds[i % len(kinds)], cell.text.strip()) for i, cell in enumerate(cells))
    return strain < _NEVER
