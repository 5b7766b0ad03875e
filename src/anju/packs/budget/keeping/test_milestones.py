from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from anju.kernel.indicators.reporting import Signed
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.keeping import answers, milestones
from anju.packs.budget.keeping.answers import Said
from anju.packs.budget.keeping.standing import TargetStanding, standings
from anju.packs.budget.models import BudgetFile, Milestone
from anju.packs.budget.testing import kept_file, line, target

pytestmark = pytest.mark.django_db
JULY = date(2021, 7, 31)
HEAT = "801002B16DX0013"  # plan 0/0/100/100, though the season ends in March


def area(file: BudgetFile) -> TargetStanding:
    stands = standings(file, JULY, lines=[line(file, HEAT)])[0]
    return next(t for t in stands.targets if t.row.name == "供热建筑面积")


def test_a_season_goes_before_the_payment_plan() -> None:
    """By the plan a third would be due on 31 July; the season was over in March, so all of it is."""
    file = kept_file()
    row = target(file, HEAT, "供热建筑面积")  # 5013万平米
    answers.say(row, JULY, Said(number="5013"), Signed("科室", timezone.now()))
    assert area(file).standing.expected.quantize(Decimal("0.01")) == Decimal("33.33")
    milestones.put(row, milestones.read("2021-01-31 40\n2021年3月15日 100%", 2021), actor="财务")
    found = area(file)
    assert (found.standing.expected, found.standing.attained, found.judgement.grade) == (100, 100, "na")
    milestones.put(row, milestones.read("2021-12-31, 100", 2021), actor="财务")
    assert area(file).standing.expected == 0
    milestones.put(row, (), actor="财务")
    assert Milestone.objects.current().count() == 0
    assert Milestone.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("六月底完成一半", "第1行"),
        ("2021-03-31 50\n2021-06-30", "第2行"),
        ("2021-03-31 60\n2021-06-30 40", "前高后低"),
        ("2021-06-30 40\n2021-03-31 60", "由早到晚"),
        ("2021-06-30 140", "超出0至100"),
    ],
)
def test_what_is_no_calendar_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refusal, match=words):
        milestones.read(text, 2021)
