"""Scoring schemes as dated rows, from ``schemes.toml``. Weights are points of 100, thresholds are shares of 1."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import (
    Raw,
    RowError,
    Term,
    check_keys,
    check_rows,
    check_shapes,
    falling,
    figure,
    in_force,
    parse,
    refuse_overlaps,
    share,
    term,
    words,
)

# Level 2 classes under their level 1. A row of class "process" (过程) is what some schemes call management.
PARENT: Mapping[str, str] = {
    "quantity": "output",
    "quality": "output",
    "timeliness": "output",
    "cost": "output",
    "economic": "benefit",
    "social": "benefit",
    "ecological": "benefit",
    "sustainable": "benefit",
    "process": "management",
}
CLASSES = frozenset(PARENT) | {"output", "benefit", "satisfaction", "decision", "management"}

_TEXTS = ("code", "name", "name_en", "issuer", "legal_basis", "area")
_SETTINGS = (
    "bands",
    "grades",
    "floor",
    "satisfaction_floor",
    "days_to_zero",
    "execution_reason_below",
    "reason_above",
    "over_steps",
)
_REQUIRED = (*_TEXTS, "valid_from", "verified", "weights", *_SETTINGS)
_SHAPES: Mapping[str, type] = {
    "verified": bool,
    "weights": dict,
    "empty": dict,
    "bands": list,
    "grades": list,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """Points that one class has, or several share."""

    classes: tuple[str, ...]
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """Above this share of the target, this share of the row's weight is taken off."""

    above: Decimal
    deduct: Decimal


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme in force for a term.

    ``bands`` and ``floor``s are shares of 1, ``grades`` points of 100. ``empty`` names the class that takes the
    weight of a class without indicators.
    """

    code: str
    name: str
    name_en: str
    issuer: str
    legal_basis: str
    area: str
    term: Term
    verified: bool
    execution: Decimal
    pools: tuple[Pool, ...]
    bands: tuple[Decimal, ...]
    grades: tuple[Decimal, ...]
    floor: Decimal
    satisfaction_floor: Decimal
    days_to_zero: int
    execution_reason_below: Decimal
    reason_above: Decimal
    over_steps: tuple[Step, ...]
    empty: Mapping[str, str]


@lru_cache(maxsize=4)
def load(text: str) -> tuple[Scheme, ...]:
    """The schemes of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("方案文件", tables, ["scheme"], ["defaults"])
    check_shapes("方案文件", tables, {"defaults": dict})
    defaults, raws = tables.get("defaults", {}), check_rows("方案文件的scheme", tables["scheme"])
    check_keys("defaults", defaults, [], _SETTINGS)
    schemes = tuple(_scheme({**defaults, **raw}) for raw in raws)
    refuse_overlaps(schemes)
    return schemes


def schemes() -> tuple[Scheme, ...]:
    """All rows of the text in force, ended and coming ones too."""
    return load(rulebooks.in_force("budget.schemes", f"{__package__}/schemes.toml"))


def scheme_for(code: str, on: date) -> Scheme:
    """The scheme of a code on a day. Raises ``RowError`` naming those in force when there is none."""
    return in_force(schemes(), code, on)


def _scheme(raw: Raw) -> Scheme:
    what = f"方案「{raw.get('code', '未命名')}」"
    check_keys(what, raw, _REQUIRED, ("valid_to", "empty"))
    check_shapes(what, raw, _SHAPES)
    execution, pools = _weights(what, raw["weights"])
    return Scheme(
        **{key: words(what, raw, key) for key in _TEXTS},
        term=term(what, raw),
        verified=raw["verified"],
        execution=execution,
        pools=pools,
        bands=falling(what, "bands", tuple(share(what, "bands", b) for b in raw["bands"]), 2),
        grades=falling(what, "grades", tuple(figure(what, "grades", g) for g in raw["grades"]), 3),
        floor=share(what, "floor", raw["floor"]),
        satisfaction_floor=share(what, "satisfaction_floor", raw["satisfaction_floor"]),
        days_to_zero=_days(what, raw["days_to_zero"]),
        execution_reason_below=share(what, "execution_reason_below", raw["execution_reason_below"]),
        reason_above=share(what, "reason_above", raw["reason_above"]),
        over_steps=_steps(what, raw["over_steps"]),
        empty=_empty(what, raw.get("empty", {}), pools),
    )


def _weights(what: str, raw: Mapping[str, Any]) -> tuple[Decimal, tuple[Pool, ...]]:
    """Execution and the pots; they total exactly 100 (Zhongjiang's own form totals 110 and prints 100)."""
    pools = tuple(
        Pool(tuple(key.split("+")), figure(what, f"weights.{key}", weight))
        for key, weight in raw.items()
        if key != "execution"
    )
    named = [name for pool in pools for name in pool.classes]
    unknown = [name for name in named if name not in CLASSES]
    if unknown or len(named) != len(set(named)):
        raise RowError(
            f"{what}的weights有不认识或重复的类别：{'、'.join(unknown or named)}。", "请改正类别名。"
        )
    execution = figure(what, "weights.execution", raw.get("execution", "0"))
    total = sum((pool.weight for pool in pools), execution)
    if total != 100:
        raise RowError(f"{what}的分值合计为{total.normalize():f}，应为100。", "请改正weights后再载入。")
    return execution, pools


def _steps(what: str, raw: object) -> tuple[Step, ...]:
    rows = check_rows(f"{what}的over_steps", raw)
    for step in rows:
        check_keys(f"{what}的over_steps", step, ("above", "deduct"))
    steps = tuple(Step(share(what, "above", s["above"]), share(what, "deduct", s["deduct"])) for s in rows)
    if any(b.above <= a.above or b.deduct < a.deduct for a, b in itertools.pairwise(steps)):
        raise RowError(f"{what}的over_steps次序不对。", "请由低到高填写，扣得不能越来越少。")
    if any(step.above < 1 or step.deduct > 1 for step in steps):
        raise RowError(
            f"{what}的over_steps超出范围。", "above不能低于100，deduct不能超过100，请改正后再载入。"
        )
    return steps


def _days(what: str, raw: object) -> int:
    if type(raw) is not int or raw < 1:
        raise RowError(f"{what}的days_to_zero写成了{raw}，不是正整数。", "请写成90这样的天数。")
    return raw


def _empty(what: str, raw: Mapping[str, str], pools: tuple[Pool, ...]) -> Mapping[str, str]:
    known = {name for pool in pools for name in pool.classes}
    for key in raw:
        words(f"{what}的empty", raw, key)
    stray = sorted({*raw, *raw.values()} - known)
    if stray:
        raise RowError(f"{what}的empty写了没有分值的类别：{'、'.join(stray)}。", "请只写weights里有的类别。")
    return dict(raw)
