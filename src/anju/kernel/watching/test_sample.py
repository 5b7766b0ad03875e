"""The sample's works: each planted fault is found where it was planted, and nothing else is found anywhere."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from anju.kernel.findings.models import Finding
from anju.kernel.indicators import computing, definitions, kernel
from anju.kernel.parties import sample as parties
from anju.kernel.watching import works as watching
from anju.kernel.works import sample
from anju.kernel.works.judging.looking import subject_of
from anju.kernel.works.measuring.tallies import tallies
from anju.kernel.works.models import Programme, WorksProject

pytestmark = pytest.mark.django_db


@pytest.fixture
def works(data_folder: Path) -> dict[str, WorksProject]:
    definitions.register(kernel.INDICATORS)
    parties.build()
    sample.build()
    watching.watch_all(timezone.now())
    return {project.code: project for project in WorksProject.objects.all()}


def test_each_rule_finds_its_planted_fault_and_nothing_else(works: dict[str, WorksProject]) -> None:
    where = {subject_of(project): code for code, project in works.items()}
    found = {(finding.rule, where[finding.subject]) for finding in Finding.objects.all()}
    assert found == set(sample.PLANTED.items())
    assert Finding.objects.count() == len(sample.PLANTED)


def test_a_second_build_changes_nothing(works: dict[str, WorksProject]) -> None:
    sample.build()
    assert WorksProject.objects.count() == len(sample.WORKS)


def test_the_programme_counts_what_its_ledgers_say(works: dict[str, WorksProject]) -> None:
    # valves 82 less 2 rejected, old communities 90, rural houses 60, doors 48
    programme = f"works.programme:{Programme.objects.get().pk}"

    def number(code: str, subject: str = programme) -> Any:
        what = computing.definition(f"works.{code}", "1")
        return computing.compute(what, [subject], "2021", timezone.now())[0]

    assert number("units_done").number == 80 + 90 + 60 + 48
    assert number("units_accepted").number == 58 + 60
    assert number("quantity_done_household").number == 80 + 90 + 60
    # 0.9 of the primary and 1.4 of the secondary network
    pipes = works[sample.PIPES]
    assert number("quantity_done_kilometre", f"works.project:{pipes.pk}").number == Decimal("2.3")
    assert [t.done for t in tallies([works[sample.FILES]])[works[sample.FILES].pk].items] == [3]
    rate = number("acceptance_rate", f"works.project:{works[sample.VALVES].pk}")
    assert (rate.numerator, rate.denominator) == (58, 60)
