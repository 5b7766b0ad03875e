"""Documents cited in the file: one title under two numbers, or one number under two titles."""

from __future__ import annotations

from collections.abc import Iterator

from anju.kernel.documents import Quote
from anju.packs.budget.checks.context import Context, Hit, all_texts
from anju.packs.budget.prose.citations import citations
from anju.packs.budget.targetfile import BudgetLine, Target


def citation_conflict(ctx: Context) -> Iterator[Hit]:
    """The same document cited in two ways; one of them is wrong."""
    by_title: dict[str, tuple[str, Quote]] = {}
    by_number: dict[str, tuple[str, Quote]] = {}
    told: set[tuple[str | None, str, str]] = set()
    for line, target, quote in all_texts(ctx.file):
        for title, number, cited in citations(quote):
            owner = line.label() if line else None
            if (owner, title, number) not in told:
                told.add((owner, title, number))
                yield from _clash(by_title, title, number, (line, target, cited), "同一文件写了两个文号")
                yield from _clash(by_number, number, title, (line, target, cited), "同一文号写了两个标题")


def _clash(
    known: dict[str, tuple[str, Quote]],
    key: str,
    value: str,
    where: tuple[BudgetLine | None, Target | None, Quote],
    what: str,
) -> Iterator[Hit]:
    line, target, cited = where
    first = known.setdefault(key, (value, cited))
    if first[0] != value and first[1].text != cited.text:
        yield Hit(line, target, f"{what}，请核对原文。", (first[1], cited))
