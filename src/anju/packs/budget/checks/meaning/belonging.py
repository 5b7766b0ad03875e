"""Rules on whether an indicator belongs to its line and its money."""

from __future__ import annotations

import re
from collections.abc import Iterator

from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.checks.figures.plan import is_payment_rate
from anju.packs.budget.prose.quantities import years
from anju.packs.budget.prose.similarity import core, pairs
from anju.packs.budget.targetfile import BudgetLine, Target
from anju.packs.budget.topics import topics_of

_TAIL = re.compile(r"质保金|保修金|质量保证金|尾款|决算")
_NEW_WORK = re.compile(r"(?:当年|本年|今年|20\d{2}年)\S{0,4}(?:开发|建设|新建|研发)")
# Rows of these kinds stand in every sheet, whatever the project is.
_COMMON = re.compile(
    r"满意|时限|时间|资金|预算|投诉|验收|合格率|完成率|使用年限|成本|支付|支出|及时|系统|平台|开发|数量|个数|正常|使用|模块|功能|居民|生活|"
    r"环境质量|水平|改善|提高|提升|安装|户数|人数|次数|面积|质量|安全|任务|指标|比例|效率"
)
# Effects beyond the project's own field are what such words announce: 带动就业人数.
_WIDER = re.compile(r"带动|促进|拉动|推动|增加|减少|惠及|受益|吸引|新增")
_USE = re.compile(
    r"(?:用于|用途[:：])(?!缓解|弥补|保障|提高|改善|解决|落实|支持|促进|推动|维持|支付|拨付)([^。；，]{4,60})"
)


def indicator_unrelated(ctx: Context) -> Iterator[Hit]:
    """A row about something that the line's name, purpose and goal never mention, or new work paid as retention."""
    for line in ctx.lines:
        for target in line.targets:
            if _TAIL.search(line.name.text) and target.class2 == "quantity":
                said = _NEW_WORK.search(f"{target.description.text}\n{target.name.text}")
                if said:
                    message = f"资金是质保金或尾款，工程早已完成，却考核“{said[0]}”的数量。"
                    yield Hit(line, target, message, (line.name, target.description or target.name))
            elif _off_topic(line, target):
                message = f"“{target.name.text}”与本项目无关，疑似从别的项目抄来。"
                yield Hit(line, target, message, (line.name, target.name))


def _off_topic(line: BudgetLine, target: Target) -> bool:
    """The row speaks of one thing, and all the rest of the sheet only of others."""
    about = topics_of(target.name.text)
    wider = target.class1 == "benefit" and _WIDER.match(target.name.text)
    if not about or wider or is_payment_rate(target) or target.class2 == "satisfaction":
        return False
    rest = "".join(t.name.text + t.description.text for t in line.targets if t is not target)
    own = (
        topics_of(line.name.text) | topics_of(line.purpose.text) | topics_of(line.goal.text) | topics_of(rest)
    )
    return bool(own) and not about & own


def target_vs_fund_purpose(ctx: Context) -> Iterator[Hit]:
    """The money is for one thing or period, the target measures another."""
    for line in ctx.lines:
        outputs = list(line.of("quantity"))
        if not outputs or not line.purpose.text:
            continue
        past = next((t for t in outputs if _past_only(t, ctx.year)), None)
        ahead = re.search(r"下一|下年|计划对|拟|将对|今后", line.purpose.text)
        if past is not None and ahead:
            message = "资金用于今后的工作，产出指标考核的却是以前年度的成果。"
            yield Hit(line, past, message, (line.purpose, past.description or past.name))
        elif _nothing_in_common(line):
            message = "资金用途与项目名称、产出指标说的不是一件事。"
            yield Hit(line, outputs[0], message, (line.purpose, outputs[0].name))


def _past_only(target: Target, year: int | None) -> bool:
    named = [y for y, _ in years(f"{target.name.text} {target.description.text}")]
    return bool(named) and year is not None and max(named) < year


def _nothing_in_common(line: BudgetLine) -> bool:
    """What the money is used for, and no output knows a word of it; or outputs of which the whole head knows none."""
    rows = [t for t in line.of("quantity") if not is_payment_rate(t)]
    known = [pairs(core(_COMMON.sub("　", t.name.text))) for t in rows]
    head = pairs(line.purpose.text + line.name.text + line.goal.text)
    if all(len(told) >= 3 and not told & head for told in known):
        return True
    used = _USE.search(line.purpose.text)
    use = pairs(core(_COMMON.sub("　", used[1]))) if used else frozenset()
    said = (
        line.name.text + line.goal.text + "".join(t.name.text + t.description.text for t in line.of("output"))
    )
    return len(use) >= 3 and not use & pairs(core(said))
