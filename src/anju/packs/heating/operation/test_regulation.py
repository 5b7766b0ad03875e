from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.packs.heating.figures import figures
from anju.packs.heating.operation import inertia, regulation
from anju.packs.heating.operation.inertia import InertiaError
from anju.packs.heating.operation.regulation import Design

DESIGN = Design.of(figures(date(2021, 1, 1)))
TEMPERATURES = st.floats(-40, 40)


def test_worked_temperatures_of_section_5() -> None:
    """75/50 design, t_w = 0, Ḡ = 1 → q̄ 0.662, 58.7/42.1 °C."""
    assert Design(18, -9.2, 75, 50, 0.3) == DESIGN
    assert round(float(regulation.relative_load(0, DESIGN)), 3) == 0.662
    supply, back = regulation.supply_and_return(0, DESIGN)
    assert (round(float(supply), 1), round(float(back), 1)) == (58.7, 42.1)


def test_at_design_conditions_the_water_is_the_design_water() -> None:
    supply, back = regulation.supply_and_return([-9.2, -25, 18, 30], DESIGN)
    assert supply == pytest.approx([75, 75, 18, 18])
    assert back == pytest.approx([50, 50, 18, 18])


@given(TEMPERATURES, TEMPERATURES)
def test_colder_weather_never_asks_for_colder_water_and_never_for_more_than_design(
    one: float, other: float
) -> None:
    (cold, warm), (back_cold, _) = regulation.supply_and_return(sorted((one, other)), DESIGN)
    assert DESIGN.indoor - 1e-9 <= warm <= cold + 1e-9 <= DESIGN.supply + 2e-9
    assert back_cold <= cold + 1e-9


@given(TEMPERATURES, st.floats(0.3, 2))
def test_flow_changes_the_difference_and_not_the_mean(outdoor: float, flow: float) -> None:
    """Supply minus return is 25·q̄/Ḡ."""
    supply, back = regulation.supply_and_return(outdoor, DESIGN, flow)
    usual = regulation.supply_and_return(outdoor, DESIGN)
    assert float(supply - back) == pytest.approx(25 * float(regulation.relative_load(outdoor, DESIGN)) / flow)
    assert float(supply + back) == pytest.approx(float(usual[0] + usual[1]))


def test_the_smoothed_outdoor_temperature_blends_the_forecast() -> None:
    assert regulation.smoothed_outdoor(
        np.array([0.0, 2.0, np.nan]), np.array([-3.0, -5.0]), 0.25
    ) == pytest.approx(-0.25)


def test_the_points_of_the_curve_are_those_of_the_formula() -> None:
    assert regulation.curve(DESIGN, np.array([-9.2, 0.0, 18.0])) == [[-9.2, 75.0], [0.0, 58.7], [18.0, 18.0]]


def test_worked_cooling_of_section_5() -> None:
    """20 °C, -5 °C outside, τ 60 h → 15.5 °C after 12 h; 16 °C at 10.5 h."""
    assert round(inertia.temperature_after(12, 20, -5, 60), 1) == 15.5
    hours = inertia.hours_until(16, 20, -5, 60)
    assert hours is not None
    assert round(hours, 1) == 10.5


def test_a_room_that_never_gets_there() -> None:
    assert inertia.hours_until(16, 20, 17, 60) is None
    assert inertia.hours_until(16, 15, -5, 60) == 0
    for call in (lambda: inertia.hours_until(16, 20, 0, 0), lambda: inertia.temperature_after(-1, 20, 0, 60)):
        with pytest.raises(InertiaError):
            call()


@given(st.floats(0, 200), st.floats(10, 25), st.floats(-30, 10), st.floats(5, 150))
def test_cooling_stays_between_room_and_outdoors_and_can_be_asked_back(
    hours: float, start: float, outdoor: float, tau: float
) -> None:
    room = inertia.temperature_after(hours, start, outdoor, tau)
    assert outdoor - 1e-9 <= room <= start + 1e-9
    if start - 1e-3 > room > outdoor + 1e-3:
        assert inertia.hours_until(room, start, outdoor, tau) == pytest.approx(hours, abs=0.05, rel=1e-3)


def test_a_time_constant_is_found_with_its_skill() -> None:
    hours = np.arange(24.0)
    room = -5 + 25 * np.exp(-hours / 60)
    found = inertia.fit_cooling(room, np.full(24, -5.0))
    assert found.tau == pytest.approx(60)
    assert found.error == pytest.approx(0, abs=1e-9)
    assert found.skill == pytest.approx(1)


@pytest.mark.parametrize("room", [[20.0, 21.0, 22.0], [20.0, np.nan, 19.0], [20.0, 19.0]])
def test_what_does_not_cool_has_no_time_constant(room: list[float]) -> None:
    with pytest.raises(InertiaError):
        inertia.fit_cooling(np.array(room), np.zeros(len(room)))
