"""The numbers that a safeguard measure promises: quantities, money, dates, each with its clause and place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import parse
from anju.packs.budget.prose.quantities import amounts, clauses, dates, quantities
from anju.packs.budget.targetfile import Commitment, Measure

# Document numbers and pipe sizes hold digits and promise nothing: 〔2020〕88号, DN600.
_CITATION = re.compile(r"[〔\[【(（]\s*\d{4}\s*[〕\]】)）]\s*\d+号|《[^》]*》|DN\d+|PM\d+(?:\.\d)?")


def commitments(measures: list[Measure]) -> list[Commitment]:
    """All promised figures in the order of the text."""
    return [
        Commitment(
            f"（{measure.number}）{measure.title.text}", clause, quote, parse(quote.text.replace("份", ""))
        )
        for measure in measures
        for paragraph in measure.body or [measure.title]
        for clause in clauses(paragraph)
        for quote in _figures(clause)
    ]


def _figures(clause: Quote) -> Iterator[Quote]:
    blind = _CITATION.sub(lambda m: "　" * len(m[0]), clause.text)
    spans = [(f.start, f.end) for f in quantities(blind)]
    spans += [(a.start, a.end) for a in amounts(blind)]
    spans += [(d.start, d.end) for d in dates(blind)]
    for start, end in sorted(spans):
        yield clause.part(start, end)
