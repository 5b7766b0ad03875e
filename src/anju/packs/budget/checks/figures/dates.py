"""Rules on dates and years."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.kernel.values.dates import CalendarDay
from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.prose.quantities import clauses, years
from anju.packs.budget.targetfile import Target

_TITLE = re.compile(r"《[^》]*》")
_DOCUMENT = re.compile(r"[〔\[【(（]\s*20\d{2}\s*[〕\]】)）]")
_AHEAD = re.compile(r"预算数|预算资金|年预算|预计|概算|预测|拟(?!定)|计划(?!任务书)|将于")
# A deed announced for a year: 2021年维修校舍30所.
_DEED = re.compile(
    r"^(?:预计|计划)?20\d{2}年(?:度)?(?:全市|全县|我市|我县)?(?:将|拟)?"
    r"(?:完成|维修|改造|新建|建设|安装|发放|培训|采购|购置|开展|实施|修缮|铺设)[^已]*\d"
)
_YEARLY = re.compile(r"计划|方案|通知|任务|安排|要点|意见|函")
_ANY_YEAR = re.compile(r"(?<!\d)(20\d{2})(?:\s*[-—－~至]\s*(20\d{2}))?年")


def deadline_before_year(ctx: Context) -> Iterator[Hit]:
    """A deadline that has passed before the budget year begins."""
    for line, target in ctx.rows():
        day = target.parsed.date or target.parsed.end
        if day is not None and day.year is not None and ctx.year and day.year < ctx.year:
            message = f"完成时限{target.value.text}早于预算年度{ctx.year}年，目标在年初就已过期。"
            yield Hit(line, target, message, (target.value, ctx.year_quote()))


def deadline_after_year(ctx: Context) -> Iterator[Hit]:
    """A deadline beyond the budget year without a milestone inside it."""
    for line in ctx.lines:
        dated = [(t, day) for t in line.targets if (day := _due(t)) is not None]
        if any(day.year == ctx.year or day.year is None for _, day in dated):
            continue
        for target, day in dated:
            if day.year is not None and ctx.year and day.year > ctx.year:
                message = (
                    f"完成时限{target.value.text}在{ctx.year}年之后，本年没有可考核的节点。请补一个年度节点。"
                )
                yield Hit(line, target, message, (target.value, ctx.year_quote()))


def _due(target: Target) -> CalendarDay | None:
    """When a row is due: its deadline, or the end of a period in a timeliness row."""
    value = target.parsed
    return value.date or (value.end if target.class2 == "timeliness" else None)


def year_missing(ctx: Context) -> Iterator[Hit]:
    """A deadline written without its year can be read two ways."""
    for line, target in ctx.rows():
        value = target.parsed
        if value.kind == "deadline" and value.date is not None and value.date.year is None:
            message = f"“{target.value.text}”没有写年份，请写明是哪一年。"
            yield Hit(line, target, message, (target.value, target.description or target.name))


def wrong_year(ctx: Context) -> Iterator[Hit]:
    """A clause that plans or budgets, and names only another year than the file's.

    A settlement of an earlier year's works is no plan, and a split over years names this year too.
    """
    for line in ctx.lines:
        for quote in (line.purpose, line.goal):
            for clause in clauses(quote):
                plain = _DOCUMENT.sub("", _TITLE.sub("", clause.text))
                named = {year for year, _ in years(plain)}
                if (
                    named
                    and ctx.year not in named
                    and (_AHEAD.search(plain) or _DEED.search(plain.strip()))
                    and min(map(abs, _far(named, ctx))) <= 3
                ):
                    message = (
                        f"文件是{ctx.year}年度的，这句话写的是{min(named)}年，请核对是笔误还是沿用旧文本。"
                    )
                    yield Hit(line, None, message, (clause, ctx.year_quote()))


def _far(named: set[int], ctx: Context) -> list[int]:
    return [year - (ctx.year or year) for year in named]


def stale_basis(ctx: Context) -> Iterator[Hit]:
    """A basis made for an earlier year only: 《关于做好2020年…的通知》 in a 2021 file."""
    for line, target in ctx.rows():
        text = _DOCUMENT.sub("", target.basis.text)
        for match in _ANY_YEAR.finditer(text):
            last = int(match[2] or match[1])
            if ctx.year and last < ctx.year and _YEARLY.search(text[match.end() :]):
                message = f"依据是{last}年的年度文件，不能作为{ctx.year}年目标的依据，请换成当年文件。"
                yield Hit(line, target, message, (target.basis, ctx.year_quote()))
                break
