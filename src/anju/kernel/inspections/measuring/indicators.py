"""Inspections as indicators that any pack may bind: ``inspection.completion`` and its four companions.

The subject is a plan (``inspections.plan:<key>``), an area with all below it, or an organisation: then the cells of its
own plans count, and those in which an object was drawn that it answers for. The period holds the whole plans in it.
Visits that no plan asked for count in the pass rate and the publication rate of areas and organisations, by the month
in which they were finished. When a visit was finished is read on the corrected clock: what the device said plus its
skew. Everything is read as it stood at the moment, so that a figure can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from anju.kernel.indicators import requests
from anju.kernel.indicators.computing import definition, standing
from anju.kernel.indicators.measurement import Measurement, digest
from anju.kernel.inspections.models import Cell, Plan, PlanObject, PublishedVisit, Visit
from anju.kernel.places import hierarchy
from anju.kernel.places.models import ADMINISTRATIVE
from anju.kernel.values import periods
from anju.kernel.values.periods import Period

SUBJECT, VERSION = "inspections.plan", "1"
CODES = (
    "inspection.completion",
    "inspection.counties_covered",
    "inspection.pass_rate",
    "inspection.publication_rate",
    "inspection.on_time",
)
_SHARE = Decimal("0.0001")


def subject_of(plan: Plan) -> str:
    return f"{SUBJECT}:{plan.pk}"


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit as the figures use it; ``finished`` on the corrected clock."""

    key: UUID
    cell: UUID | None
    area: UUID
    organisation: UUID
    owner: UUID
    finished: datetime
    outcome: str
    published: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """A cell as the figures use it; ``organisations`` answer for what was drawn in it."""

    key: UUID
    plan: UUID
    owner: UUID
    area: UUID
    day: date
    organisations: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Basis:
    """What one subject is measured on: its cells, the visits to them, and the visits that no plan asked for."""

    cells: Sequence[Planned]
    visits: Sequence[Seen]
    others: Sequence[Seen]
    today: date

    @property
    def everything(self) -> list[Seen]:
        return [*self.visits, *self.others]

    def visited(self) -> dict[UUID, datetime]:
        """Cell → when its first visit was finished."""
        first: dict[UUID, datetime] = {}
        for visit in self.visits:
            if visit.cell is not None:
                first[visit.cell] = min(visit.finished, first.get(visit.cell, visit.finished))
        return first


# -- the five figures --------------------------------------------------------------------------------------

Figure = Callable[[Basis], tuple[int | None, int | None, str]]


def _completion(on: Basis) -> tuple[int | None, int | None, str]:
    return len(on.visited()), len(on.cells), "没有计划"


def _counties(on: Basis) -> tuple[int | None, int | None, str]:
    """How many areas were visited: a plain number, so that 19 is said of 19."""
    known = on.visited()
    areas = {cell.area for cell in on.cells if cell.key in known}
    return (len(areas), 1, "") if on.cells else (None, None, "没有计划")


def _pass_rate(on: Basis) -> tuple[int | None, int | None, str]:
    seen = on.everything
    return sum(visit.outcome == "pass" for visit in seen), len(seen), "还没有检查"


def _publication(on: Basis) -> tuple[int | None, int | None, str]:
    seen = on.everything
    return sum(visit.published for visit in seen), len(seen), "还没有检查"


def _on_time(on: Basis) -> tuple[int | None, int | None, str]:
    """Of the cells whose day has come: those visited on it or before."""
    known = on.visited()
    due = [cell for cell in on.cells if cell.day <= on.today]
    met = [c for c in due if c.key in known and timezone.localtime(known[c.key]).date() <= c.day]
    return len(met), len(due), "还没有到期的格"


