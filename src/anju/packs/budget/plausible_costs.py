"""Dated rows of what things usually cost, from ``plausible_costs.toml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import (
    Raw,
    RowError,
    Term,
    check_keys,
    check_rows,
    figure,
    parse,
    term,
    words,
)


@dataclass(frozen=True, slots=True)
class CostRange:
    """Yuan for one unit of what ``word`` names, in force for a term."""

    word: re.Pattern[str]
    unit: str
    low: Decimal
    high: Decimal
    term: Term
    basis: str


@lru_cache(maxsize=4)
def load(text: str) -> tuple[CostRange, ...]:
    """The ranges of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("成本文件", tables, ["row"])
    return tuple(_row(raw) for raw in check_rows("成本文件的row", tables["row"]))


def cost_ranges() -> tuple[CostRange, ...]:
    """All rows of the text in force, ended and coming ones too."""
    return load(rulebooks.in_force("budget.costs", f"{__package__}/plausible_costs.toml"))


def _row(raw: Raw) -> CostRange:
    what = f"成本「{raw.get('word', '未命名')}」"
    check_keys(what, raw, ("word", "unit", "low", "high", "valid_from", "basis"), ("valid_to",))
    low, high = figure(what, "low", raw["low"]), figure(what, "high", raw["high"])
    if low > high:
        raise RowError(f"{what}的low大于high。", "请改正上下限。")
    return CostRange(
        word=_words(what, words(what, raw, "word")),
        unit=words(what, raw, "unit"),
        low=low,
        high=high,
        term=term(what, raw),
        basis=words(what, raw, "basis"),
    )


def _words(what: str, alternatives: str) -> re.Pattern[str]:
    """Plain words with ``|`` between them, never a pattern: what a person typed must not be able to hang a review."""
    named = [word.strip() for word in alternatives.split("|")]
    if not all(named):
        raise RowError(f"{what}的word有空的词。", "请把几个词用竖线隔开，如“维修|改造”。")
    return re.compile("|".join(map(re.escape, named)))
