"""Rules on words: what cannot be measured, what was copied, what was left from a template."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.packs.budget.checks.context import Context, Hit, all_texts
from anju.packs.budget.prose.defects import defects, repeated
from anju.packs.budget.targetfile import BudgetLine, Target

_VAGUE = re.compile(
    r"有所|逐步|不断|进一步|明显|显著|有效|较好|良好|提升|提高|改善|促进|加强|增强|推动|保障|优化|完善|指导|较大|较高|持续|巩固|长期|"
    r"有力|充分|积极|稳定"
)
_ADJECTIVE = re.compile(r"^(?:优|良|好|优秀|较好|较高|满意|合理|完善|健全|规范|到位|高|强|大|中|低)$")
_JUDGEABLE = re.compile(
    r"^无|^未|^零|不发生|杜绝|达标|合格|通过|验收|取得|符合|优良|AAA|^[一二三]级|按时|按期|及时|100|出具|完成(?!率)|^是$|^有$|全覆盖"
)
_WEAK_BASIS = re.compile(
    r"^(?:根据|依据|按照|按)?(?:年初|年度|本年|本年度|单位|部门|当年|20\d{2}年(?:度)?)?工作计划(?:要求|安排)?$|^无$"
)
_TEMPLATE = re.compile(
    r"[xX×Ｘ]{2,}|[○〇]{2,}|_{3,}|请填写|此处填|[（(]填写[^）)]{2,30}[）)]|填写说明|[(（](?:限)?\d+字(?:以内|左右)?[)）]|"
    r"目标[1１一][:：]\s*(?:目标[2２二]|…|$)|(?:指标|目标)[1-9一二三][:：]\s*(?:$|…)|^示例|例如[:：]|^……$|(?:^|\n)……"
)


def not_measurable(ctx: Context) -> Iterator[Hit]:
    """Words in place of a value that nobody can judge; a value equal to its name is a tautology instead."""
    for line, target in ctx.rows():
        value, text = target.parsed, target.value.text
        if not text and target.name.text:
            yield Hit(
                line,
                target,
                f"“{target.name.text}”没有指标值。",
                (target.name, target.level2 or target.level1),
            )
        elif value.kind == "qualitative" and not _tautology(target):
            if _JUDGEABLE.search(text) and not _VAGUE.search(text):
                continue
            if _VAGUE.search(text) or _ADJECTIVE.match(text):
                message = f"“{text}”无法判断是否做到，请改为数值、比例或可核对的事实。"
                yield Hit(line, target, message, (target.name, target.value))


def tautology(ctx: Context) -> Iterator[Hit]:
    """The value repeats the name (section 3)."""
    for line, target in ctx.rows():
        if _tautology(target):
            yield Hit(
                line, target, "指标值照抄了指标名称，没有说明做到什么程度。", (target.name, target.value)
            )


def _tautology(target: Target) -> bool:
    value = _bare(target.value.text)
    return (
        len(value) >= 4
        and target.parsed.kind == "qualitative"
        and value
        in (
            _bare(target.name.text),
            _bare(target.description.text),
        )
    )


def _bare(text: str) -> str:
    return re.sub(r"[\s，。、；：,.;:]+", "", text)


def description_equals_name(ctx: Context) -> Iterator[Hit]:
    """A description that only repeats the name explains nothing."""
    for line, target in ctx.rows():
        if len(target.name.text) >= 2 and _bare(target.name.text) == _bare(target.description.text):
            message = "指标描述照抄名称，请写明计算方法和数据来源。"
            yield Hit(line, target, message, (target.name, target.description))


def weak_basis(ctx: Context) -> Iterator[Hit]:
    """A value whose only basis is one's own plan."""
    for line, target in ctx.rows():
        if _WEAK_BASIS.match(target.basis.text.strip()):
            message = "依据只有本单位的工作计划，请补文件、合同、标准或历史数据。"
            yield Hit(line, target, message, (target.value, target.basis))


def copied_goal(ctx: Context) -> Iterator[Hit]:
    """Two lines with one goal; told at the second."""
    seen: dict[str, BudgetLine] = {}
    for line in ctx.lines:
        goal = _bare(line.goal.text)
        first = seen.setdefault(goal, line)
        if len(goal) >= 10 and first is not line:
            message = f"绩效目标与{first.label()}“{first.name.text}”一字不差，请写本项目自己的目标。"
            yield Hit(line, None, message, (first.goal, line.goal))


def duplicate_text(ctx: Context) -> Iterator[Hit]:
    """A passage that stands twice in one text, as after a slip of copy and paste."""
    for line, target, quote in all_texts(ctx.file):
        if target is None and len(quote.text) >= 16:
            twice = repeated(quote.text)
            if twice:
                (a, b), (c, d) = twice
                message = f"“{quote.text[a:b][:30]}”重复出现，请删去一处。"
                yield Hit(line, None, message, (quote.part(a, b), quote.part(c, d)))


def template_left_in(ctx: Context) -> Iterator[Hit]:
    """Prompts and fillers of the form that nobody replaced."""
    for line in ctx.lines:
        for quote in (line.name, line.purpose, line.goal, line.achieved):
            if match := _TEMPLATE.search(quote.text):
                yield Hit(
                    line, None, f"模板提示“{match[0].strip()}”没有替换。", (quote.part(*match.span()), quote)
                )
    for line, target in ctx.rows():
        for quote in (target.name, target.description, target.value, target.actual, target.basis):
            if match := _TEMPLATE.search(quote.text):
                yield Hit(
                    line,
                    target,
                    f"模板提示“{match[0].strip()}”没有替换。",
                    (quote, target.level2 or target.level1),
                )
                break


def text_defect(ctx: Context) -> Iterator[Hit]:
    """Damage of the text itself: broken values, stray codes, brackets and quotation marks without a partner."""
    for line, target, quote in all_texts(ctx.file):
        for message, part in defects(quote):
            yield Hit(line, target, message, (part, quote))
    for line in ctx.lines:
        for quote in line.stray:
            yield Hit(line, None, "文字里留有排版代码，请删去。", (quote, line.name))
        for target in line.targets:
            if (
                target.value.text
                and target.parsed.kind == "unparseable"
                and not _TEMPLATE.search(target.value.text)
            ):
                message = f"指标值“{target.value.text}”残缺或含义不清，无法识读。"
                yield Hit(line, target, message, (target.name, target.value))
