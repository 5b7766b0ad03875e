"""Weighted shares and means of a stratified sample, with their standard errors.

A share or mean among those with a valid answer is a ratio R = Σwy/Σw of two estimated sums, so its variance is
that of the linearised value z = w(y − R)/Σw (Särndal, Swensson, Wretman 1992, section 5.5), summed over strata:

    v(R) = Σ_h (1 − f_h) · n_h/(n_h − 1) · Σ_i (z_hi − z̄_h)²

Everybody who answered counts in n_h, also with z = 0 where this question has no valid answer: how many will
have one is not known before the survey. A stratum with one answer gives no variance of its own; its z is
compared with nought, the mean of all z, which errs on the safe side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from anju.kernel.surveys.statistics.sampling import z_of
from anju.kernel.surveys.statistics.weighting import kish_design_effect


@dataclass(frozen=True, slots=True)
class Observed:
    """An answer: its stratum, its weight, and what it says (1 or 0 for a share); None is no valid answer.

    ``count`` is how many people gave just this, so that 20,000 answers are a few dozen rows.
    """

    stratum: str
    weight: float
    value: float | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """``numerator`` / ``denominator`` are weighted sums over the ``n`` valid answers; all None where n is 0.

    ``error`` is the standard error, None where the answers do not allow one (all of them are alike, or one).
    ``deff`` is Kish's design effect of the weights of the valid answers.
    """

    n: int
    numerator: float | None = None
    denominator: float | None = None
    error: float | None = None
    deff: float | None = None

    @property
    def value(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    def margin(self, confidence: float = 0.95) -> float | None:
        """Half the width of the confidence interval: z times the standard error."""
        return None if self.error is None else z_of(confidence) * self.error

    def interval(
        self, confidence: float = 0.95, low: float = 0.0, high: float = 1.0
    ) -> tuple[float, float] | None:
        """The normal interval, cut at what the figure can be at all (``low`` to ``high``)."""
        half = self.margin(confidence)
        if half is None or self.value is None:
            return None
        return max(low, self.value - half), min(high, self.value + half)


def estimate(rows: Sequence[Observed], populations: Mapping[str, int] | None = None) -> Estimate:
    """The weighted mean of the values (a share for values of 0 and 1) with its standard error.

    ``populations`` asks for the finite population correction: stratum → how many there are in it.
    """
    valid = [row for row in rows if row.value is not None]
    n = sum(row.count for row in valid)
    whole = fsum(row.count * row.weight for row in valid)
    if not whole:
        return Estimate(n)
    top = fsum(row.count * row.weight * row.value for row in valid if row.value is not None)
    middle = top / whole
    by_stratum: dict[str, list[tuple[float, int]]] = {}
    for row in rows:
        z = 0.0 if row.value is None else row.weight * (row.value - middle) / whole
        by_stratum.setdefault(row.stratum, []).append((z, row.count))
    variance = fsum(_variance(zs, (populations or {}).get(name)) for name, zs in by_stratum.items())
    alike = len({row.value for row in valid}) == 1
    deff = kish_design_effect([row.weight for row in valid], [row.count for row in valid])
    return Estimate(n, top, whole, None if alike else sqrt(variance), deff)


def _variance(zs: Sequence[tuple[float, int]], population: int | None) -> float:
    n = sum(count for _, count in zs)
    uncovered = max(1 - n / population, 0.0) if population else 1.0
    if n == 1:
        return uncovered * zs[0][0] ** 2
    mean = fsum(z * count for z, count in zs) / n
    return uncovered * n / (n - 1) * fsum(count * (z - mean) ** 2 for z, count in zs)
