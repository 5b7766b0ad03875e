"""Where the lines of a file stand on a day: money planned and paid, targets attained and expected, grade, forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from anju.kernel.funds.positions import Position, as_of, positions
from anju.kernel.values.datarows import RowError
from anju.kernel.values.target_value import parse
from anju.packs.budget.checks.figures.plan import names_payment_rate
from anju.packs.budget.keeping import codec, milestones
from anju.packs.budget.keeping.answers import Answer, answers
from anju.packs.budget.models import BudgetFile, Line, LineTarget
from anju.packs.budget.monitoring import deviation, forecast, grades
from anju.packs.budget.monitoring.curve import Curve, DatedCurve, QuarterPlan
from anju.packs.budget.monitoring.grades import Grade, Judgement
from anju.packs.budget.scoring.entries import Entry, Figure

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """One target: its row, what it is compared with, what answers it, and the judgement of the day."""

    row: LineTarget
    entry: Entry
    answer: Answer
    standing: deviation.Standing
    forecast: forecast.Forecast
    judgement: Judgement
    calendar: DatedCurve | None = None

    @property
    def is_ahead(self) -> bool:
        """A deadline whose day has not come, and nothing accepted yet."""
        return self.standing.nature == "event" and not self.standing.expected and not self.standing.attained


@dataclass(frozen=True, slots=True)
class LineStanding:
    """One line. ``planned`` in per cent, None without a plan; ``adjusted`` and ``paid`` in fen."""

    line: Line
    day: date
    position: Position
    planned: Decimal | None
    adjusted: int | None
    targets: list[TargetStanding] = field(default_factory=list)

    @property
    def paid(self) -> int | None:
        return self.position.paid

    @property
    def rate(self) -> Decimal | None:
        """Execution rate in per cent: paid / adjusted budget."""
        if self.paid is None or not self.adjusted:
            return None
        return Decimal(self.paid) * 100 / Decimal(self.adjusted)

    @property
    def money_deviation(self) -> Decimal | None:
        """dE in points."""
        if self.planned is None or self.paid is None or self.adjusted is None:
            return None
        return deviation.execution_deviation(Decimal(self.paid), Decimal(self.adjusted), self.planned)

    @property
    def attained(self) -> Decimal | None:
        """Mean attainment of the targets that can be assessed, each counted to 100 at most."""
        known = self.attainments
        return sum(known, Decimal(0)) / len(known) if known else None

    @property
    def attainments(self) -> list[Decimal]:
        """What each target that can be assessed has reached; a deadline that is not yet due says nothing."""
        return [
            min(t.standing.attained, _HUNDRED)
            for t in self.targets
            if t.standing.attained is not None and not t.is_ahead
        ]

    @property
    def grade(self) -> Grade:
        """The worst of its targets; without any, what the money says."""
        return grades.worst(t.judgement.grade for t in self.targets)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it has its grade, in the words of the targets that gave it."""
        words = [
            reason for t in self.targets if t.judgement.grade == self.grade for reason in t.judgement.reasons
        ]
        return tuple(dict.fromkeys(words))


@dataclass(frozen=True, slots=True)
class _When:
    """The budget year, the day asked for, and the milestones that hold then."""

    year: int
    on: date
    calendar: dict[UUID, DatedCurve]


def standings(
    file: BudgetFile, on: date, *, lines: Iterable[Line] | None = None, moment: datetime | None = None
) -> list[LineStanding]:
    """Every line of a file (or the given ones) on the day ``on``, in the order of the file, as known at ``moment``."""
    rows = list(as_of(file.lines.defer("content"), moment).order_by("order") if lines is None else lines)
    year = file.year or on.year
    held = as_of(LineTarget.objects.filter(file=file, slot=False), moment).order_by("order")
    if lines is not None:
        held = held.filter(line_key__in=[line.key for line in rows])
    targets: dict[UUID, list[LineTarget]] = {}
    for target in held:
        target.file = file
        targets.setdefault(target.line_key, []).append(target)
    said = answers([t for some in targets.values() for t in some], on, moment)
    money = positions({line.code: line.department_id for line in rows if line.code}, year, on, moment)
    when = _When(year, on, milestones.curves(file, moment))
    return [
        _line(line, when, money.get(line.code) or Position(), targets.get(line.key, []), said)
        for line in rows
    ]


def _line(
    line: Line,
    when: tuple[int, date],
    position: Position,
    targets: Sequence[LineTarget],
    said: dict[UUID, Answer],
) -> LineStanding:
    year, on, calendar = when.year, when.on, when.calendar
    # Without an allotment on record the budget of the approved sheet stands.
    adjusted = line.budget_fen if position.adjusted is None else position.adjusted
    plan = plan_of(line, year)
    found = LineStanding(line, on, position, None if plan is None else plan.at(on), adjusted)
    limits = grades.thresholds_for(on)
    for row in targets:
        answer = _from_ledger(row, said[row.key], found)
        entry = entry_of(row, answer)
        stands = deviation.standing(entry, on, year, plan, calendar.get(row.key))
        ahead = forecast.forecast(entry, on, year, plan, calendar.get(row.key))
        judged = grades.grade(
            found.money_deviation,
            stands.deviation,
            limits,
            passed=stands.passed,
            forecast=ahead.attained,
        )
        found.targets.append(TargetStanding(row, entry, answer, stands, ahead, judged, calendar.get(row.key)))
    return found


def _from_ledger(row: LineTarget, answer: Answer, line: LineStanding) -> Answer:
    """A rate of money paid is answered by the payment ledger, whatever anybody says."""
    if line.rate is None or line.paid is None or line.adjusted is None:
        return answer
    if not names_payment_rate(row.name, row.value):
        return answer
    paid, adjusted = Decimal(line.paid), Decimal(line.adjusted)
    said = f"{line.rate:.2f}%（{_wan(paid)}/{_wan(adjusted)}万元）"
    return Answer(Figure(line.rate, paid, adjusted), "measured", said=said)


def _wan(fen: Decimal) -> str:
    return f"{(fen / 1_000_000).quantize(Decimal('0.01')).normalize():f}"


def plan_of(line: Line, year: int) -> Curve | None:
    """The payment plan as a curve; None for none and for one that is not a plan."""
    if not line.plan:
        return None
    try:
        return QuarterPlan(year, tuple(Decimal(figure) for figure in line.plan))
    except RowError:
        return None


def entry_of(row: LineTarget, answer: Answer, reason: str = "") -> Entry:
    """The target as the rules of monitoring and scoring see it."""
    weight = codec.unpacked(row.content.get("weight")).text
    return Entry(
        key=str(row.key),
        name=row.name,
        class1=row.class1,
        class2=row.class2,
        value=parse(row.value),
        weight=_number(weight),
        actual=answer.actual,
        evidence=answer.evidence,
        reason=reason or codec.unpacked(row.content.get("reason")).text,
        actual_words=answer.words or codec.unpacked(row.content.get("actual")).text,
        claimed=_number(codec.unpacked(row.content.get("score")).text),
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip().removesuffix("分"))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
