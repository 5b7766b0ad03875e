"""The planted year: each line shows what it was planted to show, and no other line shows anything."""

from __future__ import annotations

import pytest

from anju.kernel.cases.models import Case
from anju.packs.budget.keeping.standing import standings
from anju.packs.budget.models import BudgetFile, Decision, Evaluation, Round
from anju.packs.budget.sample.year import year
from anju.packs.budget.year import rounds, sample

pytestmark = pytest.mark.django_db


def test_each_line_shows_what_it_was_planted_to_show(file: BudgetFile) -> None:
    planted = {line.code: line.shows for line in year().lines}
    found = {stands.line.code: stands.grade for stands in standings(file, year().round)}
    assert {code: found[code] for code in planted} == planted
    others = {code: grade for code, grade in found.items() if code not in planted}
    # The deadline of 0016 was in the year before, that of 0013 in March: both passed without a record.
    assert {code for code, grade in others.items() if grade != "na"} == {
        "801002B21DX0016",
        "801002B16DX0013",
    }


def test_money_paid_ahead_of_work_is_said_so(file: BudgetFile) -> None:
    ahead = next(s for s in standings(file, year().round) if s.line.code == "801002B21DX0036")
    assert any("钱付在了工作前面" in reason for t in ahead.targets for reason in t.judgement.reasons)


def test_the_round_from_declaration_to_decision_is_whole(file: BudgetFile) -> None:
    assert Round.objects.filter(file=file, day=year().round).count() == 1
    assert Case.objects.filter(kind=rounds.CASE).count() == 3  # one planted, and two deadlines that passed
    confirmed = Evaluation.objects.current().get(file=file, status="confirmed")
    assert (confirmed.version.stage, confirmed.grade) == ("approved", "优")
    assert Decision.objects.get().for_year == 2022


def test_building_it_again_changes_nothing(file: BudgetFile) -> None:
    assert sample.build(file.organisation) is None
    assert BudgetFile.objects.count() == 1
