"""Computing the platform's own values, and replaying their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from anju.kernel import packs
from anju.kernel.indicators.measurement import Measurement, digest
from anju.kernel.indicators.models import Definition, Evidence, Ground, Source, Status, Value
from anju.kernel.parties.models import Organisation
from anju.kernel.places import hierarchy
from anju.kernel.places.models import ADMINISTRATIVE
from anju.kernel.values import periods
from anju.kernel.values.formula import Formula
from anju.kernel.values.refusal import Refusal

_PLACES = Decimal("1e-10")
BATCH = 500


class IndicatorError(Refusal):
    """A step that cannot be taken: one sentence and a next step."""


def definition(code: str, version: str) -> Definition:
    """The current text of a version; ``IndicatorError`` where there is none."""
    found = Definition.objects.current().filter(code=code, version=version).first()
    if found is None:
        raise IndicatorError(f"没有指标{code}的{version}版。", "请核对编码和版本，或先登记定义。")
    return found


def measure(
    what: Definition, subjects: Sequence[str], period: str, moment: datetime | None = None
) -> dict[str, Measurement]:
    """What the definition gives for each subject, on the rows as they stood at ``moment``."""
    if what.compute:
        found = packs.resolve(what.compute)(subjects, periods.parse(period), moment)
        return {s: found.get(s) or Measurement(denominator=None, reason="没有数据") for s in subjects}
    return _by_formula(what, subjects, period, moment)


def _by_formula(
    what: Definition, subjects: Sequence[str], period: str, moment: datetime | None
) -> dict[str, Measurement]:
    formula = Formula.parse(what.formula)
    inputs: dict[str, dict[str, Value]] = {
        name: _inputs(code, subjects, period, moment) for name, code in what.inputs.items()
    }
    made = {}
    for subject in subjects:
        used = {name: values.get(subject) for name, values in inputs.items()}
        result = formula.evaluate({name: value and value.number for name, value in used.items()})
        rows = [(name, str(value.pk), str(value.number)) for name, value in sorted(used.items()) if value]
        owner = next((value.organisation_id for value in used.values() if value), None)
        known = result.value is not None
        made[subject] = Measurement(
            result.numerator if known else None,
            result.denominator if known else None,
            rows=len(rows),
            digest=digest(rows),
            reason=result.reason,
            organisation=owner,
        )
    return made


def _inputs(code: str, subjects: Sequence[str], period: str, moment: datetime | None) -> dict[str, Value]:
    """The value of an input that counts: adopted before measured before reported and accepted."""
    rows = standing(Value.objects.filter(code=code, subject__in=subjects, period=period), moment)
    best: dict[str, Value] = {}
    for row in rows:
        if row.source in RANK and (row.source == Source.PLATFORM or row.status == Status.ACCEPTED):
            other = best.get(row.subject)
            if other is None or RANK[row.source] < RANK[other.source]:
                best[row.subject] = row
    return best


RANK = {Source.ADOPTED: 0, Source.PLATFORM: 1, Source.THIRD_PARTY: 2, Source.SELF_REPORTED: 3}


def standing(rows: Any, moment: datetime | None) -> Any:
    """Ledger rows that stood at a moment, those that stand now without one."""
    if moment is None:
        return rows.filter(superseded_at__isnull=True)
    return rows.filter(recorded_at__lte=moment).exclude(superseded_at__lte=moment)


def compute(
    what: Definition,
    subjects: Sequence[str],
    period: str,
    now: datetime,
    correlations: Mapping[str, UUID | None] | None = None,
) -> list[Value]:
    """Measure and keep: a value that says the same as before on the same rows is left as it is.

    Runs in one transaction. Returns the values that stand afterwards.
    """
    with transaction.atomic():
        measured = measure(what, subjects, period, now)
        mine = Value.objects.current().filter(code=what.code, version=what.version, period=period)
        mine = mine.filter(subject__in=subjects, source=Source.PLATFORM).select_related("evidence")
        before = {value.subject: value for value in mine}
        kept, changed = [], []
        for subject, found in measured.items():
            old = before.get(subject)
            if old and old.evidence and _same(old, found):
                kept.append(old)
                continue
            changed.append((subject, found))
        gone = [before[subject].pk for subject, _ in changed if subject in before]
        Value.objects.filter(pk__in=gone).update(superseded_at=now)
        made = _keep(what, period, now, changed, correlations or {})
    return kept + made


def _same(old: Value, found: Measurement) -> bool:
    assert old.evidence is not None
    number = found.number
    rounded = None if number is None else number.quantize(_PLACES)
    return (old.number, old.reason, old.evidence.digest) == (rounded, found.reason, found.digest)


def _keep(
    what: Definition,
    period: str,
    now: datetime,
    measured: Iterable[tuple[str, Measurement]],
    correlations: Mapping[str, UUID | None],
) -> list[Value]:
    proofs, values = [], []
    above = _Ancestors(periods.parse(period).end)
    for subject, found in measured:
        proof = Evidence(
            query=what.code,
            version=what.version,
            parameters={"subject": subject, "period": period},
            watermark=now,
            row_count=found.rows,
            digest=found.digest,
        )
        number = found.number
        proofs.append(proof)
        values.append(
            Value(
                code=what.code,
                version=what.version,
                subject=subject,
                period=period,
                source=Source.PLATFORM,
                status=Status.ACCEPTED,
                ground=Ground.MEASURED,
                number=None if number is None else number.quantize(_PLACES),
                numerator=found.numerator,
                denominator=found.denominator,
                day=found.day,
                coverage=found.coverage,
                unit=what.unit,
                reason=found.reason,
                evidence=proof,
                organisation_id=found.organisation,
                ancestors=above.of(found.organisation),
                correlation=correlations.get(subject),
                recorded_at=now,
            )
        )
    Evidence.objects.bulk_create(proofs, batch_size=BATCH)
    return Value.objects.bulk_create(values, batch_size=BATCH)


class _Ancestors:
    """Keys of the areas above an organisation on a day, frozen into each value."""

    def __init__(self, on: date) -> None:
        self._on = on
        self._known: dict[UUID | None, list[str]] = {None: []}

    def of(self, organisation: UUID | None) -> list[str]:
        if organisation not in self._known:
            area = Organisation.objects.values_list("area", flat=True).get(pk=organisation)
            above = hierarchy.ancestors(area, ADMINISTRATIVE, self._on) if area else []
            self._known[organisation] = [str(key) for key in (area, *above) if key]
        return self._known[organisation]


def replay(value: Value) -> tuple[bool, Measurement]:
    """Run the evidence of a value again on the rows of its watermark: does it give the same?

    ``IndicatorError`` for a value without a query behind it.
    """
    proof = value.evidence
    if proof is None:
        raise IndicatorError("这个数不是平台算出的，没有可复算的查询。", "请看它所附的佐证材料。")
    what = definition(proof.query, proof.version)
    found = measure(what, [value.subject], value.period, proof.watermark)[value.subject]
    number = found.number
    rounded = None if number is None else number.quantize(_PLACES)
    same = (rounded, found.rows, found.digest) == (value.number, proof.row_count, proof.digest)
    return same, found
