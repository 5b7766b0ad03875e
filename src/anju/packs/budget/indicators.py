"""The pack's own indicators, for every budget line: execution rate and attainment, each with replayable rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from anju.kernel import loop
from anju.kernel.funds.positions import as_of
from anju.kernel.indicators.measurement import Measurement, digest
from anju.kernel.values.periods import Period
from anju.packs.budget.keeping.standing import LineStanding, standings
from anju.packs.budget.models import BudgetFile, Line

LINE = "budget.line"
RATE, ATTAINED, VERSION = "budget.execution_rate", "budget.attainment", "1"


def subject_of(line: Line) -> str:
    return f"{LINE}:{line.key}"


def execution_rate(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    """Paid / adjusted budget at the end of the period, or today while it runs; in fen."""
    found = {}
    for stands in _standings(subjects, period, moment):
        known = stands.paid is not None and stands.adjusted
        said = [stands.line.code, stands.paid, stands.adjusted, sorted(stands.position.sources)]
        found[subject_of(stands.line)] = Measurement(
            Decimal(stands.paid) if known and stands.paid is not None else None,
            Decimal(stands.adjusted) if known and stands.adjusted else None,
            rows=len(stands.position.sources),
            digest=digest([said]),
            reason="" if known else "没有支付台账或没有预算",
            organisation=stands.line.department_id,
        )
    return found


def attainment(subjects: Sequence[str], period: Period, moment: datetime | None) -> dict[str, Measurement]:
    """Sum of attainments (each 0 to 1) over the number of targets that can be assessed; coverage is their share."""
    found = {}
    for stands in _standings(subjects, period, moment):
        known = stands.attainments
        said = [
            [str(t.row.pk), t.answer.value and str(t.answer.value.pk), str(t.standing.attained)]
            for t in stands.targets
        ]
        found[subject_of(stands.line)] = Measurement(
            sum(known, Decimal(0)) / 100 if known else None,
            Decimal(len(known)) if known else None,
            coverage=(Decimal(len(known)) / len(stands.targets)).quantize(Decimal("0.0001"))
            if stands.targets
            else None,
            rows=len(known),
            digest=digest(said),
            reason="" if known else "没有可评的指标",
            organisation=stands.line.department_id,
        )
    return found


def _standings(subjects: Sequence[str], period: Period, moment: datetime | None) -> Iterator[LineStanding]:
    today = timezone.localdate(moment) if moment else timezone.localdate()
    on = min(period.end, max(today, period.start))
    keys = [UUID(subject.partition(":")[2]) for subject in subjects]
    by_file: dict[UUID, list[Line]] = {}
    for line in as_of(Line.objects.filter(key__in=keys), moment).select_related("file"):
        by_file.setdefault(line.file_id, []).append(line)
    for lines in by_file.values():
        yield from standings(lines[0].file, on, lines=lines, moment=moment)


def ask_again(
    file: BudgetFile, now: datetime, *, lines: Iterable[Line] | None = None, correlation: UUID | None = None
) -> None:
    """Ask for both indicators of the lines of a file (or some) in its year: after payments, answers, acceptance."""
    rows = file.lines.filter(superseded_at__isnull=True) if lines is None else lines
    year = str(file.year or timezone.localdate(now).year)
    subjects = [subject_of(line) for line in rows]
    loop.measure_again(((RATE, VERSION), (ATTAINED, VERSION)), subjects, year, now, correlation)
