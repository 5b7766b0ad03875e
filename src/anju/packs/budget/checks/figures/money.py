"""Rules on money: amounts against the text, against the safeguard measures, and their arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from anju.kernel.documents import Quote
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.prose.quantities import amounts, clause_at, years
from anju.packs.budget.prose.sums import wrong_sums
from anju.packs.budget.reading.facts import money
from anju.packs.budget.targetfile import BudgetLine

_SUPPLEMENT = re.compile(r"追加|调增|结转")
_WHOLE_COST = re.compile(
    r"^(?:项目|年度|预算|本年|当年)*(?:总成本|总投资|总额|成本)$|资金总|预算(?:资金|金额|数|总)|^\S{0,30}资金$|项目成本|项目资金"
)
_TOTAL_COST = re.compile(r"总成本|总投资|总额|总费用|总支出")
_INVEST = re.compile(r"投资|投入|资金|预算|经费|安排|补助|补贴")


def amount_vs_text(ctx: Context) -> Iterator[Hit]:
    """The budget against what the same sheet, its own items, or the safeguard measures say."""
    for line in ctx.lines:
        if line.budget is None:
            continue
        yield from _against_purpose(line, ctx)
        yield from _against_cost(line)
        yield from _against_requests(line, ctx.year)
    for item, line in ctx.promises:
        yield from _against_promise(item, line, ctx.year)


def _against_purpose(line: BudgetLine, ctx: Context) -> Iterator[Hit]:
    """A budget cell and the amount that the purpose names first must agree."""
    found = amounts(line.purpose.text)
    if not found or line.budget_text.position.startswith(line.purpose.position):
        return
    lead = line.purpose.text[: found[0].start]
    stated = found[0].wan
    if re.search(r"(?:预算数|预算资金|项目资金|预算)\D{0,6}$", lead) and stated != line.budget:
        if line.project_total is not None and stated == line.project_total:
            return
        message = f"预算栏是{line.budget:f}万元，文字写的是{stated:f}万元。"
        yield Hit(line, None, message, (line.budget_text, line.purpose.part(found[0].start, found[0].end)))


def _against_cost(line: BudgetLine) -> Iterator[Hit]:
    """A cost target of the line's whole money must equal the budget, and no part may exceed it."""
    sums = [
        (t, t.parsed) for t in line.of("cost") if t.parsed.kind == "number" and t.parsed.base_unit == "元"
    ]
    for target, value in sums:
        wan = (value.base_number or Decimal(0)) / 10_000
        known = [
            a
            for a in (line.budget, line.project_total, money(line.funds.initial.text, False))
            if a is not None
        ]
        whole = _WHOLE_COST.search(target.name.text) or (
            len(sums) == 1 and _TOTAL_COST.search(target.name.text)
        )
        ceiling = value.op in ("<=", "<") and wan <= max(known)
        if wan and wan not in known and not ceiling and (whole or wan > max(known)):
            message = f"预算是{line.budget:f}万元，成本指标却是{target.value.text}。"
            yield Hit(line, target, message, (line.budget_text, target.value))


def _against_requests(line: BudgetLine, year: int | None) -> Iterator[Hit]:
    """Where the text asks for this year's money item by item, the items must add up to the budget."""
    asked, extra = [], Decimal(0)
    text = line.goal.text
    for amount in amounts(text):
        start, _ = clause_at(text, amount.start)
        lead = text[start : amount.start]
        named = years(lead)
        if not re.search(r"申请\S{0,8}$", lead) or "其中" in lead[named[-1][1] if named else 0 :]:
            continue
        if named and named[-1][0] == year and not _SUPPLEMENT.search(lead[named[-1][1] :]):
            asked.append(amount)
        elif _SUPPLEMENT.search(lead):
            extra += amount.wan
    total = sum((a.wan for a in asked), Decimal(0))
    if len(asked) < 2 or total == line.budget:
        return
    listed = "＋".join(f"{a.wan.normalize():f}" for a in asked)
    message = f"正文{year}年各项申请相加为{listed}＝{total:f}万元，预算是{line.budget:f}万元，相差{(line.budget or 0) - total:f}万元。"
    if extra and total + extra == line.budget:
        message += f"加上以前年度追加的{extra:f}万元才对得上，请核对追加部分是否应列入本年预算。"
    quotes = tuple(line.goal.part(a.start, a.end) for a in asked)
    yield Hit(line, None, message, (line.budget_text, *quotes))


def _against_promise(item: Quote, line: BudgetLine, year: int | None) -> Iterator[Hit]:
    """The money that a safeguard measure names for the same project this year."""
    if line.budget is None:
        return
    for amount in amounts(item.text):
        start, end = clause_at(item.text, amount.start)
        clause = item.text[start:end]
        named = {y for y, _ in years(clause)}
        if (named and year not in named) or not _INVEST.search(clause):
            continue
        if amount.wan not in (line.budget, line.project_total):
            message = f"本表预算{line.budget:f}万元，保障措施里同一项目写的是{item.text[amount.start : amount.end]}。"
            yield Hit(line, None, message, (line.budget_text, item.part(start, end)))


def amount_ambiguous(ctx: Context) -> Iterator[Hit]:
    """A sheet that names several amounts as its budget, so that execution could be measured on either."""
    for line in ctx.lines:
        in_words = bool(line.purpose) and line.budget_text.position.startswith(
            line.purpose.position
        )  # a form's own cells are clear
        if in_words and line.project_total is not None and line.budget != line.project_total:
            cites = [line.purpose.part(a.start, a.end) for a in amounts(line.purpose.text)]
            message = (
                f"同时出现总预算{line.project_total:f}万元和本年{line.budget:f}万元，"
                "请写明执行率以哪个数为准，指标也只考核本年部分。"
            )
            yield Hit(line, None, message, tuple(cites[:3]) or (line.budget_text, line.name))


def arithmetic(ctx: Context) -> Iterator[Hit]:
    """Equations, breakdowns and unit prices that do not come out; what comes out is passed over in silence."""
    for line in ctx.lines:
        for quote in (line.purpose, line.goal, *(t.description for t in line.targets)):
            for message, cites in wrong_sums(quote):
                yield Hit(line, None, message, cites)
    for sub_goal in ctx.file.sub_goals:
        for message, cites in (*wrong_sums(sub_goal.goal), *wrong_sums(sub_goal.indicators)):
            yield Hit(None, None, message, cites)
    for measure in ctx.file.measures:
        for body in measure.body:
            for message, cites in wrong_sums(body):
                yield Hit(None, None, message, cites)
