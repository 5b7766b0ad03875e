"""Works as figures: what counts in which period, for whom, and that a figure is the same again for its moment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from anju.kernel.indicators import computing, definitions, kernel
from anju.kernel.indicators.models import Request, Value
from anju.kernel.works import money, states
from anju.kernel.works.field import accepting
from anju.kernel.works.field.accepting import AcceptanceTold
from anju.kernel.works.measuring import indicators
from anju.kernel.works.models import Measure, State, WorksProject
from anju.kernel.works.money import ChangeTold
from anju.kernel.works.planning import ItemTold
from anju.kernel.works.testing import NOW, TODAY, Site, done, project_of, site

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)
PIPES = (ItemTold("一次网", "kilometre", Decimal("0.9")), ItemTold("二次网", "kilometre", Decimal("2.6")))


@pytest.fixture(autouse=True)
def defined(db: None) -> None:
    definitions.register(kernel.INDICATORS)


@pytest.fixture
def where() -> Site:
    return site()


def value(code: str, subject: str, period: str = "2021") -> Value:
    what = computing.definition(f"works.{code}", "1")
    return computing.compute(what, [subject], period, timezone.now())[0]


def of(project: WorksProject) -> str:
    return f"works.project:{project.pk}"


def test_the_declared_indicators_are_those_that_are_computed() -> None:
    declared = {one.code: one for one in kernel.INDICATORS if one.code.startswith("works.")}
    assert set(declared) == {f"works.{code}" for code in indicators.CODES}
    assert [one.unit for one in declared.values()][-len(Measure) :] == [str(m.label) for m in Measure]


def test_units_done_and_accepted_of_project_programme_and_area(where: Site) -> None:
    first, second = project_of(where, "W-1"), project_of(where, "W-2")
    done(first, DAY, "甲-01", "甲-02", "甲-03")
    done(second, DAY, "甲-01")
    told = AcceptanceTold(
        "staged", DAY, where.inspector, accepted_units=("甲-01", "甲-02"), rejected_units=("甲-03",)
    )
    accepting.accept(first, told, actor="乙", now=NOW)
    programme, area = f"works.programme:{where.programme.pk}", f"area:{where.area.pk}"
    # 2 accepted of the first, 1 done of the second; the rejected one is to do again.
    assert [value("units_done", subject).number for subject in (of(first), programme, area)] == [2, 3, 3]
    assert value("units_accepted", programme).number == 2
    rate = value("acceptance_rate", programme)
    assert (rate.numerator, rate.denominator) == (2, 3)
    assert value("units_done", of(first), "2021Q3").number == 0


def test_kilometres_add_up_and_unlike_measures_do_not(where: Site) -> None:
    project = project_of(where, items=PIPES)
    done(project, DAY, amount=Decimal("0.9"), name="一次网")
    done(project, DAY, amount=Decimal("2.6"), name="二次网")
    assert value("quantity_done_kilometre", of(project)).number == Decimal("3.5")
    none = value("quantity_done_household", of(project))
    assert (none.number, none.reason) == (None, "没有按“户”计的工程量")
    assert value("units_done", of(project)).reason == "没有单元清单"


def finish(project: WorksProject, on: date) -> None:
    done(project, on, *(f"甲-{n:02}" for n in range(1, 11)))
    states.move(project, State.COMPLETED, on, actor="甲", today=TODAY)


def test_on_time_counts_approved_days_and_neither_cancelled_nor_carried_over(where: Site) -> None:
    programme = f"works.programme:{where.programme.pk}"
    good, late, gone, left = (project_of(where, f"W-{n}") for n in range(4))
    finish(good, date(2021, 9, 30))  # on the last day
    finish(late, date(2021, 10, 1))
    states.move(gone, State.CANCELLED, DAY, actor="甲", today=TODAY, reason="居民不同意改造")
    later = where.programme.__class__.objects.create(
        code="P-2022", name="2022年计划", year=2022, owner=where.owner, made_by="甲"
    )
    rest = states.carry(left, (later, "W-9"), DAY, actor="甲", today=TODAY, reason="冬季停工，明年续做")
    found = value("on_time_rate", programme)
    assert (found.numerator, found.denominator) == (1, 2)
    change = money.propose(late, ChangeTold("汛期停工顺延", days=1), actor="甲")
    money.decide(change, True, actor="乙")
    assert value("on_time_rate", programme).numerator == 2
    assert value("completion_on", programme).day == date(2021, 10, 1)
    # What was carried in is not counted with the works of its new year.
    assert value("units_done", f"works.programme:{later.pk}", "2022").reason
    states.move(rest, State.UNDER_WAY, TODAY, actor="甲", today=TODAY)
    done(rest, TODAY, "甲-01")
    assert value("units_done", of(rest)).number == 1
    assert value("units_done", f"works.programme:{later.pk}").number is None
    assert value("units_carried", f"works.programme:{later.pk}").number == 1


def test_completion_waits_for_the_last_of_the_works(where: Site) -> None:
    first, _ = project_of(where, "W-1"), project_of(where, "W-2")
    finish(first, DAY)
    waiting = value("completion_on", f"works.programme:{where.programme.pk}")
    assert (waiting.day, waiting.reason) == (None, "2个工程中有1个没有完工")
    assert value("completion_on", of(first)).day == DAY


def test_coverage_is_the_share_of_begun_works_that_reported(where: Site) -> None:
    first, _ = project_of(where, "W-1"), project_of(where, "W-2")
    project_of(where, "W-3", begun=False)
    done(first, DAY, "甲-01")
    assert value("units_done", f"works.programme:{where.programme.pk}").coverage == Decimal("0.5")


@pytest.mark.parametrize(
    "code", ["units_done", "units_accepted", "on_time_rate", "completion_on", "acceptance_rate"]
)
def test_a_figure_is_the_same_again_after_the_ledgers_moved_on(where: Site, code: str) -> None:
    project = project_of(where)
    told = AcceptanceTold("staged", DAY, where.inspector, accepted_units=("甲-01",))
    done(project, DAY, "甲-01", "甲-02")
    accepting.accept(project, told, actor="乙", now=NOW)
    kept = value(code, of(project))
    finish_rest(project)
    same, found = computing.replay(kept)
    assert same
    assert (found.number, found.day) == (kept.number, kept.day)
    assert value(code, of(project)).pk != kept.pk


def finish_rest(project: WorksProject) -> None:
    done(project, DAY, *(f"甲-{n:02}" for n in range(3, 11)))
    states.move(project, State.COMPLETED, DAY, actor="甲", today=TODAY)


def test_figures_are_asked_for_in_the_year_of_the_programme(where: Site, settings: Any) -> None:
    project = project_of(where)
    indicators.ask_again(project, NOW)
    asked = Request.objects.filter(code="works.units_done").values_list("subject", "period")
    assert set(asked) == {
        (of(project), "2021"),
        (f"works.programme:{where.programme.pk}", "2021"),
        (f"area:{where.area.pk}", "2021"),
    }
    assert not Request.objects.filter(code="works.quantity_done_kilometre").exists()
