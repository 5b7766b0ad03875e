"""The items of the sample's two checklists."""

from __future__ import annotations

from anju.kernel.inspections.items import Item, ItemKind, Option

_LAW = "河北省扬尘污染防治办法"
HUNDRED, COVERED = "六个百分百", "两个全覆盖"
_LAW = "河北省扬尘污染防治办法"

DUST_ITEMS = (
    Item(
        "fence",
        "工地周边围挡",
        HUNDRED,
        "Fence around the site",
        basis=f"{_LAW}第十五条",
        points=3,
        instruction="主干道不低于2.5米，其他1.8米",
    ),
    Item(
        "cover",
        "裸土与物料覆盖",
        HUNDRED,
        "Bare soil and material covered",
        basis=f"{_LAW}第十五条",
        severity=2,
        points=5,
        photos=1,
        instruction="拍全景一张",
    ),
    Item(
        "wash",
        "出入车辆冲洗",
        HUNDRED,
        "Wheel washing",
        basis=f"{_LAW}第十五条",
        severity=2,
        points=5,
        instruction="冲洗设施可用，出口无带泥",
    ),
    Item("road", "场区道路硬化", HUNDRED, "Hardened roads", points=3),
    Item("wet", "湿法作业", HUNDRED, "Wet working", severity=2, points=4, instruction="土方、拆除时喷淋在用"),
    Item(
        "truck",
        "渣土车密闭运输",
        HUNDRED,
        "Sealed spoil trucks",
        severity=2,
        points=4,
        instruction="随机查3辆，密闭、证照齐",
    ),
    Item("video", "视频监控联网", COVERED, "Video connected", points=2),
    Item(
        "pm10",
        "PM10近24小时有效分钟占比",
        COVERED,
        "Valid PM10 minutes of 24 hours",
        kind=ItemKind.NUMBER,
        unit="%",
        low="90",
        points=3,
        required=False,
    ),
    Item(
        "night",
        "违反停工令施工",
        "应急",
        "Working against a stop order",
        kind=ItemKind.CHOICE,
        severity=3,
        points=10,
        options=(Option("no", "没有"), Option("yes", "有", fails=True)),
    ),
    Item("words", "其他情况", "应急", "Anything else", kind=ItemKind.TEXT, required=False),
)
GAS_ITEMS = (
    Item(
        "permit",
        "经营许可证在有效期内",
        "资质",
        "Valid licence",
        basis="城镇燃气管理条例第十五条",
        severity=3,
        points=10,
    ),
    Item(
        "alarm",
        "可燃气体报警器在用",
        "设施",
        "Gas alarms in use",
        basis="建城规〔2023〕4号第五条",
        severity=3,
        points=10,
        photos=1,
        instruction="拍报警控制器面板",
    ),
    Item("valve", "紧急切断阀有效", "设施", "Shut-off valve works", severity=2, points=5),
    Item(
        "pressure",
        "出口压力",
        "设施",
        "Outlet pressure",
        kind=ItemKind.NUMBER,
        unit="kPa",
        low="2",
        high="3",
        points=3,
    ),
    Item("extinguisher", "灭火器压力正常", "消防", "Fire extinguishers", points=2),
    Item("ledger", "巡检记录完整", "管理", "Complete patrol records", points=2),
)
