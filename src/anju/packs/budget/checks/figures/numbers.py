"""Rules on target values against the text around them and against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from anju.kernel.documents import Quote
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.prose.quantities import Found, clause_at, quantities, years
from anju.packs.budget.prose.similarity import core, pairs, shared
from anju.packs.budget.targetfile import BudgetLine, Target

_COUNT_WORD = re.compile(r"(?:的)?(?:数量|个数|户数|套数|栋数|人数|次数|总数|面积|长度|里程|规模|数)$")
_SMALL = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SPAN = re.compile(
    r"(20\d{2})年?\s*[-—－~至]\s*(20\d{2})年?(?!\s*年?度?(?:采暖|供暖|供热|学年|取暖))|累计|三年|两年|[二三四五]年内"
)
_LEFT_OUT = re.compile(r"不含|不包括|除外|扣除|剔除|其中")
_SEASON = re.compile(r"采暖季|供暖季|供热季|采暖期|学年|学期")
_HOMES = frozenset(("户", "套", "栋", "家"))
_WIDE = re.compile(r"全市|全县|全省|全区(?!域)")
_NARROW = re.compile(r"市中心区|中心城区|中心区|市直|市本级|市区|城区|主城区")
_NEAR = 0.4
_SAME_NOUN = 0.6


def text_vs_value(ctx: Context) -> Iterator[Hit]:
    """The same thing counted twice with different results."""
    for line in ctx.lines:
        for target in line.of("quantity", "benefit"):
            if target.parsed.kind == "number" and target.parsed.base_number is not None:
                hit = _underivable(line, target) or _own_words(line, target) or _counted_noun(line, target)
                if hit:
                    yield hit
        for target in line.targets:
            if hit := _described(line, target):
                yield hit
    for item, line in ctx.promises:
        for target in line.of("quantity"):
            if hit := _promised(ctx, item, line, target):
                yield hit


def _described(line: BudgetLine, target: Target) -> Hit | None:
    """One figure of the same unit in the description, and it is another one."""
    value = target.parsed
    if value.kind != "number" or value.base_number is None or value.unit is None:
        return None
    if _LEFT_OUT.search(target.description.text):
        return None
    said = [q for q in quantities(target.description.text) if q.value.base_unit == value.base_unit]
    if (
        len(said) != 1
        or said[0].value.base_number in (None, value.base_number)
        or _SPAN.search(target.description.text)
    ):
        return None
    quote = target.description.part(said[0].start, said[0].end)
    return Hit(
        line,
        target,
        f"指标描述写{quote.text}，指标值是{target.value.text}。",
        (target.description, target.value),
    )


def _promised(ctx: Context, item: Quote, line: BudgetLine, target: Target) -> Hit | None:
    """A safeguard measure that counts the same thing for this year and gets another number."""
    value = target.parsed
    if (
        value.kind != "number"
        or value.base_number is None
        or _SPAN.search(target.name.text + target.description.text)
    ):
        return None
    counted = [
        f
        for f in quantities(item.text)
        if f.value.base_unit == value.base_unit and f.value.base_number is not None
    ]
    if len(counted) != 1 or counted[0].value.base_number == value.base_number or value.unit in ("%", None):
        return None
    start, end = clause_at(item.text, counted[0].start)
    named = [y for y, _ in years(item.text[start : counted[0].start])]
    if not named or named[-1] != ctx.year:
        return None
    said = item.text[counted[0].start : counted[0].end]
    return Hit(
        line,
        target,
        f"保障措施写{said}，指标值是{target.value.text}。",
        (item.part(start, end), target.value),
    )


def _noun(target: Target) -> str:
    """What a row counts: ``保障性住房小区数量`` → ``保障性住房小区``."""
    return _COUNT_WORD.sub("", re.sub(r"[^\u4e00-\u9fff]", "", target.name.text))


def _texts(line: BudgetLine, but: Target) -> Iterator[Quote]:
    yield line.purpose
    yield line.goal
    for target in line.targets:
        if target is not but:
            yield target.name
            yield target.description


def _own_words(line: BudgetLine, target: Target) -> Hit | None:
    """Purpose or goal counts the same noun in the same unit, and never says the target's number."""
    noun, value = core(_noun(target)), target.parsed
    if len(noun) < 3:
        return None
    rivals: list[tuple[Quote, Found]] = []
    for quote in (line.purpose, line.goal):
        for found in quantities(quote.text):
            if found.value.base_unit != value.base_unit or found.value.base_number is None:
                continue
            if found.value.base_number == value.base_number:
                rivals = [r for r in rivals if r[0] is not quote]
                break
            window = quote.text[max(0, found.start - 14) : found.end + 10]
            if shared(noun, core(window)) >= _SAME_NOUN:
                rivals.append((quote, found))
    if len(rivals) != 1:
        return None
    quote, found = rivals[0]
    start, end = clause_at(quote.text, found.start)
    said = quote.text[found.start : found.end]
    return Hit(
        line, target, f"正文写{said}，指标值是{target.value.text}。", (quote.part(start, end), target.value)
    )


