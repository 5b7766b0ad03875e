"""The sample's year for tests of the pack: built once a run, put back for each module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import samples
from anju.packs.budget.models import BudgetFile
from anju.packs.budget.sample.year import FILE_NAME
from anju.packs.budget.testing import bureau
from anju.packs.budget.year import sample


@pytest.fixture(scope="module")
def year_data(request: pytest.FixtureRequest) -> Iterator[Path]:
    with samples.of_module("budget-year", _year, request) as data:
        yield data


def _year() -> None:
    assert sample.build(bureau()) is not None


@pytest.fixture
def file(year_data: Path, db: None, settings: Any) -> BudgetFile:
    """The file of the year that is over, from declaration to decision. A module may have a file of its own instead."""
    settings.DATA = year_data
    return BudgetFile.objects.get(name=FILE_NAME)
