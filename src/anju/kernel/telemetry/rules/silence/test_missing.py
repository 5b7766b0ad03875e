"""Silence is told once, by its widest cause; times in seconds."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, Window

START = 86_400_000
PARTS = 4


def snapshot(stations: int, windows: tuple[Window, ...] = (), **parameters: Any) -> Snapshot:
    """Each station n has a loop 100 + n; both have four series; one series more has no asset."""
    series = Series.none(stations * PARTS * 2 + 2)
    for station in range(1, stations + 1):
        first = 1 + (station - 1) * PARTS * 2
        series.asset[first : first + PARTS] = station
        series.asset[first + PARTS : first + 2 * PARTS] = 100 + station
    series.source[1:] = 1
    series.interval[1:] = 60
    numbers = tuple(range(1, len(series)))
    rule = Rule("net.missing", "missing", "中断", "warn", {"intervals": 3} | parameters, numbers)
    parents = {100 + n: n for n in range(1, stations + 1)}
    return Snapshot(1, START, series, rules=(rule,), windows=windows, parents=parents)


def hear(engine: Engine, second: float, numbers: list[int] | range, quality: int = 0) -> None:
    time = np.full(len(numbers), START + round(second * 1000))
    codes = np.full(len(numbers), quality, np.uint8)
    frames = np.ones(len(numbers), np.uint64)
    points = Points(np.array(numbers, np.uint32), time, np.ones(len(numbers)), codes, time, frames)
    assert engine.apply(points, 0) == []


def tick(engine: Engine, second: float) -> list[str]:
    """``state subject`` of each event."""
    return [f"{one['state']} {one['id'].split('/')[1]}" for one in engine.tick(START + round(second * 1000))]


def everybody(stations: int, *silent: int) -> list[int]:
    gone = {number for n in silent for number in range(1 + (n - 1) * PARTS * 2, 1 + n * PARTS * 2)}
    return [number for number in range(1, stations * PARTS * 2 + 2) if number not in gone]


def test_a_station_offline_is_one_alarm_with_its_loop_and_since_it_was_heard() -> None:
    engine = Engine(snapshot(3))
    hear(engine, 10, everybody(3))
    hear(engine, 150, everybody(3, 2))
    assert tick(engine, 189.999) == []
    (event,) = engine.tick(START + 190_000)
    assert event["id"] == f"net.missing/a2/{START + 10_000}"
    assert (event["asset"], event["series"], event["source"], event["frame"]) == (2, None, 1, None)
    assert (event["judged"], event["limit"], event["members"]) == (180.0, 180.0, list(range(9, 17)))
    hear(engine, 200, everybody(3))
    assert tick(engine, 201) == ["cleared a2"]


def test_one_series_alone_is_an_alarm_of_its_own_until_its_asset_is_silent_too() -> None:
    engine = Engine(snapshot(2))
    hear(engine, 0, everybody(2))
    hear(engine, 100, everybody(2)[1:])
    assert tick(engine, 180) == ["raised s1"]
    hear(engine, 200, everybody(2, 1))
    assert tick(engine, 280) == ["raised a1", "masked s1"]
    hear(engine, 300, range(2, 9))
    assert tick(engine, 301) == ["cleared a1", "raised s1"]
    hear(engine, 310, [1])
    assert tick(engine, 311) == ["cleared s1"]


def test_a_loop_offline_is_not_its_station() -> None:
    engine = Engine(snapshot(2))
    hear(engine, 0, everybody(2))
    hear(engine, 100, [n for n in everybody(2) if n not in range(5, 9)])
    assert tick(engine, 180) == ["raised a101"]
    hear(engine, 200, everybody(2, 1))
    assert tick(engine, 280) == ["raised a1", "masked a101"]


def test_a_storm_is_one_alarm_of_its_source_and_ends_in_what_is_left() -> None:
    engine = Engine(snapshot(40, share=5, least=3))
    hear(engine, 0, everybody(40))
    hear(engine, 100, everybody(40, 1))
    assert tick(engine, 180) == ["raised a1"]
    # Stations and loops count apart: 4 of 80 units and a series without asset are 4.9 %, 40 of 81 are 49.4 %.
    hear(engine, 200, everybody(40, 1, 2))
    assert tick(engine, 280) == ["raised a2"]
    hear(engine, 300, everybody(40, *range(1, 21)))
    (storm, first, second) = engine.tick(START + 380_000)
    assert (storm["state"], storm["source"], storm["asset"], storm["members"][:2]) == (
        "raised",
        1,
        None,
        [1, 2],
    )
    assert len(storm["members"]) == 40
    assert storm["judged"] == 100 * 40 / 81
    assert [(one["asset"], one["state"], one["cause"]) for one in (first, second)] == [
        (1, "masked", storm["id"]),
        (2, "masked", storm["id"]),
    ]
    assert tick(engine, 381) == []
    hear(engine, 400, everybody(40, 1))
    assert tick(engine, 401) == ["cleared a2", "cleared q1", "raised a1"]


def test_while_a_cause_gathers_nothing_smaller_is_told() -> None:
    engine = Engine(snapshot(10, share=30, least=3, gather=60))
    hear(engine, 0, everybody(10))
    for second, station in ((100, 1), (120, 2), (140, 3)):
        hear(engine, second, everybody(10, *range(1, station + 1)))
    told = [tick(engine, second) for second in range(180, 310, 10)]
    # Two units of 21 go silent at 180, 280 and 300 each, which makes 28.6 %; station 1 has waited a minute at 240.
    assert [one for one in told if one] == [["raised a1"]]
    hear(engine, 310, everybody(10, 1, 2, 3))
    assert tick(engine, 431) == ["raised a2", "raised a3"]
    hear(engine, 450, everybody(10, *range(1, 5)))
    # Station 4 was heard at 310: at 490 eight units of 21 are silent.
    assert tick(engine, 490) == ["raised q1", "masked a1", "masked a2", "masked a3"]


def test_parts_of_a_station_that_is_back_get_their_whole_time_again() -> None:
    engine = Engine(snapshot(1))
    hear(engine, 0, everybody(1))
    hear(engine, 170, [17 - 8])
    assert tick(engine, 180) == ["raised a1"]
    hear(engine, 200, [1, 2])
    assert tick(engine, 201) == ["cleared a1"]
    hear(engine, 320, [1, 2, 9])
    assert tick(engine, 380) == []
    # Six series have not been heard since 201; the loop is told as one.
    assert tick(engine, 381) == ["raised a101", "raised s3", "raised s4"]
    hear(engine, 390, everybody(1))
    assert tick(engine, 391) == ["cleared a101", "cleared s3", "cleared s4"]


def test_stations_may_come_back_one_after_the_other() -> None:
    engine = Engine(snapshot(40, share=5))
    assert tick(engine, 180) == ["raised q1"]
    hear(engine, 200, everybody(40, 1, 2))
    assert tick(engine, 201) == ["cleared q1"]
    hear(engine, 230, everybody(40, 2))
    assert tick(engine, 380) == []
    assert tick(engine, 381) == ["raised a2"]


def test_a_frame_of_zeros_is_silence_and_a_wild_clock_is_not() -> None:
    engine = Engine(snapshot(1))
    hear(engine, 100, everybody(1), Quality.ZERO_FRAME)
    assert tick(engine, 180) == ["raised a1", "raised s9"]
    hear(engine, 200, everybody(1), Quality.CLOCK)
    assert tick(engine, 201) == ["cleared a1", "cleared s9"]


def test_planned_work_hides_silence_until_it_ends_and_brings_no_source_down() -> None:
    window = Window(1, (1, 2, 3), START + 100_000, START + 500_000)
    engine = Engine(snapshot(4, (window,), share=10))
    hear(engine, 300, everybody(4, 1, 2, 3))
    assert tick(engine, 400) == ["masked a1", "masked a2", "masked a3"]
    hear(engine, 450, everybody(4, 1))
    assert tick(engine, 460) == ["cleared a2", "cleared a3"]
    assert tick(engine, 500) == ["raised q1", "masked a1"]


def test_the_gateways_own_absence_is_no_alarm() -> None:
    engine = Engine(snapshot(2))
    hear(engine, 0, everybody(2))
    hear(engine, 100, everybody(2, 1))
    assert tick(engine, 180) == ["raised a1"]
    engine = Engine(snapshot(2), engine.state())
    engine.listen(START + 4_000_000)
    assert tick(engine, 4001) == []
    assert tick(engine, 4180) == ["raised a2", "raised s17"]


def test_an_alarm_that_ends_with_its_rule_comes_again_under_another_name() -> None:
    known = snapshot(1)
    (rule,) = known.rules
    until = replace(rule, until=START + 300_000)
    again = replace(rule, since=START + 400_000)
    engine = Engine(replace(known, rules=(until, again)))
    first, alone = engine.tick(START + 180_000)
    assert tick(engine, 300) == ["cleared a1", "cleared s9"]
    engine = Engine(replace(known, rules=(until, again)), engine.state())
    (second, other) = engine.tick(START + 400_000)
    assert (second["asset"], other["series"], second["judged"]) == (1, 9, 400.0)
    assert len({one["id"] for one in (first, alone, second, other)}) == 4


def test_a_rule_that_is_gone_clears_its_alarms() -> None:
    engine = Engine(snapshot(1))
    assert tick(engine, 180) == ["raised a1", "raised s9"]
    known = snapshot(1)
    engine.replace(Snapshot(2, START, known.series, parents=known.parents))
    assert tick(engine, 181) == ["cleared a1", "cleared s9"]
    assert tick(engine, 182) == []


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32))
def test_every_silence_is_told_once_and_a_restart_changes_nothing(seed: int) -> None:
    random, known = Random(seed), snapshot(4, share=60, least=2)
    one, other = Engine(known), Engine(known)
    heard, state = dict.fromkeys(everybody(4), 0.0), {}
    silent: set[int] = set()
    heard_or_spared = dict(heard)
    for step in range(60):
        second = step * 60.0
        if random.random() < 0.3:
            silent ^= set(everybody(4)) - set(everybody(4, random.randint(1, 4)))
        if random.random() < 0.2:
            silent ^= {random.randint(1, 33)}
        numbers = [number for number in heard if number not in silent]
        hear(one, second, numbers)
        for part in (numbers[::2], numbers[1::2]):
            hear(other, second, part)
        if random.random() < 0.5:
            other = Engine(known, other.state())
        events = one.tick(START + round(second * 1000) + 1)
        assert other.tick(START + round(second * 1000) + 1) == events
        # While nothing comes and nothing becomes due nothing is told, also by an engine that has just begun.
        assert Engine(known, other.state()).tick(START + round(second * 1000) + 1) == []
        heard |= dict.fromkeys(numbers, second)
        heard_or_spared |= dict.fromkeys(numbers, second)
        for event in events:
            state[event["id"]] = event
            if event["state"] == "cleared" and event["members"]:
                heard_or_spared |= dict.fromkeys(series_of(event, known) or everybody(4), second)
        raised = [event for event in state.values() if event["state"] == "raised"]
        covered = [number for event in raised for number in series_of(event, known)]
        assert len(covered) == len(set(covered))
        assert all(second - heard[number] >= 180 for number in covered)
        overdue = {number for number, at in heard_or_spared.items() if second - at >= 180}
        assert set(covered) >= overdue or any(event["id"].split("/")[1] == "q1" for event in raised)


def series_of(event: dict[str, Any], known: Snapshot) -> list[int]:
    """Those that an alarm stands for; the members of a source are assets, and more may join them."""
    return [event["series"]] if event["series"] else event["members"] if event["asset"] else []
