"""One and the same projects read from many layouts in files of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from anju.kernel.documents import read
from anju.packs.budget.reading import read_target_file
from anju.packs.budget.reading.test_forms import LAYOUTS, PROJECTS, ledger, mistakes
from anju.packs.budget.reading.test_writers import GRIDS, TEXTS, TITLE, Writer


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("write", [*GRIDS, *TEXTS], ids=lambda w: w.__name__)
def test_every_layout_reads_alike(tmp_path: Path, write: Writer, layout: str) -> None:
    path = write(tmp_path / "form", [TITLE, *map(LAYOUTS[layout], PROJECTS)])
    assert mistakes(read_target_file(read(path)), layout) == []


@pytest.mark.parametrize("blank", [False, True], ids=["merged", "blank"])
@pytest.mark.parametrize("write", GRIDS, ids=lambda w: w.__name__)
def test_a_ledger_with_a_row_a_target(tmp_path: Path, write: Writer, blank: bool) -> None:
    path = write(tmp_path / "ledger", [TITLE, ledger(PROJECTS, blank)])
    assert mistakes(read_target_file(read(path)), "ledger") == []
