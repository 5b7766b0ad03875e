"""What answers a target on a day: a measured indicator, a confirmed document, or only somebody's word.

A reported figure is about a day, cumulative since the start of the year; the newest one up to the day asked for
counts. Of several sources an adopted figure goes first, then the platform's own, then accepted ones of a third
party and of the office itself; what nobody accepted yet stands last and counts as asserted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from anju.kernel.indicators.computing import IndicatorError, standing
from anju.kernel.indicators.models import Ground, Source, Status, Value
from anju.kernel.indicators.reporting import About, Signed, report
from anju.kernel.indicators.reporting import Figure as Reported
from anju.kernel.values import periods, units
from anju.kernel.values.target_value import parse
from anju.packs.budget.models import Binding, Commitment, LineTarget
from anju.packs.budget.scoring.entries import Actual, Dated, Evidence, Figure, Judged

VERSION = "1"
_PLACES = Decimal("0.0001")
# A target or a commitment; both are named by a key and say a value.
Promise = LineTarget | Commitment
# What a person may say about a qualitative target, as the share of the full mark (section 5: bands).
JUDGEMENTS = {"full": Decimal(1), "partly": Decimal("0.79"), "hardly": Decimal("0.5"), "none": Decimal(0)}
_RANK = {Source.ADOPTED: 0, Source.PLATFORM: 1, Source.THIRD_PARTY: 2, Source.SELF_REPORTED: 3}


@dataclass(frozen=True, slots=True)
class Answer:
    """The actual value of a target and the ledger row that says so; nothing where nobody said anything."""

    actual: Actual = None
    evidence: Evidence = "none"
    value: Value | None = None
    said: str = ""

    @property
    def words(self) -> str:
        """The actual value as a form writes it; ``said`` is what a ledger says itself."""
        if self.said:
            return self.said
        match self.actual:
            case Figure(value=number, numerator=part, denominator=whole):
                counts = f"（{_plain(part)}/{_plain(whole)}）" if part is not None and whole else ""
                # Figures are kept and compared without 万 and 亿.
                unit = (units.base(Decimal(0), self.value.unit)[1] if self.value else "") or ""
                return "" if number is None else f"{_plain(number)}{unit}{counts}"
            case Dated(day=day):
                return day.isoformat() if day else ""
            case Judged(share=share):
                return f"{_plain(share * 100)}%"
        return ""


def _plain(number: Decimal | None) -> str:
    """At most four decimals: a ratio has no end of them."""
    return "" if number is None else f"{number.quantize(_PLACES).normalize():f}"


def code_of(promise: Promise) -> str:
    """The indicator under which people report what became of it."""
    return "budget.commitment" if isinstance(promise, Commitment) else "budget.target"


def subject_of(promise: Promise) -> str:
    return f"{code_of(promise)}:{promise.key}"


def answers(targets: Iterable[Promise], on: date, moment: datetime | None = None) -> dict[UUID, Answer]:
    """The answer to each target on the day ``on``, as known at ``moment`` (now)."""
    rows = list(targets)
    keys = [target.key for target in rows]
    subjects: dict[tuple[str, str, str], list[UUID]] = {}
    for row in rows:
        subjects.setdefault((code_of(row), VERSION, subject_of(row)), []).append(row.key)
    bound = standing(Binding.objects.filter(file__in={target.file_id for target in rows}), moment)
    for binding in bound.filter(target_key__in=keys) if len(keys) < 500 else bound:
        subjects.setdefault((binding.code, binding.version, binding.subject), []).append(binding.target_key)
    found: dict[UUID, Value] = {}
    for value in _values({subject for _, _, subject in subjects}, on, moment):
        for key in subjects.get((value.code, value.version, value.subject), ()):
            if key not in found or _order(value) > _order(found[key]):
                found[key] = value
    return {key: answer_of(found.get(key)) for key in keys}


def _values(subjects: set[str], on: date, moment: datetime | None) -> Iterable[Value]:
    wanted = sorted(subjects)
    for start in range(0, len(wanted), 900):
        rows = Value.objects.filter(subject__in=wanted[start : start + 900]).exclude(status=Status.RETURNED)
        for value in standing(rows, moment):
            period = periods.parse(value.period)
            if period.start.year == on.year and period.end <= on:
                yield value


def _order(value: Value) -> tuple[bool, date, int]:
    """What counts more is greater: accepted before not, newer before older, better source before worse."""
    return (value.status == Status.ACCEPTED, periods.parse(value.period).end, -_RANK[Source(value.source)])


def answer_of(value: Value | None) -> Answer:
    """What one row of the ledger says."""
    if value is None or not value.assessable:
        return Answer(value=value)
    evidence: Evidence = "asserted"
    if value.status == Status.ACCEPTED and value.ground in (Ground.MEASURED, Ground.DOCUMENTED):
        evidence = "measured" if value.ground == Ground.MEASURED else "documented"
    return Answer(_actual(value), evidence, value)


def _actual(value: Value) -> Actual:
    if value.day is not None:
        return Dated(value.day)
    if value.share is not None:
        return Judged(value.share)
    is_ratio = value.denominator is not None and value.denominator != 1
    number = value.number
    if is_ratio and number is not None:
        number = number * 100  # a ratio answers a rate in per cent
    elif number is not None and value.unit:
        number, _ = units.base(number, value.unit)
    return Figure(number, value.numerator if is_ratio else None, value.denominator if is_ratio else None)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person filled in for a target; which of them depends on the kind of its value."""

    number: str = ""
    numerator: str = ""
    denominator: str = ""
    day: date | None = None
    judgement: str = ""


def say(target: Promise, on: date, said: Said, signed: Signed, source: str = Source.SELF_REPORTED) -> Value:
    """Report the actual value of a target up to the day ``on``; raises ``IndicatorError``."""
    about = About(
        code_of(target), VERSION, subject_of(target), on.isoformat(), source, target.file.organisation_id
    )
    return report(about, _figure(target, said), signed)


def _figure(target: Promise, said: Said) -> Reported:
    value = parse(target.value)
    if said.judgement:
        if said.judgement not in JUDGEMENTS:
            raise IndicatorError("没有这一档评定。", "请从所列各档中选择。")
        return Reported(share=JUDGEMENTS[said.judgement])
    if said.day:
        return Reported(day=said.day)
    if said.numerator or said.denominator:
        return Reported(numerator=_number(said.numerator), denominator=_number(said.denominator), unit="%")
    number, unit = units.base(_number(said.number), value.unit) if said.number else (None, value.unit)
    return Reported(number=number, unit=unit or "")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("，", "").strip())
    except ArithmeticError as error:
        raise IndicatorError(f"“{text}”不是数。", "请只写数字，单位按指标值。") from error
    if not number.is_finite():
        raise IndicatorError(f"“{text}”不是数。", "请只写数字，单位按指标值。")
    return number


def kind_of(target: Promise) -> str:
    """What has to be filled in: ``ratio``, ``number``, ``day`` or ``judgement``."""
    value = parse(target.value)
    if value.kind in ("deadline", "period"):
        return "day"
    if value.kind in ("qualitative", "scope", "compound") or (value.number is None and value.low is None):
        return "judgement" if value.number is None else "number"
    return "ratio" if value.unit == "%" else "number"


def shares(found: Mapping[UUID, Answer]) -> dict[str, int]:
    """How many targets rest on each kind of evidence."""
    counts = {"measured": 0, "documented": 0, "asserted": 0, "none": 0}
    for answer in found.values():
        counts[answer.evidence] += 1
    return counts
