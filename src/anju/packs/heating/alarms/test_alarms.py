"""Each default alarm is a valid threshold rule, fires on its planted fault in its time, and is silent on clean data."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from anju.kernel.telemetry.models import ThresholdRule
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot
from anju.packs.heating.alarms.rows import AlarmRow, defaults
from anju.packs.heating.figures import figures
from anju.packs.heating.operation import regulation
from anju.packs.heating.operation.regulation import Design

START = 1_700_000_000_000
MINUTE = 60
ROWS = {row.code.removeprefix("heating."): row for row in defaults()}
# Value and, where the rule compares, the other series: well, then wrong, and seconds from the fault to the alarm.
CASES: dict[str, tuple[tuple[float, float], tuple[float, float], int]] = {
    "low_pressure": ((0.33, 0.35), (0.29, 0.35), 2 * MINUTE),
    "makeup_high": ((0.5, 0.4), (1.3, 0.4), 10 * MINUTE),
    "pump_stopped": ((1, 0), (0, 0), MINUTE),
    "loop_difference": ((55, 42), (55, 34), 10 * MINUTE),
    "primary_shortfall": ((29, 0), (30, 0), 60 * MINUTE),
    "off_target": ((57, 58), (54, 58), 120 * MINUTE),
    "off_curve": ((58, 0), (62, 0), 120 * MINUTE),
    "cold_community": ((19, 3), (21, 3), 360 * MINUTE),
    "severe_cold": ((16.5, 0), (15.9, 0), 240 * MINUTE),
    "margin_blue": ((15, 0), (14.9, 0), 0),
    "margin_yellow": ((10, 0), (9.9, 0), 0),
    "margin_orange": ((5, 0), (4.9, 0), 0),
    "margin_red": ((0, 0), (-0.1, 0), 0),
    "freeze": ((20, -3), (14.9, -3), MINUTE),
    "flood": ((0, 0), (1, 0), 0),
    "power_lost": ((1, 0), (0, 0), 0),
    "intrusion": ((0, 0), (1, 0), 0),
}


def rule(row: AlarmRow) -> Rule:
    return Rule(row.code, row.kind, row.name, row.grade, row.parameters, (1,), (2,) if row.other else ())


def run(row: AlarmRow, phases: list[tuple[int, tuple[float, float]]]) -> list[tuple[str, float]]:
    """States with their minute; each phase lasts so many minutes, both series once a minute."""
    series = Series.none(3)
    series.asset[:], series.source[:] = [0, 1, 1], [0, 1, 1]
    engine = Engine(Snapshot(1, START, series, rules=(rule(row),)))
    assert engine.faults == []
    pairs = [values for minutes, values in phases for _ in range(minutes)]
    times = START + np.repeat(np.arange(len(pairs)), 2) * MINUTE * 1000
    values = np.array([(other, own) for own, other in pairs], float).ravel()
    numbers = np.tile(np.array([2, 1], np.uint32), len(pairs))
    frames = np.repeat(np.arange(1, len(pairs) + 1, dtype=np.uint64), 2)
    told = engine.apply(Points(numbers, times, values, np.zeros(len(times), np.uint8), times, frames), 0)
    return [(one["state"], (one["at"] - START) / 60_000) for one in told]


@pytest.mark.parametrize("name", CASES)
def test_a_planted_fault_is_told_in_its_time_and_ends(name: str) -> None:
    well, wrong, seconds = CASES[name]
    hours = 420
    told = run(ROWS[name], [(10, well), (hours, wrong)])
    assert told == [("raised", 10 + seconds / 60)]
    assert run(ROWS[name], [(hours, well)]) == []


def test_every_alarm_of_section_8_has_its_case() -> None:
    assert {*CASES, "station_offline"} == set(ROWS)


def test_shorter_faults_are_not_told() -> None:
    well, wrong, seconds = CASES["severe_cold"]
    assert run(ROWS["severe_cold"], [(10, well), (seconds // 60 - 1, wrong), (10, (18, 0))]) == []


def test_warm_weather_is_no_freeze_and_two_sensors_are_no_community() -> None:
    assert run(ROWS["freeze"], [(30, (12, 3))]) == []
    assert run(ROWS["cold_community"], [(500, (100, 2))]) == []


def test_a_silent_station_is_told_after_15_minutes() -> None:
    series = Series.none(2)
    series.asset[:], series.source[:] = [0, 1], [0, 1]
    rows = (Rule("heating.station_offline", "missing", "", "warn", ROWS["station_offline"].parameters, (1,)),)
    engine = Engine(Snapshot(1, START, series, rules=rows))
    at = np.array([START], np.int64)
    engine.apply(
        Points(
            np.array([1], np.uint32), at, np.array([50.0]), np.zeros(1, np.uint8), at, np.ones(1, np.uint64)
        ),
        0,
    )
    told = [(m, e["state"]) for m in range(1, 30) for e in engine.tick(START + m * 60_000)]
    assert [state for _, state in told] == ["raised"]
    assert 15 <= told[0][0] <= 17


def test_the_default_curve_is_that_of_the_formula() -> None:
    design = Design.of(figures(date(2021, 1, 1)))
    points = ROWS["off_curve"].parameters["curve"]
    assert points == regulation.curve(design, np.array([x for x, _ in points]))
    outdoor = np.linspace(-15, 20, 200)
    straight = np.interp(outdoor, *zip(*points, strict=True))
    assert np.abs(straight - regulation.supply_and_return(outdoor, design)[0]).max() < 0.2


@pytest.mark.django_db
@pytest.mark.parametrize("row", defaults(), ids=lambda row: row.code)
def test_each_row_is_kept_as_a_threshold_rule(row: AlarmRow) -> None:
    kept: Any = ThresholdRule(**row.fields(date(2026, 11, 1)))
    kept.full_clean()
    kept.save()
    assert ThresholdRule.objects.get(code=row.code).parameters == row.parameters
