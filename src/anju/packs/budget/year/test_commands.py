"""The commands on the sample's year: what they print is what the pages show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from anju.kernel.indicators import requests
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.year import commands

pytestmark = pytest.mark.django_db
GAS = "801002B21DX0043"


def run(command: Any, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_monitor_gives_planned_paid_attained_and_grade(file: BudgetFile) -> None:
    said = json.loads(run(commands.monitor_command, "--date", "2021-07-31", "--json").output)
    gas = next(line for line in said["lines"] if line["code"] == GAS)
    assert (said["date"], gas["planned"], gas["rate"], gas["grade"]) == ("2021-07-31", "58.33", "58.00", "ok")


def test_score_of_one_line_names_scheme_rows_and_evidence(file: BudgetFile) -> None:
    said = json.loads(run(commands.score_command, "--line", GAS, "--json").output)
    sheet = said["lines"][0]
    assert (said["scheme"], sheet["total"], sheet["grade"]) == ("general-50-30-10", "100.00", "优")
    assert sum(float(share) for share in sheet["evidence"].values()) == 100
    assert "安装户数" in run(commands.score_command, "--line", GAS).output


def test_evidence_counts_by_kind_and_replays_what_the_platform_computed(file: BudgetFile) -> None:
    requests.drain(timezone.now())
    said = json.loads(run(commands.evidence_command, "--json").output)
    # Five lines are answered by people; the rates of money paid of 23 lines by the ledger.
    assert sum(said["targets"].values()) == 143
    assert said["targets"]["measured"] > 0
    assert (said["replayed"], said["same"]) == (48, 48)


def test_export_writes_a_form_and_says_how_to_get_all_of_them(file: BudgetFile, tmp_path: Path) -> None:
    form = tmp_path / "汇总.pdf"
    assert run(commands.export_command, "--form", "summary", "--out", str(form)).exit_code == 0
    assert form.read_bytes().startswith(b"%PDF-")
    refused = run(commands.export_command, "--form", "declaration", "--out", str(tmp_path / "表.docx"))
    assert "表.docx.zip" in refused.output
    assert "目标申报表" in run(commands.export_command, "--form", "list").output


def test_a_file_that_is_not_there_and_an_unknown_line_are_said(file: BudgetFile) -> None:
    missing = run(commands.monitor_command, "--file", "没有这个").exception
    assert isinstance(missing, commands.FileMissing)
    assert missing.next_step
    assert "没有编码为X的项目" in run(commands.score_command, "--line", "X").output
