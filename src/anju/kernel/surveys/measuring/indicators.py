"""Survey results as indicators that any pack may bind: ``survey.satisfaction_rate`` and ``survey.satisfaction_mean``.

The subject is ``survey.question:<key of Asked>``. The numerator of the rate is the weighted number of those satisfied,
the denominator that of the valid answers; coverage is valid answers / sample.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from anju.kernel.indicators import requests
from anju.kernel.indicators.computing import definition
from anju.kernel.indicators.measurement import Measurement, digest
from anju.kernel.surveys.measuring import results
from anju.kernel.surveys.models import Asked, Survey
from anju.kernel.surveys.questions import Question
from anju.kernel.surveys.statistics.estimating import Estimate
from anju.kernel.values.periods import Period

SUBJECT = "survey.question"
RATE, MEAN, VERSION = "survey.satisfaction_rate", "survey.satisfaction_mean", "1"
_PLACES, _SHARE = Decimal("1e-8"), Decimal("0.0001")


def subject_of(asked: Asked) -> str:
    return f"{SUBJECT}:{asked.pk}"


def satisfaction_rate(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    """Very and fairly satisfied of the valid answers, weighted to the population."""
    found = {}
    for subject, on, question in _asked(subjects, period, moment):
        got = results.rate_of(on, question)
        found[subject] = _measured(on, question, got, got.numerator, got.denominator)
    return found


def satisfaction_mean(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> dict[str, Measurement]:
    """The mean score on the scale of the survey, weighted to the population: a plain number, no ratio."""
    found = {}
    for subject, on, question in _asked(subjects, period, moment):
        got = results.mean_of(on, question)
        found[subject] = _measured(on, question, got, got.value, 1)
    return found


def _asked(
    subjects: Sequence[str], period: Period, moment: datetime | None
) -> Iterator[tuple[str, results.Basis, Question]]:
    """The questions of surveys of the period, each with what was answered at the moment."""
    wanted = {UUID(subject.partition(":")[2]): subject for subject in subjects}
    known = Asked.objects.filter(pk__in=wanted, survey__period=period.text)
    bases: dict[UUID, results.Basis] = {}
    for asked in known.select_related("survey__version"):
        if asked.survey_id not in bases:
            bases[asked.survey_id] = results.basis(asked.survey, moment)
        question = next(q for q in asked.survey.version.questions if q.code == asked.code)
        yield wanted[asked.pk], bases[asked.survey_id], question


def _measured(
    on: results.Basis, question: Question, got: Estimate, top: float | None, bottom: float | None
) -> Measurement:
    rows = [[str(row.pk), row.stratum, row.answers.get(question.code)] for row in on.rows]
    sample = sum(on.sampled.values())
    known = top is not None and bottom is not None
    return Measurement(
        _decimal(top),
        _decimal(bottom) if known else None,
        coverage=(Decimal(got.n) / sample).quantize(_SHARE) if sample else None,
        rows=len(rows),
        digest=digest([on.survey.scale, on.survey.margins, sorted(on.populations.items()), rows]),
        reason="" if known else "没有有效答卷",
        organisation=on.survey.owner_id,
    )


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(str(number)).quantize(_PLACES)


def ask_again(survey: Survey, now: datetime) -> None:
    """Ask for both figures of each satisfaction question of a survey."""
    subjects = [subject_of(asked) for asked in survey.asked.all()]
    for code in (RATE, MEAN):
        requests.ask(definition(code, VERSION), subjects, survey.period, now)
