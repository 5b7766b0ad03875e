"""Works as indicators that any pack may bind: ``works.units_done``, ``works.acceptance_rate``, ``works.on_time_rate`` …

Subjects are ``works.project:<id>``, ``works.programme:<id>`` and ``area:<id>`` with all areas below it. A figure counts
what was done on the days of its period. Cancelled projects count in none; work carried in from an earlier year is not
this year's and has a figure of its own (``works.units_carried``), except where a project itself is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum
from django.utils import timezone

from anju.kernel.funds.positions import as_of
from anju.kernel.indicators import requests
from anju.kernel.indicators.computing import definition
from anju.kernel.indicators.measurement import Compute, Measurement, digest
from anju.kernel.places import hierarchy
from anju.kernel.places.models import ADMINISTRATIVE, Area
from anju.kernel.values.periods import Period
from anju.kernel.works.measuring.tallies import Standing, Tally, tallies
from anju.kernel.works.models import (
    ChangeOrder,
    ChangeState,
    Measure,
    Progress,
    ProjectStep,
    State,
    WorksProject,
)

VERSION = "1"
PROJECT, PROGRAMME, AREA = "works.project", "works.programme", "area"
_NONE = Decimal(0)
_SHARE = Decimal("0.0001")
NOTHING = "没有这一类工程"


@dataclass(slots=True)
class Course:
    """The steps of a project as they stood at a moment: the last state, and the day of completion."""

    state: str = State.PLANNED
    completed_on: date | None = None


@dataclass(slots=True)
class Looked:
    """The projects of a subject with their standings and courses; ``due`` are their last days with approved days."""

    projects: list[WorksProject]
    standings: dict[UUID, Standing]
    courses: dict[UUID, Course]
    due: dict[UUID, date]
    reported: set[UUID] = field(default_factory=set)

    def counted(self) -> list[WorksProject]:
        return [p for p in self.projects if self.courses[p.pk].state != State.CANCELLED]

    def items(self) -> Iterator[Tally]:
        for project in self.counted():
            yield from self.standings[project.pk].items

    def rows(self) -> list[list[object]]:
        """What the figures rest on, for the digest."""
        return [
            [
                str(p.pk),
                self.courses[p.pk].state,
                str(self.courses[p.pk].completed_on or ""),
                str(self.due[p.pk]),
                [
                    [
                        str(t.item.pk),
                        *(f"{n.normalize():f}" for n in (t.planned, t.done, t.checked, t.accepted)),
                    ]
                    for t in self.standings[p.pk].items
                ],
            ]
            for p in self.projects
        ]

    def coverage(self) -> Decimal | None:
        """The share of the projects begun that have reported anything."""
        begun = [p for p in self.counted() if self.courses[p.pk].state != State.PLANNED]
        known = sum(p.pk in self.reported for p in begun)
        return (Decimal(known) / len(begun)).quantize(_SHARE) if begun else None


Figure = Callable[[Looked, Period], tuple[Decimal | None, Decimal | None, str]]


def _measured(figure: Figure, *, carried: bool = False) -> Compute:
    """The compute function of a figure: numerator, denominator and the reason where there is none."""

    def compute(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
        found = {}
        for subject, looked in _looked(subjects, period, moment, carried=carried):
            top, bottom, reason = figure(looked, period)
            known = top is not None and bool(bottom)
            found[subject] = _measurement(looked, top if known else None, bottom if known else None, reason)
        return found

    return compute


def _measurement(
    looked: Looked, top: Decimal | None, bottom: Decimal | None, reason: str, day: date | None = None
) -> Measurement:
    owners = {project.owner_id for project in looked.projects}
    rows = looked.rows()
    return Measurement(
        top,
        bottom,
        coverage=looked.coverage(),
        rows=len(rows),
        digest=digest([rows, str(day or "")]),
        reason="" if top is not None or day else reason or NOTHING,
        organisation=owners.pop() if len(owners) == 1 else None,
        day=day,
    )


def _units_of(name: str) -> Figure:
    def figure(looked: Looked, period: Period) -> tuple[Decimal | None, Decimal | None, str]:
        counted = [t for t in looked.items() if t.item.by_unit]
        return (
            sum((getattr(t, name) for t in counted), _NONE) if counted else None,
            Decimal(1),
            "没有单元清单",
        )

    return figure


def _quantity_of(measure: str) -> Figure:
    def figure(looked: Looked, period: Period) -> tuple[Decimal | None, Decimal | None, str]:
        counted = [t for t in looked.items() if t.item.measure == measure]
        words = f"没有按“{Measure(measure).label}”计的工程量"
        return (sum((t.done for t in counted), _NONE) if counted else None, Decimal(1), words)

    return figure


def _acceptance(looked: Looked, period: Period) -> tuple[Decimal | None, Decimal | None, str]:
    counted = [t for t in looked.items() if t.checked]
    if len({t.item.measure for t in counted}) > 1:
        return None, None, "查验的工程量计量单位不同，不能相加"
    checked = sum((t.checked for t in counted), _NONE)
    return sum((t.accepted for t in counted), _NONE), checked, "还没有验收"


def _on_time(looked: Looked, period: Period) -> tuple[Decimal | None, Decimal | None, str]:
    """Completed by their last day / those whose last day lies in the period; without what was carried over."""
    due = [
        p
        for p in looked.counted()
        if looked.due[p.pk] in period and looked.courses[p.pk].state != State.CARRIED_OVER
    ]
    kept = [p for p in due if (looked.courses[p.pk].completed_on or date.max) <= looked.due[p.pk]]
    return Decimal(len(kept)), Decimal(len(due)), "本期没有到期的工程"


def completion_on(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """The day on which the last of the works was completed; none while one of them is not."""
    found = {}
    for subject, looked in _looked(subjects, period, moment):
        counted = [p for p in looked.counted() if looked.courses[p.pk].state != State.CARRIED_OVER]
        days = [looked.courses[p.pk].completed_on for p in counted]
        done = [day for day in days if day]
        whole = bool(days) and len(done) == len(days)
        reason = f"{len(days)}个工程中有{len(days) - len(done)}个没有完工" if days else NOTHING
        found[subject] = _measurement(looked, None, None, reason, max(done) if whole else None)
    return found


units_done = _measured(_units_of("done"))
units_accepted = _measured(_units_of("accepted"))
units_carried = _measured(_units_of("done"), carried=True)
acceptance_rate = _measured(_acceptance)
on_time_rate = _measured(_on_time)
quantity_done_household = _measured(_quantity_of(Measure.HOUSEHOLD))
quantity_done_building = _measured(_quantity_of(Measure.BUILDING))
quantity_done_community = _measured(_quantity_of(Measure.COMMUNITY))
quantity_done_kilometre = _measured(_quantity_of(Measure.KILOMETRE))
quantity_done_square_metre = _measured(_quantity_of(Measure.SQUARE_METRE))
quantity_done_dwelling = _measured(_quantity_of(Measure.DWELLING))
quantity_done_module = _measured(_quantity_of(Measure.MODULE))
quantity_done_document = _measured(_quantity_of(Measure.DOCUMENT))
quantity_done_door = _measured(_quantity_of(Measure.DOOR))
quantity_done_piece = _measured(_quantity_of(Measure.PIECE))


def _looked(
    subjects: Sequence[str], period: Period, moment: datetime | None, *, carried: bool = False
) -> Iterator[tuple[str, Looked]]:
    for subject in subjects:
        kind, _, key = subject.partition(":")
        projects = list(_projects(kind, UUID(key), period.end, carried=carried))
        if moment is not None:
            projects = [p for p in projects if p.recorded_at <= moment]
        if projects:
            yield subject, _look(projects, period, moment)


def _projects(kind: str, key: UUID, on: date, *, carried: bool) -> Iterable[WorksProject]:
    rows = WorksProject.objects.order_by("recorded_at", "id")
    if kind == PROJECT:
        # Of the project itself everything is its own, carried in or not.
        return rows.filter(pk=key) if not carried else rows.filter(pk=key, carried_from__isnull=False)
    rows = rows.filter(carried_from__isnull=not carried)
    if kind == PROGRAMME:
        return rows.filter(programme=key)
    area = Area.objects.get(pk=key)
    below = {area.pk, *hierarchy.descendants(area, ADMINISTRATIVE, on)}
    return rows.filter(area__in=below)


def _look(projects: list[WorksProject], period: Period, moment: datetime | None) -> Looked:
    keys = [project.pk for project in projects]
    days = (period.start, period.end)
    approved = as_of(ChangeOrder.objects.filter(project__in=keys, state=ChangeState.APPROVED), moment)
    added = dict(approved.exclude(days=0).order_by().values_list("project").annotate(n=Sum("days")))
    progress = as_of(Progress.objects.filter(project__in=keys, on__lte=period.end), moment)
    return Looked(
        projects,
        tallies(projects, moment, within=days),
        _courses(keys, period, moment),
        {p.pk: p.planned_end + timedelta(days=added.get(p.pk, 0)) for p in projects},
        set(progress.values_list("project", flat=True).distinct()),
    )


def _courses(keys: Sequence[UUID], period: Period, moment: datetime | None) -> dict[UUID, Course]:
    found = {key: Course() for key in keys}
    known = Q() if moment is None else Q(recorded_at__lte=moment)
    for step in ProjectStep.objects.filter(known, project__in=keys, on__lte=period.end):
        course = found[step.project_id]
        course.state = step.state
        if step.state == State.COMPLETED:
            course.completed_on = step.on
        elif step.state == State.UNDER_WAY:
            course.completed_on = None
    return found


CODES = (
    "units_done",
    "units_accepted",
    "units_carried",
    "acceptance_rate",
    "on_time_rate",
    "completion_on",
    *(f"quantity_done_{measure.value}" for measure in Measure),
)


def ask_again(project: WorksProject, now: datetime) -> None:
    """Ask for the figures of a project, of its programme and of its areas, in the year of the programme."""
    today = timezone.localdate(now)
    areas = [project.area_id, *hierarchy.ancestors(project.area_id, ADMINISTRATIVE, today)]
    measures = set(project.items.values_list("measure", flat=True))
    subjects = [f"{PROJECT}:{project.pk}", f"{PROGRAMME}:{project.programme_id}"]
    subjects += [f"{AREA}:{key}" for key in areas]
    for code in CODES:
        if not code.startswith("quantity_done_") or code.removeprefix("quantity_done_") in measures:
            requests.ask(definition(f"works.{code}", VERSION), subjects, str(project.programme.year), now)
