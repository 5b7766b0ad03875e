"""Schemes as data: what is shipped, what is refused, and which one holds on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from anju.kernel.values.datarows import RowError
from anju.packs.budget.scoring.schemes import load, scheme_for, schemes

DAY = date(2024, 6, 30)
GOOD = """
[[scheme]]
code = "x"
name = "试"
name_en = "trial"
issuer = "某局"
legal_basis = "无"
area = ""
valid_from = 2021-01-01
verified = false
weights = { execution = "10", output = "60", benefit = "30" }
bands = ["80", "60"]
grades = ["90", "80", "60"]
floor = "0"
satisfaction_floor = "60"
days_to_zero = 90
execution_reason_below = "90"
reason_above = "130"
over_steps = [{ above = "130", deduct = "10" }, { above = "200", deduct = "20" }]
"""


def pots(code: str) -> dict[str, str]:
    scheme = scheme_for(code, DAY)
    return {"execution": str(scheme.execution)} | {"+".join(p.classes): str(p.weight) for p in scheme.pools}


@pytest.mark.parametrize(
    ("code", "weights"),
    [
        (
            "general-50-30-10",
            {"execution": "10", "output": "50", "benefit": "30", "satisfaction": "10"},
        ),
        ("bands-20-40-40", {"execution": "20", "output": "40", "benefit+satisfaction": "40"}),
        ("sichuan-10-90", {"execution": "10", "process+output+cost+benefit": "90"}),
        (
            "yinchuan-10-25-30-35",
            {
                "execution": "0",
                "decision": "10",
                "management": "25",
                "output": "30",
                "benefit+satisfaction": "35",
            },
        ),
        (
            "cost-10-20-40-20-10",
            {"execution": "10", "cost": "20", "output": "40", "benefit": "20", "satisfaction": "10"},
        ),
    ],
)
def test_weights_of_the_schemes_that_section_5_names(code: str, weights: dict[str, str]) -> None:
    assert pots(code) == weights


def test_only_the_scheme_from_memory_is_unverified() -> None:
    assert [scheme.code for scheme in schemes() if not scheme.verified] == ["cost-10-20-40-20-10"]


def test_bands_of_the_provincial_product_end_at_50() -> None:
    assert scheme_for("bands-20-40-40", DAY).bands == (Decimal("0.8"), Decimal("0.5"))
    assert scheme_for("general-50-30-10", DAY).bands == (Decimal("0.8"), Decimal("0.6"))


def test_a_scheme_holds_from_its_first_day() -> None:
    assert scheme_for("sichuan-10-90", date(2023, 1, 1)).issuer == "四川省财政厅"
    with pytest.raises(RowError) as caught:
        scheme_for("sichuan-10-90", date(2022, 12, 31))
    assert caught.value.sentence == "2022-12-31没有有效的「sichuan-10-90」。"
    assert "general-50-30-10" in caught.value.next_step


def test_percentages_become_shares() -> None:
    (scheme,) = load(GOOD)
    assert scheme.satisfaction_floor == Decimal("0.6")
    assert [(step.above, step.deduct) for step in scheme.over_steps] == [
        (Decimal("1.3"), Decimal("0.1")),
        (Decimal(2), Decimal("0.2")),
    ]


def test_a_later_row_of_the_same_code_follows_the_one_that_ends() -> None:
    ends = GOOD.replace("valid_from = 2021-01-01", "valid_from = 2021-01-01\nvalid_to = 2021-12-31")
    later = GOOD.replace("2021-01-01", "2022-01-01")
    assert len(load(ends + later)) == 2
    with pytest.raises(RowError, match="重叠"):
        load(GOOD + later)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('benefit = "30"', 'benefit = "40"', "方案「x」的分值合计为110，应为100。"),
        ('benefit = "30"', 'benefit = "29.99"', "方案「x」的分值合计为99.99，应为100。"),
        ('benefit = "30"', "benefit = 30.0", "方案「x」的weights.benefit写成了30.0，不是带引号的非负数。"),
        ('benefit = "30"', 'beauty = "30"', "方案「x」的weights有不认识或重复的类别：beauty。"),
        ('benefit = "30"', '"benefit+output" = "30"', "重复的类别"),
        ('area = ""', 'area = ""\ncolour = "红"', "方案「x」有不认识的键：colour。"),
        ('issuer = "某局"\n', "", "方案「x」缺少issuer。"),
        ("2021-01-01", '"2021-01-01"', "方案「x」的有效期不是日期。"),
        ("2021-01-01", "2021-01-01T00:00:00", "方案「x」的有效期不是日期。"),
        (
            "2021-01-01",
            "2021-01-01\nvalid_to = 2020-12-31",
            "方案「x」的失效日2020-12-31早于生效日2021-01-01。",
        ),
        ('["80", "60"]', '["60", "80"]', "方案「x」的bands应有2个由高到低的数。"),
        ('["80", "60"]', '"80"', "方案「x」的bands写法不对。"),
        ("days_to_zero = 90", "days_to_zero = 0", "方案「x」的days_to_zero写成了0，不是正整数。"),
        ('above = "200"', 'above = "120"', "方案「x」的over_steps次序不对。"),
        ("verified = false", 'verified = "no"', "方案「x」的verified写法不对。"),
        ("verified = false", 'verified = false\nempty = { cost = "benefit" }', "没有分值的类别：cost"),
        ("[[scheme]]", "scheme = [1]\n[x]", "方案文件有不认识的键：x。"),
        ('code = "x"', "code = ", "设置文件的格式有误"),
    ],
)
def test_a_wrong_row_is_refused_with_a_sentence_and_a_next_step(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(RowError) as caught:
        load(GOOD.replace(old, new))
    assert said in caught.value.sentence
    assert caught.value.sentence.endswith("。")
    assert caught.value.next_step.endswith("。")
