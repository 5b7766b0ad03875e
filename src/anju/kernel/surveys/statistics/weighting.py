"""Weights that make the answers stand for the population: by strata, by one margin, by several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum

ROUNDS, CLOSE = 200, 1e-9

Margin = Mapping[str, float]


def post_stratified(cells: Sequence[str], margin: Margin) -> list[float]:
    """A weight for each answer, N of its cell / n of its cell, scaled to sum to the number of answers.

    ``cells`` names the cell of each answer. A cell that the margin does not name weighs nothing; a cell of the
    margin without answers is not represented by anybody, so what is estimated is about the others.
    """
    counts = Counter(cells)
    raw = {cell: margin.get(cell, 0.0) / n for cell, n in counts.items()}
    return _scaled([raw[cell] for cell in cells])


def raked(rows: Sequence[Sequence[str]], margins: Sequence[Margin]) -> list[float]:
    """Weights that agree with several margins at once (iterative proportional fitting, Deming and Stephan 1940).

    ``rows`` holds for each answer its cell in each margin. Margins count as shares of their cells that have
    answers. It ends when no margin is off by more than 1e-9 of the whole, after 200 rounds at the latest.
    """
    n = len(rows)
    weights = [1.0] * n
    targets = [_target([row[i] for row in rows], margin) for i, margin in enumerate(margins)]
    for _ in range(ROUNDS):
        off = 0.0
        for i, target in enumerate(targets):
            sums: dict[str, list[float]] = {}
            for row, weight in zip(rows, weights, strict=True):
                sums.setdefault(row[i], []).append(weight)
            have = {cell: fsum(parts) for cell, parts in sums.items()}
            off = max(off, *(abs(have[cell] - target[cell]) for cell in have))
            factor = {cell: target[cell] / have[cell] if have[cell] else 0.0 for cell in have}
            weights = [weight * factor[row[i]] for row, weight in zip(rows, weights, strict=True)]
        if off <= CLOSE * max(n, 1):
            break
    return _scaled(weights)


def _target(cells: Sequence[str], margin: Margin) -> dict[str, float]:
    """What the weights of each cell that occurs are to sum to."""
    occurring = dict.fromkeys(cells)
    whole = fsum(margin.get(cell, 0.0) for cell in occurring)
    return {cell: margin.get(cell, 0.0) / whole * len(cells) if whole else 0.0 for cell in occurring}


def _scaled(weights: list[float]) -> list[float]:
    whole = fsum(weights)
    return [weight / whole * len(weights) for weight in weights] if whole else weights


def kish_design_effect(weights: Sequence[float], counts: Sequence[int] | None = None) -> float | None:
    """n·Σw²/(Σw)² (Kish 1965): how much unequal weights cost; 1 for equal ones, None without any weight.

    ``counts`` says how many answers have each weight; one each without it.
    """
    times = counts or [1] * len(weights)
    whole = fsum(k * w for k, w in zip(times, weights, strict=True))
    squares = fsum(k * w * w for k, w in zip(times, weights, strict=True))
    return sum(times) * squares / whole**2 if whole else None
