"""Units as they are written behind a number, their 万/亿 base, and what sort of unit each is."""

from __future__ import annotations

import re
from decimal import Decimal

from anju.kernel.values.numerals import SCALE, factor

MONEY = ("元", "美元", "欧元")
RATES = ("%", "‰", "百分点", "个百分点")
# Words that count things. 级 and 类 are left out: they name a grade (3类水), and 月 names a date (3月).
_COUNTING = (
    "个 项 套 件 份 篇 户 人 栋 座 次 处 家 期 批 场 条 台 辆 所 名 本 册 部 块 张 只 根 组 支 例 起 宗 "
    "幢 间 单元 层 扇 盏 棵 株 口 眼 孔 面 道 种 轮 遍 回 段 片 路 班 趟 户次 人次 家次 台次 车次 班次 台套"
)
_MEASURING = (
    "平方米 立方米 平方公里 公里 米 延米 延长米 厘米 毫米 亩 公顷 吨 吨标准煤 吨标煤 千克 公斤 克 毫克 微克 "
    "升 天 日 周 年 小时 分钟 秒 工作日 日历天 个月 个工作日 个日历天 个小时 个季度 分 度 倍 ℃ "
    "千瓦时 千瓦 兆瓦 吉焦 千帕 兆帕 分贝 kg mg μg g t L mm cm kWh kW MW GJ kPa MPa Pa dB"
)
CLASSIFIERS = tuple(_COUNTING.split())
MEASURES = tuple(_MEASURING.split())
_PERIODS = ("月", "季度", "季", "采暖季", "供暖季", "采暖期", "供暖期")


def _one_of(*words: str) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


_SIMPLE = _one_of(*MONEY, *RATES, *CLASSIFIERS, *MEASURES)
_BELOW = _one_of(*MONEY, *CLASSIFIERS, *MEASURES, *_PERIODS)
_SCALED = rf"(?:{SCALE}|[百千](?=元))"
#: A measured unit, with 万 or 亿 and a price's or rate's denominator: 万户, 元/平方米·月.
UNIT = rf"(?:{_SCALED}?{_SIMPLE}(?:[/·]{_BELOW}){{0,2}}|{SCALE})"

# Districts and towns with their customary brackets: 县(市)、区.
_AREAS = r"(?=[县市区乡镇街办开])(?:街道|办事处|开发区|[县市区乡镇()（）、])+(?<=[县市区乡镇道处)）])"
# A noun may stand behind a counting word (20个小区); these words tell that it is a clause instead.
_CLAUSE = r"完成|加装|通过|验收|达到|以[上下内]|左右|[并且均已被每不]"
_NOUN = rf"(?:(?!{_CLAUSE})[一-鿿]){{1,8}}?(?<!改造)(?<!建设)(?<!维修)(?<!安装)(?<!更换)(?<!修缮)"
#: A counting word with what it counts: 个小区, 个县(市)、区.
COUNTED = rf"{SCALE}?{_one_of(*CLASSIFIERS)}(?:{_AREAS}|{_NOUN})"

_SPLIT = re.compile(rf"({_SCALED}?)(.*)", re.DOTALL)
_AREA_UNIT = re.compile(rf"个{_AREAS}")


def base(number: Decimal, unit: str | None) -> tuple[Decimal | None, str | None]:
    """The number and unit without 万 or 亿: (38, 万户) → (380000, 户), (5, 万) → (50000, None)."""
    if unit is None:
        return None, None
    scale, plain = _split(unit)
    return number * factor(scale), plain or None


def spelled(unit: str) -> str:
    """A folded unit as Chinese text writes it, with full-width brackets: 个县（市）、区."""
    return unit.replace("(", "（").replace(")", "）")


def is_rate(unit: str) -> bool:
    """%, ‰, 百分点."""
    return unit in RATES


def is_count(unit: str) -> bool:
    """A counting word, with or without its noun: 户, 万户, 个小区; not 个月 and not 个百分点."""
    plain = _split(unit)[1]
    return plain not in MEASURES and plain not in RATES and plain.startswith(CLASSIFIERS)


def classifier(unit: str) -> str:
    """The counting word of a counted noun, other units as they are: 个小区 → 个, 户 → 户, ℃ → ℃."""
    if not is_count(unit):
        return unit
    return max((word for word in CLASSIFIERS if unit.startswith(word)), key=len)


def is_area(unit: str) -> bool:
    """Districts and towns: 个县（市）、区."""
    return _AREA_UNIT.fullmatch(unit) is not None


def _split(unit: str) -> tuple[str, str]:
    match = _SPLIT.fullmatch(unit)
    assert match is not None  # both groups may be empty, so every text matches
    return match[1], match[2]
