"""What can be observed: properties of the kernel, and those of the packs' descriptors.

Ranges are those of instruments: a value outside is a fault of measurement, not an alarm. Source of the ranges of
heating: the platform's own specification of data quality (defaults, editable for each series).
"""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.utils.translation import gettext, gettext_noop

from anju.kernel import packs
from anju.kernel.packs import ObservedProperty

PROPERTIES = (
    ObservedProperty("temperature", gettext_noop("温度"), "°C", -60, 600),
    ObservedProperty("supply_temperature", gettext_noop("一次供水温度"), "°C", 0, 150),
    ObservedProperty("return_temperature", gettext_noop("一次回水温度"), "°C", 0, 150),
    ObservedProperty("secondary_supply_temperature", gettext_noop("二次供水温度"), "°C", 0, 95),
    ObservedProperty("secondary_return_temperature", gettext_noop("二次回水温度"), "°C", 0, 95),
    ObservedProperty("target_temperature", gettext_noop("目标供水温度"), "°C", 0, 95),
    ObservedProperty("room_temperature", gettext_noop("室温"), "°C", 5, 35),
    ObservedProperty("outdoor_temperature", gettext_noop("室外温度"), "°C", -45, 50),
    ObservedProperty("pressure", gettext_noop("压力"), "MPa", 0, 2.5),
    ObservedProperty("secondary_return_pressure", gettext_noop("二次回水压力"), "MPa", 0, 1.6),
    ObservedProperty("flow", gettext_noop("流量"), "t/h", 0, None),
    ObservedProperty("heat_power", gettext_noop("热功率"), "MW", 0, None),
    ObservedProperty("heat", gettext_noop("累计热量"), "GJ", 0, None),
    ObservedProperty("water", gettext_noop("累计水量"), "m³", 0, None),
    ObservedProperty("energy", gettext_noop("累计电量"), "kWh", 0, None),
    ObservedProperty("valve_position", gettext_noop("阀门开度"), "%", 0, 100),
    ObservedProperty("humidity", gettext_noop("相对湿度"), "%", 0, 100),
    ObservedProperty("wind_speed", gettext_noop("风速"), "m/s", 0, 75),
    ObservedProperty("wind_direction", gettext_noop("风向"), "°", 0, 360),
    ObservedProperty("precipitation", gettext_noop("降水量"), "mm", 0, 500),
    ObservedProperty("solar", gettext_noop("太阳辐射"), "W/m²", 0, 1500),
    ObservedProperty("pm10", "PM10", "μg/m³", 0, 10_000),
    ObservedProperty("pm25", "PM2.5", "μg/m³", 0, 10_000),
    ObservedProperty("noise", gettext_noop("噪声"), "dB", 20, 150),
    ObservedProperty("gas", gettext_noop("可燃气体浓度"), "%LEL", 0, 100),
    ObservedProperty("voltage", gettext_noop("电压"), "V", 0, 1000),
    ObservedProperty("online", gettext_noop("在线"), "", 0, 1),
    ObservedProperty("flag", gettext_noop("状态位"), "", 0, 1),
)
# What a weather station may report, in the order of its file.
WEATHER = (
    "outdoor_temperature", "humidity", "wind_speed", "wind_direction", "precipitation", "solar",
)  # fmt: skip


@cache
def properties() -> dict[str, ObservedProperty]:
    """Every property by its code, the kernel's own first; ``PackError`` where a pack names one of them again."""
    found = (*PROPERTIES, *packs.load(settings.ANJU_PACKS).properties())
    for one in found:
        packs.validate_property(one)
    packs.refuse_repeats("观测量", [one.code for one in found])
    return {one.code: one for one in found}


def choices() -> list[tuple[str, str]]:
    """(code, name) in the language of the page."""
    return [(one.code, gettext(one.name)) for one in properties().values()]


def name_of(code: str) -> str:
    """The word for a code in the language of the page; the code itself where its pack has gone."""
    known = properties().get(code)
    return gettext(known.name) if known else code
