from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from anju.kernel.values.refusal import Refusal
from anju.packs.heating.commands import heating
from anju.packs.heating.forecasting.testing import stamps, write


def run(*words: str) -> dict:
    done = CliRunner().invoke(heating, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_the_season_with_its_extension() -> None:
    told = run("season", "2019/20")
    assert [(one["code"], one["days"]) for one in told["stages"]] == [("legal", 122), ("extension", 22)]
    assert told["stages"][1]["last_day"] == "2020-04-06"


def test_the_supply_temperature() -> None:
    told = run("supply", "--outdoor", "0", "--date", "2021-01-01")
    assert told == {"relative_load": 0.662, "supply": 58.7, "return": 42.1}
    assert run("supply", "--outdoor", "-9.2", "--design", "45", "35")["supply"] == 45.0


def test_the_course_of_cooling() -> None:
    told = run("cooling", "--outdoor", "-5", "--tau", "60")
    assert told["hours"] == 10.5
    assert {"hours": 12, "room": 15.5} in told["course"]


def station(path: Path) -> Path:
    """The real station of section 4 made again: 26 days at 5 min, pressures swapped, and three more faults."""
    count = 7269
    wave = np.sin(np.arange(count) / 40)
    columns = {
        "T1S": 80 + 3 * wave, "T1R": 45 + wave, "T2S": 50 + 2 * wave, "T2R": 40 + wave,
        "P1S": 0.42 + 0.002 * wave, "P1R": 0.55 + 0.002 * wave, "target": 50 + 2 * wave,
    }  # fmt: skip
    columns["P1S"][:7] = 0.60
    for values in columns.values():
        values[4000] = 0
    columns["P1S"][2500] = 385
    columns["target"][3000] = 0
    times = stamps(count, timedelta(minutes=5), "%Y-%m-%d %H:%M:%S")
    late = stamps(count, timedelta(minutes=5), "%Y-%m-%d %H:%M:33")
    # 1,233 s between two rows: three are missing and the next comes 33 s later.
    times[5004] = late[5004]
    kept = [n for n in range(count) if n not in (5001, 5002, 5003)]
    rows = ((times[n], *(float(values[n]) for values in columns.values())) for n in kept)
    return write(path / "station.csv", f"time,{','.join(columns)}", rows)


def test_all_faults_of_the_real_station_are_found(tmp_path: Path) -> None:
    """Swapped pressures (99.9 %), a frame of zeros and one of 385, one target of 0, a gap of 1,233 s."""
    told = {
        (one["rule"], *one["tags"][:2]): one for one in run("quality", str(station(tmp_path)))["findings"]
    }
    assert told["order", "p1s", "p1r"]["verdict"] == "一次供压低于回压：占99.9%，疑似通道接反或未标定"
    assert told["zero_frame", "t1s", "t1r"]["rows"] == 1
    assert told["gap",]["verdict"] == "数据中断，最长1233秒"
    assert told["spike", "target"]["first"] == "2025-11-25T10:00:00+00:00"
    assert "spike" in {rule for rule, *tags in told if tags == ["p1s"]}
    assert ("order", "t1s", "t1r") not in told
    assert ("order", "t1s", "t2s") not in told


def test_clean_data_find_nothing(tmp_path: Path) -> None:
    times = stamps(300, timedelta(minutes=5))
    path = write(tmp_path / "a.csv", "time,t2s,t2r", ((time, 50, 40) for time in times))
    assert run("quality", str(path))["findings"] == []
    assert "没有发现问题" in CliRunner().invoke(heating, ["quality", str(path)]).output


def test_heat_in_another_unit_is_named(tmp_path: Path) -> None:
    """227.9 kW kept as GJ/h would be 0.82; kept 277.8 times too small it is a slip of kWh and GJ."""
    rows = ((time, 227.9 / 277.8, 10, 60, 40) for time in stamps(100))
    path = write(tmp_path / "a.csv", "time,heat kept,f2,t2s,t2r", rows)
    (one,) = run("quality", str(path), "--columns", "q2=heat kept")["findings"]
    assert (one["rule"], one["rows"], one["verdict"]) == ("identity", 100, "疑似单位错误（kWh/GJ）")


@pytest.mark.parametrize(
    "words", [["season", "2019/21"], ["cooling", "--outdoor", "-5", "--tau", "0"], ["quality", "nowhere.csv"]]
)
def test_what_cannot_be_computed_is_a_sentence(words: list[str]) -> None:
    done = CliRunner().invoke(heating, words)
    assert isinstance(done.exception, Refusal)
    assert done.exception.next_step


@pytest.mark.parametrize("columns", ["x=1", "t1s=", "t1s=none", ""])
def test_columns_that_are_not_there_are_a_sentence(tmp_path: Path, columns: str) -> None:
    path = write(tmp_path / "a.csv", "time,b", ((time, 1) for time in stamps(3)))
    done = CliRunner().invoke(heating, ["quality", str(path), "--columns", columns])
    assert isinstance(done.exception, Refusal)


def test_tables_for_people(tmp_path: Path) -> None:
    for words, said in (
        (["season", "2019/20"], "延长供热"),
        (["supply", "--outdoor", "0"], "58.7"),
        (["cooling", "--outdoor", "-5", "--tau", "60"], "10.5小时后降到16℃"),
        (["quality", str(station(tmp_path))], "疑似通道接反"),
    ):
        assert said in CliRunner().invoke(heating, words).output
