from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from anju.kernel.values.refusal import Refusal
from anju.packs.heating.commands import heating
from anju.packs.heating.forecasting.testing import stamps, town, write


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("town")
    load, temperature = town(80)
    times = stamps(len(load))
    one = write(folder / "load.csv", "time,heat_mw", zip(times, load, strict=True))
    two = write(folder / "weather.csv", "time,temp", zip(times, temperature, strict=True))
    return str(one), str(two)


def run(*words: str) -> dict:
    done = CliRunner().invoke(heating, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


def test_a_forecast_of_foreign_files_says_what_it_read_and_how_good_it_is(files: tuple[str, str]) -> None:
    told = run("forecast", "--load", files[0], "--weather", files[1], "--horizon", "48")
    assert told["data"]["columns"] == {"load": "heat_mw", "temperature": "temp"}
    assert told["weather"]["mode"] == "persistence"
    assert [one["ahead"] for one in told["forecast"]] == list(range(1, 49))
    assert told["forecast"][0]["time"] == told["issued"] == "2026-02-03T00:00:00+00:00"
    assert all(one["p10"] <= one["p50"] <= one["p90"] for one in told["forecast"])
    judged = told["evaluation"]
    assert judged["beats_yesterday"]
    assert judged["overall"].keys() == {"ours", "yesterday", "last_week", "degree_line"}
    assert [(block["from"], block["to"]) for block in judged["by_horizon"]][:2] == [(1, 6), (7, 12)]
    assert [one["weather"]["mode"] for one in told["beside"]] == ["degraded", "observed"]
    assert "上限" in told["beside"][1]["weather"]["words"]


@pytest.mark.parametrize("form", ["columns", "runs"])
def test_archived_forecasts_are_used_and_are_better_than_persistence(tmp_path: Path, form: str) -> None:
    """A service that is right within 0.5 K, in columns by lead or as runs every 12 h that were published then."""
    load, temperature = town(80)
    times = stamps(len(load))
    told = temperature + np.random.default_rng(5).normal(0, 0.5, len(load))
    if form == "columns":
        one = write(tmp_path / "load.csv", "time,load", zip(times, load, strict=True))
        heads = "time,temperature_2m,temperature_2m_previous_day1"
        two = write(tmp_path / "weather.csv", heads, zip(times, temperature, told, strict=True))
    else:
        one = write(tmp_path / "load.csv", "time,load,t_out", zip(times, load, temperature, strict=True))
        rows = (
            (times[n], times[n + k], told[n + k]) for n in range(0, len(times) - 48, 12) for k in range(48)
        )
        two = write(tmp_path / "weather.csv", "issued,time,temp", rows)
    found = run("forecast", "--load", str(one), "--weather", str(two))
    assert found["weather"]["mode"] == "archived"
    lazy = run("forecast", "--load", str(one), "--weather", str(two), "--weather-mode", "persistence")
    errors = [each["evaluation"]["overall"]["ours"]["cv_rmse"] for each in (found, lazy)]
    assert errors[0] < 0.8 * errors[1]


def test_the_fit_with_the_weather(files: tuple[str, str]) -> None:
    told = run("weather-fit", "--load", files[0], "--weather", files[1])
    # Half of what a day needs in that town comes from the day before.
    assert told["with_day_before"]["r_squared"] > 0.95 > told["day"]["r_squared"]
    assert told["day"]["days"] == 80


def test_tables_for_people_name_the_rivals(files: tuple[str, str]) -> None:
    done = CliRunner().invoke(
        heating, ["forecast", "--load", files[0], "--weather", files[1], "--horizon", "1"]
    )
    assert "昨日同时" in done.output
    assert "气温沿用前一日" in done.output
    done = CliRunner().invoke(heating, ["weather-fit", "--load", files[0], "--weather", files[1]])
    assert "平衡点" in done.output


@pytest.mark.parametrize(
    "more",
    [
        ["--columns", "load=nothing"],
        ["--timezone", "Asia/Nowhere"],
        ["--weather-mode", "archived"],
        ["--blind-from", "2025-11-16"],
        ["--blind-from", "2030-01-01"],
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_a_next_step(files: tuple[str, str], more: list[str]) -> None:
    """The command line prints both and ends with 2, as for every refusal."""
    done = CliRunner().invoke(heating, ["forecast", "--load", files[0], "--weather", files[1], *more])
    assert isinstance(done.exception, Refusal)
    assert done.exception.sentence.count("。") == 1
    assert done.exception.next_step


def test_a_horizon_beyond_three_days_is_refused(files: tuple[str, str]) -> None:
    assert CliRunner().invoke(heating, ["forecast", "--load", files[0], "--horizon", "73"]).exit_code == 2


def test_the_command_needs_no_django(files: tuple[str, str]) -> None:
    script = (
        "import sys; from click.testing import CliRunner; from anju.packs.heating.commands import heating;"
        f"done = CliRunner().invoke(heating, ['weather-fit', '--load', {files[0]!r}, '--weather', {files[1]!r}]);"
        "print(done.exit_code, 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 False"


def test_no_file_is_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(heating, ["weather-fit", "--load", str(tmp_path / "none.csv")])
    assert isinstance(done.exception, Refusal)
    assert "打不开none.csv" in done.exception.sentence
