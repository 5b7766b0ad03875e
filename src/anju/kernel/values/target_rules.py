"""The productions of the target-value grammar, one function each.

A rule takes folded, tightened text and returns a value only when it consumes the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from anju.kernel.values import dates, numerals, units
from anju.kernel.values.target_model import Op, Per, TargetValue

_OP_WORDS: dict[Op, str] = {
    ">=": "不少于 不低于 不小于 不得少于 不得低于 不能低于 至少 最少 最低 大于等于 大于或等于 >=",
    ">": "大于 超过 高于 多于 >",
    "<=": "不超过 不高于 不多于 不大于 不得超过 不得高于 不能超过 至多 最多 最高 小于等于 小于或等于 <=",
    "<": "小于 低于 少于 <",
    "=": "等于 =",
    "~": "大约 约",
}
_SUFFIX_WORDS: dict[Op, str] = {">=": "以上 及以上", "<=": "以下 及以下 以内 之内 内", "~": "左右"}
_OPS = {word: op for op, words in _OP_WORDS.items() for word in words.split()}
# Words that compare only when no operator stands with them: 达到95%, but 控制在10次左右.
_WEAK_OPS: dict[str, Op] = {"达到": ">=", "达": ">=", "控制在": "<="}
_SUFFIXES = {word: op for op, words in _SUFFIX_WORDS.items() for word in words.split()}


def _one_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_STRONG_OP = rf"(?:{_one_of(_OPS)})"
#: A written operator before a number.
OP = rf"(?:{_one_of(_OPS.keys() | _WEAK_OPS.keys())})"
# 内 alone needs a time before it (30天内): in 20个小区内 it belongs to the noun.
_SUFFIX = rf"(?:\(含\))?(?P<suffix>(?<=[天日年月周时钟])内|{_one_of(_SUFFIXES.keys() - {'内'})})?"
_LEAD = rf"(?:完成|合计|总计|共计|共)?[应须需]?(?P<weak>{_one_of(_WEAK_OPS)})?"
_NUMBER = re.compile(
    rf"{_LEAD}(?P<op>{_STRONG_OP})?(?P<number>-?{numerals.ARABIC}|{numerals.CHINESE})"
    rf"(?P<unit>{units.UNIT}|{units.COUNTED})?{_SUFFIX}"
)
# Words that repeat what the number says (≥95%（含95%）, 100%全覆盖), and a unit put in brackets (500（个）).
_REPEATED = re.compile(r"\(含[^()]{1,8}\)|(?<=%)(?:完成|全?覆盖|达标|到位|落实)$")
_BRACKETED = re.compile(rf"(?<=[0-9])\(({units.UNIT}|{units.COUNTED})\)$")
_BROKEN_DATE = re.compile(r"20[1-4][0-9]{5}")  # eight digits that the deadline rule refused: 20211330
# A Chinese numeral before other nouns is often part of a word: 一次网, 一批次, 一条龙.
_CHINESE_COUNTS = re.compile(rf"{units.UNIT}|[个项套].*")

_SIGNED = rf"-?{numerals.ARABIC}"
_SAME_UNIT = rf"(?P<unit>{units.UNIT})"
_PLUS_MINUS = re.compile(
    rf"(?:控制在|保持在|不超过|<=)?(?P<open>\()?(?P<middle>{_SIGNED})?(?P<inner>{units.UNIT})?"
    rf"±(?P<delta>{numerals.ARABIC})(?(open)\)){_SAME_UNIT}?(?:以内|之内|范围内)?"
)
_RANGE = re.compile(
    rf"(?:控制在|保持在|在)?(?P<low>{_SIGNED}|{numerals.CHINESE})(?P<inner>{units.UNIT})?[-~至到]"
    rf"(?P<high>{_SIGNED}|{numerals.CHINESE}){_SAME_UNIT}(?:之间|范围内|以内)?"
)

# The characters of dates and periods; the words around them say what shall be done by then.
_WHEN = r"(?P<when>[-0-9年月日号底末上中下旬半第季度份内全当今本次翌零〇○一二三四五六七八九十./~至到 :]+)"
_DONE = r"完成|完工|竣工|完毕|验收|交付|建成|到位|结束|实施|施工|改造|建设|发放|拨付|支付|任务|工作|项目|工程"
_DATED = re.compile(
    rf"(?:截至|截止到|截止至|截止|确保|至|到|于|在)?(?P<late>不晚于|不迟于|最迟|不超过|<=)?{_WHEN}"
    rf"(?:\(含\))?(?P<before>之前|以前|前)?止?(?:全部|全面)?(?:{_DONE})*"
)

_PER_WORDS: dict[Per, str] = {
    "day": "天 日",
    "week": "周 星期",
    "month": "月 月度",
    "quarter": "季 季度",
    "season": "采暖季 供暖季 供热季 采暖期 供暖期 供热期",
    "year": "年 年度",
}
_EVERY = {word: per for per, words in _PER_WORDS.items() for word in words.split()}
_PER = _one_of(_EVERY)
_EVERY_FIRST = re.compile(rf"(?P<op>{OP})?(?:每一?个?|一|全(?=年))(?P<per>{_PER})(?P<rest>.+)")
_EVERY_LAST = re.compile(rf"(?P<rest>.+?)(?:/每?|每)(?P<per>{_PER})(?P<suffix>以上|以内|左右)?")
_DOING = re.compile(
    rf"(?P<op>{OP})?(?P<what>(?:(?!{OP})[一-鿿])*?)(?P<count>(?:{OP})?[0-9一二两三四五六七八九十].*)"
)
_DENIED = re.compile(r"[不无未免禁没]")

_WHOLE = re.compile(r"(?:全[市县区省州镇乡域])?(?P<rest>.+)")

_MEANINGFUL = re.compile(r"[0-9A-Za-z一-鿿〇]")
_BLANK = re.compile(rf"(?:{OP})*(?:{units.UNIT}|年?月?日)?(?:{_one_of(_SUFFIXES)})?")


def blank(text: str) -> bool:
    """Nothing to read: no word or digit at all, or an operator and unit whose number was not filled in."""
    return not _MEANINGFUL.search(text) or _BLANK.fullmatch(text) is not None


def deadline(text: str) -> TargetValue | None:
    """``deadline = [year 年] month 月 [day 日|底|旬] [前] [完成]``; the operator only from 前 or 不晚于."""
    match = _DATED.fullmatch(text)
    days = dates.span(match["when"]) if match else None
    if match is None or days is None:
        return None
    written = match["before"] or match["late"]
    return TargetValue(text, "deadline", op="<=" if written else None, date=days[1])


def period(text: str) -> TargetValue | None:
    """``period = date (-|至) date``, the end not before the start."""
    match = _DATED.fullmatch(text)
    days = dates.period(match["when"]) if match and not (match["late"] or match["before"]) else None
    return days and TargetValue(text, "period", start=days[0], end=days[1])


def tolerance(text: str) -> TargetValue | None:
    """``tolerance = [number] ± number unit [以内] | number (-|~|至) number unit``.

    Low and high carry the comparison, so there is no operator.
    """
    return _plus_minus(text) or _range(text)


def _plus_minus(text: str) -> TargetValue | None:
    match = _PLUS_MINUS.fullmatch(text) if "±" in text else None
    if match is None or (match["inner"] and (not match["middle"] or match["inner"] != match["unit"])):
        return None
    delta, middle = numerals.arabic(match["delta"]), _signed(match["middle"] or "0", match["unit"])
    if delta is None or middle is None:
        return None
    number = middle if match["middle"] else None
    return TargetValue(
        text, "tolerance", number=number, unit=match["unit"], low=middle - delta, high=middle + delta
    )


def _range(text: str) -> TargetValue | None:
    match = _RANGE.fullmatch(text)
    # The first number may carry the whole unit or only its scale: 80%-90%, 3万-5万户.
    if match is None or not match["unit"].startswith(match["inner"] or ""):
        return None
    low, high = (_signed(match[side], match["unit"]) for side in ("low", "high"))
    if low is None or high is None or low >= high:
        return None
    return TargetValue(text, "tolerance", unit=match["unit"], low=low, high=high)


def frequency(text: str) -> TargetValue | None:
    """``frequency = [每(天|周|月|季|年)] [op] number 次 | number 次/(天|月|年)``, also with the work named.

    每年1-2次 is a tolerance with ``per``. 每两周 and 每半年 are none of the six periods and do not match.
    """
    match = _EVERY_FIRST.fullmatch(text)
    if match is not None:
        value = _counted((match["op"] or "") + match["rest"])
    else:
        match = _EVERY_LAST.fullmatch(text)
        value = match and _counted(match["rest"] + (match["suffix"] or ""))
    if match is None or value is None:
        return None
    kind = "frequency" if value.kind == "number" else value.kind
    return replace(value, text=text, kind=kind, per=_EVERY[match["per"]])


def _counted(text: str) -> TargetValue | None:
    """A count of events, with or without the work before it: 至少检查1次."""
    match = _DOING.fullmatch(text)
    if match is None or _DENIED.search(match["what"]):
        return None
    count = (match["op"] or "") + match["count"]
    value = tolerance(count) or number(count)
    return value if value and value.unit and units.is_count(value.unit) else None


def scope(text: str) -> TargetValue | None:
    """``scope = [全市|全县] number noun``; without 全市 only districts and towns are a scope."""
    match = _WHOLE.fullmatch(text)
    value = number(match["rest"]) if match else None
    if match is None or value is None or value.unit is None or units.is_rate(value.unit):
        return None
    if match.start("rest") == 0 and not units.is_area(value.unit):
        return None
    return replace(value, text=text, kind="scope")


def number(text: str) -> TargetValue | None:
    """``number = [op] digits [万|亿] [unit] [suffix-op]``; two operators must say the same."""
    match = _NUMBER.fullmatch(_BRACKETED.sub(r"\1", _REPEATED.sub("", text)))
    if match is None or _BROKEN_DATE.fullmatch(text):
        return None
    unit, ops = match["unit"], _operators(match)
    amount = _signed(match["number"], unit)
    if amount is None or (amount < 0 and unit != "℃"):  # elsewhere the sign is a dash before the number
        return None
    if len(ops) > 1:
        return TargetValue(text, "unparseable")
    spelled = unit and units.spelled(unit)
    base_number, base_unit = units.base(amount, spelled)
    return TargetValue(
        text,
        "number",
        op=next(iter(ops), None),
        number=amount,
        unit=spelled,
        base_number=base_number,
        base_unit=base_unit,
    )


def _operators(match: re.Match[str]) -> set[Op]:
    """The distinct operators written; a weak one counts when no other stands with it."""
    strong = {op for op in (_OPS.get(match["op"] or ""), _SUFFIXES.get(match["suffix"] or "")) if op}
    return strong or ({_WEAK_OPS[match["weak"]]} if match["weak"] else set())


def _signed(written: str, unit: str | None) -> Decimal | None:
    """The number; a minus stands only before ℃ and %, a Chinese numeral only before a count."""
    if written.startswith("-"):
        amount = numerals.arabic(written[1:]) if unit in ("℃", "%") else None
        return -amount if amount is not None else None
    if "0" <= written[0] <= "9":
        return numerals.arabic(written)
    return numerals.number(written) if unit and _CHINESE_COUNTS.fullmatch(unit) else None
