from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.packs.heating.figures import figures
from anju.packs.heating.rooms import city, compliance, exclusions
from anju.packs.heating.rooms.city import Stratum
from anju.packs.heating.rooms.compliance import COMPLIANT, FAILED, UNVERIFIED, RoomLimits

FIGURES = figures(date(2021, 1, 1))
LIMITS = RoomLimits.of(FIGURES)


def day(*parts: tuple[int, float]) -> np.ndarray:
    """A day of hours: (how many, temperature), filled up with gaps."""
    hours = [value for count, value in parts for _ in range(count)]
    return np.array([hours + [np.nan] * (24 - len(hours))])


def test_limits_are_those_of_section_6() -> None:
    assert RoomLimits(18, (16, 20), 16, 24, 0.9, 18) == LIMITS


def test_an_hour_is_the_median_of_its_good_samples() -> None:
    """Samples 17, 19 and a bad 30 → 18; 20, 21, 25 → 21; third hour none."""
    seconds = np.array([0, 600, 1200, 3600, 4200, 4800, -5, 90_000])
    values = np.array([17.0, 19.0, 30.0, 25.0, 20.0, 21.0, 1.0, 1.0])
    good = np.array([1, 1, 0, 1, 1, 1, 1, 1], bool)
    found = compliance.hour_medians(seconds, values, good, 1, 0)
    assert found[0, :2].tolist() == [18.0, 21.0]
    assert np.isnan(found[0, 2:]).all()


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        (day((24, 18.0)), COMPLIANT),
        (day((22, 18.0), (2, 17.9)), COMPLIANT),
        (day((21, 18.0), (3, 17.9)), FAILED),
        (day((18, 19.0), (2, 17.0)), COMPLIANT),
        (day((18, 19.0)), COMPLIANT),
        (day((17, 19.0)), UNVERIFIED),
        (day(), UNVERIFIED),
    ],
    ids=["all", "22 of 24", "21 of 24", "18 of 20", "18 valid", "17 valid", "none"],
)
def test_a_household_day_needs_90_per_cent_of_at_least_18_hours(hours: np.ndarray, outcome: str) -> None:
    assert compliance.household_days(hours, compliance.above_floor(hours, LIMITS), LIMITS) == [outcome]


def test_floor_and_band_are_two_measures() -> None:
    """21 °C keeps the floor and leaves the band; 17 °C the reverse."""
    warm, cool = day((24, 21.0)), day((24, 17.0))
    both = [
        (compliance.household_days(x, compliance.above_floor(x, LIMITS), LIMITS),
         compliance.household_days(x, compliance.in_band(x, LIMITS), LIMITS))
        for x in (warm, cool)
    ]  # fmt: skip
    assert both == [([COMPLIANT], [FAILED]), ([FAILED], [COMPLIANT])]


def test_shares_of_hours_by_hand() -> None:
    """15 severe, 17 in the band, 18 in both, 25 overheated."""
    shares = compliance.hour_shares(day((1, 15.0), (1, 17.0), (1, 18.0), (1, 25.0)), LIMITS)
    assert shares is not None
    assert (shares.hours, shares.floor, shares.band, shares.severe, shares.overheated) == (
        4,
        0.5,
        0.5,
        0.25,
        0.25,
    )
    assert compliance.hour_shares(day(), LIMITS) is None


def test_missing_days_are_unverified_and_not_success() -> None:
    counts = compliance.counted([COMPLIANT] * 6 + [FAILED] * 2 + [UNVERIFIED] * 2)
    assert (counts.rate, counts.coverage) == (0.75, 0.8)
    assert compliance.counted([UNVERIFIED]).rate is None


@given(st.lists(st.floats(10, 30) | st.just(float("nan")), min_size=24, max_size=24), st.floats(0, 5))
def test_a_warmer_day_is_never_worse_for_the_floor(hours: list[float], warmer: float) -> None:
    order = [UNVERIFIED, FAILED, COMPLIANT]
    one, other = (np.array([hours]) + more for more in (0, warmer))
    outcomes = [
        compliance.household_days(x, compliance.above_floor(x, LIMITS), LIMITS)[0] for x in (one, other)
    ]
    assert order.index(outcomes[0]) <= order.index(outcomes[1])
    assert (outcomes[0] == UNVERIFIED) == (np.isfinite(hours).sum() < 18)


