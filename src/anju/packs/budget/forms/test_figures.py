"""Figures, amounts and departments as cells write them."""

from decimal import Decimal

import pytest

from anju.packs.budget.forms.figures import CODE, department_heading, department_of, money, number
from anju.packs.budget.targetfile import Department


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1,234.50", "1234.50"),
        ("35%", "35"),
        ("１２", "12"),
        ("-0.5", "-0.5"),
        ("1，000", "1000"),
        (" 7 ", "7"),
        ("45.678901", "45.678901"),
    ],
)
def test_a_bare_figure(text: str, figure: str) -> None:
    assert number(text) == Decimal(figure)


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "1e5", "1_000", "12,34", "1.2.3", "—", "约5", "5万", "二"]
)
def test_what_is_no_figure(text: str) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    ("text", "in_yuan", "wan"),
    [
        ("250", False, "250"),
        ("2500000", True, "250"),
        ("250万元", True, "250"),
        ("0.4亿", False, "4000"),
        ("￥36,000", True, "3.6"),
    ],
)
def test_an_amounts_own_unit_goes_before_the_forms(text: str, in_yuan: bool, wan: str) -> None:
    assert money(text, in_yuan) == Decimal(wan)


def test_both_kinds_of_project_codes() -> None:
    assert CODE.fullmatch("305007C24KX0019")
    assert CODE.fullmatch("30500724T000001234567")
    assert not CODE.fullmatch("305007C24K0019")


def test_departments_with_and_without_code() -> None:
    assert department_of("305007-云溪市园林中心") == Department("305007", "云溪市园林中心")
    assert department_of("[305]云溪市园林中心") == Department("305", "云溪市园林中心")
    assert department_of("云溪市\n园林中心", "305007") == Department("305007", "云溪市园林中心")


@pytest.mark.parametrize(
    "text",
    [
        "305007",
        "305007C24KX0019 补植",
        "项目名称：305007园林中心",
        "305007园林中心2024年预算",
        "电话：305007",
    ],
)
def test_what_is_no_departments_heading(text: str) -> None:
    assert department_heading(text) is None
