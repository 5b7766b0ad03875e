from __future__ import annotations

import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from anju.packs.budget import sample
from anju.packs.budget.checks import Finding, check
from anju.packs.budget.sample.form import COLUMNS, form
from anju.packs.budget.service import read_file
from anju.packs.budget.shape import file_json
from anju.packs.budget.targetfile import TargetFile

REAL = Path(__file__).parents[6] / "shared" / "data" / "budget" / "tangshan-2021.txt"
KINDS = ("docx", "xlsx", "html", "txt")
# Section 3 of the specification by rule: the lines with a real defect, department 801002 unless written in full.
FOUND = {
    "missing_satisfaction": "B21DX0048",
    "satisfaction_not_percentage": "B21DX0031",
    "cost_below_plan": "B18DX0021 801013B16DX0001 801013B16DX0003 801013B17DX0009",
    "deadline_before_year": "B21DX0016",
    "deadline_after_year": "B21DX0046",
    "deadline_vs_plan": "B16DX0011 B19DX0029",
    "wrong_year": "B21DX0039 801013B19DX0010 801013B16DX0003",
    "stale_basis": "B16DX0011",
    "amount_vs_text": "B21DX0043 801013B17DX0009",
    "amount_ambiguous": "B21DX0046",
    "text_vs_value": "B16DX0015 801013B17DX0009",
    "cumulative_vs_annual": "B21DX0043",
    "scope_mismatch": "801013B16DX0001",
    "unit_cost_implausible": "801013B16DX0001",
    "output_below_benefit": "801013B16DX0003",
    "indicator_in_wrong_class": "B16DX0012 B16DX0013 B21DX0048",
    "indicator_unrelated": "B19DX0029 B19DX0025",
    "not_measurable": "B18DX0021 B21DX0039 B21DX0045",
    "tautology": "B21DX0046 B21DX0047",
    "unit_missing": "B21DX0041 B21DX0046 B21DX0048",
    "goal_not_covered": "B16DX0011 B21DX0031 B21DX0047",
    "copied_goal": "B21DX0016 B21DX0045",
    "default_plan": "B16DX0015 B21DX0043 801013B16DX0001 801013B16DX0002 801013B16DX0003 801013B17DX0009 "
    "801013B19DX0010 801013B21DX0012",
    "orphan_project": "B19DX0025 B21DX0042 B21DX0048 801013B16DX0001 801013B16DX0002 801013B16DX0003 "
    "801013B17DX0009 801013B19DX0010 801013B21DX0012",
}
PAIRS = [(rule, code) for rule, codes in FOUND.items() for code in codes.split()]
# Rules that name more lines than section 3 does, rightly: an expected year that has passed, a count of inspections
# among the benefits, a rate of 90% that contradicts the eight systems it counts.
MORE = {"wrong_year": {"801013B17DX0009"}, "indicator_in_wrong_class": {"B16DX0015", "B19DX0025"}}
# Nothing in the file is wrong in these ways; its sums come out (87.94×7, 4500×10%, 2151−108, 549+141+48).
SILENT = (
    "arithmetic",
    "plan_not_monotone",
    "plan_not_full",
    "duplicate_indicator",
    "template_left_in",
    "weights_not_100",
    "actual_copies_target",
    "score_arithmetic",
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TargetFile]:
    folder = tmp_path_factory.mktemp("sample")
    for kind in KINDS:
        sample.build(kind, folder / f"sample.{kind}")
    return {kind: read_file(folder / f"sample.{kind}") for kind in KINDS}


@pytest.fixture(scope="module", params=["sample", "real file"])
def findings(request: pytest.FixtureRequest, files: dict[str, TargetFile]) -> list[Finding]:
    """Of the sample, and of the real file whose defects the sample repeats in other words."""
    if request.param == "sample":
        return check(files["docx"])
    if not REAL.exists():
        pytest.skip("needs ../shared")
    return check(read_file(REAL))


def lines_of(rule: str, findings: list[Finding]) -> set[str]:
    return {(f.line or "").removeprefix("801002") for f in findings if f.rule == rule}


