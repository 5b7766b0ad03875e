"""Rules on where an indicator stands and which classes are filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from anju.packs.budget.checks.context import Context, Hit
from anju.packs.budget.prose.similarity import core, shared
from anju.packs.budget.reading.facts import number
from anju.packs.budget.targetfile import BudgetLine, Target

_CLASS_NAMES = {
    "quantity": "数量",
    "quality": "质量",
    "timeliness": "时效",
    "cost": "成本",
    "economic": "经济效益",
    "social": "社会效益",
    "ecological": "生态效益",
    "sustainable": "可持续影响",
    "satisfaction": "满意度",
}
_COUNTED = re.compile(r"(?:数量|个数|户数|次数|套数|人数|栋数)$")
_DONE_RATE = re.compile(r"完成率$|达成率$")
_QUALITY_RATE = re.compile(r"合格率|达标率|优良率|验收通过率|准确率")
_DURATION = re.compile(r"%|天|日|月|年|时|分|秒|周|次|季")


def missing_satisfaction(ctx: Context) -> Iterator[Hit]:
    """Every line asks those whom it serves (section 1); a scheme that spreads its points without them is a choice."""
    for line in ctx.lines:
        if not line.targets or line.of("satisfaction") or any("满意" in t.name.text for t in line.targets):
            continue
        weights = [number(t.weight.text) for t in line.targets]
        if all(w is not None for w in weights) and sum(w or 0 for w in weights) in (90, 100):
            continue
        slot = next((s.level2 for s in line.empty_slots if s.class2 == "satisfaction"), line.targets[-1].name)
        yield Hit(line, None, "没有填满意度指标。请补服务对象满意度及调查方式。", (line.name, slot))


def satisfaction_not_percentage(ctx: Context) -> Iterator[Hit]:
    """Satisfaction is a share of valid answers (section 5)."""
    for line in ctx.lines:
        for target in line.of("satisfaction"):
            value = target.parsed
            bare = value.kind == "number" and value.unit is None and (value.number or Decimal(0)) <= 100
            if value.unit != "%" and not bare and target.value.text:
                message = f"满意度指标填的是“{target.value.text}”，不是满意人数的比例。"
                yield Hit(line, target, message, (target.level2 or target.level1, target.value))


def indicator_in_wrong_class(ctx: Context) -> Iterator[Hit]:
    """An indicator of one kind under the head of another."""
    for line, target in ctx.rows():
        wrong = _wrong_class(line, target)
        if wrong:
            where = _CLASS_NAMES.get(target.class2, target.level2.text)
            message = f"“{target.name.text}”放在{where}指标下不合适：{wrong}。"
            yield Hit(line, target, message, (target.level2 or target.level1, target.name, target.value))


def _wrong_class(line: BudgetLine, target: Target) -> str:
    value, name = target.parsed, target.name.text
    counted = value.kind == "frequency" or (value.kind == "number" and value.unit == "次")
    counted = counted and value.op not in ("<=", "<")  # few bursts, few complaints: an effect, not work done
    if (
        "满意" in name
        and value.unit == "%"
        and target.class1 != "satisfaction"
        and target.class2 != "satisfaction"
    ):
        return "这是满意度，不能代替效益或产出"
    if target.class1 == "benefit" and counted and not re.search(r"投诉|事故|率$", name):
        return "次数是工作量，属于数量指标"
    if target.class2 == "quality":
        return _wrong_quality(line, target)
    if target.class2 == "quantity":
        if _QUALITY_RATE.search(name) and value.unit == "%":
            return "这是质量比率"
        if value.kind in ("deadline", "period"):
            return "这是时间要求，属于时效指标"
        if value.base_unit == "元":
            return "金额不是产出数量，属于成本指标"
    if target.class2 == "timeliness" and value.base_unit == "元":
        return "金额属于成本指标"
    if (
        target.class2 == "timeliness"
        and value.kind == "number"
        and value.unit
        and not _DURATION.search(value.unit)
    ):
        return "这里应填时间或及时率，数量属于数量指标"
    if target.class2 == "cost" and value.kind in ("deadline", "period"):
        return "时间要求属于时效指标"
    return ""


def _wrong_quality(line: BudgetLine, target: Target) -> str:
    value, name = target.parsed, target.name.text
    if value.kind == "number" and value.unit != "%" and _COUNTED.search(name):
        return "数量不是质量，应填合格率"
    if value.kind == "number" and value.number is not None and value.number < 100 and _DONE_RATE.search(name):
        noun = core(_DONE_RATE.sub("", name))
        for made in line.of("quantity"):
            if made.parsed.kind == "number" and shared(noun, core(made.name.text)) >= 0.5:
                return f"这是数量的完成比例，且与“{made.name.text}{made.value.text}”要求全部完成相矛盾"
    return ""


def duplicate_indicator(ctx: Context) -> Iterator[Hit]:
    """The same row twice in one line."""
    for line in ctx.lines:
        seen: dict[str, Target] = {}
        for target in line.targets:
            name = re.sub(r"\s+", "", target.name.text)
            first = seen.setdefault(name, target)
            if name and first is not target:
                message = f"“{target.name.text}”在同一项目里出现两次，会重复计分。"
                yield Hit(line, target, message, (first.name, target.name))


def empty_class(ctx: Context) -> Iterator[Hit]:
    """A class that the form prints and no line fills, or a line without any output or any benefit."""
    for line in ctx.lines:
        for class1, name in (("output", "产出"), ("benefit", "效益")):
            classed = bool(line.targets) and all(target.class1 for target in line.targets)
            if classed and not line.of(class1):
                yield Hit(line, None, f"{name}指标一项也没有填。", (line.name, line.targets[0].level1))
    if len(ctx.lines) < 3:
        return
    filled = {t.class2 for _, t in ctx.rows()}
    slots = {s.class2: s for line in ctx.lines for s in line.empty_slots if s.class2}
    for class2, slot in slots.items():
        if class2 not in filled:
            message = f"{len(ctx.lines)}个项目的{_CLASS_NAMES[class2]}指标全部空着，请确认确实没有。"
            yield Hit(None, None, message, (slot.level2, ctx.lines[0].name))
