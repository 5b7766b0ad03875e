"""The types of equipment: some of the kernel's own, the others from the packs' descriptors."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from anju.kernel import packs
from anju.kernel.packs import AssetType, Attribute

TYPES = (
    AssetType(
        "camera",
        gettext_noop("摄像机"),
        (
            Attribute("resolution", gettext_noop("分辨率")),
            Attribute("channel", gettext_noop("通道编码"), synonyms=("国标编码",)),
            Attribute("panorama", gettext_noop("可转动"), "flag", synonyms=("球机",)),
        ),
    ),
    AssetType(
        "meter",
        gettext_noop("仪表"),
        (
            Attribute("quantity", gettext_noop("测量量"), synonyms=("测量参数",)),
            Attribute("range", gettext_noop("量程")),
            Attribute("accuracy", gettext_noop("准确度等级"), synonyms=("精度",)),
            Attribute("verified_on", gettext_noop("检定日期"), "date"),
            Attribute("verified_until", gettext_noop("检定有效期至"), "date", synonyms=("检定到期",)),
        ),
    ),
    AssetType(
        "station",
        gettext_noop("监测站"),
        (
            Attribute("station_no", gettext_noop("站号"), synonyms=("设备识别码",)),
            Attribute("interval", gettext_noop("上报间隔"), "whole", gettext_noop("秒")),
            Attribute("height", gettext_noop("采样高度"), "number", gettext_noop("米")),
        ),
    ),
    AssetType(
        "weather_station",
        gettext_noop("气象站"),
        (
            Attribute("station_no", gettext_noop("站号"), synonyms=("区站号",)),
            Attribute("elevation", gettext_noop("海拔"), "number", gettext_noop("米")),
        ),
    ),
)


@cache
def asset_types() -> dict[str, AssetType]:
    """Every type by its code, the kernel's own first; ``PackError`` where a pack names one of them again."""
    found = (*TYPES, *packs.load(settings.ANJU_PACKS).asset_types())
    for kind in found:
        packs.validate_asset_type(kind)
    packs.refuse_repeats("设备类型", [kind.code for kind in found])
    return {kind.code: kind for kind in found}


def choices() -> list[tuple[str, str]]:
    """(code, name) in the language of the page."""
    return [(kind.code, gettext(kind.name)) for kind in asset_types().values()]


def attributes_of(code: str) -> tuple[Attribute, ...]:
    kind = asset_types().get(code)
    return kind.attributes if kind else ()


def every_attribute() -> tuple[Attribute, ...]:
    """The attributes of all types, each name once, for the columns that a file may have."""
    return tuple({a.name: a for kind in asset_types().values() for a in kind.attributes}.values())
