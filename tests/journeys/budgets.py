"""Fuller cities for journeys over the budget; a module takes one in place of ``city``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import samples
from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.parties.models import Organisation
from anju.kernel.places import sample as places
from anju.packs.budget import demo
from anju.packs.budget.year import sample


def _people() -> None:
    for part in (places, parties, people):
        part.build()


def _year() -> None:
    _people()
    assert sample.build(Organisation.objects.get(budget_code=demo.BUREAU)) is not None


def _desk() -> None:
    _people()
    demo.build(None)


@pytest.fixture(scope="module")
def city_with_year(request: pytest.FixtureRequest) -> Iterator[Path]:
    """With the sample's year, from declaration to decision."""
    with samples.of_module("year", _year, request) as data:
        yield data


@pytest.fixture(scope="module")
def city_with_desk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """With all that ``anju demo`` shows of the budget."""
    with samples.of_module("desk", _desk, request) as data:
        yield data
