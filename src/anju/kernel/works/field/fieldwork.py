"""Progress from the field: how much was done since the last report, which units, with which photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from uuid6 import uuid7

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.parties.models import Organisation
from anju.kernel.works import units
from anju.kernel.works.errors import WorksError
from anju.kernel.works.models import (
    Origin,
    Photo,
    PhotoKind,
    Progress,
    QuantityItem,
    State,
    Unit,
    UnitState,
    WorksProject,
)

TO_DO = (UnitState.PLANNED, UnitState.REJECTED)


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo or document: its bytes kept as ``file``, or only announced by ``sha256``; position in CGCS2000."""

    sha256: str
    name: str
    file: StoredFile | None = None
    taken_at: datetime | None = None
    position: tuple[float, float] | None = None
    kind: str = PhotoKind.PHOTO

    @classmethod
    def of(cls, file: StoredFile, taken_at: datetime | None = None, kind: str = PhotoKind.PHOTO) -> Shot:
        return cls(file.sha256, file.name, file, taken_at, kind=kind)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. ``units`` are codes; with them the amount is theirs, and 0 here.

    ``key`` is made where the report is born, so that a phone may send it twice.
    """

    item: QuantityItem
    on: date
    organisation: Organisation
    amount: Decimal = Decimal(0)
    units: Sequence[str] = ()
    note: str = ""
    origin: str = Origin.FORM
    device: str = ""
    position: tuple[float, float] | None = None
    far_reason: str = ""
    shots: Sequence[Shot] = ()
    key: UUID | None = None


@transaction.atomic
def report(project: WorksProject, told: Report, *, actor: str, now: datetime) -> Progress:
    """Keep a report; units that it names are done from its day on. Raises ``WorksError``.

    A report whose key is known is given back as it stands. One unit is named by the row itself; of many the row
    holds the sum.
    """
    if told.key:
        known: Progress | None = Progress.objects.current().filter(key=told.key).first()
        if known:
            return known
    row = WorksProject.objects.select_for_update().get(pk=project.pk)
    _check(row, told, timezone.localdate(now))
    reported = units.named(row, told.units, TO_DO) if told.units else []
    made = Progress.objects.create(
        project=row,
        key=told.key or uuid7(),
        item=told.item,
        unit=reported[0].key if len(reported) == 1 else None,
        on=told.on,
        amount=sum((unit.quantity for unit in reported), told.amount),
        note=told.note.strip(),
        organisation=told.organisation,
        reported_by=actor,
        origin=told.origin,
        device=told.device.strip(),
        longitude=told.position[0] if told.position else None,
        latitude=told.position[1] if told.position else None,
        far_reason=told.far_reason.strip(),
    )
    if reported:
        rows = Unit.objects.filter(pk__in=[unit.pk for unit in reported])
        units.change(rows, state=UnitState.DONE, done_on=told.on, accepted_on=None, source=made.key)
    attach(row, made.key, told.shots, made.on, actor=actor, unit=made.unit)
    facts = {"item": told.item.name, "on": str(told.on), "amount": str(made.amount), "units": len(reported)}
    audit.record("works.progress", made, actor=actor, after=facts)
    return made


def _check(project: WorksProject, told: Report, today: date) -> None:
    if told.item.project_id != project.pk:
        raise WorksError(gettext("没有选择工程量。"), gettext("请从列表里选。"), "item")
    if project.state != State.UNDER_WAY:
        raise WorksError(
            gettext("项目现在是“{state}”，不能报进度。").format(state=project.get_state_display()),
            gettext("在建的项目才报进度。"),
        )
    if told.on > today:
        raise WorksError(gettext("日期还没有到。"), gettext("请填今天或更早的日期。"), "on")
    if told.item.by_unit and not told.units:
        raise WorksError(
            gettext("这一项按单元清单计数。"), gettext("请填做完的单元编码，每行一个。"), "units"
        )
    if not told.item.by_unit and told.units:
        raise WorksError(gettext("这一项不按单元清单计数。"), gettext("请填数量。"), "units")
    if not told.units and told.amount <= 0:
        raise WorksError(gettext("本次完成要大于0。"), gettext("请改正；多报的请更正原来那条。"), "amount")


def attach(
    project: WorksProject,
    of: UUID,
    shots: Sequence[Shot],
    day: date,
    *,
    actor: str,
    unit: UUID | None = None,
) -> None:
    """Keep photos and documents behind a row of the ledgers."""
    Photo.objects.bulk_create(
        Photo(
            project=project,
            of=of,
            unit=unit,
            day=day,
            kind=shot.kind,
            file=shot.file,
            sha256=shot.sha256,
            name=shot.name[:150],
            taken_at=shot.taken_at,
            longitude=shot.position[0] if shot.position else None,
            latitude=shot.position[1] if shot.position else None,
            added_by=actor,
        )
        for shot in shots
    )


@transaction.atomic
def correct(progress: Progress, amount: Decimal, reason: str, *, actor: str) -> Progress:
    """Another amount in place of the one reported; the old row stays, superseded. Not for rows of units."""
    row = _standing(progress, reason)
    if row.item.by_unit:
        raise WorksError(gettext("按单元的进度不能改数量。"), gettext("请作废这一条，再重报。"), "amount")
    if amount <= 0:
        raise WorksError(gettext("本次完成要大于0。"), gettext("没有做的请作废这一条。"), "amount")
    made = row.replaced(amount=amount, reported_by=actor)
    audit.record(
        "works.progress.correct",
        made,
        actor=actor,
        before={"amount": str(row.amount)},
        after={"amount": str(amount)},
        reason=reason.strip(),
    )
    return made


@transaction.atomic
def withdraw(progress: Progress, reason: str, *, actor: str) -> None:
    """Take a report back; units that it made done are to do again, unless they were accepted since."""
    row = _standing(progress, reason)
    row.supersede()
    mine = Unit.objects.current().filter(project=row.project, source=row.key, state=UnitState.DONE)
    units.change(mine, state=UnitState.PLANNED, done_on=None, source=None)
    before = {"amount": str(row.amount), "on": str(row.on)}
    audit.record("works.progress.withdraw", row, actor=actor, before=before, reason=reason.strip())


def _standing(progress: Progress, reason: str) -> Progress:
    if len(reason.strip()) < 5:
        raise WorksError(gettext("没有写原因。"), gettext("请用一句话写明原因。"), "reason")
    rows = Progress.objects.current().select_for_update().select_related("project", "item")
    row: Progress | None = rows.filter(key=progress.key).first()
    if row is None:
        raise WorksError(gettext("这条进度已经作废。"), gettext("请看最新的进度。"))
    if row.project.state not in (State.UNDER_WAY, State.SUSPENDED):
        raise WorksError(
            gettext("项目现在是“{state}”，进度不能再改。").format(state=row.project.get_state_display()),
            gettext("请先退回在建。"),
        )
    return row
