"""Rules on the payment plan and on payment rates put where costs belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.kernel.values.target_value import parse
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.targetfile import BudgetLine, Target

_DEFAULT = [Decimal(25), Decimal(50), Decimal(75), Decimal(100)]
_PAYMENT_RATE = re.compile(
    r"(?:预算|资金|合同款|款项|经费|补助|补贴)\S{0,6}(?:完成率|支付率|支出率|执行率|使用率|拨付率)|^(?:支付率|执行率|支出率)$"
)
_ADVANCE = re.compile(r"补助|补贴|奖补|救助|保险")


def is_payment_rate(target: Target) -> bool:
    """A rate of money paid, whatever the row is called."""
    return names_payment_rate(target.name.text, target.value.text)


def names_payment_rate(name: str, value: str) -> bool:
    """The same, of the words of a row."""
    return bool(_PAYMENT_RATE.search(name)) and parse(value).unit in ("%", None)


def plan_quote(line: BudgetLine) -> Quote:
    """The four percentages as one quote."""
    return Quote(
        " ".join(q.text.strip() for q in line.plan_text), line.plan_text[0].position if line.plan_text else ""
    )


def plan_not_monotone(ctx: Context) -> Iterator[Hit]:
    """A cumulative plan cannot fall (section 1, 资金支出计划)."""
    for line in ctx.lines:
        for i, (before, after) in enumerate(zip(line.plan or [], (line.plan or [])[1:], strict=False)):
            if after < before:
                message = f"累计支出计划第{i + 2}季度（{after}%）低于第{i + 1}季度（{before}%）。累计数只能持平或增加。"
                yield Hit(line, None, message, (line.plan_text[i], line.plan_text[i + 1]))
                break


def plan_not_full(ctx: Context) -> Iterator[Hit]:
    """A cumulative plan ends at 100 (section 1)."""
    for line in ctx.lines:
        if line.plan and line.plan[3] != 100:
            message = f"第四季度累计支出计划为{line.plan[3]}%，应为100%。请补足，或说明结余资金的去向。"
            yield Hit(line, None, message, (line.plan_text[3], line.budget_text or line.name))


def cost_below_plan(ctx: Context) -> Iterator[Hit]:
    """A payment rate under 100 contradicts a plan that ends at 100."""
    for line in ctx.lines:
        if not line.plan or line.plan[3] != 100:
            continue
        for target in line.targets:
            number = target.parsed.number
            if (
                is_payment_rate(target)
                and number is not None
                and number < 100
                and target.parsed.op not in ("<=", "<")
            ):
                message = f"支出计划年底达到100%，“{target.name.text}”却只要求{target.value.text}，两者只能有一个对。"
                yield Hit(line, target, message, (target.value, line.plan_text[3]))


def cost_is_payment_rate(ctx: Context) -> Iterator[Hit]:
    """A cost target that is a payment rate scores execution twice (section 3)."""
    for line in ctx.lines:
        for target in line.of("cost"):
            if is_payment_rate(target):
                message = "成本指标填的是资金支付进度，与预算执行率重复计分。请改为金额上限或单位成本。"
                yield Hit(line, target, message, (target.name, target.value))


def default_plan(ctx: Context) -> Iterator[Hit]:
    """25/50/75/100 is what one fills in without a plan."""
    for line in ctx.lines:
        if line.plan == _DEFAULT:
            message = "支出计划是25/50/75/100的平均数，请按合同付款节点核实是否真实安排。"
            yield Hit(line, None, message, (plan_quote(line), line.name))


def deadline_vs_plan(ctx: Context) -> Iterator[Hit]:
    """Work done long before any money, or money all gone long before the work is done.

    Payment may follow acceptance by a quarter; nothing paid in the quarter of completion nor in the next one
    is a contradiction. A subsidy may be paid in advance, works are paid as they go.
    """
    for line in ctx.lines:
        deadline = _deadline(line, ctx.year)
        if not line.plan or deadline is None:
            continue
        target, day = deadline
        due = (day.month - 1) // 3
        first = next((q for q, figure in enumerate(line.plan) if figure > 0), 4)
        full = next((q for q, figure in enumerate(line.plan) if figure >= 100), 4)
        if due < 3 and first - due >= 2:
            message = (
                f"{target.value.text}就要完成，资金却到第{first + 1}季度才开始支付，请核对进度或支出计划。"
            )
        elif due - full >= 2 and not _ADVANCE.search(line.name.text):
            message = f"资金第{full + 1}季度已付完，工作到{target.value.text}才完成，先付后做有风险。"
        else:
            continue
        yield Hit(line, target, message, (target.value, plan_quote(line)))


def _deadline(line: BudgetLine, year: int | None) -> tuple[Target, date] | None:
    """The last deadline of the line within the year; one whose year is not written accuses nobody."""
    found = []
    for target in line.targets:
        value = target.parsed
        if (
            value.kind == "deadline"
            and value.date is not None
            and value.date.year == year
            and year is not None
        ):
            found.append((target, value.date.on(year)))
    return max(found, key=lambda pair: pair[1], default=None)
