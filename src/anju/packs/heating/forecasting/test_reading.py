from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from anju.packs.heating.forecasting import columns, history, tables
from anju.packs.heating.forecasting.tables import TableError
from anju.packs.heating.forecasting.testing import stamps, write

HOURS = 48


def pair(path: Path, heads: str = "time,load,temp", times: list[str] | None = None, **form: str) -> Path:
    """A file with load 100, 101, … and temperature -1 throughout."""
    times = times or stamps(HOURS)
    return write(path, heads, ((time, 100 + n, -1) for n, time in enumerate(times)), **form)


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M",
        "%d.%m.%Y %H:%M",
        "%Y年%m月%d日 %H时",
        "%Y%m%d%H",
        "%s",
    ],
)
def test_times_in_any_customary_form(tmp_path: Path, form: str) -> None:
    texts = (
        [str(1_763_164_800 + 3600 * n) for n in range(HOURS)] if form == "%s" else stamps(HOURS, form=form)
    )
    read = history.load(pair(tmp_path / "a.csv", times=texts), tmp_path / "a.csv", {})
    assert read.moment(0) == datetime(2025, 11, 15, tzinfo=UTC)
    assert read.load.tolist() == [100.0 + n for n in range(HOURS)]


@pytest.mark.parametrize(("form", "month"), [("%d/%m/%Y %H:%M", 3), ("%m/%d/%Y %H:%M", 3)])
def test_day_and_month_are_told_apart_by_the_rows_that_follow(tmp_path: Path, form: str, month: int) -> None:
    times = [(datetime(2025, 3, 1) + timedelta(hours=n)).strftime(form) for n in range(240)]
    read = history.load(pair(tmp_path / "a.csv", times=times), tmp_path / "a.csv", {})
    assert (read.moment(0).month, read.moment(0).day, len(read)) == (month, 1, 240)


def test_semicolons_decimal_commas_chinese_heads_and_an_old_coding(tmp_path: Path) -> None:
    rows = ((time, f"1.{n:03},5", "-3,5") for n, time in enumerate(stamps(HOURS)))
    path = write(tmp_path / "a.csv", "时间;热负荷(MW);室外温度", rows, ";", "gb18030")
    read = history.load(path, path, {})
    assert read.load[7] == 1007.5
    assert read.temperature[0] == -3.5
    assert read.used == {"load": "热负荷(MW)", "temperature": "室外温度"}


def test_a_date_with_its_hour_beside_it(tmp_path: Path) -> None:
    rows = ((time[:10], int(time[11:13]), 5, 1) for time in stamps(HOURS))
    path = write(tmp_path / "a.csv", "date,hour,heat_kw,t_out", rows)
    assert len(history.load(path, path, {})) == HOURS


