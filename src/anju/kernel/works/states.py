"""The course of a project: planned → under way → completed → accepted → settled, and the ways out of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.works import units
from anju.kernel.works.errors import WorksError
from anju.kernel.works.measuring.tallies import tallies
from anju.kernel.works.models import (
    Acceptance,
    AcceptanceKind,
    Contract,
    FinalAccount,
    Programme,
    ProjectStep,
    QuantityItem,
    State,
    Unit,
    UnitState,
    WorksProject,
)
from anju.kernel.works.planning import ItemTold, ProjectTold, new_item, new_project

WAYS: dict[str, tuple[str, ...]] = {
    State.PLANNED: (State.UNDER_WAY, State.CANCELLED, State.CARRIED_OVER),
    State.UNDER_WAY: (State.COMPLETED, State.SUSPENDED, State.CANCELLED, State.CARRIED_OVER),
    State.SUSPENDED: (State.UNDER_WAY, State.CANCELLED, State.CARRIED_OVER),
    State.COMPLETED: (State.ACCEPTED, State.UNDER_WAY),
    State.ACCEPTED: (State.SETTLED,),
    State.SETTLED: (),
    State.CANCELLED: (),
    State.CARRIED_OVER: (),
}
# Steps that say why they are taken.
WITH_REASON = (State.SUSPENDED, State.CANCELLED, State.CARRIED_OVER)
LEAST_REASON = 5


@transaction.atomic
def move(project: WorksProject, state: str, on: date, *, actor: str, today: date, reason: str = "") -> None:
    """Take a step other than carrying over (``carry``). Raises ``WorksError`` for what is not ready for it."""
    if state == State.CARRIED_OVER:
        raise WorksError(gettext("结转要写明转到哪个年度计划。"), gettext("请用“结转”办理。"), "state")
    row = _checked(project, state, on, today, reason)
    _ready(row, state)
    _step(row, state, on, reason, actor)
    project.refresh_from_db()


@transaction.atomic
def carry(
    project: WorksProject, into: tuple[Programme, str], on: date, *, actor: str, today: date, reason: str
) -> WorksProject:
    """Carry what is left ``into`` a programme of a later year: a new project of this code with the rest of the units.

    The old project keeps what was done and leaves its year's figures; the new one says where it came from.
    """
    row = _checked(project, State.CARRIED_OVER, on, today, reason)
    later, code = into
    if not later.year > row.programme.year:
        raise WorksError(
            gettext("只能结转到{year}年以后的年度计划。").format(year=row.programme.year),
            gettext("请另选年度计划。"),
            "into",
        )
    length = row.planned_end - row.planned_start
    start = date(later.year, 1, 1)
    made = new_project(
        ProjectTold(
            code=code,
            name=row.name,
            name_en=row.name_en,
            programme=later,
            kind=row.kind,
            area=row.area,
            owner=row.owner,
            contractor=row.contractor,
            supervisor=row.supervisor,
            planned_start=start,
            planned_end=start + length,
            place=row.place,
            position=None if row.longitude is None or row.latitude is None else (row.longitude, row.latitude),
            carried_from=row.programme.year,
        ),
        actor=actor,
    )
    for tally in tallies([row])[row.pk].items:
        left = tally.planned - tally.done
        if left > 0:
            item = tally.item
            new_item(made, ItemTold(item.name, item.measure, left, item.by_unit), actor=actor)
    waiting = Unit.objects.current().filter(project=row, state__in=(UnitState.PLANNED, UnitState.REJECTED))
    units.change(waiting, project=made, state=UnitState.PLANNED, done_on=None, accepted_on=None, source=None)
    row.carried_to = later.year
    _step(row, State.CARRIED_OVER, on, reason, actor)
    project.refresh_from_db()
    return made


def completed_on(steps: list[ProjectStep]) -> date | None:
    """The day of completion by the steps of a project in their order; None once it was taken back to work."""
    found = None
    for step in steps:
        if step.state == State.COMPLETED:
            found = step.on
        elif step.state == State.UNDER_WAY:
            found = None
    return found


def _checked(project: WorksProject, state: str, on: date, today: date, reason: str) -> WorksProject:
    row = WorksProject.objects.select_for_update().get(pk=project.pk)
    if state not in WAYS[row.state]:
        words = {
            "now": row.get_state_display(),
            "then": State(state).label if state in State.values else state,
        }
        raise WorksError(
            gettext("项目现在是“{now}”，不能改为“{then}”。").format(**words),
            gettext("请按先后次序办理。"),
            "state",
        )
    last = row.steps.last()
    if on > today or (last and row.state != State.PLANNED and on < last.on):
        raise WorksError(gettext("日期不能晚于今天，也不能早于上一步。"), gettext("请改正日期。"), "on")
    if state in WITH_REASON and len(reason.strip()) < LEAST_REASON:
        raise WorksError(gettext("没有写原因。"), gettext("请用一句话写明原因。"), "reason")
    return row


def _ready(project: WorksProject, state: str) -> None:
    if state == State.UNDER_WAY and not QuantityItem.objects.filter(project=project).exists():
        raise WorksError(gettext("还没有列工程量。"), gettext("请先列出要做多少。"), "state")
    if state == State.COMPLETED:
        short = [t for t in tallies([project])[project.pk].items if t.done < t.planned]
        if short:
            first = short[0]
            left = f"{plain(first.planned - first.done)}{first.item.get_measure_display()}"
            raise WorksError(
                gettext("{name}还差{left}，不能报完工。").format(name=first.item.name, left=left),
                gettext("请先报进度；计划有减少的先提变更。"),
                "state",
            )
    if state == State.ACCEPTED:
        final = Acceptance.objects.current().filter(project=project, kind=AcceptanceKind.FINAL, passed=True)
        if not final.exists():
            raise WorksError(gettext("没有合格的竣工验收。"), gettext("请先由另一单位竣工验收。"), "state")
    if state == State.SETTLED:
        contracts = Contract.objects.current().filter(project=project)
        audited = FinalAccount.objects.current().filter(contract__in=contracts, audited_fen__isnull=False)
        if audited.count() < contracts.count():
            raise WorksError(gettext("还有合同没有审定结算。"), gettext("请先审定结算。"), "state")


def _step(project: WorksProject, state: str, on: date, reason: str, actor: str) -> None:
    before, project.state = project.state, state
    project.save(update_fields=["state", "carried_to"])
    ProjectStep.objects.create(project=project, state=state, on=on, reason=reason.strip(), actor=actor)
    facts = {"state": state, "on": str(on)}
    audit.record(
        "works.state", project, actor=actor, before={"state": before}, after=facts, reason=reason.strip()
    )


def plain(number: Decimal) -> str:
    """A quantity without trailing zeros: 0.9, 380000."""
    return f"{number.normalize():f}"
