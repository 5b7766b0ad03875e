from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.packs.heating.figures import figures
from anju.packs.heating.operation import balance, leaks
from anju.packs.heating.operation.leaks import LeakLimits

FIGURES = figures(date(2021, 1, 1))
LIMITS = LeakLimits.of(FIGURES)
SOUND = np.array([10.0, 11.0, 9.0, 10.5, 9.5, 10.0, 10.0])


def test_make_up_rates_by_hand() -> None:
    assert leaks.makeup_rate(2, 400) == 0.005
    assert leaks.makeup_rate(2, 0) is None
    assert leaks.makeup_per_area(90_000, 30_000, 15) == 6
    assert leaks.makeup_per_area(1, 0, 15) is None


def test_the_sum_by_hand() -> None:
    """Median 10, MAD 0.5, σ 0.7413; a night of 12 adds 2/0.7413 - 0.5 = 2.198, the same again doubles it."""
    sums = leaks.cusum(np.array([10.0, 12.0, np.nan, 12.0, 0.0]), SOUND, LIMITS)
    assert sums == pytest.approx([0, 2.198, 2.198, 4.396, 0], abs=0.001)


def test_a_leak_needs_make_up_and_balance() -> None:
    nights = np.array([10.0, 10.0, 13.0, 14.0, 14.0])
    leak = leaks.suspicion(nights, SOUND, (100.0, 98.0), {"A": -0.002, "B": -0.006, "C": 0.01}, LIMITS)
    assert (leak.level, leak.since) == ("leak", 2)
    assert leak.imbalance == pytest.approx(0.02)
    assert leak.segments == (("B", pytest.approx(0.75)), ("A", pytest.approx(0.25)))
    assert leaks.suspicion(nights, SOUND, (100.0, 99.5), {}, LIMITS).level == "watch"
    assert leaks.suspicion(nights, SOUND, None, {}, LIMITS).level == "watch"
    assert leaks.suspicion(SOUND, SOUND, (100.0, 98.0), {}, LIMITS).level == "watch"


def test_pressure_alone_is_no_suspicion() -> None:
    quiet = leaks.suspicion(SOUND, SOUND, (100.0, 99.5), {"A": -0.06}, LIMITS)
    assert (quiet.level, quiet.segments, quiet.since) == ("none", (), None)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30), st.floats(0, 50))
def test_more_make_up_never_lowers_the_sum(nights: list[float], more: float) -> None:
    usual = leaks.cusum(np.array(nights), SOUND, LIMITS)
    higher = leaks.cusum(np.array(nights) + more, SOUND, LIMITS)
    assert (higher >= usual - 1e-9).all()
    assert (usual >= 0).all()


def test_return_temperatures_of_a_loop_by_hand() -> None:
    """40, 44, 36 and an unmeasured one: mean 40, differences 0, 4, -4, deviation √(32/3) of 40."""
    spread = balance.return_spread(np.array([40.0, 44.0, 36.0, np.nan]))
    assert spread is not None
    assert spread.mean == 40
    assert spread.difference[:3].tolist() == [0, 4, -4]
    assert spread.variation == pytest.approx((32 / 3) ** 0.5 / 40)
    assert balance.return_spread(np.array([40.0, np.nan])) is None


def test_imbalance_has_a_good_band() -> None:
    assert balance.imbalance(9, 10, FIGURES) == (0.9, "good")
    assert balance.imbalance(12.1, 10, FIGURES) == (1.21, "high")
    assert balance.imbalance(8.9, 10, FIGURES) == (0.89, "low")
    assert balance.imbalance(1, 0, FIGURES) is None


def test_the_far_end_is_first() -> None:
    found = balance.coldest_first(["1", "2", "3"], np.array([20.0, 17.0, np.nan]))
    assert found == [("2", -1.5), ("1", 1.5)]


def test_transport_loss_of_the_model_network() -> None:
    """Section 11: consumers 431 MW against 438 MW at the source is a loss of 1.6 %."""
    assert round(balance.transport_loss(438, np.array([231.0, 200.0])) or 0, 3) == 0.016
    assert balance.transport_loss(438, np.array([431.0, np.nan])) is None


def test_electricity_coal_and_carbon() -> None:
    assert balance.electricity_per_area(15_000, 10_000) == 1.5
    assert balance.coal_equivalent(1000, FIGURES) == pytest.approx(34.12)
    assert balance.carbon(1000, FIGURES) == pytest.approx(110)