def without_places(value: object) -> object:
    if isinstance(value, dict):
        places = ("position", "file", "notes")
        return {key: without_places(entry) for key, entry in value.items() if key not in places}
    return [without_places(entry) for entry in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_reads_back_to_the_totals_of_the_real_file(files: dict[str, TargetFile], kind: str) -> None:
    file = files[kind]
    assert file.year == 2021
    assert [(d.code, d.name) for d in file.departments] == [
        ("801002", "安居市住房和城乡建设局"),
        ("801013", "安居市住房保障管理中心"),
    ]
    assert Counter(line.department.code for line in file.lines) == {"801002": 18, "801013": 6}
    assert sum(len(line.targets) for line in file.lines) == 143
    assert sum(len(line.targets) + len(line.empty_slots) for line in file.lines) == 216
    assert sum(line.budget or 0 for line in file.lines) == Decimal("156473.10")
    assert (len(file.sub_goals), len(file.measures)) == (7, 9)
    assert file.notes == []


@pytest.mark.parametrize("kind", KINDS[1:])
def test_all_kinds_say_the_same(files: dict[str, TargetFile], kind: str) -> None:
    assert without_places(file_json(files[kind])) == without_places(file_json(files["docx"]))


@pytest.mark.parametrize(
    "promised", ["529户", "388.98万平方米", "3.5公里", "0.4亿元", "20万户", "2021年10月前"]
)
def test_safeguard_measures_promise_numbers(files: dict[str, TargetFile], promised: str) -> None:
    assert promised in [commitment.quote.text for commitment in files["docx"].commitments]


@pytest.mark.parametrize(("rule", "code"), PAIRS)
def test_real_defect_is_found(findings: list[Finding], rule: str, code: str) -> None:
    assert code in lines_of(rule, findings)


@pytest.mark.parametrize("rule", FOUND)
def test_nothing_else_is_accused(findings: list[Finding], rule: str) -> None:
    assert lines_of(rule, findings) <= {*FOUND[rule].split(), *MORE.get(rule, ())}


@pytest.mark.parametrize("rule", SILENT)
def test_what_is_right_passes_silently(findings: list[Finding], rule: str) -> None:
    assert [f.message for f in findings if f.rule == rule] == []


def test_defects_of_the_whole_file_are_counted(findings: list[Finding]) -> None:
    counts = Counter(f.rule for f in findings)
    assert counts["cost_is_payment_rate"] == 22
    assert not lines_of("cost_is_payment_rate", findings) & {"B16DX0011", "B16DX0015"}
    assert counts["weak_basis"] == 91
    assert counts["unit_missing"] == 5
    empty = " ".join(f.message for f in findings if f.rule == "empty_class")
    assert "经济效益" in empty
    assert "生态效益" in empty
    assert "可持续影响" not in empty


def test_amounts_are_told_with_the_supplements_that_explain_them(findings: list[Finding]) -> None:
    told = [f.message for f in findings if f.line == "801013B17DX0009" and f.rule == "amount_vs_text"]
    assert len(told) == 1
    assert "101690" in told[0]
    assert "5473" in told[0]


def test_the_form_covers_each_place_once() -> None:
    line = sample.content().sections[0].lines[0]
    rows = form(line)
    covered = Counter(
        (cell.row + r, cell.column + c)
        for row in rows
        for cell in row
        for r in range(cell.rows)
        for c in range(cell.columns)
    )
    assert covered == {(r, c): 1 for r in range(15) for c in range(COLUMNS)}


def test_the_sample_is_written_once_for_each_state_of_its_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = sample.sample_path()
    written = first.stat().st_mtime_ns
    assert first.is_relative_to(tmp_path)
    assert first.suffix == ".docx"
    assert sample.sample_path() == first
    assert first.stat().st_mtime_ns == written
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [first]


def test_the_sample_needs_no_writable_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert sample.sample_path().is_file()


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pdf"):
        sample.build("pdf", tmp_path / "sample.pdf")


def test_a_fault_that_no_longer_fits_the_clean_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample.faults, "_clean_text", lambda: "")
    with pytest.raises(ValueError, match="stands 0 times"):
        sample.planted("unit_missing")
