"""The target-value grammar of budget performance files (``parse``) and the inferred comparator."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from anju.kernel.values.target_compound import compound, odd_frequency
from anju.kernel.values.target_model import Kind, Op, Per, TargetValue, to_json
from anju.kernel.values.target_rules import blank, deadline, frequency, number, period, scope, tolerance
from anju.kernel.values.text import fold, tighten

__all__ = ["Kind", "Op", "Per", "TargetValue", "inferred_op", "parse", "to_json"]

_LONGEST = 200  # characters; what is longer is prose
_CACHE = 65_536  # a city's files hold some tens of thousands of distinct values

# A masked figure (****, XX, __, ××, □), a broken character, a template's leftover, a spreadsheet error.
# One x between digits is a product (7x24小时), and X inside a Latin word is a letter.
_DAMAGED = re.compile(
    r"[*?_□■◇\x00-\x1f\x7f\ue000-\uf8ff\ufffc\ufffd\ud800-\udfff]"
    r"|[xX×]{2}|(?<![0-9A-Za-z])[xX×](?![A-Za-z0-9])|锟斤拷|烫烫烫|屯屯屯"
)
_WORD = re.compile(r"[一-鿿〇]")
_COUNTABLE = re.compile(r"[^\s,，、;；。.:()“”\"]")
_GRADE = re.compile(r"[A-E]{1,3}[+-]?|[0-9]?[A-Z]{0,3}[0-9]?星?级")  # AAA, 5A级, 1级
_FEWEST_WORDS = 3  # characters of a clause that has a number inside

# Rates of spending and of remedies: the more the better, whatever they are rates of (投诉办结率).
_WANTED = re.compile(
    r"(?:完成|执行|支付|支出|拨付|到位|处理|处置|办结|整改|化解|解决|回复|下降|降低|减少|节约)率"
)
_UNWANTED = re.compile(
    r"投诉|信访|上访|事故|伤亡|死亡|差错|错误|失误|误差|偏差|误报|逾期|延误|延期|延迟|拖延|超支|超概|超预算"
    r"|成本|损失|漏损|故障|不合格|空置|闲置|违约|工期|时限|用时|耗时|响应时间|办理时间"
)

_Rule = Callable[[str], TargetValue | None]
_RULES: tuple[_Rule, ...] = (deadline, period, tolerance, frequency, scope, number, odd_frequency, compound)


@lru_cache(maxsize=_CACHE)
def parse(text: str) -> TargetValue:
    """Read one target value. Never raises; what is damaged or ambiguous is ``unparseable``, never guessed.

    Source: the target-value grammar of the budget performance specification, section 2.
    """
    folded = fold(text)
    return replace(_read(folded), text=text)


def inferred_op(level2: str, name: str, value: TargetValue) -> str:
    """The comparator that the row means when none is written; independent of ``value.op``.

    ``<=`` ("not later than") for dates, and for complaints, accidents, errors, delays and cost; ``>=`` for
    quantity, quality, benefit and satisfaction rates. A payment or handling rate is ``>=`` even in a cost
    row. Empty for kinds that are not compared: tolerance, qualitative, unparseable.
    """
    if value.kind in ("tolerance", "qualitative", "unparseable"):
        return ""
    if value.kind in ("deadline", "period"):
        return "<="
    if _WANTED.search(name):
        return ">="
    return "<=" if _UNWANTED.search(name) or "成本" in level2 else ">="


def _read(folded: str) -> TargetValue:
    tight = tighten(folded)
    if _DAMAGED.search(folded) or blank(tight):
        return TargetValue(folded, "unparseable")
    if len(folded) <= _LONGEST:
        for rule in _RULES:
            value = rule(folded if rule is compound else tight)  # a blank may part two numbers
            if value is not None:
                return value
    return TargetValue(folded, "qualitative" if _readable(folded) else "unparseable")


def _readable(folded: str) -> bool:
    """Words, or a clause with a number inside: at least three Chinese characters, and more than the rest."""
    words, signs = len(_WORD.findall(folded)), len(_COUNTABLE.findall(folded))
    if any("0" <= char <= "9" for char in folded):
        return bool(_GRADE.fullmatch(folded)) or (words >= _FEWEST_WORDS and 2 * words > signs)
    return bool(_GRADE.fullmatch(folded)) or words > 0