def _counted_noun(line: BudgetLine, target: Target) -> Hit | None:
    """A number word right before the counted noun: ``两保障性住房小区`` against 6个."""
    noun, value = _noun(target), target.parsed
    if len(noun) < 4:
        return None
    pattern = re.compile(rf"([两二三四五六七八九十]|\d{{1,5}})(?:个|栋|处|座|户|套|所|家)?{re.escape(noun)}")
    for quote in _texts(line, target):
        match = pattern.search(quote.text)
        if (
            match
            and (_SMALL.get(match[1]) or int(match[1]) if match[1].isdigit() else _SMALL[match[1]])
            != value.number
        ):
            message = f"另一处写“{match[0]}”，指标值是{target.value.text}。"
            return Hit(line, target, message, (quote, target.value))
    return None


def _underivable(line: BudgetLine, target: Target) -> Hit | None:
    """A total that none of the listed items, nor any sum of them, gives."""
    value = target.parsed
    listed = [
        q for q in quantities(line.goal.text) if q.value.base_unit == value.base_unit and q.value.base_number
    ]
    numbers = [q.value.base_number for q in listed if q.value.base_number is not None]
    if not 3 <= len(numbers) <= 12 or value.base_number is None or value.base_number <= max(numbers):
        return None
    for size in range(1, len(numbers) + 1):
        if any(sum(chosen) == value.base_number for chosen in combinations(numbers, size)):
            return None
    sums = "、".join(line.goal.text[q.start : q.end] for q in listed)
    message = f"目标中列出{sums}，怎样相加都得不到{target.value.text}。"
    return Hit(line, target, message, (target.value, *(line.goal.part(q.start, q.end) for q in listed)))


def cumulative_vs_annual(ctx: Context) -> Iterator[Hit]:
    """A value of several years where a year's target belongs."""
    for line, target in ctx.rows():
        said = f"{target.name.text}\n{target.description.text}"
        span = _SPAN.search(said)
        if (
            not span
            or _SEASON.search(said)
            or target.parsed.kind != "number"
            or target.parsed.unit in ("%", "年", None)
        ):
            continue
        if span[2] and ctx.year is not None and int(span[2]) == int(span[1]):
            continue
        annual = _annual_promise(ctx, line, target)
        message = f"{target.value.text}是“{span[0]}”的累计数，年度指标应填{ctx.year}年当年数"
        message += f"（保障措施写当年{annual[1]}）。" if annual else "。"
        where = target.description if span[0] in target.description.text else target.name
        yield Hit(line, target, message, (where, target.value, *((annual[0],) if annual else ())))


def _annual_promise(ctx: Context, line: BudgetLine, target: Target) -> tuple[Quote, str] | None:
    for item, owner in ctx.promises:
        for found in quantities(item.text) if owner is line else ():
            start, end = clause_at(item.text, found.start)
            if found.value.base_unit == target.parsed.base_unit and ctx.year in {
                y for y, _ in years(item.text[start:end])
            }:
                return item.part(start, end), item.text[found.start : found.end]
    return None


