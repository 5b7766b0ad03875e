"""``anju budget``: one JSON document on standard output and nothing else there, status 0 or 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from anju.packs.budget.sample import build


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "anju.cli", "budget", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("commands") / "样例.html"
    build("html", path)
    return path


def test_read_has_the_promised_shape(sample: Path) -> None:
    done = run("read", str(sample), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    file = json.loads(done.stdout)
    assert file["file_year"] == 2021
    assert file["departments"][0] == {"code": "801002", "name": "安居市住房和城乡建设局"}
    line = next(line for line in file["lines"] if line["code"] == "801002B21DX0046")
    assert (line["budget_wan_yuan"], line["project_total_wan_yuan"]) == (250, 400)
    assert line["payment_plan"] == [0, 20, 50, 100]
    assert set(line["targets"][0]) >= {
        "level1",
        "level2",
        "name",
        "description",
        "value",
        "basis",
        "weight",
        "actual",
        "score",
    }
    assert line["targets"][0]["weight"] is None
    assert {"sub_goals", "commitments", "notes"} <= set(file)


def test_several_files_give_a_list(sample: Path) -> None:
    assert len(json.loads(run("read", str(sample), str(sample), "--json").stdout)) == 2


def test_values_from_arguments_and_from_standard_input() -> None:
    assert json.loads(run("value", "18±2℃", "--json").stdout) == [
        {"text": "18±2℃", "kind": "tolerance", "op": None, "number": 18, "unit": "℃", "low": 16, "high": 20}
    ]
    values = json.loads(run("value", "-", "--json", given="38万户\n≤****000元\n").stdout)
    assert [(v["kind"], v.get("base_number")) for v in values] == [("number", 380000), ("unparseable", None)]


def test_check_cites_the_strings(sample: Path) -> None:
    findings = json.loads(run("check", str(sample), "--json").stdout)
    found = next(f for f in findings if f["rule"] == "deadline_before_year")
    assert set(found) == {"line", "target", "rule", "severity", "message", "cites"}
    assert (found["line"], found["severity"], found["cites"][0]["text"]) == (
        "801002B21DX0016",
        "block",
        "2020年4月7日",
    )
    assert all(f["severity"] in ("block", "warn", "ask") and f["cites"] for f in findings)


def test_without_json_a_table_to_read(sample: Path) -> None:
    done = run("check", str(sample))
    assert done.returncode == 0
    assert "时限早于预算年度" in done.stdout
    assert "共" in done.stderr


@pytest.mark.parametrize(
    "arguments", [("read", "没有.docx"), ("read",), ("check", "没有.docx", "--json"), ("value",)]
)
def test_what_is_wrong_is_one_sentence_with_a_next_step(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误：")
    assert "下一步：" in done.stderr
    assert "Traceback" not in done.stderr
