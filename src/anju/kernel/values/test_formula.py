from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.kernel.values.formula import Formula, FormulaError

D = Decimal


@pytest.mark.parametrize(
    ("text", "values", "value", "numerator", "denominator"),
    [
        # Langfang 2019: 37.24 of 43.2.
        (
            "paid / adjusted",
            {"paid": D("37.24"), "adjusted": D("43.2")},
            D("37.24") / D("43.2"),
            D("37.24"),
            D("43.2"),
        ),
        ("(a + b) / (c - 1)", {"a": D(1), "b": D(2), "c": D(5)}, D("0.75"), D(3), D(4)),
        ("max(0, children - places)", {"children": D(90), "places": D(100)}, D(0), D(0), D(1)),
        ("-a * 2 + 0.1", {"a": D(1)}, D("-1.9"), D("-1.9"), D(1)),
    ],
)
def test_arithmetic_keeps_both_sides_of_the_outermost_division(
    text: str, values: dict[str, Decimal], value: Decimal, numerator: Decimal, denominator: Decimal
) -> None:
    result = Formula.parse(text).evaluate(values)
    assert (result.value, result.numerator, result.denominator, result.reason) == (
        value,
        numerator,
        denominator,
        "",
    )


@pytest.mark.parametrize(
    ("text", "values", "reason"),
    [
        ("a / b", {"a": D(1)}, "缺少b"),
        ("a / b", {"a": D(1), "b": None}, "缺少b"),
        ("a / b", {"a": D(1), "b": D(0)}, "分母为零"),
        ("1 + a / b", {"a": D(1), "b": D(0)}, "除数为零"),
        ("1 + a / b", {"a": D(0), "b": D(0)}, "除数为零"),
    ],
)
def test_what_is_missing_is_not_assessable(text: str, values: dict[str, Decimal | None], reason: str) -> None:
    result = Formula.parse(text).evaluate(values)
    assert (result.value, result.reason) == (None, reason)


@pytest.mark.parametrize(
    "text",
    ["", "a b", "__import__('os')", "a.b", "a[0]", "'x'", "True", "a if b else c", "a ** 9", "min()", "f(a)", "a" * 600,
     "min(a, key=b)", "lambda: 1", "(" * 300 + "a" + ")" * 300],
)  # fmt: skip
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        Formula.parse(text)


def test_the_inputs_are_named() -> None:
    assert Formula.parse("min(a, b) / c").inputs == {"a", "b", "c"}


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=1, max_size=5))
def test_a_city_is_the_sum_of_both_sides(parts: list[tuple[int, int]]) -> None:
    formula = Formula.parse("a / b")
    results = [formula.evaluate({"a": D(a), "b": D(b)}) for a, b in parts]
    numerator = sum(r.numerator for r in results if r.numerator is not None)
    denominator = sum(r.denominator for r in results if r.denominator is not None)
    assert (numerator, denominator) == (sum(a for a, _ in parts), sum(b for _, b in parts))