def output_below_benefit(ctx: Context) -> Iterator[Hit]:
    """More homes served than were made: 549 produced, 690 served."""
    for line in ctx.lines:
        made = [
            t for t in line.of("quantity") if t.parsed.kind == "number" and t.parsed.base_number is not None
        ]
        for target in line.of("benefit"):
            value = target.parsed
            if value.kind != "number" or value.base_number is None:
                continue
            like = [t for t in made if _comparable(t, target)]
            top = max(like, key=lambda t: t.parsed.base_number or Decimal(0), default=None)
            if top is not None and (top.parsed.base_number or 0) < value.base_number:
                message = f"产出只有{top.value.text}，效果却要惠及{target.value.text}。"
                yield Hit(line, target, message, (top.value, target.value))


def _comparable(made: Target, served: Target) -> bool:
    """Homes against homes, or the same unit counting the same noun; people may outnumber what serves them."""
    a, b = made.parsed.base_unit, served.parsed.base_unit
    if a in _HOMES and b in _HOMES:
        return True
    return a == b and a not in ("%", None) and shared(core(_noun(made)), core(served.name.text)) >= 0.5


def scope_mismatch(ctx: Context) -> Iterator[Hit]:
    """A part of the city that has more than the whole city, or the number of areas told in two ways."""
    for line in ctx.lines:
        for target in line.of("quantity"):
            yield from _areas(ctx, line, target)
            if target.parsed.kind == "number" and _NARROW.search(
                line.goal.text + line.purpose.text + target.name.text
            ):
                yield from _part_above_whole(ctx, line, target)


def _areas(ctx: Context, line: BudgetLine, target: Target) -> Iterator[Hit]:
    value = target.parsed
    if value.kind != "scope" or value.number is None:
        return
    pattern = re.compile(r"(全市|全县|全省)?(\d+)个(?:县|乡|镇|街道|区)")
    texts = [line.goal, line.purpose, target.description, *ctx.sub_goal_texts(line)]
    for quote in texts:
        match = pattern.search(quote.text)
        if match and int(match[2]) != value.number:
            start, end = clause_at(quote.text, match.start())
            message = f"指标值写{target.value.text}，正文写{match[0]}，范围不一致。"
            yield Hit(line, target, message, (target.value, quote.part(start, end)))
            return


def _part_above_whole(ctx: Context, line: BudgetLine, target: Target) -> Iterator[Hit]:
    value = target.parsed
    noun = core(_noun(target))
    for measure in ctx.file.measures:
        for body in measure.body:
            sentences = re.finditer(r"[^。\n]+", body.text)
            for sentence in sentences:
                if not _WIDE.search(sentence[0]):
                    continue
                for found in quantities(sentence[0]):
                    lead = re.split(r"[；;，,]", sentence[0][: found.start])[-1]
                    told = len(pairs(core(lead))) >= 3 and shared(core(lead), noun) >= _NEAR
                    same = told and found.value.base_unit == value.base_unit
                    if same and (found.value.base_number or 0) < (value.base_number or 0):
                        at = sentence.start() + found.start - len(lead)
                        quote = body.part(at, sentence.start() + found.end)
                        message = f"本表（市中心区）{target.value.text}，超过保障措施中全市的{sentence[0][found.start : found.end]}。"
                        yield Hit(line, target, message, (target.value, quote))
                        return


def unit_missing(ctx: Context) -> Iterator[Hit]:
    """A bare number nobody can accept: 7 of what?"""
    for line, target in ctx.rows():
        value = target.parsed
        if value.kind == "number" and value.unit is None and target.class2 != "timeliness":
            message = f"“{target.label()}”的指标值{target.value.text}没有单位。"
            yield Hit(line, target, message, (target.name, target.value))
