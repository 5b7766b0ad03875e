"""Rules on self-evaluation forms: weights, scores, and actual values that repeat the target (section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from anju.kernel.documents import Quote
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.reading.facts import money, number
from anju.packs.budget.targetfile import BudgetLine, Target

_SIGN = re.compile(r"[≥≤><≧≦＞＜]|>=|<=|不少于|不低于|不超过|以上|以内|以下")
_CENT = Decimal("0.01")


def weights_not_100(ctx: Context) -> Iterator[Hit]:
    """Weights total exactly 100 with the execution row; without one, 90 leaves its ten points free."""
    for line in ctx.lines:
        weights = [(t, number(t.weight.text)) for t in line.targets]
        known = [w for _, w in weights if w is not None]
        if not known or len(known) < len(weights):
            continue
        execution = number(line.funds.weight.text) if line.funds.weight.text else None
        total = sum(known, Decimal(0)) + (execution or 0)
        if total != 100 and not (execution is None and total == 90):
            printed = line.total_weight.text
            said = f"，表上合计写{printed}" if number(printed) is not None else ""
            cites = (line.total_weight or line.name, *(t.weight for t, _ in weights))
            yield Hit(line, None, f"分值相加为{total.normalize():f}，应为100{said}。", cites)


def actual_copies_target(ctx: Context) -> Iterator[Hit]:
    """An actual value with the target's own ≥ was not measured."""
    for line, target in ctx.rows():
        actual = _plain(target.actual.text)
        if actual and actual == _plain(target.value.text) and _SIGN.search(target.actual.text):
            message = f"实际完成值照抄目标值“{target.actual.text}”，请填实际数。"
            yield Hit(line, target, message, (target.value, target.actual))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def score_arithmetic(ctx: Context) -> Iterator[Hit]:
    """Points above the weight, a wrong total, a wrong execution score, points that do not follow the values."""
    for line in ctx.lines:
        yield from _execution(line)
        for target in line.targets:
            yield from _row(line, target)
        yield from _total(line)


def _row(line: BudgetLine, target: Target) -> Iterator[Hit]:
    weight, score = number(target.weight.text), number(target.score.text)
    if weight is None or score is None:
        return
    if score > weight:
        yield Hit(line, target, f"得分{score}超过分值{weight}。", (target.weight, target.score))
        return
    met = _met(target)
    if met is True and score < weight:
        message = f"实际{target.actual.text}达到目标{target.value.text}，却扣了{weight - score}分。"
        yield Hit(line, target, message, (target.value, target.actual, target.score))
    elif met is False and score == weight:
        message = f"实际{target.actual.text}没有达到目标{target.value.text}，却得了满分。"
        yield Hit(line, target, message, (target.value, target.actual, target.score))


def _met(target: Target) -> bool | None:
    """Whether the measured number keeps the written comparator; None where that cannot be told."""
    from anju.kernel.values.target_value import inferred_op, parse

    wanted, got = target.parsed, parse(target.actual.text)
    if (
        wanted.kind != "number"
        or got.kind != "number"
        or (wanted.base_number is None and wanted.number is None)
    ):
        return None
    a, b = _comparable(got.base_number, got.number), _comparable(wanted.base_number, wanted.number)
    if got.unit not in (None, wanted.unit) or a is None or b is None or got.op is not None:
        return None
    op = wanted.op or inferred_op(target.level2.text, target.name.text, wanted)
    tests = {">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b, "=": a == b}
    return tests.get(op)


def _comparable(base: Decimal | None, plain: Decimal | None) -> Decimal | None:
    return plain if base is None else base


def _execution(line: BudgetLine) -> Iterator[Hit]:
    """``weight × min(1, executed / adjusted)``: 37.24 of 43.2 gives 8.62, not 9."""
    funds = line.funds
    base = funds.adjusted if funds.adjusted.text else funds.initial
    adjusted, executed = (
        money(base.text, False) if base.text else None,
        money(funds.executed.text, False) if funds.executed.text else None,
    )
    if not adjusted or executed is None:
        return
    rate = executed / adjusted
    printed = number(funds.rate.text) if funds.rate.text else None
    if printed is not None:
        stated = printed / 100 if funds.rate.text.strip().endswith(("%", "％")) or printed > 2 else printed
        if abs(stated - rate) > Decimal("0.0051"):
            message = f"执行率应为{_rounded(rate * 100)}%，表上写{funds.rate.text}。"
            yield Hit(line, None, message, (base, funds.executed, funds.rate))
    weight, score = number(funds.weight.text or ""), number(funds.score.text or "")
    if weight is None or score is None:
        return
    expected = _rounded(weight * min(Decimal(1), rate))
    if abs(expected - score) > Decimal("0.05"):
        message = f"预算执行得分应为{weight}×{executed}/{adjusted}＝{expected}，表上写{score}。"
        yield Hit(line, None, message, (base, funds.executed, funds.score))


def _rounded(figure: Decimal) -> Decimal:
    return figure.quantize(_CENT, ROUND_HALF_UP)


def _total(line: BudgetLine) -> Iterator[Hit]:
    printed = number(line.total_score.text) if line.total_score.text else None
    scores = [number(t.score.text) for t in line.targets]
    if printed is None or not scores or any(s is None for s in scores):
        return
    execution = number(line.funds.score.text) if line.funds.score.text else None
    total = sum((s for s in scores if s is not None), Decimal(0))
    with_execution = total + (execution or 0)
    if printed not in (with_execution, total if execution is None else with_execution):
        message = f"各项得分相加为{with_execution.normalize():f}，总分写{printed.normalize():f}。"
        cites: tuple[Quote, ...] = (line.total_score, *(t.score for t in line.targets))
        yield Hit(line, None, message, cites)
