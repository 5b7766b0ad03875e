"""The closed list of kinds of places, what each may lie under, and what each has beside its columns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy, gettext_noop

from anju.kernel.packs import Attribute


class Kind(models.TextChoices):
    COMMUNITY = "community", gettext_lazy("小区")
    BUILDING = "building", gettext_lazy("楼栋")
    UNIT = "unit", gettext_lazy("单元")
    DWELLING = "dwelling", gettext_lazy("户")
    SITE = "site", gettext_lazy("工地")
    ROAD = "road", gettext_lazy("道路")
    STATION = "station", gettext_lazy("场站")
    DISTRICT = "district", gettext_lazy("街区")
    OTHER = "other", gettext_lazy("其他")


# What the kinds of the building table (楼盘表) may lie under; all others may lie under any place or none.
PARENTS: dict[str, tuple[str, ...]] = {
    Kind.COMMUNITY: (Kind.DISTRICT,),
    Kind.BUILDING: (Kind.COMMUNITY, Kind.DISTRICT, Kind.SITE),
    Kind.UNIT: (Kind.BUILDING,),
    Kind.DWELLING: (Kind.UNIT, Kind.BUILDING),
}

_BUILT = Attribute(
    "built_year", gettext_noop("建成年份"), "whole", gettext_noop("年"), ("建筑年代", "竣工年份")
)
_HOUSEHOLDS = Attribute("households", gettext_noop("户数"), "whole", gettext_noop("户"), ("总户数",))
_FLOOR_AREA = Attribute(
    "floor_area", gettext_noop("建筑面积"), "number", gettext_noop("平方米"), ("总建筑面积",)
)
_LAND_AREA = Attribute("land_area", gettext_noop("占地面积"), "number", gettext_noop("平方米"), ("用地面积",))
_HEATED_AREA = Attribute(
    "heated_area", gettext_noop("供热面积"), "number", gettext_noop("平方米"), ("采暖面积",)
)
_MANAGER = Attribute("manager", gettext_noop("物业或管理人"), synonyms=("物业", "物业公司", "管理单位"))
_FLOORS = Attribute("floors", gettext_noop("层数"), "whole", gettext_noop("层"), ("地上层数", "总层数"))
_STRUCTURE = Attribute("structure", gettext_noop("结构"), synonyms=("结构类型", "结构形式"))
_REMARK = Attribute("remark", gettext_noop("备注"), synonyms=("说明",))

ATTRIBUTES: dict[str, tuple[Attribute, ...]] = {
    Kind.COMMUNITY: (
        _BUILT,
        Attribute("buildings", gettext_noop("楼栋数"), "whole", gettext_noop("栋"), ("栋数", "楼数")),
        _HOUSEHOLDS,
        _FLOOR_AREA,
        _LAND_AREA,
        _HEATED_AREA,
        _MANAGER,
        _REMARK,
    ),
    Kind.BUILDING: (
        _BUILT,
        _FLOORS,
        Attribute("units", gettext_noop("单元数"), "whole", gettext_noop("个")),
        _HOUSEHOLDS,
        _STRUCTURE,
        _FLOOR_AREA,
        _HEATED_AREA,
        Attribute("elevator", gettext_noop("电梯"), "flag", synonyms=("有无电梯",)),
        _REMARK,
    ),
    Kind.UNIT: (_FLOORS, _HOUSEHOLDS, _REMARK),
    Kind.DWELLING: (
        Attribute("floor", gettext_noop("所在层"), "whole", gettext_noop("层"), ("楼层",)),
        Attribute("room", gettext_noop("房号"), synonyms=("室号", "门牌")),
        _FLOOR_AREA,
        _HEATED_AREA,
        Attribute("use", gettext_noop("用途"), synonyms=("房屋用途",)),
        _REMARK,
    ),
    Kind.SITE: (
        Attribute("started_on", gettext_noop("开工日期"), "date", synonyms=("开工时间",)),
        Attribute("due_on", gettext_noop("计划竣工日期"), "date", synonyms=("计划竣工",)),
        _LAND_AREA,
        _FLOOR_AREA,
        Attribute("builder", gettext_noop("施工单位")),
        Attribute("supervisor", gettext_noop("监理单位")),
        _REMARK,
    ),
    Kind.ROAD: (
        Attribute("grade", gettext_noop("道路等级"), synonyms=("等级",)),
        Attribute("width", gettext_noop("宽度"), "number", gettext_noop("米"), ("路宽",)),
        Attribute("lanes", gettext_noop("车道数"), "whole", gettext_noop("条")),
        _BUILT,
        _REMARK,
    ),
    Kind.STATION: (
        Attribute("station_type", gettext_noop("场站类型"), synonyms=("站点类型",)),
        _BUILT,
        _LAND_AREA,
        _MANAGER,
        _REMARK,
    ),
    Kind.DISTRICT: (_LAND_AREA, _HOUSEHOLDS, _MANAGER, _REMARK),
    Kind.OTHER: (_MANAGER, _REMARK),
}


def every_attribute() -> tuple[Attribute, ...]:
    """The attributes of all kinds, each once, for the columns that a file may have."""
    return tuple({a.key: a for attributes in ATTRIBUTES.values() for a in attributes}.values())