def test_an_open_window_is_excluded_until_the_room_is_back() -> None:
    """Every 10 min: 20, 20, 18.4 (1.6 K in 10 min), 17, 18, 19.8 (back), 20; the exclusion lasts from the last 20 to there."""
    seconds = np.arange(7) * 600
    room = np.array([20.0, 20.0, 18.4, 17.0, 18.0, 19.8, 20.0])
    (one,) = exclusions.windows_opened(seconds, room, FIGURES)
    assert (one.reason, one.since, one.until) == ("window", 600, 3000)
    assert dict(one.evidence)["drop"] == 3.0
    assert np.isfinite(exclusions.without(seconds, room, [one])).tolist() == [True] + [False] * 5 + [True]
    assert exclusions.evidence_of(one)["words"] == "开窗"


def test_a_room_that_stays_cold_after_a_window_counts_again_after_3_hours() -> None:
    """A window must not excuse a failure of heat: 20 °C, then 17 °C for good."""
    seconds = np.arange(0, 24 * 3600, 600)
    room = np.where(seconds < 3600, 20.0, 17.0)
    (one,) = exclusions.windows_opened(seconds, room, FIGURES)
    assert (one.since, one.until) == (3000, 3000 + 3 * 3600)
    assert np.isfinite(exclusions.without(seconds, room, [one])).sum() == 144 - 19


def test_slow_cooling_is_no_open_window() -> None:
    """1.5 K in 30 min is not more than 1.5 K; a failure of heat must not be excused."""
    seconds = np.arange(0, 4 * 3600, 600)
    assert exclusions.windows_opened(seconds, 20 - seconds / 1800 * 1.5, FIGURES) == []


def test_a_sensor_beside_the_radiator_follows_the_water() -> None:
    drawn = np.random.default_rng(1)
    water = 45 + 6 * np.sin(np.arange(48) / 4)
    beside = 20 + 0.3 * (water - 45) + drawn.normal(0, 0.2, 48)
    found = exclusions.radiator_exclusion(np.arange(48) * 3600, beside, water, FIGURES)
    assert found is not None
    assert dict(found.evidence)["correlation"] > 0.9
    away = 20 + drawn.normal(0, 0.3, 48)
    assert exclusions.radiator_exclusion(np.arange(48) * 3600, away, water, FIGURES) is None
    assert exclusions.near_radiator(beside[:10], water[:10], FIGURES) is None
    assert exclusions.near_radiator(beside, np.full(48, 45.0), FIGURES) is None


@pytest.mark.parametrize(("excluded", "sensors", "flag"), [(1, 10, False), (2, 19, True), (0, 0, True)])
def test_more_than_a_tenth_excluded_proves_nothing(excluded: int, sensors: int, flag: bool) -> None:
    assert exclusions.community_unverified(excluded, sensors, FIGURES) is flag


def test_one_per_cent_needs_about_1825_households() -> None:
    """1.96²·0.95·0.05/0.01² (section 6)."""
    assert city.needed(0.01) == 1825
    plain = city.city_rate([Stratum("全市", 1.0, 1825, 1734)])
    assert plain is not None
    assert (plain.high - plain.low) / 2 == pytest.approx(0.01, abs=0.0003)
    assert plain.effective == pytest.approx(1825, rel=0.001)


def test_strata_count_by_their_area() -> None:
    """90 % of 100 in 3 million m², 50 % of 100 in 1 million: 80 %, not 70."""
    found = city.city_rate(
        [Stratum("新", 3e6, 100, 90), Stratum("旧", 1e6, 100, 50), Stratum("无", 1e6, 0, 0)]
    )
    assert found is not None
    assert found.rate == pytest.approx(0.8)
    assert found.covered == pytest.approx(0.8)
    assert found.low < 0.8 < found.high
    assert city.city_rate([Stratum("无", 1e6, 0, 0)]) is None


def test_sensors_that_move_together_are_worth_less() -> None:
    alone, pairs = (city.city_rate([Stratum("甲", 1, 200, 180, alike)]) for alike in (1, 2))
    assert alone is not None
    assert pairs is not None
    assert pairs.effective == pytest.approx(alone.effective / 2, rel=0.05)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_rate_and_stays_between_0_and_1(households: int, data: st.DataObject) -> None:
    compliant = data.draw(st.integers(0, households))
    found = city.city_rate([Stratum("甲", 1, households, compliant)])
    assert found is not None
    assert 0 <= found.low <= found.rate + 1e-12
    assert found.rate - 1e-12 <= found.high <= 1
    assert found.high - found.low > 0
