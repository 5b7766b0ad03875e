"""Rules on coverage: goals without targets, sub-goals without lines, lines without a sub-goal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.kernel.documents import Quote
from anju.packs.budget.checks.context import Context, Hit, own_text
from anju.packs.budget.prose.quantities import clause_at, clauses, quantities
from anju.packs.budget.prose.similarity import core, shared
from anju.packs.budget.targetfile import BudgetLine, SubGoal, Target

_REGULAR = re.compile(r"每(?:日|天|周|月|季度?|年)(?=[\u4e00-\u9fff])")
_DONE = re.compile(
    r"(?:^|[。，；：\s])(?:全面|全部|按时|圆满)?(?:完成|建成|新建|编制|建设|铺设)(?P<what>[^，。；]{4,60}(?:[，、][^，。；]{4,60})*)"
)
_VERB_IN_LIST = re.compile(
    r"^(?:为|把|助力|保持|确保|做好|增强|打造|落实|强化|优化|加快|保证|维持|维护|做到|将|以|通过|推动|解决|提升|提高|达到|保障|实现|促进|使|并|确保|符合|在|对|因|由|服务|改善|满足|发挥)"
)
_COUNT_WORD = re.compile(r"(?:的)?(?:数量|个数|户数|套数|栋数|人数|总数|面积|长度|里程|规模|数)$")
_GENERIC_TASK = re.compile(r"任务$|各项|有关|相关|要求|内容$|工作$|目标$|圆满|符合|规定")
_MEASURED_BY = re.compile(
    r"(产出|效益|满意度|数量|质量|时效|成本)指标(?:方面)?[，,]?\s*(?:以|将)“?(?P<what>[^，。；]{4,60}?)”?\s*作为指标"
)
_COUNTED_DEED = re.compile(
    r"(?:^|[。，；、：\s])(?P<deed>(?:并|再|新)?(?:采购|购置|配备|新建|改造|维修|修缮|建设|完成|举办|培训|发放|铺设|安装|新增|组织))"
    r"(?P<what>[^，。；\d]{1,20})\d[^，。；]{0,12}"
)
_SEVERAL_YEARS = re.compile(r"[二两三四五]年|年均|累计|20\d{2}年?(?:-|—|至|到)20\d{2}年")
_CLASS_OF = {
    "产出": "output",
    "效益": "benefit",
    "满意度": "satisfaction",
    "数量": "quantity",
    "质量": "quality",
    "时效": "timeliness",
    "成本": "cost",
}
_INSTALL = re.compile(r"(?:安装|加装|购置|配备)(?P<what>[^，。；！《》“”\d]{6,60})(?=[，。；！]|$)")


def goal_not_covered(ctx: Context) -> Iterator[Hit]:
    """Something that the goal promises and no target measures."""
    for line in ctx.lines:
        outputs = [t for t in line.of("output") if t.class2 != "cost"]
        if not outputs or not line.goal.text:
            continue
        hit = _rhythm_lost(line, outputs) or _deliverable_lost(line, outputs) or _count_lost(line, outputs)
        if hit:
            yield hit


def _rhythm_lost(line: BudgetLine, outputs: list[Target]) -> Hit | None:
    """``每月对…检查`` in the goal, and no target that counts times or periods."""
    regular = _REGULAR.search(line.goal.text)
    if not regular or any(
        t.parsed.kind == "frequency" or "次" in t.value.text + t.name.text for t in outputs
    ):
        return None
    if any(regular[0] in t.name.text + t.description.text + t.value.text for t in line.targets):
        return None
    clause = next(c for c in clauses(line.goal) if regular[0] in c.text)
    message = f"目标要求“{regular[0]}”开展，指标里没有次数或频次。"
    return Hit(line, outputs[0], message, (clause, outputs[0].value))


def _deliverable_lost(line: BudgetLine, outputs: list[Target]) -> Hit | None:
    said = core(line.name.text + "".join(t.name.text + t.description.text + t.value.text for t in outputs))
    for what in _deliverables(line.goal):
        if shared(core(what.text), said) < 0.25:
            message = f"目标中的“{what.text}”没有指标考核。"
            return Hit(line, outputs[0], message, (what, outputs[0].name))
    return None


def _count_lost(line: BudgetLine, outputs: list[Target]) -> Hit | None:
    """A counted deliverable (``采购课桌椅2000套``) whose unit no target counts and whose noun none names."""
    units = {t.parsed.base_unit for t in line.targets}
    numbers = {t.parsed.base_number or t.parsed.number for t in line.targets}
    {t.parsed.base_number or t.parsed.number for t in line.targets}
    said = core("".join(t.name.text + t.description.text for t in outputs))
    for match in _COUNTED_DEED.finditer(line.goal.text):
        for found in quantities(match[0]):
            noun = core(match["what"])
            known = found.value.base_unit in units or found.value.base_number in numbers
            if (
                known
                or len(noun) < 2
                or shared(noun, said) >= 0.5
                or re.search("[%/]", found.value.unit or "/")
            ):
                continue
            quote = line.goal.part(match.start("deed"), match.start() + found.end)
            return Hit(line, outputs[0], f"目标中的“{quote.text}”没有指标考核。", (quote, outputs[0].name))
    return None


def _deliverables(goal: Quote) -> Iterator[Quote]:
    """The objects of 完成, 建成, 编制 …, one by one; general words about duty are no deliverables."""
    for match in _DONE.finditer(goal.text):
        start = match.start("what")
        listed = len(re.findall(r"[^，、]*\d[^，、]*、|、[^，、]*\d", match["what"])) >= 2
        for piece in re.finditer("[^，、]+" if listed else "[^，]+", match["what"]):
            text = re.sub(r"等(?:工作|内容)?$", "", piece[0])
            if _VERB_IN_LIST.match(text):
                break
            if len(core(text)) >= 5 and not _GENERIC_TASK.search(text):
                yield goal.part(start + piece.start(), start + piece.start() + len(text))


def subgoal_vs_table(ctx: Context) -> Iterator[Hit]:
    """A sub-goal that says by what it is measured, or how much, and a table that says something else."""
    for sub_goal in ctx.file.sub_goals:
        yield from _counted_otherwise(ctx, sub_goal)
        named = [
            (m[1], sub_goal.indicators.part(*m.span("what")), m["what"])
            for m in _MEASURED_BY.finditer(sub_goal.indicators.text)
        ]
        line = _line_named(ctx, sub_goal, [what for _, _, what in named])
        for class_name, quote, what in named if line else ():
            rows = line.of(_CLASS_OF[class_name]) if line else []
            if rows and max(shared(core(t.name.text), core(what)) for t in rows) < 0.3:
                message = f"分项目标说{class_name}指标用“{what}”，表中却是“{rows[0].name.text}{rows[0].value.text}”。"
                yield Hit(line, rows[0], message, (quote, rows[0].name))


def _counted_otherwise(ctx: Context, sub_goal: SubGoal) -> Iterator[Hit]:
    """A sub-goal that counts the same thing for the year and gets another number than the table."""
    for text in (sub_goal.goal, sub_goal.indicators):
        for found in quantities(text.text):
            start, end = clause_at(text.text, found.start)
            if _SEVERAL_YEARS.search(text.text[start:end]) or found.value.base_number is None:
                continue
            lead = core(text.text[max(start, found.start - 14) : found.end + 10])
            for line in ctx.lines_under(sub_goal):
                for target in line.of("quantity"):
                    value, noun = target.parsed, core(_COUNT_WORD.sub("", target.name.text))
                    same = (
                        value.base_unit == found.value.base_unit
                        and len(noun) >= 3
                        and shared(noun, lead) >= 0.6
                    )
                    if (
                        same
                        and value.base_number != found.value.base_number
                        and value.unit not in ("%", None)
                    ):
                        said = text.text[found.start : found.end]
                        message = f"分项目标写{said}，表中“{target.name.text}”是{target.value.text}。"
                        yield Hit(line, target, message, (text.part(start, end), target.value))


def _line_named(ctx: Context, sub_goal: SubGoal, named: list[str]) -> BudgetLine | None:
    """The line whose rows are most of what the sub-goal names."""

    def held(line: BudgetLine) -> float:
        rows = core("".join(t.name.text for t in line.targets))
        return sum(shared(core(what), rows) for what in named)

    lines = ctx.lines_under(sub_goal)
    best = max(lines, key=held, default=None)
    return best if best is not None and held(best) > 0 else None


def subgoal_not_covered(ctx: Context) -> Iterator[Hit]:
    """A sub-goal without a line, or one of its deliverables that no line mentions."""
    everything = core(
        "".join(
            own_text(line) + "".join(t.name.text + t.description.text for t in line.targets)
            for line in ctx.lines
        )
    )
    for sub_goal in ctx.file.sub_goals:
        if not ctx.lines_under(sub_goal):
            message = f"分项目标“{sub_goal.title.text}”下没有项目。"
            yield Hit(None, None, message, (sub_goal.title, sub_goal.goal or sub_goal.title))
            continue
        lost = _lost_deliverable(sub_goal, everything)
        if lost:
            message = f"分项目标“{sub_goal.title.text}”中的“{lost.text}”没有项目承担。"
            yield Hit(None, None, message, (lost, sub_goal.title))


def _lost_deliverable(sub_goal: SubGoal, everything: str) -> Quote | None:
    for text in (sub_goal.goal, sub_goal.indicators):
        for match in _INSTALL.finditer(text.text):
            what = core(match["what"])
            if len(what) >= 8 and shared(what, everything) < 0.4:
                return text.part(*match.span("what"))
        for what_quote in _deliverables(text):
            what = core(what_quote.text)
            if len(what) >= 8 and shared(what, everything) < 0.6:
                return what_quote
    return None


def orphan_project(ctx: Context) -> Iterator[Hit]:
    """A line under no sub-goal, where the file has sub-goals (section 1)."""
    if not ctx.file.sub_goals:
        return
    titles = "；".join(s.title.text for s in ctx.file.sub_goals)
    for i, line in enumerate(ctx.lines):
        if i not in ctx.goals_of:
            listed = Quote(titles, ctx.file.sub_goals[0].title.position)
            yield Hit(line, None, f"“{line.name.text}”不属于任何一个分项目标。", (line.name, listed))
