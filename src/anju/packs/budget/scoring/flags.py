"""Integrity flags of section 5: signs in a filled form that its figures were not measured."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from anju.kernel.values.text import fold
from anju.packs.budget.checks.context import Context
from anju.packs.budget.checks.figures.plan import is_payment_rate
from anju.packs.budget.checks.figures.scores import actual_copies_target
from anju.packs.budget.scoring import rules
from anju.packs.budget.scoring.entries import Entry, Execution, Figure
from anju.packs.budget.targetfile import BudgetLine, TargetFile

# Half a per cent and a rounding slip, as in the check of a printed execution rate.
_ROUNDED = Decimal("0.51")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_COUNT = rf"{_NUMBER}(?![0-9.%])([万亿]?[一-鿿㎡]?)"
_PLANNED = re.compile(rf"(?:目标|计划|预期|应完成)[^0-9%。；]{{0,8}}{_COUNT}")
_DONE = re.compile(rf"(?:实际|完成|已)[^0-9%。；率]{{0,8}}{_COUNT}")
# "超过10%的用户" says nothing of the target: a claim of being over names it, or stands right before its figure.
_OVER = re.compile(
    rf"超(?:额|出|[出过]?(?:原定)?(?:目标|计划|预期))?(?:完成|值|数|任务)?[约达了]{{0,2}}{_NUMBER}%"
)
# "已完成80%的入户调查" speaks of a part of the work: without 率 the claim ends its clause.
_RATE = re.compile(
    rf"完成率[^0-9。；]{{0,6}}{_NUMBER}%|(?<!额)完成(?:了|目标的|计划的)?{_NUMBER}%(?=[,，。；;]|$)"
)


class Scored(Protocol):
    """What a flag needs of a row of the sheet."""

    @property
    def points(self) -> Decimal | None: ...

    @property
    def weight(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class Flag:
    """One sign: stable code, key of the row ("" for the whole sheet) and a Chinese sentence with the next step."""

    code: str
    key: str
    message: str


def integrity(
    entries: Sequence[Entry], execution: Execution, rows: Sequence[Scored], own_weights: bool
) -> tuple[Flag, ...]:
    """All flags of one sheet, those on the whole sheet last. ``own_weights``: the file's own were used."""
    return (
        *_copied(entries),
        *(flag for entry in entries for flag in _of_row(entry)),
        *_deducted(entries, execution, rows),
        *_weights(entries, execution, own_weights),
    )


def _copied(entries: Sequence[Entry]) -> Iterator[Flag]:
    """An actual value with the target's own ≥ was not measured; the check of target files sees it."""
    line = BudgetLine(targets=[entry.as_target() for entry in entries])
    for hit in actual_copies_target(Context(TargetFile("", "", lines=[line]))):
        yield Flag("actual_copies_target", hit.cites[0].position, hit.message)


def _of_row(entry: Entry) -> Iterator[Flag]:
    if entry.class2 == "quantity" and entry.value.base_unit == "元":
        yield Flag("money_as_quantity", entry.key, f"“{entry.name}”是金额，不是产出数量，请改作成本指标。")
    if entry.is_cost and is_payment_rate(entry.as_target()):
        message = f"“{entry.name}”是支付率，预算执行已经计过一次分，请改用成本控制指标。"
        yield Flag("payment_rate_scored", entry.key, message)
    if entry.value.unit == "%" and entry.target == 100 and (entry.figure or 0) > 100:
        message = f"比率写成{_rounded(entry.figure or Decimal(0))}%，部分不会多于全部，请核对分子和分母。"
        yield Flag("rate_over_100", entry.key, message)
    yield from _contradicted(entry)


def _contradicted(entry: Entry) -> Iterator[Flag]:
    """A stated rate against its own numbers: 66.86 of 200 called 100 %, 264 against 115 called 43 % over."""
    actual = entry.actual
    if isinstance(actual, Figure) and entry.value.unit == "%":
        true = actual.percent
        if true is not None and actual.value is not None and abs(true - actual.value) > _ROUNDED:
            counts = f"{_plain(actual.numerator)}/{_plain(actual.denominator)}"
            yield _false_rate(entry, f"{counts}＝{_rounded(true)}%", f"{_plain(actual.value)}%")
    told = fold(entry.reason).replace(" ", "")
    planned, done = _own_numbers(entry, told)
    if not planned or done is None:
        return
    sum_words = f"{_plain(done)}/{_plain(planned)}"
    for claim in _RATE.finditer(told):
        true, stated = done * 100 / planned, Decimal(claim[1] or claim[2])
        if abs(true - stated) > _ROUNDED:
            yield _false_rate(entry, f"{sum_words}＝{_rounded(true)}%", claim[0])
    for claim in _OVER.finditer(told):
        true, stated = done * 100 / planned - 100, Decimal(claim[1])
        if abs(true - stated) > _ROUNDED:
            yield _false_rate(entry, f"{sum_words}，超出{_rounded(true)}%", claim[0])


def _own_numbers(entry: Entry, told: str) -> tuple[Decimal | None, Decimal | None]:
    """Planned and done: both from the narrative, else both from the row.

    The row's own numbers are taken only where they are no rate: "over by 3%" of a rate can mean two things.
    """
    planned = _PLANNED.search(told)
    done = _DONE.search(told.replace(planned[0], "；", 1)) if planned else None  # 计划完成115 is not done yet
    if planned and done and planned[2] == done[2]:  # 20万户 and 180000户 are not to be divided
        return Decimal(planned[1]), Decimal(done[1])
    return (None, None) if entry.value.unit == "%" else (entry.target, entry.figure)


def _false_rate(entry: Entry, true: str, stated: str) -> Flag:
    message = f"“{entry.name}”说明写“{stated}”，按其自己的数{true}，请改正。"
    return Flag("rate_contradicts_numbers", entry.key, message)


def _deducted(entries: Sequence[Entry], execution: Execution, rows: Sequence[Scored]) -> Iterator[Flag]:
    """Points deducted with every target met: the score was made to look modest."""
    if not entries or any(row.points is None or row.points < rules.full(row.weight) for row in rows):
        return
    claims = [("预算执行率", execution.claimed, execution.weight)]
    claims += [(entry.name, entry.claimed, entry.weight) for entry in entries]
    lower = [
        name for name, claim, weight in claims if claim is not None and weight is not None and claim < weight
    ]
    if lower:
        message = f"各项目标都已达到，{'、'.join(lower)}却扣了分，请说明理由或改回。"
        yield Flag("deducted_though_met", "", message)


def _weights(entries: Sequence[Entry], execution: Execution, own_weights: bool) -> Iterator[Flag]:
    """Weights of the file that could not be used, so that the scheme's were."""
    own = [entry.weight for entry in entries if entry.weight is not None]
    if not own or own_weights:
        return
    if len(own) < len(entries):
        yield Flag("weights_incomplete", "", "表上只有部分指标填了分值，已改按方案分配，请补齐。")
        return
    total = _plain(sum(own, execution.weight or Decimal(0)))
    yield Flag("weights_not_100", "", f"表上分值合计{total}，不是100，已改按方案分配，请改正。")


def _plain(number: Decimal | None) -> str:
    return "?" if number is None else f"{number.normalize():f}"


def _rounded(number: Decimal) -> str:
    return _plain(number.quantize(Decimal("0.01"), ROUND_HALF_UP))
