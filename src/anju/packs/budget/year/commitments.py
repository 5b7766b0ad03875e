"""Commitments: numbers promised in the safeguard measures, bound to lines, answered and monitored like targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from anju.kernel import audit
from anju.kernel.parties.models import Organisation
from anju.kernel.values.target_value import parse
from anju.packs.budget.keeping.answers import Answer, answers
from anju.packs.budget.keeping.standing import plan_of
from anju.packs.budget.models import BudgetFile, Commitment, Line
from anju.packs.budget.monitoring import deviation, forecast, grades
from anju.packs.budget.monitoring.grades import Judgement
from anju.packs.budget.prose.similarity import core, shared
from anju.packs.budget.scoring.entries import Entry

_LIKE = 0.6  # share of a line's name that a clause must hold to be proposed


@dataclass(frozen=True, slots=True)
class CommitmentStanding:
    """A commitment on a day; ``line`` is the line that it supports, None while it is bound to none."""

    row: Commitment
    line: Line | None
    entry: Entry
    answer: Answer
    standing: deviation.Standing
    forecast: forecast.Forecast
    judgement: Judgement


def proposal(commitment: Commitment, lines: Iterable[Line]) -> Line | None:
    """The line whose name the clause holds best, to be bound by a person."""
    likely = [
        (shared(core(line.name), core(commitment.clause)), -line.order, line) for line in lines if line.name
    ]
    best = max(likely, key=lambda found: found[:2], default=None)
    return best[2] if best and best[0] >= _LIKE else None


@transaction.atomic
def bind(commitment: Commitment, line: Line | None, owner: Organisation | None, *, actor: str) -> Commitment:
    """Say which line a commitment belongs to and who answers for it; a new row for each change."""
    row = Commitment.objects.select_for_update().current().get(key=commitment.key)
    new = row.replaced(
        line_key=line.key if line else None, owner_id=owner.pk if owner else None, bound_by=actor
    )
    audit.record(
        "budget.commitment.bind",
        new,
        actor=actor,
        after={"line": line.code if line else "", "owner": str(owner or "")},
    )
    return new


def standings(
    file: BudgetFile, on: date, *, rows: Sequence[Commitment] | None = None, moment: datetime | None = None
) -> list[CommitmentStanding]:
    """Every commitment of a file (or the given ones) on the day ``on``."""
    wanted = list(Commitment.objects.current().filter(file=file) if rows is None else rows)
    lines = {
        line.key: line
        for line in file.lines.filter(
            superseded_at__isnull=True, key__in=[c.line_key for c in wanted if c.line_key]
        )
    }
    said = answers(wanted, on, moment)
    limits = grades.thresholds_for(on)
    found = []
    for row in wanted:
        line, answer = lines.get(row.line_key), said[row.key]
        entry = Entry(
            str(row.key), row.clause, "", "", parse(row.value), actual=answer.actual, evidence=answer.evidence
        )
        plan = plan_of(line, on.year) if line else None
        stands = deviation.standing(entry, on, on.year, plan)
        ahead = forecast.forecast(entry, on, on.year, plan)
        # A commitment has no money of its own, so its goal alone is judged, as if the money went with it.
        judged = grades.grade(
            stands.deviation, stands.deviation, limits, passed=stands.passed, forecast=ahead.attained
        )
        found.append(CommitmentStanding(row, line, entry, answer, stands, ahead, judged))
    return found
