"""From a step in the field to a finding, a case, its acceptance, and silence again."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from anju.kernel.cases import flow
from anju.kernel.cases.flow import CaseError
from anju.kernel.findings.models import Finding, State
from anju.kernel.indicators import definitions, kernel
from anju.kernel.watching import works as watching
from anju.kernel.works import money
from anju.kernel.works.field import accepting, fieldwork
from anju.kernel.works.field.accepting import CheckTold
from anju.kernel.works.field.fieldwork import Report, Shot
from anju.kernel.works.models import Unit, UnitState, WorksProject
from anju.kernel.works.testing import NOW, Site, contract_of, done, item_of, project_of, site

pytestmark = pytest.mark.django_db
DAY = date(2021, 6, 1)


@pytest.fixture(autouse=True)
def defined(db: None) -> None:
    definitions.register(kernel.INDICATORS)


@pytest.fixture
def where() -> Site:
    return site()


def rules_of(project: WorksProject) -> list[str]:
    watching.watch(project, NOW)
    return sorted(watching.findings(project).filter(state=State.OPEN).values_list("rule", flat=True))


def shot(project: WorksProject, code: str, sha: str, on: date = DAY) -> None:
    told = Report(
        item_of(project), on, project.contractor, units=(code,), shots=(Shot(sha * 32, "现场.jpg"),)
    )
    fieldwork.report(project, told, actor="工", now=NOW)


def test_one_photo_for_two_units_is_found_at_the_later_one_only(where: Site) -> None:
    first, second = project_of(where, "W-1"), project_of(where, "W-2")
    for project in (first, second):
        contract_of(project)
    shot(first, "甲-01", "ab")
    shot(first, "甲-02", "cd")
    shot(second, "甲-01", "ab")
    assert rules_of(first) == []
    assert rules_of(second) == ["works.same_photo"]
    assert "与“工程W-1”2021-06-01的是同一张" in watching.findings(second)[0].message
    fieldwork.withdraw(second.progress.get(), "照片传错，重新拍照", actor="工")
    assert rules_of(second) == []


def test_two_photos_of_one_unit_on_one_day_are_no_repetition(where: Site) -> None:
    project = project_of(where)
    contract_of(project)
    told = Report(
        item_of(project), DAY, where.contractor, units=("甲-01",), shots=[Shot("ab" * 32, "a.jpg")] * 2
    )
    fieldwork.report(project, told, actor="工", now=NOW)
    assert rules_of(project) == []


def test_a_report_from_far_away_is_found_by_metres(where: Site) -> None:
    project = project_of(where)
    contract_of(project)
    # 0.003° of latitude are 333 m; 0.001° are 111 m.
    for code, latitude in (("甲-01", 39.503), ("甲-02", 39.501)):
        told = Report(item_of(project), DAY, where.contractor, units=(code,), position=(118.0, latitude))
        fieldwork.report(project, told, actor="工", now=NOW)
    assert rules_of(project) == ["works.far_position"]
    assert "333米外" in watching.findings(project)[0].message


def test_a_contract_that_ended_and_approved_days(where: Site) -> None:
    project = project_of(where)
    contract = contract_of(project, end=DAY - timedelta(days=1))
    done(project, DAY, "甲-01")
    assert rules_of(project) == ["works.contract_gap"]
    change = money.propose(project, money.ChangeTold("工期顺延一天", contract=contract, days=1), actor="甲")
    money.decide(change, True, actor="乙")
    assert rules_of(project) == []


def test_one_place_in_two_projects_is_one_unit_done_twice(where: Site) -> None:
    first, second = project_of(where, "W-1"), project_of(where, "W-2")
    place = Unit.objects.filter(project=first)[0].key
    for project in (first, second):
        contract_of(project)
        Unit.objects.filter(project=project, code="甲-01").update(place=place)
        done(project, DAY, "甲-01")
    assert (rules_of(first), rules_of(second)) == ([], ["works.unit_twice"])
    assert Unit.objects.current().filter(place=place, state=UnitState.DONE).count() == 2


def failed(where: Site, project: WorksProject) -> Finding:
    told = CheckTold(DAY, "管道", False, where.supervisor, Decimal(55), "接口漏水")
    accepting.check(project, told, actor="监", now=NOW)
    assert rules_of(project) == ["works.check_failed"]
    return watching.findings(project)[0]


def test_a_failed_check_becomes_a_case_that_closes_when_the_part_passed(where: Site) -> None:
    project = project_of(where)
    finding = failed(where, project)
    assert finding.organisation == where.owner
    case = watching.assign(finding, actor="甲", now=NOW)
    assert case.owner == where.contractor
    flow.submit(case, "corrected", "已经换了接口", actor="工")
    with pytest.raises(CaseError, match="仍然发现这个问题"):
        watching.accept(case, actor="甲", now=NOW)
    again = CheckTold(DAY + timedelta(days=2), "管道", True, where.supervisor)
    accepting.check(project, again, actor="监", now=NOW)
    watching.accept(case, actor="甲", now=NOW)
    finding.refresh_from_db()
    assert finding.state == State.CORRECTED
