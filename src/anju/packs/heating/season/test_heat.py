from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.packs.heating.figures import figures
from anju.packs.heating.season import heat
from anju.packs.heating.season.heat import Climate, SeasonHeat

CLIMATE = Climate.of(figures(date(2021, 1, 1)))
AREA = 50.13e6


def test_the_design_climate_is_that_of_the_specification() -> None:
    assert Climate(18, -9.2, 18, 2850) == CLIMATE


def test_worked_season_of_section_5() -> None:
    """45 W/m² design, season mean -1.6 °C, 121 d → 32.4 W/m², 0.339 GJ/m², 17.0 million GJ; peak 2,256 MW."""
    mean = heat.mean_index(45, -1.6, CLIMATE)
    assert round(mean, 1) == 32.4
    season = heat.season_heat(mean, 121)
    assert round(season, 3) == 0.339
    assert round(season * AREA / 1e6, 1) == 17.0
    assert round(45 * AREA / 1e6) == 2256


def test_normalising_brings_the_mean_index_back_to_the_design_one() -> None:
    mean = heat.load_index(32.4264705882 * AREA, AREA)
    assert mean is not None
    assert heat.normalised_index(mean, -1.6, CLIMATE) == pytest.approx(45)
    assert heat.normalised_index(40, 18, CLIMATE) is None


def test_the_northern_average() -> None:
    """5.95e9 GJ over 15.6e9 m² is 0.381 GJ/m²."""
    assert heat.normalised_consumption(5.95e9, 15.6e9, 2850, 2850) == pytest.approx(0.381, abs=0.0005)


def test_degree_days_by_hand() -> None:
    """18-10 and 18-(-2); 20 °C needs none; a day without a mean is told, not filled."""
    found = heat.degree_days(np.array([10.0, -2.0, 20.0, np.nan]), 18)
    assert (found.value, found.days, found.missing) == (28.0, 3, 1)


def test_a_mild_season_is_charged_upwards() -> None:
    assert heat.normalised_consumption(300, 1000, 2565, 2850) == pytest.approx(0.3 / 0.9)
    assert heat.normalised_consumption(300, 0, 2565, 2850) is None
    assert heat.normalised_consumption(300, 1000, 0, 2850) is None
    assert heat.load_index(1, 0) is None


@given(st.floats(-30, 17.9), st.floats(-30, 17.9))
def test_a_colder_season_needs_no_less(one: float, other: float) -> None:
    colder, warmer = sorted((one, other))
    assert heat.mean_index(45, colder, CLIMATE) >= heat.mean_index(45, warmer, CLIMATE)


def test_a_change_is_split_into_area_weather_and_operation() -> None:
    """380 GJ on 1,000 m² and 2,850 °C·d; then 1,100 m², 10 % colder, 430 GJ.

    Area 100·0.38 = 38, weather 1,100·0.038 = 41.8, so operation saved 29.8 of the 50 more.
    """
    found = heat.change(SeasonHeat(380, 1000, 2850), SeasonHeat(430, 1100, 3135))
    assert found is not None
    assert (found.area, found.weather, found.operation) == pytest.approx((38, 41.8, -29.8))
    assert found.whole == pytest.approx(50)
    assert heat.change(SeasonHeat(380, 0, 2850), SeasonHeat(430, 1100, 3135)) is None
