"""Lines in which cells have run together, cut at the labels that they hold."""

from __future__ import annotations

import re
from functools import cache

from anju.kernel.documents import Quote
from anju.packs.budget.forms import vocabulary

_FIGURE = re.compile(r"[\d.,]+[%％]?|[—\-/]+")


class RowSplitter:
    """Cuts lines into cells; the line before tells whether a line without labels is a row of values."""

    def __init__(self) -> None:
        self._labels = 0  # labels in the line above, when it held nothing else
        self._in_table = False  # below a head whose columns stand in one line

    def cells(self, line: Quote) -> list[Quote]:
        """The cells of a line: itself, or its parts where several cells have run together."""
        parts = _spaced(line)
        if len(parts) == 1 and (rows := self._values(line)):
            parts = rows
        known = [vocabulary.column_of(q.text) or vocabulary.field_of(q.text) for q in parts]
        if sum(vocabulary.column_of(q.text) is not None for q in parts) >= 3:
            self._in_table = True
        elif vocabulary.field_of(parts[0].text) not in (None, "total_row", "section"):
            self._in_table = False
        self._labels = len(parts) if all(known) else 0
        return parts if len(parts) > 1 else _glued(line)

    def _values(self, line: Quote) -> list[Quote]:
        """A line without labels under a line of labels, or inside a table: a cell a word."""
        spans = [m.span() for m in re.finditer(r"[^\s\u3000]+", line.text)]
        under_labels = self._labels >= 2 and self._labels - 1 <= len(spans) <= self._labels
        return _parts(line, spans) if len(spans) > 1 and (self._in_table or under_labels) else []


def _parts(line: Quote, spans: list[tuple[int, int]]) -> list[Quote]:
    return [line.part(a, b) for a, b in spans if line.text[a:b].strip()]


def _spaced(line: Quote) -> list[Quote]:
    """``产出指标 数量指标 出差人数 = 8 4``: white space parts the cells where two of them are labels or classes."""
    spans = [m.span() for m in re.finditer(r"[^\s\u3000]+", line.text)]
    words = [line.text[a:b] for a, b in spans]
    if len(words) < 3:
        return _parts(line, spans) if len(words) == 2 and vocabulary.field_of(words[0]) else [line]
    known = sum(
        1 for w in words if vocabulary.is_label(w) or vocabulary.is_level1(w) or vocabulary.is_level2(w)
    )
    if known < 2 and not (known and (vocabulary.is_level1(words[0]) or vocabulary.is_level2(words[0]))):
        if vocabulary.field_of(words[0]) and not all(map(_FIGURE.fullmatch, words[1:])):
            return _parts(line, [spans[0], (spans[1][0], spans[-1][1])])
        if not vocabulary.field_of(words[0]):
            return [line]
    return _parts(line, spans)


@cache
def _label_pattern() -> re.Pattern[str]:
    """Labels long enough not to be a part of a sentence, and printed classes, longest first."""
    words = [w for w in vocabulary.labels() if len(w) >= 4 or w in ("分值", "得分", "执行率", "总分", "合计")]
    levels = [
        "服务对象满意度指标",
        "经济效益指标",
        "社会效益指标",
        "生态效益指标",
        "可持续影响指标",
        "经济成本指标",
    ]
    levels += [
        "社会成本指标",
        "生态环境成本指标",
        "产出指标",
        "效益指标",
        "效果指标",
        "满意度指标",
        "数量指标",
    ]
    levels += ["质量指标", "时效指标", "成本指标"]
    listed = "|".join(re.escape(w) for w in sorted({*words, *levels}, key=len, reverse=True))
    return re.compile(rf"(?:其中[:：]?)?(?:{listed})(?:[(（][^()（）]{{1,12}}[)）])?[:：]?")


def _glued(line: Quote) -> list[Quote]:
    """``项目名称某工程主管部门某局…``: a line with many labels and no white space is cut at each of them."""
    if len(line.text) < 60:
        return [line]
    hits = list(_label_pattern().finditer(line.text))
    if len({vocabulary.bare(h[0]) for h in hits}) < 6:
        return [line]
    begin = next((h for h in hits if vocabulary.field_of(h[0]) in ("code", "name")), hits[0])
    hits = hits[hits.index(begin) :]  # what stands before a form is its title
    spans: list[tuple[int, int]] = []
    at = 0
    for hit in hits:
        spans += [(at, hit.start()), hit.span()]
        at = hit.end()
    return _parts(line, [*spans, (at, len(line.text))])
