"""The head of an indicator table, and a row under it turned into a target."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields

from anju.kernel.documents import Quote
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.forms.cells import Row, clean, distinct
from anju.packs.budget.targetfile import NOTHING, Target

_LONG_TERM = re.compile(r"长期|中期|实施期|总体")
_ANNUAL = re.compile(r"年度|当年|本年|全年")
_NAMED_UNIT = re.compile(r"[^\d/\-—无\s].*")
# A row that the form prints and nobody filled in: 指标2：, ……, 1. and the like.
_UNUSED = re.compile(r"^(?:指标)?\s*[0-9一二三四五六七八九十]*\s*[:：.．、]*\s*(?:[….·。\-—/\\]|无)*$")
_INDEX = re.compile(r"^指标\s*[0-9一二三四五六七八九十]+\s*[:：.．、]\s*")
# What a ledger says of a project beside its indicators.
_OWN_FACTS = {"code", "name", "purpose", "goal", "year"}
_OWNER_FACTS = {"department", "unit", "department_code", "unit_code"}
_MONEY_FACTS = {"amount", "initial", "adjusted", "executed", "total"}
_FACTS = _OWN_FACTS | _OWNER_FACTS | _MONEY_FACTS
_TARGET_FIELDS = frozenset(f.name for f in dataclass_fields(Target)) - {"class1", "class2"}


@dataclass(slots=True)
class Columns:
    """Where each column stands: for the year's targets, and for the long-term ones printed beside them."""

    annual: dict[str, int] = field(default_factory=dict)
    long_term: dict[str, int] = field(default_factory=dict)
    # Project columns of a ledger (项目名称, 预算数 …): place and label.
    facts: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return min(self.annual.values())


def is_header(row: Row) -> bool:
    """A row that names at least three columns, the indicator's name or value among them."""
    kinds = {vocabulary.column_of(cell.text) for _, cell in distinct(row)} - {None}
    if kinds & {"level1", "level2"}:
        return len(kinds) >= 2 and bool(kinds & {"name", "value", "term"} or {"level1", "level2"} <= kinds)
    return len(kinds) >= 3 and bool({"name", "value"} <= kinds)


def is_subheader(row: Row) -> bool:
    """A second head row: nothing in it but column names."""
    cells = [cell for _, cell in distinct(row) if cell.text.strip()]
    heads = [cell for cell in cells if vocabulary.column_of(cell.text) or vocabulary.field_of(cell.text)]
    return len(heads) >= 2 and len(heads) == len(cells)


def header(top: Row, below: Row | None) -> Columns:
    """Columns of a head of one row, or of two rows when ``below`` is given."""
    found: list[tuple[int, str, str]] = []
    group = ""
    for i, cell in distinct(below or top):
        alone = below is None or i >= len(top) or top[i] is cell
        over = "" if alone else top[i].text
        kind = vocabulary.column_of(cell.text) or vocabulary.column_of(over)
        if over or alone:
            group = over  # a copy without merges leaves the rest of a group's head blank
        if kind and kind != "term":
            found.append((i, kind, group + cell.text))
    columns = Columns(facts=_facts(below or top))
    recent = (-1, 0)
    for i, kind, words in found:
        long_term = kind == "value_long" or (_LONG_TERM.search(words) and not _ANNUAL.search(words))
        kind = "value" if kind == "value_long" else kind
        places = columns.long_term if long_term else columns.annual
        if kind != "value" or _recency(words) >= recent:
            places[kind] = i
            recent = _recency(words) if kind == "value" and not long_term else recent
    if "value" not in columns.annual and columns.long_term:
        columns.annual, columns.long_term = {**columns.annual, **columns.long_term}, {}
    _pair_repeats(columns, found)
    return columns


def _recency(words: str) -> tuple[int, int]:
    """Of two columns with values, the one that is in force: adjusted before initial, the later year before."""
    year = vocabulary.LEADING_YEAR.search(words)
    rank = 0 if "年初" in words else 2 if re.search(r"调整后|本年|当年|全年", words) else 1
    return rank, int(year[1]) if year else 0


def _pair_repeats(columns: Columns, found: list[tuple[int, str, str]]) -> None:
    """Two unnamed groups side by side: the left one is the long term, the right one the year."""
    names = [i for i, kind, _ in found if kind == "name"]
    if len(names) == 2 and not columns.long_term:
        start = min(i for i, kind, _ in found if kind in ("level2", "name", "value") and i > names[0])
        columns.long_term = {kind: i for i, kind, _ in found if i < start}


def _facts(row: Row) -> dict[str, tuple[int, str]]:
    facts: dict[str, tuple[int, str]] = {}
    for i, cell in distinct(row):
        kind = vocabulary.field_of(cell.text)
        if kind in _FACTS and not vocabulary.column_of(cell.text):
            facts.setdefault(kind, (i, cell.text))
    return facts


def is_unused(target: Target) -> bool:
    """A slot that the form prints and nobody filled in."""
    return all(_UNUSED.match(q.text.strip()) for q in (target.name, target.value, target.description))


def target_of(row: Row, places: dict[str, int], above: Target | None) -> Target:
    """A row as a target; blank level cells continue those of the row above."""
    got = {kind: clean(row[i]) for kind, i in places.items() if i < len(row)}
    target = Target(**{kind: quote for kind, quote in got.items() if kind in _TARGET_FIELDS})
    if above is not None and not target.level1.text:
        target.level1 = above.level1
        if not target.level2.text:
            target.level2 = above.level2
    target.class1 = vocabulary.class1_of(target.level1.text, target.level2.text)
    target.class2 = vocabulary.class2_of(target.level1.text, target.level2.text)
    if not target.class2 and "满意" in target.name.text:  # forms without level 2 put it among the benefits
        target.class2 = "satisfaction"
    target.level1 = _level(target.level1)
    target.level2 = NOTHING if _same_cell(row, places) else _level(target.level2)
    target.name = _unindexed(target.name)
    target.value = _whole_value(got)
    return target


def _same_cell(row: Row, places: dict[str, int]) -> bool:
    """One cell merged over both levels: the form has no level 2 there."""
    first, second = places.get("level1"), places.get("level2")
    return (
        first is not None
        and second is not None
        and second < len(row)
        and row[first] is row[second]
        and bool(row[first].text)
    )


def _level(quote: Quote) -> Quote:
    """``产出指标（50分）`` → ``产出指标``; broken lines inside the cell are joined."""
    plain = vocabulary.bare(quote.text)
    known = vocabulary.is_level1(quote.text) or vocabulary.is_level2(quote.text)
    return Quote(plain, quote.position) if known and plain != quote.text else quote


def _unindexed(name: Quote) -> Quote:
    rest = _INDEX.sub("", name.text)
    return name if rest in (name.text, "") else Quote(rest, name.position)


def _whole_value(got: dict[str, Quote]) -> Quote:
    """A value printed in three columns (符号, 值, 单位) as one text: ``≥`` ``90`` ``%`` → ``≥90%``.

    Some forms swap the heads of the sign and direction columns, so the sign is known by what it is.
    """
    value, unit = got.get("value", NOTHING), got.get("unit", NOTHING).text
    sign = next(
        (got[k].text for k in ("operator", "direction") if k in got and vocabulary.is_sign(got[k].text)), ""
    )
    sign = "" if sign == "定性" else sign
    if not value.text:
        return value
    text = value.text
    if sign and not text.startswith(sign):
        text = sign + text
    if _NAMED_UNIT.match(unit) and not text.endswith(unit) and not vocabulary.is_direction(unit):
        text += unit
    return value if text == value.text else Quote(text, value.position)
