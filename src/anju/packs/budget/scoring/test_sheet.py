"""A whole score sheet: weights, rules by target value, reasons, evidence, grade."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.values.target_value import parse
from anju.packs.budget.scoring.entries import Actual, Dated, Entry, Execution, Figure, Judged
from anju.packs.budget.scoring.judging import rule_of
from anju.packs.budget.scoring.schemes import PARENT, Pool, scheme_for, schemes
from anju.packs.budget.scoring.sheet import Row, ScoreSheet, grade_word, score
from anju.packs.budget.scoring.weights import apportion, distribute

D = Decimal
GENERAL = scheme_for("general-50-30-10", date(2021, 12, 31))
SPENT = Execution(D(100), D(100), 2021)


def entry(class2: str, text: str, actual: Actual = None, **more: Any) -> Entry:
    class1 = PARENT.get(class2, class2)
    given = {"key": class2, "name": f"{class2}指标", "class1": class1, "evidence": "measured"} | more
    return Entry(class2=class2, value=parse(text), actual=actual, **given)


def number(value: str) -> Figure:
    return Figure(D(value))


def full_line() -> list[Entry]:
    """Output 50 over four classes, benefit 30 over two, satisfaction 10."""
    return [
        entry("quantity", "38万户", number("380000")),
        entry("quality", "100%", Figure(None, D(97), D(100)), reason="三处返工"),
        entry("timeliness", "6月底", Dated(date(2021, 8, 14))),  # 45 days late
        entry("cost", "≤5820万元", number("58200000"), evidence="documented"),
        entry("social", "有效提升", Judged(D("0.85")), evidence="asserted"),
        entry("sustainable", "≤10次", number("16")),
        entry("satisfaction", "90%", Figure(None, D(72), D(100))),
    ]


def points(sheet: ScoreSheet) -> dict[str, str | None]:
    return {row.key: None if row.points is None else str(row.points) for row in sheet.rows}


def row_of(sheet: ScoreSheet, key: str) -> Row:
    return next(row for row in sheet.rows if row.key == key)


def test_a_line_scored_by_hand() -> None:
    sheet = score(full_line(), SPENT, GENERAL)
    assert points(sheet) == {
        "execution": "10.00",
        "quantity": "12.50",
        "quality": "12.13",  # 12.5 × 0.97 = 12.125
        "timeliness": "6.25",
        "cost": "12.50",
        "social": "12.75",
        "sustainable": "9.38",  # 15 × 10/16 = 9.375
        "satisfaction": "8.00",
    }
    assert sheet.total == D("83.51")
    assert (sheet.grade, sheet.assessable_weight) == ("良", 100)
    assert sheet.evidence == {
        "measured": D("62.50"),
        "documented": D("22.50"),
        "asserted": D("15.00"),
        "none": D(0),
    }


def test_lost_points_need_a_reason_and_are_explained() -> None:
    sheet = score(full_line(), SPENT, GENERAL)
    lost = {row.key: row.why for row in sheet.rows if row.reason_required}
    assert lost == {
        "quality": "实际97/100，低于目标100%。",
        "timeliness": "应于2021-06-30完成，2021-08-14验收，晚45天。",
        "social": "评定为“达成预期”，按85%计分。",
        "sustainable": "实际16次，超过目标≤10次。",
        "satisfaction": "实际72/100，低于目标90%。",
    }
    assert [row.key for row in sheet.rows if row.reason_missing] == [key for key in lost if key != "quality"]


def test_what_is_missing_is_not_0_and_leaves_no_grade() -> None:
    rows = [replace(row, actual=None) if row.key == "quantity" else row for row in full_line()]
    sheet = score(rows, Execution(None, D(100), 2021), GENERAL)
    assert row_of(sheet, "quantity").points is None
    assert row_of(sheet, "execution").points is None
    assert sheet.total == D("61.01")  # 83.51 − 10 − 12.50
    assert (sheet.assessable_weight, sheet.grade) == (D("77.50"), None)
    assert sheet.evidence["none"] == D("22.50")


def test_nothing_known_has_no_total() -> None:
    sheet = score([entry("quantity", "7个")], Execution(None, None), GENERAL)
    assert (sheet.total, sheet.grade, sheet.assessable_weight) == (None, None, 0)


def test_a_deadline_without_acceptance_earns_nothing_and_is_assessed() -> None:
    for actual in (None, Dated(None)):
        row = row_of(score([entry("timeliness", "2021年6月底", actual)], SPENT, GENERAL), "timeliness")
        assert (row.points, row.why) == (0, "没有验收记录，不得分。")


def test_a_deadline_without_its_year_needs_the_budget_year() -> None:
    row = row_of(score([entry("timeliness", "6月底")], replace(SPENT, year=None), GENERAL), "timeliness")
    assert (row.points, row.why) == (None, "完成时限“6月底”没有写年份，请先补上。")


def test_execution_under_90_needs_a_reason_even_without_points() -> None:
    yinchuan = scheme_for("yinchuan-10-25-30-35", date(2021, 12, 31))
    row = score([], Execution(D(89), D(100)), yinchuan).rows[0]
    assert (row.weight, row.points, row.reason_required, row.actual_words) == (0, 0, True, "89.00%")


def test_far_over_target_needs_a_reason_and_loses_points_only_by_a_declared_step() -> None:
    rows = [entry("quantity", "115个", number("264"))]
    plain = row_of(score(rows, SPENT, GENERAL), "quantity")
    assert (plain.points, plain.reason_required, plain.why) == (50, True, "")
    steps = tuple(replace(step, deduct=D("0.2")) for step in GENERAL.over_steps)
    strict = row_of(score(rows, SPENT, replace(GENERAL, over_steps=steps)), "quantity")
    assert (strict.points, strict.why) == (40, "实际达到目标的229.57%，目标偏低，按偏离度扣10.00分。")


def test_a_saving_waits_for_quality() -> None:
    saved = entry("cost", "≤100万元", number("800000"))
    good = entry("quality", "≥95%", number("96"))
    sheets = [
        score([saved, quality], SPENT, GENERAL)
        for quality in (good, replace(good, actual=number("90")), replace(good, actual=None))
    ]
    assert [row_of(sheet, "cost").points for sheet in sheets] == [25, 20, None]
    assert row_of(sheets[2], "cost").why == "质量指标还不能评，节约能否计入暂不能定。"


def test_18_plus_minus_2() -> None:
    room = entry("social", "18±2℃", Figure(None, D(741), D(780)), required=D("0.95"))
    assert (
        row_of(score([room], SPENT, GENERAL), "social").points == 40
    )  # exactly 95 %; satisfaction gives its 10
    assert row_of(score([replace(room, required=None)], SPENT, GENERAL), "social").points is None
    warm = replace(room, actual=number("21"))
    assert row_of(score([warm], SPENT, GENERAL), "social").points == 0
    assert row_of(score([replace(warm, lenient=frozenset({"high"}))], SPENT, GENERAL), "social").points == 40


@pytest.mark.parametrize(
    ("class2", "name", "text", "rule"),
    [
        ("quantity", "安装户数", "38万户", "at_least"),
        ("quantity", "检查次数", "每季≥6次", "at_least"),
        ("quantity", "覆盖县区", "全市19个县（市）、区", "at_least"),
        ("quantity", "培训人数", "100人左右", "exactly"),
        ("quality", "验收合格率", "≥100%", "rate"),
        ("quality", "验收合格率", "98%", "at_least"),
        ("quality", "返工数", "0", "at_least"),
        ("social", "投诉", "10次", "at_most"),
        ("social", "室温", "18±2℃", "within"),
        ("timeliness", "完成时限", "2023.07-2024.01", "deadline"),
        ("cost", "补助资金", "4980.12万元", "cost"),
        ("cost", "预算支付率", "100%", "rate"),
        ("satisfaction", "满意度", "90%", "satisfaction"),
        ("satisfaction", "群众投诉", "<=10次", "at_most"),
        ("social", "影响", "有效提升", "qualitative"),
        ("cost", "补助资金", "≤****元", "unreadable"),
    ],
)
def test_the_rule_follows_value_direction_and_class(class2: str, name: str, text: str, rule: str) -> None:
    assert rule_of(entry(class2, text, name=name)) == rule


def test_a_date_where_a_number_belongs_is_not_assessed() -> None:
    row = row_of(score([entry("quantity", "7个", Dated(date(2021, 5, 1)))], SPENT, GENERAL), "quantity")
    assert (row.points, row.why) == (None, "实际完成值应填数量。")


@pytest.mark.parametrize(
    ("total", "word"), [("90", "优"), ("89.99", "良"), ("80", "良"), ("60", "中"), ("59.99", "差")]
)
def test_grades(total: str, word: str) -> None:
    assert grade_word(D(total), GENERAL) == word


# Weights


def test_explicit_weights_count_when_they_total_100() -> None:
    rows = [entry("quantity", "7个", number("7"), weight=D(60)), entry("social", "显著", weight=D(30))]
    given = distribute(rows, replace(SPENT, weight=D(10)), GENERAL)
    assert (given.explicit, given.execution, dict(given.entries)) == (True, 10, {0: 60, 1: 30})
    assert distribute(rows, SPENT, GENERAL).explicit  # 90 leaves the ten of execution free
    hundred = [replace(rows[0], weight=D(70)), rows[1]]
    assert distribute(hundred, SPENT, GENERAL).execution == 0
    over = score(hundred, replace(SPENT, weight=D(10)), GENERAL)  # 110, as Zhongjiang's form
    assert not over.own_weights
    assert [flag.code for flag in over.flags] == ["weights_not_100"]
    assert over.flags[0].message == "表上分值合计110，不是100，已改按方案分配，请改正。"


def test_without_satisfaction_benefit_has_10_more() -> None:
    given = distribute([entry("quantity", "7个"), entry("social", "显著")], SPENT, GENERAL)
    assert dict(given.entries) == {0: 50, 1: 40}
    assert given.unfilled == ()


def test_a_class_without_indicators_keeps_its_points_in_sight() -> None:
    sheet = score([entry("quantity", "7个", number("7"))], SPENT, GENERAL)
    assert {row.key: row.weight for row in sheet.rows if row.rule == "empty_class"} == {
        "empty:benefit": 30,
        "empty:satisfaction": 10,
    }
    assert (sheet.total, sheet.assessable_weight, sheet.grade) == (60, 60, None)


def test_an_empty_level_2_passes_its_points_to_its_siblings() -> None:
    pools = (
        Pool(("quantity",), D(20)),
        Pool(("quality",), D(10)),
        Pool(("timeliness",), D(15)),
        Pool(("benefit", "satisfaction"), D(45)),
    )
    scheme = replace(GENERAL, pools=pools, empty={})
    given = distribute(
        [entry("quantity", "7个"), entry("quality", "95%"), entry("social", "显著")], SPENT, scheme
    )
    assert dict(given.entries) == {0: 30, 1: 15, 2: 45}  # 15 in the ratio 20 : 10


def test_level_2_classes_share_equally_and_then_their_rows() -> None:
    rows = [entry("quantity", "7个", key=str(i)) for i in range(3)] + [entry("quality", "95%")]
    given = distribute(rows, SPENT, GENERAL)
    assert [given.entries[i] for i in range(4)] == [D("8.34"), D("8.33"), D("8.33"), 25]


def test_cost_belongs_to_output_unless_the_scheme_sets_it_apart() -> None:
    row = entry("cost", "≤7元", class1="cost")
    assert dict(distribute([row], SPENT, GENERAL).entries) == {0: 50}
    assert dict(distribute([row], SPENT, scheme_for("cost-10-20-40-20-10", date(2022, 1, 1))).entries) == {
        0: 20
    }


def test_a_row_outside_the_scheme_is_left_out_and_one_of_unknown_class_blocks_the_grade() -> None:
    sichuan = scheme_for("sichuan-10-90", date(2023, 12, 31))
    rows = [entry("quantity", "7个", number("7")), entry("satisfaction", "90%", number("95"))]
    sheet = score(rows, SPENT, sichuan)
    assert row_of(sheet, "satisfaction").rule == "left_out"
    assert (sheet.total, sheet.grade) == (100, "优")
    assert score([*rows, entry("", "7个", key="?")], SPENT, sichuan).grade is None


CLASS2 = ["quantity", "quality", "timeliness", "cost", "economic", "social", "satisfaction", "process"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(CLASS2), max_size=12), st.sampled_from(schemes()))
def test_distributed_weights_and_evidence_total_100(classes: list[str], scheme: Any) -> None:
    rows = [entry(class2, "7个", number("5"), key=str(i)) for i, class2 in enumerate(classes)]
    sheet = score(rows, SPENT, scheme)
    assert sum(row.weight for row in sheet.rows) == 100
    assert sum(sheet.evidence.values()) == 100
    assert sheet.total is None or sheet.total == sum(
        row.points for row in sheet.rows if row.points is not None
    )


@settings(max_examples=150, deadline=None)
@given(st.decimals(0, 100, places=2), st.lists(st.integers(1, 50).map(Decimal), min_size=1, max_size=15))
def test_apportioned_points_total_what_was_split(total: Decimal, ratios: list[Decimal]) -> None:
    parts = apportion(total, ratios)
    whole = sum(ratios)
    assert sum(parts) == total
    assert all(
        abs(part - total * ratio / whole) < D("0.01") for part, ratio in zip(parts, ratios, strict=True)
    )


def test_scoring_and_monitoring_load_no_django() -> None:
    modules = "scoring.sheet", "scoring.rollup", "monitoring.forecast", "monitoring.grades"
    imports = ";".join(f"import anju.packs.budget.{module}" for module in modules)
    code = f"import sys;{imports};sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