def _measure(
    figure: Figure, subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    return {subject: _measured(figure, on) for subject, on in _bases(subjects, period, moment).items()}


def _measured(figure: Figure, on: Basis) -> Measurement:
    top, bottom, reason = figure(on)
    known = bool(bottom)
    rows = sorted(map(_row, on.everything))
    cells = sorted([str(cell.key), str(cell.area), str(cell.day)] for cell in on.cells)
    return Measurement(
        Decimal(top) if known and top is not None else None,
        Decimal(bottom) if known and bottom is not None else None,
        coverage=_share(len(on.visited()), len(on.cells)),
        rows=len(rows) + len(cells),
        digest=digest([cells, rows, str(on.today) if figure is _on_time else ""]),
        reason="" if known else reason,
        organisation=next((cell.owner for cell in on.cells), None),
    )


def every_figure(subject: str, period: Period, moment: datetime) -> dict[str, Measurement]:
    """All five figures of a subject, by the last part of their codes, on rows that are read once."""
    on = _bases([subject], period, moment)[subject]
    figures = {
        "completion": _completion,
        "counties_covered": _counties,
        "pass_rate": _pass_rate,
        "publication_rate": _publication,
        "on_time": _on_time,
    }
    return {code: _measured(figure, on) for code, figure in figures.items()}


def _row(seen: Seen) -> list[str]:
    return [str(seen.key), str(seen.cell), str(seen.finished), seen.outcome, str(seen.published)]


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(_SHARE) if whole else None


def completion(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """Cells with a submitted, signed form, of all cells."""
    return _measure(_completion, subjects, period, moment)


def counties_covered(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    """Areas with a visited cell; coverage is visited cells of all cells."""
    return _measure(_counties, subjects, period, moment)


def pass_rate(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """Visits that found nothing wrong, of all visits."""
    return _measure(_pass_rate, subjects, period, moment)


def publication_rate(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    """Visits whose result was published, of all visits."""
    return _measure(_publication, subjects, period, moment)


def on_time(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """Cells visited by their day, of the cells whose day has come."""
    return _measure(_on_time, subjects, period, moment)


# -- what they are measured on -----------------------------------------------------------------------------


def _bases(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Basis]:
    cells, visits = _cells(period, moment), _visits(period, moment)
    inside = {cell.key for cell in cells}
    planned = [visit for visit in visits if visit.cell in inside]
    others = [visit for visit in visits if visit.cell is None]
    today = timezone.localdate(moment) if moment else timezone.localdate()
    found = {}
    for subject in subjects:
        kind, _, text = subject.partition(":")
        chosen, besides = _chosen(kind, UUID(text), period), _besides(kind, UUID(text), period)
        own = [cell for cell in cells if chosen(cell)]
        keys = {cell.key for cell in own}
        mine = [visit for visit in planned if visit.cell in keys]
        found[subject] = Basis(own, mine, [visit for visit in others if besides(visit)], today)
    return found


def _chosen(kind: str, key: UUID, period: Period) -> Callable[[Planned], bool]:
    if kind == "area":
        areas = {key, *hierarchy.descendants(key, ADMINISTRATIVE, period.end)}
        return lambda cell: cell.area in areas
    if kind == "organisation":
        return lambda cell: key == cell.owner or key in cell.organisations
    return lambda cell: key == cell.plan


def _besides(kind: str, key: UUID, period: Period) -> Callable[[Seen], bool]:
    if kind == "area":
        areas = {key, *hierarchy.descendants(key, ADMINISTRATIVE, period.end)}
        return lambda visit: visit.area in areas
    if kind == "organisation":
        return lambda visit: key in (visit.owner, visit.organisation)
    return lambda visit: False


def _cells(period: Period, moment: datetime | None) -> list[Planned]:
    """Cells of the plans that lie wholly in the period, as they were drawn by the moment."""
    plans = Plan.objects.filter(drawn_at__isnull=False, period__startswith=str(period.year))
    plans = plans.filter(drawn_at__lte=moment) if moment else plans
    inside = [plan for plan in plans if _within(periods.parse(plan.period), period)]
    owners = {plan.pk: plan.owner_id for plan in inside}
    rows = Cell.objects.filter(plan__in=owners).values_list("pk", "plan_id", "area_id", "day")
    drawn = PlanObject.objects.filter(cell__plan__in=owners, drawn=True)
    bodies: dict[UUID, set[UUID]] = {}
    for cell, body in drawn.values_list("cell_id", "organisation_id"):
        bodies.setdefault(cell, set()).add(body)
    return [
        Planned(pk, plan, owners[plan], area, day, frozenset(bodies.get(pk, ())))
        for pk, plan, area, day in rows
    ]


def _within(one: Period, other: Period) -> bool:
    return other.start <= one.start and one.end <= other.end


def _visits(period: Period, moment: datetime | None) -> list[Seen]:
    """Visits to cells, and those finished in the period that no plan asked for."""
    published = PublishedVisit.objects.filter(recorded_at__lte=moment) if moment else PublishedVisit.objects
    known = set(published.values_list("visit_id", flat=True))
    fields = (
        "pk", "key", "object__cell_id", "object__cell__plan__period", "area_id", "organisation_id",
        "version__checklist__owner_id", "finished_at", "skew", "outcome",
    )  # fmt: skip
    found = []
    for row in standing(Visit.objects.all(), moment).values_list(*fields):
        pk, key, cell, of_plan, area, body, owner, finished, skew, outcome = row
        moment_of = finished + timedelta(seconds=skew or 0)
        if of_plan is None and timezone.localdate(moment_of) not in period:
            continue
        found.append(Seen(key, cell, area, body, owner, moment_of, outcome, pk in known))
    return found


def ask_again(visit: Visit, now: datetime) -> None:
    """Ask for all figures that a visit counts in: of its plan, its area, and both bodies."""
    plan = visit.object.cell.plan if visit.object else None
    subjects = {f"area:{visit.area_id}", f"organisation:{visit.organisation_id}"}
    subjects.add(f"organisation:{visit.version.checklist.owner_id}")
    if plan:
        subjects |= {subject_of(plan), f"organisation:{plan.owner_id}"}
    period = plan.period if plan else f"{timezone.localtime(visit.finished_at):%Y-%m}"
    ask(sorted(subjects), period, now)


def ask(subjects: Iterable[str], period: str, now: datetime) -> None:
    """Ask for all five figures of subjects."""
    wanted: list[Any] = list(subjects)
    for code in CODES:
        requests.ask(definition(code, VERSION), wanted, period, now)
