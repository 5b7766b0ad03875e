"""Every form of every line, exported and read back: identical data, on the sample and on the real file of 2021."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone

from anju.kernel.findings.models import Finding
from anju.packs.budget import sample, service
from anju.packs.budget.keeping import files, versions
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.printing import forms
from anju.packs.budget.testing import bureau
from anju.packs.budget.year import evaluations, printing

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[6] / "shared" / "data" / "budget" / "tangshan-2021.txt"
END = date(2021, 12, 31)
FILES = [
    pytest.param(None, id="sample"),
    pytest.param(
        REAL,
        id="real",
        marks=pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/data/budget/tangshan-2021.txt"),
    ),
]


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> BudgetFile:
    """A file approved and scored."""
    read = service.read_file(request.param or sample.sample_path())
    kept = files.save(read, bureau(), actor="财务")
    Finding.objects.filter(subject=kept.subject, grade="crit").update(state="explained")
    versions.submit(kept, actor="财务", now=timezone.now())
    versions.approve(kept, actor="领导", now=timezone.now())
    evaluations.evaluate(kept, END, evaluations.DEFAULT_SCHEME, actor="科室", now=timezone.now())
    return kept


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_what_goes_out_comes_back(file: BudgetFile, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"表.{kind}"
    count = 0
    for form in forms.FORMS:
        for data in printing.filled(form, file, END).values():
            path.write_bytes(forms.export(form, data, kind))
            assert forms.read_back(form, path) == data, form
            count += 1
    # Five forms of each of 24 lines, and two of the whole file.
    assert count == 5 * 24 + 2
