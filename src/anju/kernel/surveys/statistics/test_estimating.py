"""Figures worked by hand, and one sample computed with an independent implementation (samplics 0.6.1)."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import pytest

from .estimating import Estimate, Observed, estimate
from .grades import SCALES, satisfied, score, shown
from .weighting import kish_design_effect, post_stratified, raked


def rows(*groups: tuple[str, float, list[float | None]]) -> list[Observed]:
    return [Observed(stratum, weight, value) for stratum, weight, values in groups for value in values]


def test_a_simple_share_has_the_textbook_error() -> None:
    # 80 of 100: sqrt(0.8·0.2/99) = 0.040202
    found = estimate(rows(("s", 1.0, [1.0] * 80 + [0.0] * 20)))
    assert found.value == pytest.approx(0.8)
    assert found.error == pytest.approx(sqrt(0.16 / 99))
    assert found.interval() == pytest.approx((0.721206, 0.878794), abs=1e-6)
    assert found.deff == pytest.approx(1)


def test_a_stratified_share_by_hand() -> None:
    # N = 900 and 100, n = 10 each. p = 0.8 and 0.3; R = 0.9·0.8 + 0.1·0.3 = 0.75.
    # v = 0.9²·0.16/9 + 0.1²·0.21/9 = 0.0144 + 0.00023333; its root is 0.120969.
    sample = rows(("a", 1.8, [1.0] * 8 + [0.0] * 2), ("b", 0.2, [1.0] * 3 + [0.0] * 7))
    found = estimate(sample)
    assert found.value == pytest.approx(0.75)
    assert found.error == pytest.approx(sqrt(0.81 * 0.16 / 9 + 0.01 * 0.21 / 9))
    # 20·(10·3.24 + 10·0.04)/20² = 1.64
    assert found.deff == pytest.approx(1.64)
    # with 1 − 10/900 and 1 − 10/100
    corrected = estimate(sample, {"a": 900, "b": 100})
    expected = sqrt(890 / 900 * 0.81 * 0.16 / 9 + 0.9 * 0.01 * 0.21 / 9)
    assert corrected.error == pytest.approx(expected)


def test_a_census_has_no_error() -> None:
    found = estimate(rows(("a", 1.0, [1.0, 0.0, 1.0])), {"a": 3})
    assert found.error == 0


def test_answers_that_do_not_count_stay_in_the_stratum() -> None:
    # 4 answered, one does not know: R = 2/3; z = (1/3)/3, (1/3)/3, (−2/3)/3, 0 with mean 0;
    # v = 4/3·(1/81 + 1/81 + 4/81) = 8/81
    found = estimate(rows(("a", 1.0, [1.0, 1.0, 0.0, None])))
    assert (found.n, found.value) == (3, pytest.approx(2 / 3))
    assert found.error == pytest.approx(sqrt(8 / 81))


def test_a_stratum_with_one_answer_is_compared_with_the_whole() -> None:
    # a: 1, 0; b: 1; weights 1: R = 2/3; z = 1/9, −2/9 and 1/9. v = 2·((1/6)² + (1/6)²) + (1/9)²
    found = estimate(rows(("a", 1.0, [1.0, 0.0]), ("b", 1.0, [1.0])))
    assert found.error == pytest.approx(sqrt(2 * 2 / 36 + 1 / 81))


def test_a_mean_and_its_interval_stay_within_the_scale() -> None:
    # 100, 80, 60: mean 80, s² = 400, s/√3 = 11.547
    found = estimate(rows(("a", 1.0, [100.0, 80.0, 60.0])))
    assert found.value == pytest.approx(80)
    assert found.error == pytest.approx(20 / sqrt(3))
    assert found.interval(low=20, high=100) == pytest.approx((57.368, 100), abs=1e-3)


def uneven(of: Callable[[int], float]) -> list[Observed]:
    """60 answers in three strata with eleven different weights; four have nothing valid to say."""
    return [
        Observed(
            "abc"[i % 3 if i < 45 else 0],
            1.0 + (i * 7 % 11) / 10,
            None if i % 13 == 5 else of((i * i * 5 + i) % 7 % 5),
        )
        for i in range(60)
    ]


def test_another_implementation_finds_the_same() -> None:
    # samplics 0.6.1, TaylorEstimator of the ratio of valid values to valid answers, by strata; last with the
    # finite population correction for 200, 40 and 100 in the strata.
    mean, share = uneven(float), uneven(lambda value: float(value >= 3))
    found = estimate(mean)
    assert (found.value, found.error) == pytest.approx((1.490996398559424, 0.21813735130532494), rel=1e-12)
    found = estimate(share)
    assert (found.value, found.error) == pytest.approx((0.26290516206482595, 0.06151609368199619), rel=1e-12)
    corrected = estimate(share, {"a": 200, "b": 40, "c": 100})
    assert corrected.error == pytest.approx(0.0548331656497057, rel=1e-12)


def test_equal_answers_may_be_counted_together() -> None:
    one_by_one = rows(("a", 1.8, [1.0] * 8 + [0.0] * 2), ("b", 0.2, [1.0] * 3 + [None] * 7))
    together = [
        Observed("a", 1.8, 1.0, 8),
        Observed("a", 1.8, 0.0, 2),
        Observed("b", 0.2, 1.0, 3),
        Observed("b", 0.2, None, 7),
    ]
    one, other = estimate(one_by_one), estimate(together)
    assert other.n == one.n == 13
    assert (other.value, other.error, other.deff) == pytest.approx((one.value, one.error, one.deff))


def test_nothing_said_is_not_nought() -> None:
    assert estimate(rows(("a", 1.0, [None, None]))) == Estimate(0)
    assert estimate([]).value is None
    assert estimate([]).interval() is None


def test_answers_all_alike_give_no_error_instead_of_nought() -> None:
    found = estimate(rows(("a", 1.0, [1.0, 1.0, 1.0])))
    assert found.value == 1
    assert found.error is None
    assert found.margin() is None


def test_post_stratification_gives_each_cell_its_share_of_the_margin() -> None:
    # N/n = 600/3, 400/1; scaled by 4/1000
    weights = post_stratified(["a", "a", "a", "b"], {"a": 600, "b": 400, "nobody": 50})
    assert weights == pytest.approx([0.8, 0.8, 0.8, 1.6])
    # 4·(3·0.64 + 2.56)/16 = 1.12
    assert kish_design_effect(weights) == pytest.approx(1.12)


def test_raking_meets_both_margins() -> None:
    cells = [("a", "young"), ("a", "old"), ("b", "young"), ("b", "old"), ("b", "old")]
    weights = raked(cells, [{"a": 500, "b": 500}, {"young": 300, "old": 700}])
    sums = {
        name: sum(w for w, row in zip(weights, cells, strict=True) if name in row) for name in ("a", "old")
    }
    assert sums["a"] == pytest.approx(2.5, abs=1e-6)
    assert sums["old"] == pytest.approx(3.5, abs=1e-6)
    assert sum(weights) == pytest.approx(5)


def test_raking_with_one_margin_is_post_stratification() -> None:
    cells = ["a", "a", "b"]
    margin = {"a": 1.0, "b": 3.0}
    assert raked([(c,) for c in cells], [margin]) == pytest.approx(post_stratified(cells, margin))


def test_grades_count_the_top_two_and_leave_out_who_does_not_know() -> None:
    answers = [
        "very_satisfied",
        "satisfied",
        "neutral",
        "dissatisfied",
        "very_dissatisfied",
        "dont_know",
        None,
    ]
    assert [satisfied(a) for a in answers] == [1, 1, 0, 0, 0, None, None]
    assert [score(a, "100-20") for a in answers] == [100, 80, 60, 40, 20, None, None]
    assert [score(a, "100-0") for a in answers][:5] == list(SCALES["100-0"]) == [100, 75, 50, 25, 0]


def test_rate_and_mean_of_the_same_answers_differ() -> None:
    # 6 very satisfied, 2 fairly, 1 neutral, 1 very dissatisfied, 2 do not know: 8/10; (600+160+60+20)/10 = 84
    answers = (
        ["very_satisfied"] * 6 + ["satisfied"] * 2 + ["neutral", "very_dissatisfied"] + ["dont_know"] * 2
    )
    rate = estimate([Observed("s", 1.0, satisfied(a)) for a in answers])
    mean = estimate([Observed("s", 1.0, score(a, "100-20")) for a in answers])
    assert (rate.n, rate.value) == (10, pytest.approx(0.8))
    assert mean.value == pytest.approx(84)


def test_small_cells_are_not_shown() -> None:
    assert [shown(n, 30) for n in (0, 29, 30)] == [False, False, True]
