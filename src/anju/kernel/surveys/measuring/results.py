"""What a survey says: weighted and unweighted, by question and by stratum, as its rows stood at a moment.

A weight is N of the stratum / answers that count in it, for each sheet, whatever single questions it leaves open;
with margins the weights are raked to strata and margins together. They sum to the number of sheets that count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from anju.kernel.indicators.computing import standing
from anju.kernel.surveys.models import Response, Standing, Survey
from anju.kernel.surveys.questions import DONT_KNOW, Question, QuestionKind, Sheet
from anju.kernel.surveys.statistics.estimating import Estimate, Observed, estimate
from anju.kernel.surveys.statistics.grades import satisfied, score
from anju.kernel.surveys.statistics.weighting import kish_design_effect, post_stratified, raked

# How many sheets there are of each stratum, weight and answer (codes of a multiple choice as a tuple).
Tally = Counter[tuple[str, float, object]]
Reads = Callable[[object], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """A sheet that counts."""

    pk: UUID
    stratum: str
    answers: Sheet


@dataclass(frozen=True)
class Basis:
    """The sheets of a survey that count at a moment, with their weights; ``others`` are those that do not."""

    survey: Survey
    rows: Sequence[Row]
    populations: dict[str, int]
    sampled: dict[str, int]
    others: Counter[str]

    @cached_property
    def weights(self) -> list[float]:
        strata = [row.stratum for row in self.rows]
        margins = self.survey.margins
        if not margins:
            return post_stratified(strata, self.populations)
        cells = [(row.stratum, *(str(row.answers.get(code, "")) for code in margins)) for row in self.rows]
        return raked(cells, [self.populations, *margins.values()])

    @property
    def deff(self) -> float | None:
        return kish_design_effect(self.weights)

    def tally(self, question: Question) -> Tally:
        """How many gave each answer, by stratum and weight: few rows however many sheets."""
        found: Tally = Counter()
        for row, weight in zip(self.rows, self.weights, strict=True):
            said = row.answers.get(question.code)
            found[row.stratum, weight, tuple(said) if isinstance(said, list) else said] += 1
        return found


def basis(survey: Survey, moment: datetime | None = None) -> Basis:
    """The sheets as they stood at ``moment`` (now)."""
    rows = standing(Response.objects.filter(survey=survey), moment).order_by("key")
    found = list(rows.values_list("pk", "invitation__stratum__name", "answers", "standing"))
    strata = list(survey.strata.order_by("name"))
    return Basis(
        survey,
        [Row(pk, stratum, answers) for pk, stratum, answers, how in found if how == Standing.COUNTED],
        {stratum.name: stratum.population for stratum in strata},
        {stratum.name: stratum.sampled for stratum in strata},
        Counter(how for *_, how in found if how != Standing.COUNTED),
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure both ways: weighted with its error, and as plain counts."""

    weighted: Estimate
    plain: Estimate


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its words, how many gave it, and its share of the valid answers."""

    code: str
    words: str
    n: int
    share: Figure


@dataclass(frozen=True, slots=True)
class Part:
    """A stratum: drawn, answered, and the figures of one question; None where too few may be shown."""

    name: str
    n: int
    rate: Figure | None
    mean: Figure | None


@dataclass(frozen=True, slots=True)
class Result:
    """A question: valid answers, who did not know, the distribution; rate and mean of a satisfaction question."""

    question: Question
    n: int
    unknown: Figure
    choices: tuple[Choice, ...]
    rate: Figure | None = None
    mean: Figure | None = None
    parts: tuple[Part, ...] = ()


def result(on: Basis, question: Question, least: int) -> Result:
    """All figures of a question; strata with fewer than ``least`` valid answers are not shown."""
    tally = on.tally(question)
    graded = question.kind == QuestionKind.SATISFACTION
    numeric = question.kind == QuestionKind.NUMBER
    rate = _figure(tally, _rate) if graded else None
    mean = _figure(tally, _mean(on.survey.scale)) if graded else _figure(tally, _number) if numeric else None
    choices = tuple(
        Choice(code, words, _count(tally, code), _figure(tally, _chose(code)))
        for code, words in question.choices().items()
        if code != DONT_KNOW
    )
    return Result(
        question,
        sum(n for (_, _, said), n in tally.items() if _valid(said)),
        _figure(tally, lambda said: None if said is None else float(_unknown(said))),
        choices,
        rate,
        mean,
        _parts(on, tally, least) if graded else (),
    )


def _parts(on: Basis, tally: Tally, least: int) -> tuple[Part, ...]:
    made = []
    for name in on.populations:
        own = Counter({key: n for key, n in tally.items() if key[0] == name})
        n = sum(k for (_, _, said), k in own.items() if _valid(said))
        enough = n >= least
        made.append(
            Part(
                name,
                n,
                _figure(own, _rate) if enough else None,
                _figure(own, _mean(on.survey.scale)) if enough else None,
            )
        )
    return tuple(made)


def rate_of(on: Basis, question: Question) -> Estimate:
    """The weighted satisfaction rate of a question."""
    return _figure(on.tally(question), _rate).weighted


def mean_of(on: Basis, question: Question) -> Estimate:
    """The weighted mean score of a question on the survey's scale."""
    return _figure(on.tally(question), _mean(on.survey.scale)).weighted


def _figure(tally: Tally, reads: Reads) -> Figure:
    rows = [
        (stratum, weight, reads(said), n) for (stratum, weight, said), n in sorted(tally.items(), key=str)
    ]
    return Figure(
        estimate([Observed(stratum, weight, value, n) for stratum, weight, value, n in rows]),
        estimate([Observed("", 1.0, value, n) for _, _, value, n in rows]),
    )


def _rate(said: object) -> float | None:
    return satisfied(said if isinstance(said, str) else None)


def _mean(scale: str) -> Reads:
    return lambda said: score(said if isinstance(said, str) else None, scale)


def _number(said: object) -> float | None:
    return None if said is None else float(str(said))


def _chose(code: str) -> Reads:
    return lambda said: float(_has(said, code)) if _valid(said) else None


def _count(tally: Tally, code: str) -> int:
    return sum(n for (_, _, said), n in tally.items() if _has(said, code))


def _has(said: object, code: str) -> bool:
    return code in said if isinstance(said, tuple) else said == code


def _unknown(said: object) -> bool:
    return _has(said, DONT_KNOW)


def _valid(said: object) -> bool:
    return said is not None and not _unknown(said)