def test_quarters_of_an_hour_are_averaged(tmp_path: Path) -> None:
    path = pair(tmp_path / "a.csv", times=stamps(HOURS, timedelta(minutes=15)))
    assert history.load(path, path, {}).load.tolist() == [101.5 + 4 * n for n in range(HOURS // 4)]


def test_gaps_are_told_and_known_only_from_the_day_before(tmp_path: Path) -> None:
    times = stamps(HOURS)
    kept = [time for n, time in enumerate(times) if n not in (30, 31)]
    path = pair(tmp_path / "a.csv", times=kept)
    read = history.load(path, path, {})
    assert np.flatnonzero(np.isnan(read.load)).tolist() == [30, 31]
    assert read.known_load[30] == read.load[6]
    assert any("缺2个小时" in note for note in read.notes)


def test_duplicate_hours_are_averaged_and_told(tmp_path: Path) -> None:
    times = stamps(HOURS)
    path = pair(tmp_path / "a.csv", times=[*times[:5], times[4], *times[5:]])
    read = history.load(path, path, {})
    assert read.load[4] == 104.5
    assert any("1个小时不止一个值" in note for note in read.notes)


def test_the_night_in_which_clocks_go_back_has_both_of_its_hours(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    begin = datetime(2025, 10, 25, tzinfo=UTC)
    times = [(begin + timedelta(hours=n)).astimezone(zone).strftime("%Y-%m-%d %H:%M") for n in range(HOURS)]
    assert len(set(times)) == HOURS - 1
    path = pair(tmp_path / "a.csv", times=times)
    read = history.load(path, path, {}, zone)
    assert len(read) == HOURS
    assert not np.isnan(read.load).any()


def test_offsets_in_the_stamps_and_another_zone_in_the_other_file(tmp_path: Path) -> None:
    pair(tmp_path / "load.csv", times=stamps(HOURS, form="%Y-%m-%dT%H:%M+00:00"))
    rows = ((time, n) for n, time in enumerate(stamps(HOURS, form="%Y-%m-%d %H:%M")))
    weather = write(tmp_path / "weather.csv", "time,temp", rows)
    read = history.load(tmp_path / "load.csv", weather, {}, ZoneInfo("Asia/Shanghai"))
    # 08:00 in Shanghai is midnight in UTC.
    assert read.temperature[0] == 8


def test_stamps_with_and_without_zone_do_not_meet_unasked(tmp_path: Path) -> None:
    pair(tmp_path / "load.csv", times=stamps(HOURS, form="%Y-%m-%dT%H:%M+00:00"))
    pair(tmp_path / "weather.csv")
    with pytest.raises(TableError, match="timezone"):
        history.load(tmp_path / "load.csv", tmp_path / "weather.csv", {})


def test_named_columns_go_before_guessed_ones(tmp_path: Path) -> None:
    rows = ((time, 1, 2, 3, 4) for time in stamps(HOURS))
    path = write(tmp_path / "a.csv", "time,load_a,load_b,temp_in,temp_out", rows)
    with pytest.raises(TableError, match="load_a、load_b"):
        history.load(path, path, {})
    read = history.load(path, path, columns.asked("load=load_b, temperature=temp_out"))
    assert (read.load[0], read.temperature[0]) == (2, 4)


def test_archived_forecasts_are_found_with_their_leads(tmp_path: Path) -> None:
    heads = "time,temperature_2m,temperature_2m_previous_day1,temperature_2m_previous_day2"
    path = write(tmp_path / "w.csv", heads, ((time, 0, 1, 2) for time in stamps(HOURS)))
    table = tables.read(path)
    assert columns.forecasts(table, {}) == {
        24: "temperature_2m_previous_day1",
        48: "temperature_2m_previous_day2",
    }
    assert columns.find(table, "temperature", {}) == "temperature_2m"


def test_rows_after_the_last_load_are_not_yet_known(tmp_path: Path) -> None:
    rows = ((time, 5 if n < 40 else "", 1) for n, time in enumerate(stamps(HOURS)))
    path = write(tmp_path / "a.csv", "time,load,temp", rows)
    assert len(history.load(path, path, {})) == 40


BAD = {
    "empty load": ("time,load,temp\n2025-01-01 00:00,,2\n2025-01-01 01:00,,2\n", "空的"),
    "no file": (None, "打不开"),
    "empty": ("", "不是csv"),
    "binary": ("time,load\0", "不是csv"),
    "no rows": ("time,load,temp\n", "不完整"),
    "same heads": ("time,load,load\n2025-01-01 00:00,1,2\n", "不完整"),
    "ragged": ("time,load,temp\n2025-01-01 00:00,1\n2025-01-01 01:00,1\n", "不完整"),
    "no time": ("a,load,temp\nx,1,2\n", "认不出时间列"),
    "no load": ("time,b,temp\n2025-01-01 00:00,1,2\n", "认不出负荷列"),
    "no temperature": ("time,load,b\n2025-01-01 00:00,1,2\n", "认不出室外温度列"),
    "bad time": ("time,load,temp\nyesterday,1,2\n", "看不懂"),
    "words": ("time,load,temp\n2025-01-01 00:00,many,2\n", "不是数"),
    "negative": ("time,load,temp\n2025-01-01 00:00,-4,2\n", "负数"),
    "nothing": ("time,load,temp\n2025-01-01 00:00,0,2\n", "全是零"),
    "fahrenheit": ("time,load,temp\n2025-01-01 00:00,4,75\n", "60"),
    "yearly": ("time,load,temp\n2025-01-01 00:00,4,5\n2026-01-01 00:00,4,5\n", "不是逐小时"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_and_a_next_step(tmp_path: Path, case: str) -> None:
    text, said = BAD[case]
    path = tmp_path / "a.csv"
    if text is not None:
        path.write_text(text, "utf8")
    with pytest.raises(TableError) as caught:
        history.load(path, path, {})
    assert said in caught.value.sentence
    assert caught.value.sentence.count("。") == 1
    assert caught.value.next_step


def test_a_named_time_column_of_one_file_leaves_the_other_to_be_guessed(tmp_path: Path) -> None:
    pair(tmp_path / "load.csv", heads="stamp1,load,extra")
    pair(tmp_path / "weather.csv", heads="time,dew,temp")
    read = history.load(tmp_path / "load.csv", tmp_path / "weather.csv", {"time": "stamp1"})
    assert len(read) == HOURS
    with pytest.raises(TableError, match="stamp2"):
        history.load(tmp_path / "load.csv", tmp_path / "weather.csv", {"time": "stamp2"})


@pytest.mark.parametrize("text", ["load", "load=", "colour=x", "forecastx=a"])
def test_a_mapping_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(TableError, match="columns"):
        columns.asked(text)
