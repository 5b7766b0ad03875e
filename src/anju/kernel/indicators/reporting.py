"""Figures that people answer for: reported with documents, confirmed by another person, adopted, or returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.indicators.computing import IndicatorError
from anju.kernel.indicators.models import Ground, Proof, ProofKind, Source, Status, Value
from anju.kernel.values import periods


@dataclass(frozen=True, slots=True)
class About:
    """Which figure: indicator, version, subject, period, and whose."""

    code: str
    version: str
    subject: str
    period: str
    source: str = Source.SELF_REPORTED
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said: a number (or both sides of a ratio), a date, or a judged share of the full mark."""

    number: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    day: date | None = None
    share: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A stored file as proof; ``dated`` is the day that the document itself bears."""

    file: StoredFile
    kind: str
    dated: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who says it, when, and in which words."""

    actor: str
    now: datetime
    note: str = ""
    documents: Sequence[Document] = field(default_factory=tuple)


@transaction.atomic
def report(about: About, figure: Figure, signed: Signed) -> Value:
    """A figure signed by its reporter; it replaces the one that the same source gave before.

    It counts as asserted until somebody else confirms it with its documents. Raises ``IndicatorError``.
    """
    number = _number(figure)
    if number is None and figure.day is None and figure.share is None:
        raise IndicatorError(gettext("没有填写完成情况。"), gettext("请填写数值、日期或评定结果。"))
    try:
        periods.parse(about.period)
    except ValueError as error:
        raise IndicatorError(str(error), "") from error
    value = Value(
        code=about.code,
        version=about.version,
        subject=about.subject,
        period=about.period,
        source=about.source,
        organisation_id=about.organisation,
        status=Status.SUBMITTED,
        ground=Ground.ASSERTED,
        number=number,
        numerator=figure.numerator,
        denominator=figure.denominator,
        day=figure.day,
        share=figure.share,
        unit=figure.unit,
        note=signed.note.strip(),
        signed_by=signed.actor,
        recorded_at=signed.now,
    )
    _replace(value, signed.now)
    for document in signed.documents:
        _check(document, signed.now)
        Proof.objects.create(
            value=value, file=document.file, kind=document.kind, dated=document.dated, note=document.note
        )
    audit.record("indicator.report", value, actor=signed.actor, after=_facts(value), reason=value.note)
    return value


def _number(figure: Figure) -> Decimal | None:
    if figure.denominator is None:
        return figure.number
    if not figure.denominator:
        raise IndicatorError(gettext("分母为零，算不出比例。"), gettext("请核对总数。"))
    if figure.numerator is None:
        raise IndicatorError(gettext("只填了总数，没有完成数。"), gettext("请补上完成数。"))
    return figure.numerator / figure.denominator


def _check(document: Document, now: datetime) -> None:
    if document.kind not in ProofKind.values:
        raise IndicatorError(gettext("没有选择材料种类。"), gettext("请选择验收记录、合同、调查报告等。"))
    if document.dated > now.date():
        raise IndicatorError(gettext("材料日期在今天之后。"), gettext("请填写材料上的日期。"))


def _replace(value: Value, now: datetime) -> None:
    same = Value.objects.select_for_update().current()
    same = same.filter(code=value.code, version=value.version, subject=value.subject)
    same.filter(period=value.period, source=value.source).update(superseded_at=now)
    value.save()


@transaction.atomic
def check(value: Value, signed: Signed) -> Value:
    """Somebody else than its signer has compared a figure with its documents (核对); it still waits for acceptance."""
    value = _locked(value)
    if signed.actor == value.signed_by:
        raise IndicatorError(gettext("核对人不能是签署人本人。"), gettext("请由另一位同事核对。"))
    if value.status == Status.CHECKED:
        raise IndicatorError(gettext("这个数已经核对过。"), gettext("请等待认定。"))
    value.status, value.checked_by, value.checked_at = Status.CHECKED, signed.actor, signed.now
    value.save(update_fields=["status", "checked_by", "checked_at"])
    audit.record("indicator.checked", value, actor=signed.actor, after=_facts(value), reason=signed.note)
    return value


@transaction.atomic
def confirm(value: Value, signed: Signed) -> Value:
    """Somebody else than its signer and its checker accepts it; with documents it is documented from now on."""
    value = _locked(value)
    if signed.actor == value.signed_by:
        raise IndicatorError(gettext("认定人不能是签署人本人。"), gettext("请由另一位同事认定。"))
    if signed.actor == value.checked_by:
        raise IndicatorError(gettext("认定人不能是核对人本人。"), gettext("请由另一位同事认定。"))
    ground = Ground.DOCUMENTED if value.proofs.exists() else Ground.ASSERTED
    return _settle(value, Status.ACCEPTED, ground, signed)


@transaction.atomic
def send_back(value: Value, signed: Signed) -> Value:
    """Return a figure with a reason."""
    value = _locked(value)
    if len(signed.note.strip()) < 2:
        raise IndicatorError(gettext("没有写退回理由。"), gettext("请写明哪里不行、要补什么。"))
    return _settle(value, Status.RETURNED, Ground.ASSERTED, signed)


@transaction.atomic
def adopt(value: Value, signed: Signed) -> Value:
    """Take one of several figures as the one that counts, with a reason; the others stay beside it."""
    if len(signed.note.strip()) < 5:
        raise IndicatorError(gettext("没有写采信理由。"), gettext("请用一两句话写明为什么采信这个数。"))
    if value.source == Source.ADOPTED or value.status != Status.ACCEPTED:
        raise IndicatorError(gettext("只能采信已认定的数。"), gettext("请先认定它。"))
    adopted = Value(
        code=value.code,
        version=value.version,
        subject=value.subject,
        period=value.period,
        source=Source.ADOPTED,
        organisation_id=value.organisation_id,
        status=Status.ACCEPTED,
        ground=value.ground,
        number=value.number,
        numerator=value.numerator,
        denominator=value.denominator,
        day=value.day,
        share=value.share,
        unit=value.unit,
        coverage=value.coverage,
        evidence_id=value.evidence_id,
        adopts=value,
        ancestors=value.ancestors,
        note=signed.note.strip(),
        signed_by=signed.actor,
        recorded_at=signed.now,
    )
    _replace(adopted, signed.now)
    audit.record("indicator.adopt", adopted, actor=signed.actor, after=_facts(adopted), reason=adopted.note)
    return adopted


def _locked(value: Value) -> Value:
    value = Value.objects.select_for_update().get(pk=value.pk)
    if value.superseded_at or value.status not in (Status.SUBMITTED, Status.CHECKED):
        raise IndicatorError(gettext("这个数已经处理过或已被新数取代。"), gettext("请刷新后再看。"))
    return value


def _settle(value: Value, status: str, ground: str, signed: Signed) -> Value:
    value.status, value.ground = status, ground
    value.confirmed_by, value.confirmed_at = signed.actor, signed.now
    value.save(update_fields=["status", "ground", "confirmed_by", "confirmed_at"])
    audit.record(f"indicator.{status}", value, actor=signed.actor, after=_facts(value), reason=signed.note)
    return value


def _facts(value: Value) -> dict[str, object]:
    names = ("subject", "period", "number", "numerator", "denominator", "day", "share", "status", "ground")
    return {name: str(getattr(value, name)) for name in names if getattr(value, name) not in (None, "")}
