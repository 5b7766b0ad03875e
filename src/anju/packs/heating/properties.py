"""What heating observes beside the properties of the kernel; the last five are computed by the pack itself."""

from __future__ import annotations

from anju.kernel.packs import ObservedProperty

PROPERTIES = (
    ObservedProperty("static_pressure", "静水压力", "MPa", 0, 1.6),
    ObservedProperty("makeup_flow", "补水流量", "t/h", 0, None),
    ObservedProperty("pump_running", "循环泵运行", "", 0, 1),
    ObservedProperty("flood", "积水信号", "", 0, 1),
    ObservedProperty("mains_power", "市电信号", "", 0, 1),
    ObservedProperty("door_open", "门开信号", "", 0, 1),
    ObservedProperty("makeup_night_median", "近7日夜间补水中位数", "t/h", 0, None),
    ObservedProperty("zone_shortfall", "低于目标3K的站所占比例", "%", 0, 100),
    ObservedProperty("cold_share", "低于18℃的测点所占比例", "%", 0, 100),
    ObservedProperty("valid_rooms", "有效室温测点数", "", 0, None),
    ObservedProperty("capacity_margin", "供热余量", "%", -100, None),
)
