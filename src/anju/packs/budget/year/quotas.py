"""Quotas from above, split over counties by signed responsibility letters (责任书), summed back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from anju.kernel import audit
from anju.kernel.files.models import StoredFile
from anju.kernel.places.models import Area
from anju.kernel.values.refusal import Refusal
from anju.packs.budget.models import BudgetFile, Quota, QuotaShare


class QuotaError(Refusal):
    """A step that cannot be taken: one sentence and a next step."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the issuing document says."""

    name: str
    issuer: str
    basis: str
    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A county's signed letter; without a file its part is only a plan."""

    file: StoredFile | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """A quota with the sum of its parts; ``difference`` is parts less quota, ``signed`` the sum under letters."""

    quota: Quota
    parts: int
    total: Decimal
    signed: Decimal

    @property
    def difference(self) -> Decimal:
        return self.total - self.quota.amount


@transaction.atomic
def enter(file: BudgetFile, told: Told, *, actor: str) -> Quota:
    """Keep a quota; raises ``QuotaError`` where something is missing."""
    for words, text in (
        ("名称", told.name),
        ("下达机关", told.issuer),
        ("文号", told.basis),
        ("单位", told.unit),
    ):
        if not text.strip():
            raise QuotaError(f"没有填写{words}。", "请照下达文件填写。")
    _positive(told.amount)
    quota = Quota.objects.create(
        file=file,
        name=told.name.strip()[:200],
        issuer=told.issuer.strip()[:120],
        basis=told.basis.strip()[:200],
        amount=told.amount,
        unit=told.unit.strip()[:20],
        entered_by=actor,
    )
    audit.record("budget.quota", quota, actor=actor, after={"amount": str(quota.amount), "unit": quota.unit})
    return quota


@transaction.atomic
def share(quota: Quota, area: Area, amount: Decimal, letter: Letter, *, actor: str) -> QuotaShare:
    """Give a county its part; a new row for each change, whose letter stays unless a new one comes."""
    _positive(amount)
    if letter.file and not letter.signed_on:
        raise QuotaError("没有填写责任书的签订日期。", "请填写责任书上的日期。")
    if letter.signed_on and letter.signed_on > timezone.localdate():
        raise QuotaError("签订日期在今天之后。", "请填写责任书上的日期。")
    before = QuotaShare.objects.select_for_update().current().filter(quota=quota, area=area).first()
    if before:
        before.supersede()
    # A letter that was signed for another amount does not hold for this one.
    same = before is not None and before.amount == amount
    new = QuotaShare.objects.create(
        quota=quota,
        area=area,
        amount=amount,
        letter=letter.file or (before.letter if before and same else None),
        signed_on=letter.signed_on or (before.signed_on if before and same else None),
        entered_by=actor,
    )
    audit.record("budget.quota.share", new, actor=actor, after={"area": area.name, "amount": str(amount)})
    return new


def summed(quota: Quota) -> Summed:
    """The parts of a quota added up again."""
    parts = list(QuotaShare.objects.current().filter(quota=quota))
    return Summed(
        quota,
        len(parts),
        sum((part.amount for part in parts), Decimal(0)),
        sum((part.amount for part in parts if part.letter_id), Decimal(0)),
    )


def _positive(amount: Decimal) -> None:
    if not amount.is_finite() or amount <= 0:
        raise QuotaError("数量应大于零。", "请照下达文件填写。")
