"""The command line of the store says what a person, or a script, asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from anju.kernel.telemetry.commands import TelemetryError, telemetry
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store.test_history import send, written


@pytest.fixture
def layout(tmp_path: Path, settings: Any) -> Layout:
    """Series 1 at 07:50:00 (18.5, then 19.0 for the same time) and 07:50:20 (out of range), on 28 November."""
    settings.DATA = tmp_path / "data"
    layout = Layout.of(settings.DATA)
    with written(layout) as journal:
        send(journal, [(1, 0, 18.5, 0)])
        send(journal, [(1, 0, 19.0, 0), (1, 1, 99.0, 65)])
    return layout


def run(*arguments: str) -> Result:
    return CliRunner().invoke(telemetry, arguments, catch_exceptions=True)


def answer(*arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


SPAN = ("--since", "2026-11-28T07:50", "--until", "2026-11-28T08:00:00+08:00")


def test_query_lists_points_and_revisions(layout: Layout) -> None:
    found = answer("query", "1", *SPAN)
    assert found["total"] == 2
    assert found["points"][0] == {
        "series": 1,
        "time": "2026-11-28T07:50:00.000+08:00",
        "value": 19.0,
        "quality": 0,
        "received": "2026-11-28T07:52:00.000+08:00",
        "frame": 2,
    }
    assert [row["value"] for row in answer("query", "1", *SPAN, "--revisions")["points"]] == [18.5]
    assert len(answer("query", "1", *SPAN, "--most", "1")["points"]) == 1
    assert "超出量程" in run("query", "1", *SPAN).output
    assert answer("query", "5")["points"] == []
    assert run("query", "1", "--since", "gestern").exit_code == 2


def test_rollup_shows_coverage_and_figures(layout: Layout) -> None:
    (row,) = answer("rollup", "hour", "1", "--since", "2026-11-28T07:00", "--until", "2026-11-28T08:00")[
        "rows"
    ]
    assert (row["count"], row["good"], row["mean"], row["last"]) == (2, 1, 19.0, 19.0)
    assert "共1行" in run("rollup", "minute", "1", *SPAN).output


def test_a_frame_is_told_and_given_byte_by_byte(layout: Layout) -> None:
    assert answer("frame", "1")["raw"] == b"raw 1".hex()
    assert run("frame", "2", "--raw").stdout_bytes == b"raw 2"
    assert "第2号报文" in run("frame", "2").output
    assert isinstance(run("frame", "9").exception, TelemetryError)


def test_sealing_and_verifying(layout: Layout) -> None:
    report = answer("seal")
    assert (report["pairs"], report["frames"], report["points"]) == (1, 2, 3)
    assert "封存了0段" in run("seal").stderr
    verdict = answer("verify")
    assert (verdict["whole"], verdict["seen"], verdict["stored"], verdict["current"]) == (True, 2, 3, 2)
    assert "遥测库完整" in run("verify").stderr
    next(layout.points.rglob("*.parquet")).unlink()
    assert isinstance(run("verify").exception, TelemetryError)
    assert json.loads(run("verify", "--json").stdout)["whole"] is False


def test_backup_and_restore(layout: Layout, tmp_path: Path, settings: Any) -> None:
    answer("seal")
    assert answer("backup", str(tmp_path / "copy"))["frame"] == 2
    settings.DATA = tmp_path / "other"
    assert answer("restore", str(tmp_path / "copy"))["frame"] == 2
    assert answer("query", "1", *SPAN)["total"] == 2
    assert "恢复完成" not in run("restore", str(tmp_path / "copy")).output


def test_bench_measures_this_disk_and_leaves_nothing(layout: Layout) -> None:
    before = sorted(path.name for path in layout.root.iterdir())
    rates = answer("bench", "--seconds", "0.1")["rates"]
    assert [rate["rows"] for rate in rates] == [20, 1000, 10_000, 0]
    for rate in rates:
        assert rate["commits"] > 0
        assert rate["a_second"] == pytest.approx(max(rate["rows"], 1) * rate["commits"] / rate["seconds"])
        assert rate["p50"] <= rate["p99"]
    assert sorted(path.name for path in layout.root.iterdir()) == before
    assert "裸刷盘（上限）" in run("bench", "--seconds", "0.1").output
