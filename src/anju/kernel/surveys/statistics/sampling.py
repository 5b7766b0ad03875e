"""How many to ask, how many in each stratum, and which ones.

The draw is replayable without this program: within a stratum the keys are put in the order of
``SHA-256(seed + ":" + key)`` in hexadecimal, and the first ones are the sample. A generator of random numbers
changes with the version of its language; a hash does not, and `printf '%s:%s' SEED KEY | sha256sum` repeats it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from statistics import NormalDist

from anju.kernel.values.refusal import Refusal


class SamplingError(Refusal):
    """A sample that cannot be drawn: one sentence and a next step."""


class Allocation(StrEnum):
    PROPORTIONAL = "proportional"
    EQUAL = "equal"


def z_of(confidence: float) -> float:
    """The two-sided normal quantile: 0.95 → 1.959964."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def required_size(
    error: float,
    *,
    confidence: float = 0.95,
    share: float = 0.5,
    deff: float = 1.0,
    population: int | None = None,
) -> int:
    """n = deff·z²p(1−p)/e², with the correction for a finite population where one is given.

    Always rounded up, because one answer fewer would miss the error that was promised: 95 %, e = 3 %, p = 0.5
    gives 1,067.07 and so 1,068, where the literature often prints 1,067 by cutting.
    """
    if not (0 < error < 1 and 0 < share < 1 and 0 < confidence < 1 and deff > 0):
        raise SamplingError("误差、比例和置信度应在0和1之间，设计效应应大于0。", "请改正后再算。")
    n = deff * z_of(confidence) ** 2 * share * (1 - share) / error**2
    if population is not None:
        n = n / (1 + (n - 1) / population)
    # What floating point adds to a whole number is no further answer.
    return ceil(round(n, 9))


def allocate(populations: Mapping[str, int], size: int, how: Allocation, minimum: int = 0) -> dict[str, int]:
    """How many of ``size`` fall to each stratum; they sum to ``size``.

    No stratum gets less than ``minimum`` (or than it has), and none more than it has: what is too much for one
    goes to the others. The last ones go by the largest remainder, then by name. Raises ``SamplingError``.
    """
    least = {name: min(minimum, population) for name, population in populations.items()}
    whole = sum(populations.values())
    if not 0 < size <= whole:
        raise SamplingError(f"样本量{size}不在1至{whole}（总体单元数）之间。", "请改样本量，或换一份抽样框。")
    if sum(least.values()) > size:
        raise SamplingError(
            f"各层最少样本合计{sum(least.values())}，超过了样本量{size}。",
            "请加大样本量，或减小每层最少样本。",
        )
    weights = populations if how == Allocation.PROPORTIONAL else dict.fromkeys(populations, 1)
    fixed: dict[str, int] = {}
    while True:
        free = [name for name in populations if name not in fixed]
        ideal = _shares(weights, free, size - sum(fixed.values()))
        low = {name: least[name] for name in free if ideal[name] < least[name]}
        high = {name: populations[name] for name in free if ideal[name] > populations[name]}
        # The side that is further off is settled first: settling it moves the others.
        lacking = sum(least[name] - ideal[name] for name in low)
        beyond = sum(ideal[name] - populations[name] for name in high)
        bound = low if lacking >= beyond else high
        if not bound:
            return {name: (fixed | _rounded(ideal))[name] for name in populations}
        fixed |= bound


def _shares(weights: Mapping[str, int], names: Iterable[str], size: int) -> dict[str, Fraction]:
    chosen = list(names)
    whole = sum(weights[name] for name in chosen)
    return {name: Fraction(size * weights[name], whole) if whole else Fraction(0) for name in chosen}


def _rounded(ideal: Mapping[str, Fraction]) -> dict[str, int]:
    """Largest remainder; a whole share has none, so nobody gets more than it has."""
    given = {name: floor(share) for name, share in ideal.items()}
    left = round(sum(ideal.values())) - sum(given.values())
    by_remainder = sorted(ideal, key=lambda name: (given[name] - ideal[name], name))
    return given | {name: given[name] + 1 for name in by_remainder[:left]}


def rank(seed: str, key: str) -> str:
    """Where a key stands in the order of the draw."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(frame: Mapping[str, Iterable[str]], sizes: Mapping[str, int], seed: str) -> dict[str, list[str]]:
    """The sample of each stratum of a frame (stratum → keys), in the order of the draw.

    Raises ``SamplingError`` for a key that stands twice, or a stratum that has too few.
    """
    seen: set[str] = set()
    drawn = {}
    for stratum, keys in frame.items():
        rows = list(keys)
        repeated = next((key for key in rows if key in seen or seen.add(key)), None)  # type: ignore[func-returns-value]
        if repeated is not None:
            raise SamplingError(f"抽样框里“{repeated}”出现了不止一次。", "请去掉重复的行后重新抽样。")
        wanted = sizes.get(stratum, 0)
        if wanted > len(rows):
            raise SamplingError(f"“{stratum}”只有{len(rows)}户，不够抽{wanted}户。", "请减小这一层的样本量。")
        drawn[stratum] = sorted(rows, key=lambda key: rank(seed, key))[:wanted]
    return drawn


def digest(frame: Mapping[str, Iterable[str]]) -> str:
    """SHA-256 of a frame: lines of stratum, tab, key, in their order, so that both sides know they drew from one."""
    lines = sorted(f"{stratum}\t{key}\n" for stratum, keys in frame.items() for key in keys)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
