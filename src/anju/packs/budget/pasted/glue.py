"""Cells printed without anything between them, parted where arithmetic or repetition proves the cut.

``≥266米≥266米10`` can only be target, actual and points; ``5088`` could be anything and is left alone.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from anju.kernel.documents import Quote
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.figures import number

_SIGNS = "≥≤=<>≧≦＝﹦＞＜"
_FIGURE = r"(?:0(?!\d)|[1-9]\d*)(?:\.\d+)?"
_DATE = r"20\d{2}年\d{1,2}月(?:\d{1,2}日|底)?前?"
_OPERATOR = rf"(?:[{_SIGNS}]{{0,2}}|不少于|不低于|不超过|不高于)"
_COUNTED = rf"{_DATE}|{_OPERATOR}{_FIGURE}[^\d{_SIGNS}]{{0,8}}?"
_PARTS = {
    "name": rf"(?P<name>[^\d{_SIGNS}…：:]{{2,40}}?)",
    "weight": r"(?P<weight>\d{1,3}?(?:\.\d+)?)",
    "value": rf"(?P<value>{_COUNTED}|[^\d{_SIGNS}]{{2,20}}?)",
    "actual": rf"(?P<actual>(?P=value)|[{_SIGNS}]{{0,2}}{_FIGURE}[^\d{_SIGNS}]{{1,8}}?)",
    "score": r"(?P<score>(?P=weight)|\d{1,3}\.\d+)",
    "reason": r"(?P<reason>)",
    "remark": r"(?P<remark>)",
}
# What the form itself prints between rows: ……, 指标2：
_FILLER = re.compile(r"(?:[\s….·]|指标\d{1,2}[:：])*")
# With nothing behind the value, only what the form prints, or the end, tells where it ends.
_BARE = re.compile(
    rf"{_PARTS['name']}(?P<value>{_DATE}|{_OPERATOR}{_FIGURE}[^\d{_SIGNS}]{{0,12}}?)(?=…|指标\d|$)"
)


@lru_cache(maxsize=256)
def _row_pattern(kinds: tuple[str, ...]) -> re.Pattern[str] | None:
    """A row of these columns; None where a column is of a kind that cannot be told from its neighbours."""
    if kinds == ("name", "value"):
        return _BARE
    if not {"name", "value"} <= set(kinds) or len(set(kinds)) < len(kinds) or not set(kinds) <= _PARTS.keys():
        return None
    if not {"actual", "score"} & set(kinds):  # only a figure told twice proves a cut
        return None
    if "actual" in kinds and kinds.index("actual") < kinds.index("value"):
        return None
    if "score" in kinds and ("weight" not in kinds or kinds.index("score") < kinds.index("weight")):
        return None
    return re.compile("".join(_PARTS[kind] for kind in kinds) + rf"(?=[^\d{_SIGNS}%.]|$)")


def unglue_rows(cells: list[Quote], kinds: list[str]) -> Iterator[list[Quote]]:
    """Each run-together cell as its rows; other cells as they came."""
    pattern = _row_pattern(tuple(kinds))
    if pattern is None or len(cells) != 1 or len(cells[0].text) < 6:
        yield cells
        return
    run = cells[0]
    rows: list[list[Quote]] = []
    at = 0
    while at < len(run.text):
        filler = _FILLER.match(run.text, at)
        at = filler.end() if filler else at
        match = pattern.match(run.text, at)
        if match is None:
            break
        rows.append([run.part(*match.span(kind)) for kind in kinds])
        at = match.end()
    if rows and at >= len(run.text):
        yield from rows
    else:
        yield cells


def unglue_funds(values: list[Quote], heads: list[Quote]) -> list[Quote]:
    """``202010100.00%10`` under 预算数, 执行数, 分值, 执行率, 得分: the only cut for which the rate comes out."""
    kinds = [vocabulary.field_of(h.text) or vocabulary.column_of(h.text) for h in heads]
    glued = values[0].text if len(values) == 1 else ""
    if kinds not in (
        ["adjusted", "executed", "weight", "rate", "score"],
        ["initial", "executed", "weight", "rate", "score"],
    ):
        return values
    if "%" not in glued:
        return values
    cuts = list(_fund_cuts(glued))
    if len(cuts) != 1:
        return values
    edges = cuts[0]
    return [values[0].part(a, b) for a, b in itertools.pairwise(edges)]


def _fund_cuts(glued: str) -> Iterator[tuple[int, ...]]:
    percent = glued.index("%") + 1
    for a in range(1, percent):
        for b in range(a + 1, percent):
            for c in range(b + 1, min(b + 4, percent)):
                budget, paid, weight = number(glued[:a]), number(glued[a:b]), number(glued[b:c])
                rate, score = number(glued[c:percent]), number(glued[percent:])
                if (
                    None in (budget, paid, weight, rate, score)
                    or not budget
                    or any(
                        part.startswith("0") and part not in ("0", "0%") and not part.startswith("0.")
                        for part in (glued[:a], glued[a:b], glued[b:c], glued[c:percent])
                    )
                ):
                    continue
                assert paid is not None
                assert weight is not None
                assert rate is not None
                assert score is not None
                exact = paid / budget * 100
                if abs(exact - rate) < Decimal("0.006") and abs(
                    weight * min(Decimal(1), exact / 100) - score
                ) < Decimal("0.006"):
                    yield (0, a, b, c, percent, len(glued))
