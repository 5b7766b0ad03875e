"""Setting works up: programmes, projects, their quantities and milestones. Each step leaves an audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.works.errors import WorksError
from anju.kernel.works.models import (
    Measure,
    Milestone,
    Programme,
    ProjectStep,
    QuantityItem,
    State,
    WorkKind,
    WorksProject,
)


@dataclass(frozen=True, slots=True)
class ProgrammeTold:
    code: str
    name: str
    year: int
    owner: Organisation
    name_en: str = ""
    line_code: str = ""
    quota: Decimal | None = None
    quota_measure: str = ""


@dataclass(frozen=True, slots=True)
class ProjectTold:
    """What a project is set up with; the position is (longitude, latitude) in CGCS2000."""

    code: str
    name: str
    programme: Programme
    kind: str
    area: Area
    owner: Organisation
    planned_start: date
    planned_end: date
    name_en: str = ""
    contractor: Organisation | None = None
    supervisor: Organisation | None = None
    place: str = ""
    position: tuple[float, float] | None = None
    carried_from: int | None = None


@dataclass(frozen=True, slots=True)
class ItemTold:
    name: str
    measure: str
    planned: Decimal
    by_unit: bool = False


@transaction.atomic
def new_programme(told: ProgrammeTold, *, actor: str) -> Programme:
    """Raises ``WorksError`` for what is missing, and for a code that is taken."""
    code, name = _named(told.code, told.name)
    if Programme.objects.filter(code=code).exists():
        raise WorksError(gettext("编号{code}已有年度计划。").format(code=code), gettext("请换编号。"), "code")
    if not 2000 <= told.year <= 2100:
        raise WorksError(gettext("年度不对。"), gettext("请写四位年份，如2021。"), "year")
    if told.quota is not None and (told.quota <= 0 or told.quota_measure not in Measure.values):
        raise WorksError(
            gettext("任务数要大于0，并选计量单位。"), gettext("没有任务数时两项都留空。"), "quota"
        )
    made = Programme.objects.create(
        code=code,
        name=name,
        name_en=told.name_en.strip(),
        year=told.year,
        owner=told.owner,
        line_code=told.line_code.strip(),
        quota=told.quota,
        quota_measure=told.quota_measure if told.quota is not None else "",
        made_by=actor,
    )
    audit.record("works.programme", made, actor=actor, after={"code": code, "year": told.year})
    return made


@transaction.atomic
def new_project(told: ProjectTold, *, actor: str) -> WorksProject:
    """A planned project with its first step. Raises ``WorksError``."""
    code, name = _named(told.code, told.name)
    if WorksProject.objects.filter(code=code).exists():
        raise WorksError(gettext("编号{code}已有工程项目。").format(code=code), gettext("请换编号。"), "code")
    if told.kind not in WorkKind.values:
        raise WorksError(gettext("没有选择种类。"), gettext("请从列表里选。"), "kind")
    if told.planned_end < told.planned_start:
        raise WorksError(gettext("计划完工早于计划开工。"), gettext("请改正日期。"), "planned_end")
    if told.carried_from is not None and not told.carried_from < told.programme.year:
        raise WorksError(
            gettext("结转自的年度要早于{year}年。").format(year=told.programme.year),
            gettext("请改正，或留空。"),
            "carried_from",
        )
    _check_bodies(told.owner, told.contractor, told.supervisor)
    longitude, latitude = told.position or (None, None)
    made = WorksProject.objects.create(
        code=code,
        name=name,
        name_en=told.name_en.strip(),
        programme=told.programme,
        kind=told.kind,
        area=told.area,
        owner=told.owner,
        contractor=told.contractor,
        supervisor=told.supervisor,
        place=told.place.strip(),
        longitude=longitude,
        latitude=latitude,
        planned_start=told.planned_start,
        planned_end=told.planned_end,
        carried_from=told.carried_from,
        made_by=actor,
    )
    ProjectStep.objects.create(project=made, state=State.PLANNED, on=told.planned_start, actor=actor)
    audit.record("works.project", made, actor=actor, after={"code": code, "programme": told.programme.code})
    return made


def _named(code: str, name: str) -> tuple[str, str]:
    if not code.strip():
        raise WorksError(gettext("没有写编号。"), gettext("请写编号。"), "code")
    if len(name.strip()) < 2:
        raise WorksError(gettext("没有写名称。"), gettext("请写2个字以上的名称。"), "name")
    return code.strip(), name.strip()


def _check_bodies(
    owner: Organisation, contractor: Organisation | None, supervisor: Organisation | None
) -> None:
    if supervisor and supervisor in (contractor, owner):
        raise WorksError(
            gettext("监理单位不能是建设单位或承包单位。"), gettext("请另选监理单位，或留空。"), "supervisor"
        )


@transaction.atomic
def appoint(
    project: WorksProject, contractor: Organisation | None, supervisor: Organisation | None, *, actor: str
) -> None:
    """Name the contractor and the supervisor; the audit keeps who they were before."""
    _check_bodies(project.owner, contractor, supervisor)
    before = {"contractor": str(project.contractor or ""), "supervisor": str(project.supervisor or "")}
    project.contractor, project.supervisor = contractor, supervisor
    project.save(update_fields=["contractor", "supervisor"])
    after = {"contractor": str(contractor or ""), "supervisor": str(supervisor or "")}
    audit.record("works.appoint", project, actor=actor, before=before, after=after)


@transaction.atomic
def new_item(project: WorksProject, told: ItemTold, *, actor: str) -> QuantityItem:
    """One more quantity, before the work begins; later only a change order moves what is planned."""
    if project.state != State.PLANNED:
        raise WorksError(gettext("项目已经开工，不能再加工程量。"), gettext("计划量的增减请提变更。"), "name")
    name = told.name.strip()
    if not name or told.measure not in Measure.values:
        raise WorksError(gettext("没有写名称或没有选计量单位。"), gettext("请补上。"), "name")
    if told.planned <= 0:
        raise WorksError(gettext("计划量要大于0。"), gettext("请改正。"), "planned")
    items = QuantityItem.objects.filter(project=project)
    if items.filter(name=name).exists():
        raise WorksError(gettext("已有同名的工程量。"), gettext("请换名称。"), "name")
    if told.by_unit and items.filter(by_unit=True).exists():
        raise WorksError(gettext("一个项目只有一项按单元清单计数。"), gettext("请取消勾选。"), "by_unit")
    made = QuantityItem.objects.create(
        project=project,
        name=name,
        measure=told.measure,
        planned=told.planned,
        by_unit=told.by_unit,
        order=items.count(),
    )
    audit.record("works.item", project, actor=actor, after={"name": name, "planned": str(told.planned)})
    return made


@transaction.atomic
def new_milestone(
    project: WorksProject, name: str, planned_on: date, weight: int, *, actor: str
) -> Milestone:
    """Raises ``WorksError`` where the weights would come to more than 100."""
    rows = Milestone.objects.current().filter(project=project)
    if not name.strip():
        raise WorksError(gettext("没有写节点名称。"), gettext("请补上。"), "name")
    if not 0 <= weight <= 100 - sum(rows.values_list("weight", flat=True)):
        raise WorksError(gettext("各节点权重合计不能超过100。"), gettext("请改小。"), "weight")
    made = Milestone.objects.create(
        project=project, name=name.strip(), planned_on=planned_on, weight=weight, entered_by=actor
    )
    audit.record("works.milestone", project, actor=actor, after=_day(made))
    return made


@transaction.atomic
def reach(
    milestone: Milestone, on: date, *, actor: str, today: date, file: StoredFile | None = None
) -> Milestone:
    """The day on which a milestone came, with what proves it. Nothing of the future is reached."""
    if on > today:
        raise WorksError(gettext("实际日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    made = milestone.replaced(actual_on=on, file=file or milestone.file, entered_by=actor)
    audit.record("works.milestone", milestone.project, actor=actor, before=_day(milestone), after=_day(made))
    return made


def _day(milestone: Milestone) -> dict[str, Any]:
    return {
        "name": milestone.name,
        "planned": str(milestone.planned_on),
        "actual": str(milestone.actual_on or ""),
    }
