"""Worked examples of the target-value grammar: what each written form must say, field by field."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from anju.kernel.values.target_value import inferred_op, parse, to_json


def said(text: str) -> dict[str, object]:
    """The JSON of a value without its text, and without the base where it only repeats number and unit."""
    content = to_json(parse(text))
    assert content.pop("text") == text
    if content.get("base_number") == content.get("number") and content.get("base_unit") == content.get(
        "unit"
    ):
        content.pop("base_number", None)
        content.pop("base_unit", None)
    return content


def number(
    amount: float, unit: str | None = None, op: str | None = None, kind: str = "number"
) -> dict[str, object]:
    content: dict[str, object] = {"kind": kind, "op": op, "number": amount}
    return content if unit is None else content | {"unit": unit}


def scaled(amount: float, unit: str, base: int, base_unit: str, op: str | None = None) -> dict[str, object]:
    return number(amount, unit, op) | {"base_number": base, "base_unit": base_unit}


def deadline(date: str, op: str | None = None) -> dict[str, object]:
    return {"kind": "deadline", "op": op, "date": date}


def band(low: float, high: float, unit: str, middle: float | None = None) -> dict[str, object]:
    content: dict[str, object] = {"kind": "tolerance", "op": None, "unit": unit, "low": low, "high": high}
    return content if middle is None else content | {"number": middle}


def often(amount: int, per: str, op: str | None = None, unit: str = "次") -> dict[str, object]:
    return number(amount, unit, op, "frequency") | {"per": per}


QUALITATIVE: dict[str, object] = {"kind": "qualitative", "op": None}
UNPARSEABLE: dict[str, object] = {"kind": "unparseable", "op": None}

# All 58 distinct target values of the bureau's file of 2021.
REAL_FILE = [
    ("100%", number(100, "%")),
    ("95%", number(95, "%")),
    ("94%", number(94, "%")),
    ("90%", number(90, "%")),
    ("85%", number(85, "%")),
    ("95%以上", number(95, "%", ">=")),
    ("90%以上", number(90, "%", ">=")),
    ("80%以上", number(80, "%", ">=")),
    (">=95%", number(95, "%", ">=")),
    ("≧90%", number(90, "%", ">=")),
    (">=10年", number(10, "年", ">=")),
    (">=5年", number(5, "年", ">=")),
    (">=4年", number(4, "年", ">=")),
    ("<=10次", number(10, "次", "<=")),
    ("不少于6次", number(6, "次", ">=")),
    ("7", number(7)),
    ("6", number(6)),
    ("2", number(2)),
    ("1个", number(1, "个")),
    ("6个", number(6, "个")),
    ("8个", number(8, "个")),
    ("20个", number(20, "个")),
    ("26个", number(26, "个")),
    ("46个", number(46, "个")),
    ("48个", number(48, "个")),
    ("29栋", number(29, "栋")),
    ("22天", number(22, "天")),
    ("1项", number(1, "项")),
    ("1套", number(1, "套")),
    ("549套", number(549, "套")),
    ("690套", number(690, "套")),
    ("12664套", number(12664, "套")),
    ("14673套", number(14673, "套")),
    ("3488户", number(3488, "户")),
    ("16500户", number(16500, "户")),
    ("38万户", scaled(38, "万户", 380_000, "户")),
    ("5013万平米", scaled(5013, "万平方米", 50_130_000, "平方米")),
    ("87.94万平方米", scaled(87.94, "万平方米", 879_400, "平方米")),
    ("4980.12万元", scaled(4980.12, "万元", 49_801_200, "元")),
    ("2000万元", scaled(2000, "万元", 20_000_000, "元")),
    ("18±2℃", band(16, 20, "℃", 18)),
    ("每天不少于2次", often(2, "day", ">=")),
    ("全市19个县（市）、区", number(19, "个县（市）、区", kind="scope")),
    ("2021年底", deadline("2021-12-31")),
    ("2021年12月底", deadline("2021-12-31")),
    ("2021年12月31日", deadline("2021-12-31")),
    ("2021年12月", deadline("2021-12-31")),
    ("2021年12月底前", deadline("2021-12-31", "<=")),
    ("2021年11月30日前", deadline("2021-11-30", "<=")),
    ("2021年6月底", deadline("2021-06-30")),
    ("2022年12月", deadline("2022-12-31")),
    ("2020年4月7日", deadline("2020-04-07")),
    ("3月15日完成", deadline("--03-15")),
    ("无严重损毁", QUALITATIVE),
    ("居民生活环境有所改善", QUALITATIVE),
    ("居民生活环境有所改善，城市整体形象有所提升", QUALITATIVE),
    ("小区居民生活用水质量和用水安全有所提高", QUALITATIVE),
    ("有效指导未来五年的城市更新工作", QUALITATIVE),
]

NUMBERS = [
    ("100%完成", number(100, "%")),
    ("100%全覆盖", number(100, "%")),
    ("≥95%（含95%）", number(95, "%", ">=")),
    ("500（个）", number(500, "个")),
    ("不低于９５％", number(95, "%", ">=")),
    ("大于或等于5个", number(5, "个", ">=")),
    ("超过5个", number(5, "个", ">")),
    ("不高于1%", number(1, "%", "<=")),
    ("小于5‰", number(5, "‰", "<")),
    ("﹤5%", number(5, "%", "<")),
    ("﹦100%", number(100, "%", "=")),
    ("达到100%", number(100, "%", ">=")),
    ("约100户左右", number(100, "户", "~")),
    ("控制在5%以内", number(5, "%", "<=")),
    ("控制在5%", number(5, "%", "<=")),
    ("控制在95%以上", number(95, "%", ">=")),
    ("95%（含）以上", number(95, "%", ">=")),
    ("5年及以上", number(5, "年", ">=")),
    ("10%以下", number(10, "%", "<=")),
    ("30个工作日内", number(30, "个工作日", "<=")),
    ("≥100百分比", number(100, "%", ">=")),
    ("百分之九十五", number(95, "%")),
    (">= 4 年", number(4, "年", ">=")),
    ("≥-5℃", number(-5, "℃", ">=")),
    ("44,561", number(44561)),
    ("100%。", number(100, "%")),
    ("7元/平方米", number(7, "元/平方米")),
    ("≤120元/人次", number(120, "元/人次", "<=")),
    ("95分以上", number(95, "分", ">=")),
    ("两套", number(2, "套")),
    ("一项", number(1, "项")),
    ("十二个月", number(12, "个月")),
    ("一百零五户", number(105, "户")),
    ("20个小区", number(20, "个小区")),
    ("完成6个", number(6, "个")),
    ("0.4亿元", scaled(0.4, "亿元", 40_000_000, "元")),
    ("5013 万 ㎡", scaled(5013, "万平方米", 50_130_000, "平方米")),
    ("≤2000万元", scaled(2000, "万元", 20_000_000, "元", "<=")),
    ("5万", number(5, "万") | {"base_number": 50_000}),
]

BANDS = [
    ("18℃±2℃", band(16, 20, "℃", 18)),
    ("（18±2）℃", band(16, 20, "℃", 18)),
    ("100±5%", band(95, 105, "%", 100)),
    ("±3%以内", band(-3, 3, "%")),
    ("±3%", band(-3, 3, "%")),
    ("3-4个", band(3, 4, "个")),
    ("80%-90%", band(80, 90, "%")),
    ("16~20℃", band(16, 20, "℃")),
    ("16℃～20℃", band(16, 20, "℃")),
    ("2至3次", band(2, 3, "次")),
    ("3万-5万户", band(3, 5, "万户")),
    ("3-5年", band(3, 5, "年")),
    ("每年1-2次", band(1, 2, "次") | {"per": "year"}),
]

FREQUENCIES = [
    ("全年12次", often(12, "year")),
    ("每日2次", often(2, "day")),
    ("每周1次", often(1, "week")),
    ("1次/月", often(1, "month")),
    ("12次/年", often(12, "year")),
    ("每季度一次", often(1, "quarter")),
    ("每采暖季1次", often(1, "season")),
    ("每年开展6次", often(6, "year")),
    ("每年不少于6次", often(6, "year", ">=")),
    ("不少于每年6次", often(6, "year", ">=")),
    ("每月至少检查1次", often(1, "month", ">=")),
    ("≥1次/周", often(1, "week", ">=")),
    ("一年两次", often(2, "year")),
    ("每月2期", often(2, "month", unit="期")),
    ("每两周一次", QUALITATIVE),
    ("每半年1次", QUALITATIVE),
    ("每年不停热2次", QUALITATIVE),
]

SCOPES = [
    ("全市19个县(市)、区", number(19, "个县（市）、区", kind="scope")),
    ("全县12个乡镇", number(12, "个乡镇", kind="scope")),
    ("19个县（市、区）", number(19, "个县（市、区）", kind="scope")),
    ("14个县区", number(14, "个县区", kind="scope")),
    ("全区8个街道", number(8, "个街道", kind="scope")),
    ("全市46个小区", number(46, "个小区", kind="scope")),
    ("全市各小区", QUALITATIVE),
]

DATES: list[tuple[str, dict[str, object]]] = [
    ("2021年", deadline("2021-12-31")),
    ("年底前", deadline("--12-31", "<=")),
    ("6月中旬前", deadline("--06-20", "<=")),
    ("2021.6.30", deadline("2021-06-30")),
    ("20210630", deadline("2021-06-30")),
    ("于2021年12月31日前完成", deadline("2021-12-31", "<=")),
    ("截至2021年底", deadline("2021-12-31")),
    ("2021年12月底前全部完工", deadline("2021-12-31", "<=")),
    ("不晚于2021年6月30日", deadline("2021-06-30", "<=")),
    ("≤2021年6月30日", deadline("2021-06-30", "<=")),
    ("2023.07-2024.01", {"kind": "period", "op": None, "start": "2023-07-01", "end": "2024-01-31"}),
    ("2021年1月—12月", {"kind": "period", "op": None, "start": "2021-01-01", "end": "2021-12-31"}),
    ("2021-2023", {"kind": "period", "op": None, "start": "2021-01-01", "end": "2023-12-31"}),
]


@pytest.mark.parametrize(("text", "expected"), REAL_FILE)
def test_the_real_file(text: str, expected: dict[str, object]) -> None:
    assert said(text) == expected


def test_the_real_file_is_whole() -> None:
    assert len({text for text, _ in REAL_FILE}) == 58


@pytest.mark.parametrize(("text", "expected"), NUMBERS + BANDS + FREQUENCIES + SCOPES + DATES)
def test_written_forms(text: str, expected: dict[str, object]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("热源1座，换热站12座", [("热源", 1, "座"), ("换热站", 12, "座")]),
        ("一次网0.9公里，二次网2.6公里", [("一次网", 0.9, "公里"), ("二次网", 2.6, "公里")]),
        ("新建3座、改造5座", [("新建", 3, "座"), ("改造", 5, "座")]),
        ("门禁48个；摄像头120个", [("门禁", 48, "个"), ("摄像头", 120, "个")]),
        ("热源：1座；换热站：12座", [("热源", 1, "座"), ("换热站", 12, "座")]),
        ("100套 60户", [("", 100, "套"), ("", 60, "户")]),
        ("549套，690户", [("", 549, "套"), ("", 690, "户")]),
        ("DN300管道5公里", [("DN300管道", 5, "公里")]),
        ("连续供热151天", [("连续供热", 151, "天")]),
        ("管网(含支线)5公里", [("管网(含支线)", 5, "公里")]),
    ],
)
def test_compound(text: str, parts: list[tuple[str, float, str]]) -> None:
    expected = [
        {"label": label, "number": amount, "unit": unit, "base_number": amount, "base_unit": unit}
        for label, amount, unit in parts
    ]
    assert said(text) == {"kind": "compound", "op": None, "parts": expected}


def test_parts_keep_their_operator_base_and_period() -> None:
    assert said("居民满意度达到90%以上，面积5万㎡，PM2.5≤35微克/立方米，巡查每周1次")["parts"] == [
        {"label": "居民满意度", "op": ">=", "number": 90, "unit": "%", "base_number": 90, "base_unit": "%"},
        {"label": "面积", "number": 5, "unit": "万平方米", "base_number": 50_000, "base_unit": "平方米"},
        {"label": "PM2.5", "op": "<=", "number": 35, "unit": "微克/立方米"}
        | {"base_number": 35, "base_unit": "微克/立方米"},
        {"label": "巡查", "number": 1, "unit": "次", "base_number": 1, "base_unit": "次", "per": "week"},
    ]


WORDS = (
    "AAA级 一级 1级 5A级 优良 按时 完成 无 十分满意 一次网改造 一次性完成 三百五户 每小时1次 "
    "不漏一户，不落一人 无一例 "
    "完成8栋楼加装坡屋顶改造并通过验收 38万户（两年累计） 2021年底前完成10个，12月底前完成20个"
)


@pytest.mark.parametrize("text", WORDS.split())
def test_words_are_qualitative(text: str) -> None:
    assert said(text) == QUALITATIVE


UNREADABLE = (
    "≥ 不少于 达到≥个 万元 。 / - ... ≤****000元 XX个 X个 **% ×× _% □□户 20246-202516 12..5% 1,23,4 1,2 "
    "3,4个 2021年1-6月前 100%% 10O% ≥≤5 "
    "超过90%以上 不超过5次以上 1:3 1/2 #REF! #DIV/0! ##### #名称? N/A 100\ufffd% 锟斤拷 "
    "2021年2月30日 2021年13月 20211330 2021年12月至2021年1月 007 123456789012345678 5² ½ -5% 近20个 "
    "10余个 第3批 前3名 3座、5座 100个±5% 7×24小时 80%≤x≤90% 2000-3000 90-80% 监测PM10 得分95 3户) "
    "不晚于2021年1-6月 3套-5个 监测PM10个 (A)5户 无1例"
)


@pytest.mark.parametrize("text", ["", "  \n", "≥ 个", "年 月 日", "12 345元", *UNREADABLE.split()])
def test_refused_and_never_guessed(text: str) -> None:
    assert said(text) == UNPARSEABLE


@pytest.mark.parametrize(
    ("level2", "name", "text", "op"),
    [
        ("数量指标", "省达年度任务户数", "16500户", ">="),
        ("质量指标", "改造后房屋验收合格率", "100%", ">="),
        ("服务对象满意度指标", "居民满意度", "95%", ">="),
        ("服务对象满意度指标", "检查人员被投诉次数", "10次", "<="),
        ("社会效益指标", "安全生产事故数", "0起", "<="),
        ("质量指标", "数据差错率", "1%", "<="),
        ("成本指标", "预算资金", "2000万元", "<="),
        ("成本指标", "当年预算资金完成率", "85%", ">="),
        ("社会效益指标", "投诉办结率", "100%", ">="),
        ("时效指标", "完成时限", "2021年底", "<="),
        ("时效指标", "施工工期", "60天", "<="),
        ("时效指标", "延长供暖天数", "22天", ">="),
        ("可持续影响指标", "系统正常使用年限", "10年", ">="),
        ("社会效益指标", "室内温度", "18±2℃", ""),
        ("社会效益指标", "改善居民生活环境", "有所改善", ""),
    ],
)
def test_inferred_op(level2: str, name: str, text: str, op: str) -> None:
    value = parse(text)
    assert inferred_op(level2, name, value) == op
    assert value.op is None  # what is inferred is never mistaken for what is written


@pytest.mark.parametrize("text", ["每天供热8小时", "全市95%"])
def test_neither_hours_are_a_frequency_nor_a_rate_a_scope(text: str) -> None:
    assert said(text)["kind"] == "compound"


def test_prose_is_not_searched_for_numbers() -> None:
    assert said("热源1座，" * 60) == QUALITATIVE


def test_json_has_whole_numbers_as_int() -> None:
    assert json.dumps(to_json(parse("100%"))["number"]) == "100"
    assert json.dumps(to_json(parse("87.94%"))["number"]) == "87.94"


def test_numbers_are_exact() -> None:
    assert parse("4980.12万元").number == Decimal("4980.12")
    assert parse("4980.12万元").base_number == Decimal("49801200")
