"""For tests of every part: a county with an owner, a contractor, a supervisor and an inspector; a project under way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level
from anju.kernel.works import money, planning, states, units
from anju.kernel.works.field import fieldwork
from anju.kernel.works.field.fieldwork import Report
from anju.kernel.works.models import Contract, Programme, Progress, QuantityItem, State, Unit, WorksProject
from anju.kernel.works.money import ContractTold
from anju.kernel.works.planning import ItemTold, ProgrammeTold, ProjectTold

TODAY = date(2021, 10, 1)
NOW = datetime(2021, 10, 1, 4, tzinfo=UTC)


@dataclass(slots=True)
class Site:
    """Who is who, and a programme of 2021."""

    area: Area
    owner: Organisation
    contractor: Organisation
    supervisor: Organisation
    inspector: Organisation
    programme: Programme


def site(name: str = "东县") -> Site:
    area = Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)
    owner, contractor, supervisor, inspector = (
        Organisation.objects.create(name=f"{name}{words}", kind=kind, area=area)
        for words, kind in (
            ("住建局", Kind.COUNTY_BUREAU),
            ("施工公司", Kind.COMPANY),
            ("监理公司", Kind.COMPANY),
            ("质监站", Kind.INSTITUTION),
        )
    )
    told = ProgrammeTold(f"P-{name}-2021", f"{name}2021年计划", 2021, owner)
    return Site(area, owner, contractor, supervisor, inspector, planning.new_programme(told, actor="甲"))


def project_of(
    where: Site,
    code: str = "W-1",
    items: tuple[ItemTold, ...] = (ItemTold("户内改造", "household", Decimal(10), by_unit=True),),
    *,
    kind: str = "construction",
    contracted: bool = True,
    begun: bool = True,
) -> WorksProject:
    """A project of 2021-03-01 to 2021-09-30; its list has ten units ``甲-01`` … where an item counts them."""
    made = planning.new_project(
        ProjectTold(
            code,
            f"工程{code}",
            where.programme,
            kind,
            where.area,
            where.owner,
            date(2021, 3, 1),
            date(2021, 9, 30),
            contractor=where.contractor if contracted else None,
            supervisor=where.supervisor,
        ),
        actor="甲",
    )
    for item in items:
        planning.new_item(made, item, actor="甲")
        if item.by_unit:
            units.add(
                Unit(project=made, code=f"甲-{n:02}", longitude=118.0, latitude=39.5)
                for n in range(1, int(item.planned) + 1)
            )
    if begun:
        states.move(made, State.UNDER_WAY, date(2021, 3, 5), actor="甲", today=TODAY)
    return made


def contract_of(project: WorksProject, yuan: int = 100_000, *, end: date = date(2021, 12, 31)) -> Contract:
    assert project.contractor is not None
    told = ContractTold(
        f"HT-{project.code}", project.contractor, yuan * 100, date(2021, 2, 20), date(2021, 3, 1), end
    )
    return money.new_contract(project, told, actor="甲")


def item_of(project: WorksProject, name: str = "") -> QuantityItem:
    found: QuantityItem = project.items.get(name=name) if name else project.items.all()[0]
    return found


def done(
    project: WorksProject, on: date, *codes: str, amount: Decimal = Decimal(0), name: str = "", by: str = "工"
) -> Progress:
    """The units of these codes, or an amount of an item, done on a day by the doer's person 工."""
    doer = project.contractor or project.owner
    told = Report(item_of(project, name), on, doer, amount=amount, units=codes)
    return fieldwork.report(project, told, actor=by, now=NOW)
