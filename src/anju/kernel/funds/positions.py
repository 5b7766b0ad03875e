"""Where a line stands with its money on a day: initial budget, adjusted budget, paid, by source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery, Sum

from anju.kernel.funds.models import Allotment, Content, Kind, LedgerImport, Payment
from anju.kernel.parties.models import Organisation


@dataclass(slots=True)
class Position:
    """Fen; ``initial`` and ``adjusted`` are None where no allotment is recorded, ``paid`` where no ledger is.

    ``paid_to`` is the last day that the payment ledgers cover, at most the day asked for.
    """

    initial: int | None = None
    adjusted: int | None = None
    paid: int | None = None
    paid_to: date | None = None
    sources: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def rate(self) -> Decimal | None:
        """Execution rate (预算执行率): paid / adjusted budget; None where either is missing or there is no budget."""
        if self.paid is None or not self.adjusted:
            return None
        return Decimal(self.paid) / Decimal(self.adjusted)


def as_of(rows: QuerySet[Any], moment: datetime | None) -> QuerySet[Any]:
    """The rows as they stood at a moment; those that stand now without one."""
    if moment is None:
        return rows.filter(superseded_at__isnull=True)
    return rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=moment), recorded_at__lte=moment)


def positions(
    owners: Mapping[str, UUID | None], year: int, on: date, moment: datetime | None = None
) -> dict[str, Position]:
    """The position on the day ``on`` of each line (code → organisation); ``moment`` asks what was known then."""
    found = {code: Position() for code in owners}
    named = Q(year=year) if len(owners) > 500 else Q(year=year, line_code__in=owners)
    given = as_of(Allotment.objects.filter(named, decided_on__lte=on), moment)
    for row in given.values("line_code", "source", "kind").annotate(fen=Sum("amount_fen")):
        if position := found.get(row["line_code"]):
            _add_allotment(position, row)
    known = covered(owners.values(), year, on, moment)
    for code, owner in owners.items():
        if owner in known:
            # The ledger is complete up to that day, so a line without a payment has paid nothing.
            found[code].paid, found[code].paid_to = 0, known[owner]
    paid = as_of(Payment.objects.filter(named, paid_on__lte=on), moment)
    for row in paid.values("line_code", "source").annotate(fen=Sum("amount_fen"), to=Max("paid_on")):
        if position := found.get(row["line_code"]):
            position.paid = (position.paid or 0) + row["fen"]
            position.paid_to = position.paid_to or row["to"]
            _source(position, row["source"])["paid"] += row["fen"]
    return found


def covered(
    owners: Iterable[UUID | None], year: int, on: date, moment: datetime | None = None
) -> dict[UUID | None, date]:
    """Organisation → the last day, at most ``on``, up to which a payment ledger of it or of its superior goes."""
    known = Q(year=year, content=Content.PAYMENTS)
    if moment is not None:
        known &= Q(recorded_at__lte=moment)
    own = LedgerImport.objects.filter(known, organisation=OuterRef("pk"))
    above = LedgerImport.objects.filter(known, organisation=OuterRef("parent"))
    bodies = Organisation.objects.filter(pk__in=set(owners)).values_list(
        "pk", Subquery(_latest(own)), Subquery(_latest(above))
    )
    ends = {owner: [day for day in days if day] for owner, *days in bodies}
    return {owner: min(max(days), on) for owner, days in ends.items() if days}


def _latest(imports: QuerySet[LedgerImport]) -> Any:
    return imports.order_by("-complete_to").values("complete_to")[:1]


def _add_allotment(position: Position, row: dict[str, Any]) -> None:
    source = _source(position, row["source"])
    position.adjusted = (position.adjusted or 0) + row["fen"]
    source["adjusted"] += row["fen"]
    if row["kind"] == Kind.INITIAL:
        position.initial = (position.initial or 0) + row["fen"]
        source["initial"] += row["fen"]


def _source(position: Position, name: str) -> dict[str, int]:
    return position.sources.setdefault(name, {"initial": 0, "adjusted": 0, "paid": 0})
