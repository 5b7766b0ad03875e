"""What a cell is called: form labels, column heads and indicator classes, from ``layouts.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib import resources

# Remarks behind a label: a unit, a weight, a hint to the person who fills it in.
_REMARK = re.compile(r"\(.*?\)|\[.*?\]|【.*?】|\(.*$")
_NUMBERING = re.compile(r"^(?:\d{1,2}[.、]|[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十]{1,2}\))")
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\xad]+")
LEADING_YEAR = re.compile(r"(20\d{2})年度?(?=\S)")
_NOISE = re.compile(r"[\s::;;,,、|/*★☆]+")
_SIGN = re.compile(
    r"[≥≤=><≧≦﹥﹤﹦＞＜＝]|>=|<=|定性|大于|小于|等于|(?:大于|小于)(?:或)?等于|不[少低小]于|不[超多]过|不[高多大]于|至少|控制在"
)
_DIRECTION = re.compile(r"(?:正向|反向|负向)(?:指标)?")
_REMARK_CELL = re.compile(
    r"\s*(?:备?注|(?:填[表报])?说明|填[表报]人|单位负责人|经办人|审核人|联系人)(?:[（(][^)）]*[)）])?\s*[:：]"
)
_TITLE = re.compile(r".{2,40}(?:目标|自评|监控|评价)(?:申报|批复|审核|情况)?表\s*(?:[（(].{0,20})?\s*")
LEVEL1 = re.compile(
    r"^(?:项目|预期|实施|年度)?(?:产出|效益|效果|满意度|社会公众或服务对象满意度|社会公众或服务对象|成本|过程|决策|投入|管理)"
    r"(?:指标)?$"
)
LEVEL2 = re.compile(
    r"^(?:产出)?(?:数量|质量|时效|进度|成本|经济成本|社会成本|生态环境成本|预算控制|经济效益|社会效益|生态效益|环境效益|"
    r"生态环境效益|可持续影响|可持续性影响|可持续发展|可持续发展影响|服务对象满意度|社会公众满意度|受益对象满意度|"
    r"社会公众或服务对象满意度|服务对象|满意度)(?:指标)?$"
)


@cache
def _layouts() -> dict[str, dict[str, str]]:
    raw = tomllib.loads(resources.files(__package__).joinpath("layouts.toml").read_text("utf8"))
    return {
        "fields": {word: key for key, words in raw["fields"].items() for word in words},
        "columns": {word: key for key, words in raw["columns"].items() for word in words},
        "class1": {word: entry["code"] for entry in raw["class1"] for word in entry["words"]},
        "class2": {word: entry["code"] for entry in raw["class2"] for word in entry["words"]},
    }


@lru_cache(maxsize=50_000)
def bare(text: str) -> str:
    """A label without white space, colon, numbering and remarks: ``资金支出计划(累计进度%)`` → ``资金支出计划``."""
    if len(text) > 40:
        return ""
    folded = _SPACE.sub("", unicodedata.normalize("NFKC", text))
    short = _NOISE.sub("", _REMARK.sub("", _NUMBERING.sub("", folded)))
    return short or _NOISE.sub("", folded)


@lru_cache(maxsize=50_000)
def field_of(text: str) -> str | None:
    """The form field that a label names (``code``, ``goal``, ``plan`` …), or None for other text."""
    return _layouts()["fields"].get(bare(text))


@lru_cache(maxsize=50_000)
def column_of(text: str) -> str | None:
    """The indicator column that a head names (``level1``, ``value``, ``basis`` …), or None.

    A head may say which term it is for: ``三级指标(长期)`` is a ``name`` column like ``三级指标``.
    """
    words = bare(text)
    return _layouts()["columns"].get(words) or _layouts()["columns"].get(LEADING_YEAR.sub("", words))


@lru_cache(maxsize=10_000)
def is_level1(text: str) -> bool:
    return bool(LEVEL1.match(bare(text)))


@lru_cache(maxsize=10_000)
def is_level2(text: str) -> bool:
    return bool(LEVEL2.match(bare(text)))


@lru_cache(maxsize=10_000)
def is_sign(text: str) -> bool:
    """A comparator alone in its cell, or the word for a value that has none (``定性``)."""
    return bool(_SIGN.fullmatch(text.strip()))


@lru_cache(maxsize=10_000)
def is_direction(text: str) -> bool:
    return bool(_DIRECTION.fullmatch(text.strip()))


def is_remark(text: str) -> bool:
    """A note or a signature under a form: ``注：…``, ``填表人：``."""
    return bool(_REMARK_CELL.match(text))


def is_title(text: str) -> bool:
    """The heading of a form: ``项目支出绩效目标表（2024年度）``."""
    return bool(_TITLE.fullmatch(text))


def labels() -> list[str]:
    """All labels and column heads that forms are known to use."""
    return [*_layouts()["fields"], *_layouts()["columns"]]


def is_label(text: str) -> bool:
    return field_of(text) is not None or column_of(text) is not None


@lru_cache(maxsize=10_000)
def class1_of(level1: str, level2: str) -> str:
    """The standard level-1 class behind the printed levels; where level 1 is missing, level 2 tells."""
    for word, code in _layouts()["class1"].items():
        if word in level1:
            return code
    class2 = class2_of("", level2)
    if class2 in ("quantity", "quality", "timeliness", "cost"):
        return "output"
    return "benefit" if class2 not in ("", "satisfaction") else class2


@lru_cache(maxsize=10_000)
def class2_of(level1: str, level2: str) -> str:
    """The standard level-2 class; where level 2 is missing, level 1 tells (``满意度指标``, ``社会效益指标``)."""
    for text in (level2, level1):
        for word, code in _layouts()["class2"].items():
            if word in text:
                return code
    return ""
