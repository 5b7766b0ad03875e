from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.packs.heating.figures import figures
from anju.packs.heating.operation import capacity
from anju.packs.heating.operation.capacity import Source, Zone
from anju.packs.heating.operation.inertia import InertiaError

FIGURES = figures(date(2021, 1, 1))
ZONE = Zone(area=1_000_000, households=10_000, tau=60, indoor=20)


def test_what_a_source_can_give() -> None:
    assert Source("甲", 100, 20).available == 80
    assert Source("甲", 100, 20, demonstrated=70).available == 70
    assert Source("甲", 100, 120).available == 0


@pytest.mark.parametrize(
    ("margin", "colour"),
    [
        (0.15, "none"),
        (0.149, "blue"),
        (0.1, "blue"),
        (0.099, "yellow"),
        (0.049, "orange"),
        (0, "orange"),
        (-0.001, "red"),
    ],
)
def test_colours_of_section_5(margin: float, colour: str) -> None:
    assert capacity.colour(margin, FIGURES) == colour
    assert colour in capacity.COLOURS


def test_margin_by_hand() -> None:
    """0.97 of 110 MW against 100 MW leaves 6.7 %; without load there is no limit."""
    assert capacity.margin(np.array([110.0, 10.0]), np.array([100.0, 0.0]), 0.97) == pytest.approx(
        [0.067, np.inf]
    )


def test_the_largest_unit_lost() -> None:
    """Units of 60, 40 and 20 MW for 100 MW: 60 are left, with 0.97 of them 58.2 %."""
    units = [Source("甲", 60), Source("乙", 40), Source("丙", 20)]
    assert capacity.without_largest(units, 100, 0.97) == pytest.approx(0.582)
    assert capacity.without_largest(units, 10, 0.97) == 1
    assert capacity.without_largest(units, 0, 0.97) is None
    assert capacity.without_largest([], 10, 0.97) == 0


@pytest.mark.parametrize(("outdoor", "share"), [(-9.2, 0.40), (-10, 0.55), (-20, 0.55), (-20.1, 0.65)])
def test_what_must_still_be_delivered(outdoor: float, share: float) -> None:
    assert capacity.least_share(outdoor, FIGURES) == share


def test_three_days_with_a_shortage_in_the_second() -> None:
    """From hour 24 a unit is out: 0.97·60 of 97 MW is 60 %. Rooms go from 20 towards -10 + 0.6·30 = 8 °C with τ 60 h.

    18 °C is reached after 60·ln(12/10) = 10.9 h, so the eleventh hour of the shortage ends below it.
    """
    available = np.where(np.arange(72) < 24, 120.0, 60.0)
    found = capacity.outlook(available, np.full(72, 97.0), np.full(72, -10.0), ZONE, FIGURES)
    assert found.first_short == 24
    assert found.first_cold == 24 + 10
    assert found.short_area == pytest.approx(400_000)
    assert found.short_households == 4_000
    assert (found.colours[0], found.colours[24]) == ("none", "red")
    assert found.room[23] == pytest.approx(20)
    assert found.room[24 + 11] == pytest.approx(8 + 12 * np.exp(-12 / 60))


def test_enough_heat_leaves_nobody_cold() -> None:
    found = capacity.outlook(np.full(72, 200.0), np.full(72, 97.0), np.full(72, -10.0), ZONE, FIGURES)
    assert (found.first_short, found.first_cold, found.short_area, found.short_households) == (
        None,
        None,
        0,
        0,
    )


def test_a_zone_without_inertia_is_refused() -> None:
    with pytest.raises(InertiaError):
        capacity.outlook(np.ones(1), np.ones(1), np.ones(1), Zone(1, 1, 0, 20), FIGURES)


@given(st.floats(0, 500), st.floats(0, 500), st.floats(1, 500))
def test_more_capacity_is_never_worse(one: float, other: float, load: float) -> None:
    low, high = sorted((one, other))
    poor, rich = (
        capacity.outlook(np.full(24, value), np.full(24, load), np.full(24, -5.0), ZONE, FIGURES)
        for value in (low, high)
    )
    assert (rich.margin >= poor.margin).all()
    assert (rich.room >= poor.room - 1e-9).all()
    assert rich.short_area <= poor.short_area
    assert ((poor.delivered >= 0) & (poor.delivered <= 1)).all()
