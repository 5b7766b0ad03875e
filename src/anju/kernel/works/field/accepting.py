"""Quality checks and acceptances: by another organisation and another person than whoever did the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.parties.models import Organisation
from anju.kernel.works import units
from anju.kernel.works.errors import WorksError
from anju.kernel.works.field.fieldwork import Shot, attach
from anju.kernel.works.measuring.tallies import Tally, tallies
from anju.kernel.works.models import (
    Acceptance,
    AcceptanceKind,
    AcceptedQuantity,
    Origin,
    Progress,
    QualityCheck,
    QuantityItem,
    State,
    Unit,
    UnitState,
    WorksProject,
)

_NOTHING = Decimal(0)
IN_WORK = (State.UNDER_WAY, State.SUSPENDED, State.COMPLETED)


@dataclass(frozen=True, slots=True)
class CheckTold:
    on: date
    part: str
    passed: bool
    organisation: Organisation
    points: Decimal | None = None
    note: str = ""
    shots: Sequence[Shot] = ()


@dataclass(frozen=True, slots=True)
class AcceptanceTold:
    """What was looked at: (checked, accepted) by item; codes of accepted and of rejected units.

    ``all_done`` accepts every unit that is done, without naming them.
    """

    kind: str
    on: date
    organisation: Organisation
    passed: bool = True
    quantities: Mapping[UUID, tuple[Decimal, Decimal]] = field(default_factory=dict)
    accepted_units: Sequence[str] = ()
    rejected_units: Sequence[str] = ()
    all_done: bool = False
    note: str = ""
    shots: Sequence[Shot] = ()


def doers(project: WorksProject) -> set[UUID]:
    """The organisations that do the work: the contractor, or the owner where nobody is contracted."""
    return {project.contractor_id or project.owner_id}


def hands(project: WorksProject) -> set[str]:
    """The people who reported its progress."""
    rows = Progress.objects.current().filter(project=project)
    return set(rows.values_list("reported_by", flat=True).distinct())


def refuse_doer(project: WorksProject, organisation: Organisation, actor: str, what: str) -> None:
    """``WorksError`` where the organisation or the person did the work that is to be judged."""
    if organisation.pk in doers(project):
        raise WorksError(
            gettext("{body}是施工单位，不能自己{what}。").format(body=organisation, what=what),
            gettext("请由另一个单位办理。"),
            "organisation",
        )
    if actor in hands(project):
        raise WorksError(
            gettext("您填报过这个项目的进度，不能自己{what}。").format(what=what),
            gettext("请由另一位同事办理。"),
        )


@transaction.atomic
def check(project: WorksProject, told: CheckTold, *, actor: str, now: datetime) -> QualityCheck:
    """Keep a quality check; photos prove what failed. Raises ``WorksError``."""
    refuse_doer(project, told.organisation, actor, gettext("检查"))
    if told.on > timezone.localdate(now):
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    if not told.part.strip():
        raise WorksError(gettext("没有写检查部位。"), gettext("请写明查的是哪里。"), "part")
    if not told.passed and len(told.note.strip()) < 2:
        raise WorksError(gettext("不合格要写明问题。"), gettext("请写明哪里不行。"), "note")
    if told.points is not None and not 0 <= told.points <= 100:
        raise WorksError(gettext("得分应在0至100之间。"), gettext("请改正或留空。"), "points")
    made = QualityCheck.objects.create(
        project=project,
        on=told.on,
        part=told.part.strip(),
        passed=told.passed,
        points=told.points,
        note=told.note.strip(),
        organisation=told.organisation,
        checked_by=actor,
    )
    attach(project, made.key, told.shots, made.on, actor=actor)
    audit.record("works.check", made, actor=actor, after={"part": made.part, "passed": made.passed})
    return made


@transaction.atomic
def accept(project: WorksProject, told: AcceptanceTold, *, actor: str, now: datetime) -> Acceptance:
    """Accept in part or finally. Never more than was done; a final one that passes wants completed work.

    Raises ``WorksError``; nothing is kept then.
    """
    row = WorksProject.objects.select_for_update().get(pk=project.pk)
    refuse_doer(row, told.organisation, actor, gettext("验收"))
    _check_time(row, told, timezone.localdate(now))
    stands = tallies([row])[row.pk].items
    quantities = _quantities(told, stands)
    flipped = _units(row, told)
    if not quantities and not any(flipped.values()) and told.passed and told.kind == AcceptanceKind.STAGED:
        raise WorksError(
            gettext("没有写验收了多少。"), gettext("请填查验和合格的数量，或单元编码。"), "units"
        )
    made = Acceptance.objects.create(
        project=row,
        kind=told.kind,
        on=told.on,
        passed=told.passed,
        note=told.note.strip(),
        organisation=told.organisation,
        accepted_by=actor,
    )
    quantities |= _flip(stands, made, flipped)
    AcceptedQuantity.objects.bulk_create(
        AcceptedQuantity(acceptance=made, item_id=item, checked=checked, accepted=accepted)
        for item, (checked, accepted) in quantities.items()
    )
    attach(row, made.key, told.shots, made.on, actor=actor)
    facts = {"kind": made.kind, "passed": made.passed, "units": {k: len(v) for k, v in flipped.items()}}
    audit.record("works.accept", made, actor=actor, after=facts)
    return made


def _check_time(project: WorksProject, told: AcceptanceTold, today: date) -> None:
    if told.on > today:
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    if told.kind not in AcceptanceKind.values:
        raise WorksError(gettext("没有选择验收种类。"), gettext("请选阶段验收或竣工验收。"), "kind")
    wanted = (State.COMPLETED,) if told.kind == AcceptanceKind.FINAL else IN_WORK
    if project.state not in wanted:
        raise WorksError(
            gettext("项目现在是“{state}”，不能办这种验收。").format(state=project.get_state_display()),
            gettext("竣工验收在完工后办，阶段验收在建时办。"),
            "kind",
        )
    if not told.passed and len(told.note.strip()) < 2:
        raise WorksError(gettext("不合格要写明问题。"), gettext("请写明哪里不行。"), "note")


def _quantities(told: AcceptanceTold, stands: Sequence[Tally]) -> dict[UUID, tuple[Decimal, Decimal]]:
    found = {}
    for tally in stands:
        checked, accepted = told.quantities.get(tally.item.pk, (_NOTHING, _NOTHING))
        if tally.item.by_unit or not checked:
            continue
        if not 0 <= accepted <= checked:
            raise WorksError(
                gettext("{name}的合格数应在0和查验数之间。").format(name=tally.item.name),
                gettext("请改正。"),
                "quantities",
            )
        if tally.accepted + accepted > tally.done:
            raise WorksError(
                gettext("{name}验收的比做的多。").format(name=tally.item.name),
                gettext("请核对：已做的数量来自进度。"),
                "quantities",
            )
        found[tally.item.pk] = (checked, accepted)
    return found


def _units(project: WorksProject, told: AcceptanceTold) -> dict[str, list[Unit]]:
    both = set(told.accepted_units) & set(told.rejected_units)
    if both:
        raise WorksError(
            gettext("单元{code}既合格又不合格。").format(code=min(both)), gettext("请改正。"), "units"
        )
    done = (UnitState.DONE,)
    if told.all_done:
        rows = Unit.objects.current().filter(project=project, state=UnitState.DONE)
        accepted = list(rows.exclude(code__in=told.rejected_units))
    else:
        accepted = units.named(project, told.accepted_units, done)
    return {
        UnitState.ACCEPTED: accepted,
        UnitState.REJECTED: units.named(project, told.rejected_units, done),
    }


def _flip(
    stands: Sequence[Tally], made: Acceptance, flipped: Mapping[str, list[Unit]]
) -> dict[UUID, tuple[Decimal, Decimal]]:
    """The units in their new states; what they come to, for the item that counts them."""
    sums = {}
    for state, found in flipped.items():
        for chunk in units.batched(found, 500):
            rows = Unit.objects.filter(pk__in=[unit.pk for unit in chunk])
            units.change(rows, state=state, accepted_on=made.on, source=made.key)
        sums[state] = sum((unit.quantity for unit in found), _NOTHING)
    item: QuantityItem | None = next((tally.item for tally in stands if tally.item.by_unit), None)
    checked = sum(sums.values(), _NOTHING)
    return {item.pk: (checked, sums[UnitState.ACCEPTED])} if item and checked else {}


def imported(project: WorksProject, told: AcceptanceTold, accepted_by: str, *, actor: str) -> Acceptance:
    """An acceptance as a file tells it; who accepted is not refused but judged by the rules afterwards."""
    made = Acceptance.objects.create(
        project=project,
        kind=told.kind,
        on=told.on,
        passed=told.passed,
        note=told.note.strip(),
        organisation=told.organisation,
        accepted_by=accepted_by,
        origin=Origin.IMPORT,
    )
    AcceptedQuantity.objects.bulk_create(
        AcceptedQuantity(acceptance=made, item_id=item, checked=checked, accepted=accepted)
        for item, (checked, accepted) in told.quantities.items()
    )
    audit.record("works.accept.import", made, actor=actor, after={"by": accepted_by, "on": str(told.on)})
    return made
