"""Green, yellow, orange, red (section 4) on the platform's own scale: ok, warn, high, crit, and na."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import (
    Raw,
    Term,
    check_keys,
    check_rows,
    falling,
    figure,
    in_force,
    parse,
    refuse_overlaps,
    term,
    words,
)

Grade = Literal["ok", "warn", "high", "crit", "na"]

_SCALE: tuple[Grade, ...] = ("ok", "warn", "high", "crit")
_FIGURES = ("warn", "high", "crit", "forecast_crit")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Upper bounds in points of what is still green, yellow and orange; ``forecast_crit`` in per cent of target."""

    code: str
    basis: str
    basis_en: str
    term: Term
    warn: Decimal
    high: Decimal
    crit: Decimal
    forecast_crit: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade and, in Chinese, what it rests on."""

    grade: Grade
    reasons: tuple[str, ...]


@lru_cache(maxsize=4)
def load(text: str) -> tuple[Thresholds, ...]:
    """Thresholds of a TOML text. Raises ``RowError`` for the first thing that is wrong."""
    tables = parse(text)
    check_keys("分级文件", tables, ["grade"])
    rows = tuple(_row(raw) for raw in check_rows("分级文件的grade", tables["grade"]))
    refuse_overlaps(rows)
    return rows


def thresholds() -> tuple[Thresholds, ...]:
    """All rows of the text in force, ended and coming ones too."""
    return load(rulebooks.in_force("budget.grades", f"{__package__}/grades.toml"))


def thresholds_for(on: date, code: str = "standard") -> Thresholds:
    """The thresholds of a code on a day. Raises ``RowError`` when there are none."""
    return in_force(thresholds(), code, on)


def _row(raw: Raw) -> Thresholds:
    what = f"分级「{raw.get('code', '未命名')}」"
    check_keys(what, raw, ("code", "basis", "basis_en", "valid_from", *_FIGURES), ("valid_to",))
    figures = {key: figure(what, key, raw[key]) for key in _FIGURES}
    falling(what, "crit、high、warn", (figures["crit"], figures["high"], figures["warn"]), 3)
    return Thresholds(
        code=words(what, raw, "code"),
        basis=words(what, raw, "basis"),
        basis_en=words(what, raw, "basis_en"),
        term=term(what, raw),
        **figures,
    )


def grade(
    execution: Decimal | None,
    goal: Decimal | None,
    limits: Thresholds,
    *,
    passed: bool = False,
    forecast: Decimal | None = None,
) -> Judgement:
    """Grade dE and dG, in points. ``forecast`` is the attainment predicted, in per cent of the target.

    Late counts on either side. Money ahead counts as far as the work is not ahead with it, and when the work is
    late besides (dE>0, dG<0) the grade is raised by one, so that it is worse than both late. Green needs both
    sides: with one unknown, what is within bounds is ``na``.
    """
    reasons = list(_red(limits, passed, forecast))
    if reasons:
        return Judgement("crit", tuple(reasons))
    size = max(_late(goal), _money(execution, goal))
    found = _SCALE[sum(size > limit for limit in (limits.warn, limits.high, limits.crit))]
    if execution is None or goal is None:
        unknown = "、".join(
            name for name, known in (("支付进度", execution), ("目标进度", goal)) if known is None
        )
        return Judgement("na" if found == "ok" else found, (f"{unknown}不可评。", *_told(execution, goal)))
    if execution > 0 > goal:
        raised = _SCALE[min(_SCALE.index(found) + 1, len(_SCALE) - 1)]
        return Judgement(raised, (*_told(execution, goal), "钱付在了工作前面，提高一级。"))
    return Judgement(found, _told(execution, goal))


def worst(grades: Iterable[Grade]) -> Grade:
    """The worst of several; ``na`` keeps green from being said, and says nothing against a worse one."""
    found = set(grades)
    for each in ("crit", "high", "warn"):
        if each in found:
            return each
    return "na" if "na" in found or not found else "ok"


def _red(limits: Thresholds, passed: bool, forecast: Decimal | None) -> Iterable[str]:
    if passed:
        yield "完成时限已过，没有验收记录。"
    if forecast is not None and forecast < limits.forecast_crit:
        yield f"预计只能完成目标的{_points(forecast)}%，低于{_points(limits.forecast_crit)}%。"


def _late(deviation: Decimal | None) -> Decimal:
    return max(_NOTHING, -deviation) if deviation is not None else _NOTHING


def _money(execution: Decimal | None, goal: Decimal | None) -> Decimal:
    """Points of deviation of payment: late ones, or those ahead less what the work is ahead."""
    if execution is None or execution <= 0:
        return _late(execution)
    return max(_NOTHING, execution - max(goal or _NOTHING, _NOTHING))


def _told(execution: Decimal | None, goal: Decimal | None) -> tuple[str, ...]:
    told = []
    for name, deviation in (("支付", execution), ("目标", goal)):
        if deviation is not None:
            side, size = "超前" if deviation > 0 else "落后", _points(abs(deviation))
            told.append(f"{name}{side}{size}个百分点。" if size != "0" else f"{name}与计划一致。")
    return tuple(told)


def _points(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}"
