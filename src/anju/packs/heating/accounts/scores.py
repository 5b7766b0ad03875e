"""The score of a company (企业评价) by dated weights; every mark opens to its evidence, and none is given without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import (
    Raw,
    RowError,
    Term,
    check_keys,
    check_rows,
    check_shapes,
    figure,
    in_force,
    parse,
    refuse_overlaps,
    term,
    words,
)

CODE, SOURCE = "heating.scores", f"{__package__}/scores.toml"
PARTS = ("room", "complaints", "stability", "energy", "makeup", "delivery", "emergency")
_FULL = Decimal(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Scheme:
    """Weights by part; they total 100."""

    code: str
    name: str
    basis: str
    verified: bool
    weights: dict[str, Decimal]
    term: Term


@dataclass(frozen=True, slots=True)
class Mark:
    """How well a part was done (0 to 1) and where the evidence is; None: nothing was measured."""

    share: Decimal | None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` by part (None without evidence) and their ``total`` of the ``weight`` that was evidenced.

    ``of_100`` is the total as it would be if the rest were alike; it is None below half of the weight.
    """

    scheme: Scheme
    points: dict[str, Decimal | None]
    total: Decimal
    weight: Decimal

    @property
    def of_100(self) -> Decimal | None:
        if self.weight * 2 < _FULL:
            return None
        return (self.total / self.weight * _FULL).quantize(_CENT, ROUND_HALF_UP)


@lru_cache(maxsize=4)
def load(text: str) -> tuple[Scheme, ...]:
    """The schemes of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("企业评价文件", tables, ["scheme"])
    rows = tuple(_row(raw) for raw in check_rows("企业评价文件的scheme", tables["scheme"]))
    refuse_overlaps(rows)
    return rows


def schemes() -> tuple[Scheme, ...]:
    """All schemes of the text in force."""
    return load(rulebooks.in_force(CODE, SOURCE))


def scheme(on: date, code: str = "company") -> Scheme:
    """The scheme of a day. Raises ``RowError`` where there is none."""
    return in_force(schemes(), code, on)


def score(marks: Mapping[str, Mark], by: Scheme) -> Score:
    """Weight times mark, half up to two decimals at each part, then the sum; a share above 1 counts as 1, below 0 as 0."""
    points = {part: _points(marks.get(part), weight) for part, weight in by.weights.items()}
    given = {part: value for part, value in points.items() if value is not None}
    weight = sum((by.weights[part] for part in given), Decimal(0))
    return Score(by, points, sum(given.values(), Decimal(0)), weight)


def _points(mark: Mark | None, weight: Decimal) -> Decimal | None:
    if mark is None or mark.share is None or not mark.evidence:
        return None
    return (weight * min(max(mark.share, Decimal(0)), Decimal(1))).quantize(_CENT, ROUND_HALF_UP)


def _row(raw: Raw) -> Scheme:
    what = f"企业评价「{raw.get('name', '未命名')}」"
    check_keys(what, raw, ("code", "name", "basis", "verified", "valid_from", "weights"), ("valid_to",))
    check_shapes(what, raw, {"weights": dict, "verified": bool})
    check_keys(f"{what}的分值", raw["weights"], PARTS)
    weights = {part: figure(what, part, raw["weights"][part]) for part in PARTS}
    if sum(weights.values()) != _FULL:
        raise RowError(f"{what}的分值合计不是100。", "请改正各项分值。")
    return Scheme(
        words(what, raw, "code"), words(what, raw, "name"), words(what, raw, "basis"), raw["verified"], weights,
        term(what, raw),
    )  # fmt: skip
