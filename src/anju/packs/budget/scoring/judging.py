"""Which rule scores a row, what it gives, and in words why points are lost."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from anju.packs.budget.scoring import rules
from anju.packs.budget.scoring.entries import Dated, Entry, Figure, Judged
from anju.packs.budget.scoring.schemes import Scheme

_FORM = {"deadline": Dated, "qualitative": Judged}
_FORM_WORDS = {"deadline": "验收日期", "qualitative": "评定等次"}
_BANDS = ("达成预期", "部分达成", "未达成")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Points of a row, ``None`` when not assessable, and one Chinese sentence unless all points are earned."""

    rule: str
    points: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a row is scored under: the scheme, the budget year, and whether quality failed (``None``: unknown)."""

    scheme: Scheme
    year: int | None
    quality_failed: bool | None = False


def rule_of(entry: Entry) -> str:
    """The rule for the parsed target value, the direction and the class of a row (section 5)."""
    kind, op = entry.value.kind, entry.op
    if kind == "unparseable":
        return "unreadable"
    if kind in ("deadline", "period"):
        return "deadline"
    if kind == "tolerance":
        return "within"
    if kind in ("qualitative", "compound") or entry.target is None:
        return "qualitative"
    falls = op in ("<=", "<")
    if entry.is_satisfaction and not falls and entry.value.unit in ("%", None):
        return "satisfaction"
    if entry.is_cost and (falls or op == "="):
        return "cost"
    if falls:
        return "at_most"
    if op in ("=", "~"):
        return "exactly"
    return "rate" if entry.value.unit == "%" and entry.target == 100 else "at_least"


def judge(entry: Entry, weight: Decimal, setting: Setting) -> Verdict:
    """Score one row by its rule."""
    rule = rule_of(entry)
    missing = _missing(entry, rule, setting)
    if missing:
        return Verdict(rule, None, missing)
    earned = _points(entry, rule, weight, setting)
    if earned is None:
        return Verdict(rule, None, "缺少计分所需的数，暂不能评。")
    taken = Decimal(0)
    if rule == "at_least":
        taken = min(earned, rules.over_achievement(weight, entry.reached, setting.scheme.over_steps))
    scored = earned - taken
    if scored >= rules.full(weight):
        return Verdict(rule, scored)
    over = f"实际达到目标的{_percent(entry.reached)}，目标偏低，按偏离度扣{taken}分。" if taken else ""
    return Verdict(rule, scored, over or _lost(entry, rule, setting))


def _missing(entry: Entry, rule: str, setting: Setting) -> str:
    """Why a row cannot be assessed, empty when it can."""
    if rule == "unreadable":
        return f"指标值“{entry.value.text}”没有读懂，请先改正目标。"
    if rule == "deadline" and entry.due(setting.year) is None:
        return f"完成时限“{entry.value.text}”没有写年份，请先补上。"
    if entry.actual is None:
        return "" if rule == "deadline" else "没有填实际完成值。"
    if not isinstance(entry.actual, _FORM.get(rule, Figure)):
        return f"实际完成值应填{_FORM_WORDS.get(rule, '数量')}。"
    if rule == "within" and entry.required is None:
        return "没有声明区间的合格比例，请先声明。"
    if rule == "cost" and setting.quality_failed is None and _saved(entry):
        return "质量指标还不能评，节约能否计入暂不能定。"
    return ""


def _saved(entry: Entry) -> bool:
    return entry.figure is not None and entry.target is not None and entry.figure < entry.target


def _points(entry: Entry, rule: str, weight: Decimal, setting: Setting) -> Decimal | None:
    scheme, actual = setting.scheme, entry.actual
    if rule == "deadline":
        day = actual.day if isinstance(actual, Dated) else None
        return rules.deadline(weight, entry.due(setting.year), day, scheme.days_to_zero)
    if isinstance(actual, Judged):
        return rules.qualitative(weight, actual.share)
    if not isinstance(actual, Figure):
        return None
    if rule == "within":
        return rules.within(weight, *counted(entry, actual), entry.required)
    if rule == "satisfaction":
        goal = None if entry.target is None else entry.target / 100
        return rules.satisfaction(weight, *_answers(actual), goal, scheme.satisfaction_floor)
    if rule == "cost":
        return rules.cost(weight, entry.figure, entry.target, setting.quality_failed)
    if rule == "at_most":
        return rules.at_most(weight, entry.figure, entry.target)
    if rule == "exactly":
        return rules.exactly(weight, entry.figure, entry.target)
    if rule == "rate":
        return rules.rate(weight, entry.figure, scheme.floor)
    return rules.at_least(weight, entry.figure, entry.target, scheme.floor)


def counted(entry: Entry, actual: Figure) -> tuple[Decimal | None, Decimal | None]:
    """Measurements that hold and valid ones; a single value is one measurement."""
    if actual.denominator is not None:
        return actual.numerator, actual.denominator
    low, high = entry.value.low, entry.value.high
    if actual.value is None or low is None or high is None:
        return None, None
    return Decimal(rules.holds(actual.value, low, high, entry.lenient)), Decimal(1)


def _answers(actual: Figure) -> tuple[Decimal | None, Decimal | None]:
    """Satisfied and valid answers; a rate without its survey counts as it is written."""
    if actual.denominator is not None:
        return actual.numerator, actual.denominator
    return actual.value, Decimal(100)


def _lost(entry: Entry, rule: str, setting: Setting) -> str:
    """Why a row lost points."""
    actual, text = entry.actual, entry.value.text
    if rule == "deadline":
        due = entry.due(setting.year)
        if not isinstance(actual, Dated) or actual.day is None or due is None:
            return "没有验收记录，不得分。"
        return f"应于{due}完成，{actual.day}验收，晚{(actual.day - due).days}天。"
    if isinstance(actual, Judged):
        grade = _BANDS[rules.band(actual.share, setting.scheme.bands)]
        return f"评定为“{grade}”，按{_percent(actual.share)}计分。"
    if not isinstance(actual, Figure):
        return ""
    if rule == "within":
        inside, valid = counted(entry, actual)
        share = None if inside is None or not valid else inside / valid
        return f"达标比例{_percent(share)}，要求{_percent(entry.required)}。"
    if rule == "cost" and _saved(entry):
        return f"质量未达标，低于{text}的部分不作节约，按未完成的工作扣分。"
    verb = {"at_most": "超过", "cost": "超过", "exactly": "偏离"}.get(rule, "低于")
    return f"实际{shown(entry)}，{verb}目标{text}。"


def shown(entry: Entry) -> str:
    """The actual value in words: as the form writes it, else from its figure, date or judgement."""
    if entry.actual_words:
        return entry.actual_words
    actual = entry.actual
    if isinstance(actual, Dated):
        return f"{actual.day}验收" if actual.day else "无验收记录"
    if isinstance(actual, Judged):
        return _percent(actual.share)
    if isinstance(actual, Figure) and actual.denominator is not None:
        return f"{_plain(actual.numerator)}/{_plain(actual.denominator)}"
    unit = entry.value.base_unit or entry.value.unit or ""
    return "" if entry.figure is None else f"{_plain(entry.figure)}{unit}"


def _plain(number: Decimal | None) -> str:
    return "?" if number is None else f"{number.normalize():f}"


def _percent(part: Decimal | None) -> str:
    if part is None:
        return "?"
    return f"{_plain((part * 100).quantize(Decimal('0.01'), ROUND_HALF_UP))}%"
