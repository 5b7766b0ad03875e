"""What each kind of rule tells, worked by hand; times in seconds after a day in 1970."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.rules.keeping import StateError
from anju.kernel.telemetry.rules.kinds import KINDS, PARAMETERS, faults
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, Window

START = 86_400_000


def snapshot(*rules: Rule, windows: tuple[Window, ...] = ()) -> Snapshot:
    """Series 1 and 2 belong to asset 1, 3 to its part 2, 4 to nothing; all come from source 1."""
    series = Series.none(5)
    series.asset[:], series.source[:] = [0, 1, 1, 2, 0], [0, 1, 1, 1, 1]
    return Snapshot(1, START, series, rules=rules, windows=windows, parents={2: 1})


def rule(kind: str, series: tuple[int, ...] = (1,), others: tuple[int, ...] = (), **parameters: Any) -> Rule:
    return Rule(f"test.{kind}", kind, "试", "warn", parameters, series, others)


def feed(
    engine: Engine, *rows: tuple[int, float, float], quality: int = 0, one_frame: bool = False
) -> list[str]:
    """Rows are series, second, value; what comes back is ``state second`` of each event."""
    series, seconds, values = (np.array(column) for column in zip(*rows, strict=True))
    times = START + (seconds * 1000).astype(np.int64)
    frames = np.ones(len(rows), np.uint64) if one_frame else np.arange(1, len(rows) + 1, dtype=np.uint64)
    codes = np.full(len(rows), quality, np.uint8)
    points = Points(series.astype(np.uint32), times, values.astype(float), codes, times, frames)
    return brief(engine.apply(points, 0))


def tick(engine: Engine, second: float) -> list[str]:
    return brief(engine.tick(START + round(second * 1000)))


def brief(events: list[dict[str, Any]]) -> list[str]:
    return [f"{one['state']} {(one['at'] - START) / 1000:g}" for one in events]


def test_an_alarm_waits_for_its_hold_time_and_stays_until_the_recovery_value() -> None:
    engine = Engine(snapshot(rule("above", limit=95, clear=90, hold=120)))
    assert feed(engine, (1, 0, 96), (1, 60, 94), (1, 100, 97), (1, 160, 96)) == []
    assert feed(engine, (1, 220, 98), (1, 280, 92), (1, 340, 91)) == ["raised 220"]
    assert feed(engine, (1, 400, 90), (1, 460, 91)) == ["cleared 400"]


def test_an_event_says_everything_about_its_alarm() -> None:
    engine = Engine(snapshot(rule("below", (3,), limit=15)))
    points = Points.empty()
    assert engine.apply(points, 0) == []
    one = np.array
    time = START + 5000
    (event,) = engine.apply(
        Points(
            one([3], np.uint32),
            one([time]),
            one([14.5]),
            one([0], np.uint8),
            one([time]),
            one([77], np.uint64),
        ),
        0,
    )
    assert event == {
        "kind": "alarm",
        "id": f"test.below/s3/{time}",
        "rule": "test.below",
        "grade": "warn",
        "state": "raised",
        "since": time,
        "at": time,
        "series": 3,
        "asset": 2,
        "source": 1,
        "value": 14.5,
        "judged": 14.5,
        "limit": 15.0,
        "frame": 77,
        "cause": None,
        "members": [],
    }


def test_time_alone_ends_a_hold_time_counted_from_the_receipt() -> None:
    engine = Engine(snapshot(rule("above", limit=95, hold=120)))
    assert feed(engine, (1, 0, 96)) == []
    assert tick(engine, 119.999) == []
    assert tick(engine, 120) == ["raised 120"]
    assert tick(engine, 121) == []


def test_late_and_bad_points_and_those_of_a_wild_clock_change_nothing() -> None:
    engine = Engine(snapshot(rule("above", limit=95)))
    assert feed(engine, (1, 100, 90), (1, 99, 99), (1, 100, 99), (4, 0, 99), (99, 0, 99)) == []
    assert feed(engine, (1, 110, 99), quality=Quality.RANGE) == []
    assert feed(engine, (1, 9000, 99), quality=Quality.CLOCK) == []
    assert feed(engine, (1, 120, float("nan")), (1, 121, 96)) == ["raised 121"]
    assert feed(engine, (1, 130, 90), quality=Quality.RATE) == ["cleared 130"]


def test_a_rule_may_be_content_with_good_values_or_with_any() -> None:
    for quality, expected in (("good", []), ("usable", ["raised 1"]), ("any", ["raised 1"])):
        engine = Engine(snapshot(rule("above", limit=95, quality=quality)))
        assert feed(engine, (1, 1, 99), quality=Quality.RATE) == expected
    engine = Engine(snapshot(rule("above", limit=95, quality="any")))
    assert feed(engine, (1, 1, 999), quality=Quality.RANGE) == ["raised 1"]


def test_a_rate_is_of_two_neighbours_in_units_a_minute() -> None:
    # 3 K in 30 s are 6 K a minute; 5 K in 60 s are exactly the limit.
    engine = Engine(snapshot(rule("rate", limit=5)))
    assert feed(engine, (1, 0, 50), (1, 30, 53), (1, 90, 58), (1, 120, 55)) == [
        "raised 30",
        "cleared 90",
        "raised 120",
    ]


def test_a_value_is_stuck_only_while_the_other_moves() -> None:
    engine = Engine(snapshot(rule("stuck", (1, 2), (0, 3), seconds=600, band=0.05)))
    assert feed(engine, (1, 0, 50), (2, 0, 50), (3, 0, 7), (1, 300, 50.04), (1, 599, 50)) == []
    assert feed(engine, (1, 600, 50), (2, 600, 50), (3, 700, 7), (2, 701, 50)) == ["raised 600"]
    assert feed(engine, (3, 800, 8), (2, 801, 50), (1, 802, 50.1)) == ["raised 801", "cleared 802"]


def test_two_series_of_one_frame_are_compared_as_of_one_moment() -> None:
    engine = Engine(snapshot(rule("difference", (1,), (2,), limit=20)))
    assert feed(engine, (1, 0, 60), (2, 0, 45), one_frame=True) == []
    # Seen apart, 75 − 45 would be too much; the frame brings 60 with it.
    assert feed(engine, (1, 60, 75), (2, 60, 60), one_frame=True) == []
    assert feed(engine, (1, 120, 81), (2, 120, 60), one_frame=True) == ["raised 120"]


def test_a_comparison_needs_a_value_of_about_the_same_time() -> None:
    engine = Engine(snapshot(rule("ratio", (1,), (2,), limit=1.1, within=300)))
    assert feed(engine, (1, 0, 60), (2, 10, 0), (1, 20, 60), (2, 30, 50), (1, 331, 60)) == []
    assert feed(engine, (2, 400, 50), (1, 700, 60)) == ["raised 700"]


def test_supply_temperature_off_its_weather_curve_for_two_hours() -> None:
    # 58.7 at 0 °C and 54.6 at 10 °C: 56.65 at 5 °C, so 53.6 is 3.05 K too cold and 53.7 is not.
    curve = [[-9.2, 75.0], [0.0, 58.7], [10.0, 54.6]]
    engine = Engine(snapshot(rule("curve", (1,), (4,), curve=curve, limit=3, hold=7200)))
    assert feed(engine, (4, 0, 5.0), (1, 60, 53.6), (1, 3600, 53.6), (1, 7200, 53.6)) == []
    (event,) = engine.tick(START + 7_260_000)
    assert (event["state"], event["since"], event["value"]) == ("raised", START + 60_000, 53.6)
    assert event["judged"] == pytest.approx(-3.05)
    assert feed(engine, (1, 7300, 53.7)) == ["cleared 7300"]


def test_danger_of_frost_is_cold_water_while_it_freezes() -> None:
    engine = Engine(snapshot(rule("below", (1,), (4,), limit=15, other_below=0)))
    assert feed(engine, (4, 0, 2), (1, 10, 14), (4, 20, -1), (1, 30, 14), (4, 40, 1), (1, 50, 14)) == [
        "raised 30",
        "cleared 50",
    ]


def test_a_new_threshold_holds_from_its_day_and_the_alarm_goes_on() -> None:
    old = replace(rule("above", limit=100), until=START + 60_000)
    new = replace(rule("above", limit=90), since=START + 60_000)
    engine = Engine(snapshot(old, new))
    assert feed(engine, (1, 59, 95), (1, 60, 95), (1, 70, 91)) == ["raised 60"]
    ends = Engine(snapshot(old))
    assert feed(ends, (1, 50, 101)) == ["raised 50"]
    assert tick(ends, 59) == []
    assert tick(ends, 60) == ["cleared 60"]


def test_a_standstill_is_counted_anew_when_its_rule_is_in_force_again() -> None:
    until = replace(rule("stuck", seconds=60), until=START + 100_000)
    again = replace(rule("stuck", seconds=60), since=START + 200_000)
    engine = Engine(snapshot(until, again))
    assert feed(engine, (1, 0, 50), (1, 60, 50)) == ["raised 60"]
    assert tick(engine, 100) == ["cleared 100"]
    assert feed(engine, (1, 199, 50), (1, 258, 50), (1, 259, 50)) == ["raised 259"]


def test_planned_work_masks_an_asset_with_its_parts_and_what_is_still_wrong_is_raised_then() -> None:
    window = Window(1, (1,), START + 10_000, START + 100_000)
    engine = Engine(snapshot(rule("above", (1, 3, 4), limit=95), windows=(window,)))
    assert feed(engine, (1, 5, 99), (3, 10, 99), (4, 10, 99), (1, 20, 90)) == [
        "raised 5",
        "masked 10",
        "raised 10",
        "cleared 20",
    ]
    assert tick(engine, 99) == []
    assert tick(engine, 100) == ["raised 100"]
    assert feed(engine, (3, 110, 90)) == ["cleared 110"]


def test_a_point_after_planned_work_raises_without_a_tick() -> None:
    window = Window(1, (1,), START + 10_000, START + 100_000)
    engine = Engine(snapshot(rule("above", limit=95), windows=(window,)))
    assert feed(engine, (1, 10, 99), (1, 99, 99), (1, 100, 99), (1, 101, 99)) == ["masked 10", "raised 100"]


def test_another_snapshot_keeps_what_remains_and_clears_what_is_gone() -> None:
    kept, gone = rule("above", (1, 3), limit=95), rule("below", (1,), limit=100)
    engine = Engine(snapshot(kept, gone))
    assert feed(engine, (1, 0, 99)) == ["raised 0", "raised 0"]
    engine.replace(snapshot(replace(kept, series=(1, 2, 3, 4))))
    engine = Engine(snapshot(replace(kept, series=(1, 2, 3, 4))), engine.state())
    (event,) = engine.tick(START + 5000)
    assert (event["id"], event["state"], event["asset"]) == (f"test.below/s1/{START}", "cleared", 1)
    assert tick(engine, 6) == []
    assert feed(engine, (1, 10, 99), (1, 20, 90)) == ["cleared 20"]


def test_a_registry_grows_and_shrinks_under_running_alarms() -> None:
    watched = rule("above", (1, 4), limit=95)
    engine = Engine(snapshot(watched))
    assert feed(engine, (1, 0, 99), (4, 0, 99)) == ["raised 0", "raised 0"]
    larger = Series.none(9)
    larger.source[1:] = 1
    engine.replace(Snapshot(2, START, larger, rules=(replace(watched, series=(1, 4, 8)),)))
    assert feed(engine, (8, 1, 99), (4, 2, 90)) == ["raised 1", "cleared 2"]
    smaller = Series.none(2)
    engine.replace(Snapshot(3, START, smaller, rules=(replace(watched, series=(1, 4, 8)),)))
    assert tick(engine, 3) == ["cleared 3"]
    assert feed(engine, (1, 4, 90), (8, 4, 99)) == ["cleared 4"]


def test_a_damaged_checkpoint_says_what_to_do() -> None:
    whole = Engine(snapshot(rule("above", limit=1))).state()
    for data in (b"", b"PK\x03\x04 not a checkpoint", whole[: len(whole) // 2]):
        with pytest.raises(StateError) as caught:
            Engine(snapshot(), data)
        assert "重新启动网关" in caught.value.next_step


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (rule("louder", limit=1), "没有“louder”"),
        (rule("above"), "缺少“限值”"),
        (rule("above", limit="95"), "要是一个数"),
        (rule("above", limit=float("nan")), "要是一个数"),
        (rule("above", limit=95, colour=1), "没有参数“colour”"),
        (rule("above", limit=95, clear=96), "正常一侧"),
        (rule("below", limit=5, clear=4), "正常一侧"),
        (rule("above", limit=95, hold=-1), "不能小于0"),
        (rule("above", limit=95, quality="best"), "只能是"),
        (rule("above", limit=95, quality=["good"]), "只能是"),
        (rule("above", limit=15, other_below=0), "对照测点"),
        (rule("difference", limit=5), "对照测点"),
        (rule("difference", (1, 2), (3,), limit=5), "个数不同"),
        (rule("curve", (1,), (2,), curve=[[0, 1]]), "至少两个点"),
        (rule("curve", (1,), (2,), curve=[[1, 1], [0, 2]]), "从小到大"),
        (rule("missing"), "采集周期数或时长"),
    ],
)
def test_a_rule_with_a_fault_is_left_out_and_named(wrong: Rule, word: str) -> None:
    right = replace(rule("above", limit=95), code="test.right")
    engine = Engine(snapshot(wrong, right))
    assert [code for code, fault in engine.faults if word in fault] == [wrong.code]
    assert feed(engine, (1, 0, 99)) == ["raised 0"]


def test_every_parameter_has_a_name_and_a_right_rule_has_no_fault() -> None:
    assert {name for kind in KINDS.values() for name in (*kind.needed, *kind.allowed)} == set(PARAMETERS)
    assert faults(rule("curve", (1,), (2,), curve=[[0, 50], [10, 40]], limit=3, clear=2, side="both")) == []
