from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from anju.packs.heating.figures import figures
from anju.packs.heating.quality import consistency, shapes

FIGURES = figures(date(2021, 1, 1))
NAN = float("nan")


def test_a_station_with_swapped_pressures_is_found() -> None:
    """Section 4: 99.9 % of 7,269 rows with supply below return, so the channels are swapped."""
    supply, back = np.full(7269, 0.42), np.full(7269, 0.55)
    back[:7] = 0.40
    found = consistency.supply_above_return(supply, back, FIGURES)
    assert (round(100 * found.share, 1), found.swapped, found.compared) == (99.9, True, 7269)


def test_a_single_reversal_is_a_row_and_no_swap() -> None:
    found = consistency.supply_above_return(
        np.array([60.0, 40.0, NAN, 61.0]), np.array([45.0, 45.0, 45.0, NAN]), FIGURES
    )
    assert found.wrong.tolist() == [False, True, False, False]
    assert (found.compared, found.swapped) == (2, False)


def test_an_exchanger_does_not_heat_beyond_its_source() -> None:
    found = consistency.primary_above_secondary(
        np.array([80.0, 50.0, 50.0]), np.array([55.0, 55.0, 50.0]), FIGURES
    )
    assert found.wrong.tolist() == [False, True, False]


def test_heat_flow_and_temperatures_agree_within_5_per_cent() -> None:
    """0.24 m³/h by 17.45 K with 0.98 kg/L is 4.773 kW; 10 m³/h by 20 K is 227.9 kW."""
    flow, supply, back = (
        np.array([0.24, 10.0, 10.0]),
        np.array([54.20, 60.0, 60.0]),
        np.array([36.75, 40.0, 40.0]),
    )
    expected = consistency.heat_power(flow, supply, back, 0.98)
    assert expected == pytest.approx([4.773, 227.948, 227.948], abs=0.001)
    off, ratio = consistency.energy_identity(np.array([4.79, 240.0, 238.0]), flow, supply, back, FIGURES)
    assert off.tolist() == [False, True, False]
    assert ratio[1] == pytest.approx(1.0529, abs=0.0001)


def test_a_meter_without_flow_says_nothing() -> None:
    off, ratio = consistency.energy_identity(
        np.array([5.0]), np.array([0.0]), np.array([60.0]), np.array([40.0]), FIGURES
    )
    assert not off.any()
    assert np.isnan(ratio).all()


SLIPS = {
    10: ("bar/MPa", 10.0),
    0.1: ("bar/MPa", 0.1),
    277.8: ("kWh/GJ", 277.8),
    1 / 277.8: ("kWh/GJ", 1 / 277.8),
    1: None,
    2: None,
}


@pytest.mark.parametrize(("factor", "slip"), SLIPS.items())
def test_unit_slips_are_known_by_their_ratio(factor: float, slip: tuple[str, float] | None) -> None:
    expected = np.array([0.4, 0.5, 0.45, NAN, 0.0])
    assert consistency.unit_slip(expected * factor * 1.04, expected, FIGURES) == slip


def test_no_data_is_no_slip() -> None:
    assert consistency.unit_slip(np.array([NAN]), np.array([1.0]), FIGURES) is None


def test_an_outdoor_tag_far_from_the_weather() -> None:
    found = consistency.far_from_weather(np.array([0.0, 4.0, 4.1, NAN]), np.zeros(4), FIGURES)
    assert found.tolist() == [False, False, True, False]


def test_a_frame_of_zeros_is_a_gap() -> None:
    frames = np.array([[0.0, 0.0], [0.0, NAN], [NAN, NAN], [0.0, 0.1]])
    assert consistency.zero_frames(frames).tolist() == [True, True, False, False]


def test_an_isolated_zero_is_a_spike_and_a_step_is_none() -> None:
    """Section 4: one isolated target value of 0 among 45 °C, and one frame of 385 bar."""
    target = 45 + 0.1 * np.sin(np.arange(60))
    target[30] = 0
    assert np.flatnonzero(shapes.spikes(target, FIGURES)).tolist() == [30]
    step = np.where(np.arange(60) < 30, 45.0, 50.0) + 0.1 * np.sin(np.arange(60))
    assert not shapes.spikes(step, FIGURES).any()
    pressure = np.full(40, 5.2)
    pressure[12] = 385
    assert np.flatnonzero(shapes.spikes(pressure, FIGURES)).tolist() == [12]


def test_gaps_and_short_series_have_no_spikes() -> None:
    values = np.full(30, 45.0)
    values[5:9] = NAN
    assert not shapes.spikes(values, FIGURES).any()
    assert not shapes.spikes(np.array([1.0, 100.0, 1.0]), FIGURES).any()


def test_a_counter_that_falls() -> None:
    """10, 15, gap, 25, then 3: a reset; 5, 10 and 2 more."""
    found = shapes.counter(np.array([10.0, 15.0, NAN, 25.0, 3.0, 5.0]))
    assert np.flatnonzero(found.resets).tolist() == [4]
    assert found.used[[1, 3, 5]].tolist() == [5, 10, 2]
    assert np.isnan(found.used[[0, 2, 4]]).all()


def test_a_counter_that_rolls_over() -> None:
    """From 9,990 to 15 of 10,000 is 25 used; from 5,000 to 15 is a reset all the same."""
    found = shapes.counter(np.array([9_990.0, 15.0, 5_000.0, 15.0]), 10_000)
    assert found.rollovers.tolist() == [False, True, False, False]
    assert found.resets.tolist() == [False, False, False, True]
    assert found.used[1] == 25
    assert not shapes.counter(np.array([1.0])).resets.any()


@given(arrays.arrays(np.float64, st.integers(2, 40), elements=st.floats(0, 1e6)))
def test_a_rising_counter_uses_what_it_rose_by(values: np.ndarray) -> None:
    rising = np.sort(values)
    found = shapes.counter(rising)
    assert not found.resets.any()
    assert not found.rollovers.any()
    assert np.nansum(found.used) == pytest.approx(rising[-1] - rising[0])


@given(arrays.arrays(np.float64, 30, elements=st.floats(0, 100)), st.floats(1, 1000))
def test_spikes_do_not_depend_on_where_zero_is(values: np.ndarray, shift: float) -> None:
    moved = np.round(values, 3)
    assert (shapes.spikes(moved, FIGURES) | ~shapes.spikes(moved + shift, FIGURES)).all()
