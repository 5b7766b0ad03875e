"""The target file of 2021 as published, against a second, tiny parser of its regular text."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import pytest

from anju.kernel.documents import Quote, read
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.targetfile import TargetFile

PATH = Path(__file__).parents[6] / "shared" / "data" / "budget" / "tangshan-2021.txt"
pytestmark = pytest.mark.skipif(not PATH.exists(), reason="needs ../shared/data/budget/tangshan-2021.txt")
SIX = ("level1", "level2", "name", "description", "value", "basis")


@pytest.fixture(scope="module")
def file() -> TargetFile:
    return read_target_file(read(PATH))


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    """Rows as printed: cells begin with a tab, empty lines part rows, other lines go on with the cell above."""
    text = PATH.read_text("utf-8").replace("[bookmark: _GoBack]", "")
    text = re.sub(r"^ 8010(?:02|13) .*$", "", text, flags=re.M)  # departments' headings
    lines = text.split("\n")[47:]
    rows = []
    for filled, group in groupby(lines, key=lambda line: line != ""):
        row: list[str] = []
        for line in group if filled else ():
            if line.startswith("\t"):
                row.append(line.strip(" \t\u3000"))
            elif row:
                row[-1] += f"\n{line.strip()}"
        rows.append(row)
    return [row for row in rows if any(row)]


def test_the_totals_of_the_file(file: TargetFile) -> None:
    assert file.year == 2021
    assert [(d.code, d.name) for d in file.departments] == [
        ("801002", "唐山市住房和城乡建设局"),
        ("801013", "唐山市住房保障管理中心"),
    ]
    assert len(file.lines) == 24
    assert sum(len(line.targets) for line in file.lines) == 143
    assert sum(len(line.empty_slots) for line in file.lines) == 216 - 143
    assert sum(line.budget or 0 for line in file.lines) == Decimal("156473.10")
    assert [s.number for s in file.sub_goals] == list("一二三四五六七")
    assert [m.number for m in file.measures] == list("一二三四五六七八九")
    assert all(s.goal and s.indicators for s in file.sub_goals)
    assert file.notes == []


def test_each_department_has_its_money(file: TargetFile) -> None:
    money = {code: Decimal(0) for code in ("801002", "801013")}
    for line in file.lines:
        money[line.department.code or ""] += line.budget or 0
    assert money == {"801002": Decimal("45797.52"), "801013": Decimal("110675.58")}


def test_this_year_and_all_years_are_told_apart(file: TargetFile) -> None:
    line = next(line for line in file.lines if line.code.text == "801002B21DX0046")
    assert (line.budget, line.project_total) == (250, 400)


def test_every_cell_is_what_a_second_parser_finds(file: TargetFile, rows: list[list[str]]) -> None:
    starts = [i for i, row in enumerate(rows) if row[0] == "项目编码"]
    assert len(starts) == len(file.lines)
    for line, at in zip(file.lines, starts, strict=True):
        head, purpose, _, plan, goal, columns = rows[at : at + 6]
        assert (line.code.text, line.name.text) == (head[1], head[3])
        assert line.purpose.text == purpose[1]
        assert [f"{f:.2f}" for f in line.plan or []] == plan[1:]
        assert line.goal.text == goal[1]
        assert columns[0] == "一级指标"
        assert [tuple(getattr(t, k).text for k in SIX) for t in line.targets] == printed(
            rows[at + 6 : at + 15]
        )


def printed(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """Nine rows of six cells; a blank class goes on from the row above, rows without a value are unused."""
    found, level1 = [], ""
    for row in rows:
        level1 = row[0] or level1
        cells = [level1, *row[1:], "", "", "", ""][:6]
        if cells[2] or cells[4]:
            found.append(tuple(cells))
    return found


def test_every_position_names_the_line_that_holds_the_text(file: TargetFile) -> None:
    lines = PATH.read_text("utf-8").split("\n")
    for line in file.lines:
        texts = [line.code, line.name, line.goal, line.purpose]
        for quote in texts + [getattr(t, kind) for t in line.targets for kind in SIX]:
            assert first_line(quote) in at(quote, lines)


def test_every_commitment_begins_at_its_place(file: TargetFile) -> None:
    lines = PATH.read_text("utf-8").split("\n")
    assert len(file.commitments) > 20
    for commitment in file.commitments:
        assert at(commitment.quote, lines).startswith(commitment.quote.text)
        assert at(commitment.clause, lines).startswith(commitment.clause.text)


def first_line(quote: Quote) -> str:
    return quote.text.split("\n")[0]


def at(quote: Quote, lines: list[str]) -> str:
    """The file's text from where a position points to."""
    place = re.fullmatch(r"第(\d+)行(?:第(\d+)字)?", quote.position)
    if place is None:
        assert not quote.text
        return ""
    return lines[int(place[1]) - 1][int(place[2] or 1) - 1 :]
