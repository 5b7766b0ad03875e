"""How much of each item is planned, done and accepted, from the ledgers; for many projects in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery, Sum

from anju.kernel.funds.models import Payment
from anju.kernel.funds.positions import as_of
from anju.kernel.works.models import (
    Acceptance,
    AcceptanceKind,
    AcceptedQuantity,
    ChangeOrder,
    ChangeState,
    Contract,
    PaymentLink,
    Progress,
    QuantityItem,
    Unit,
    UnitState,
    WorksProject,
)

NONE = Decimal(0)


@dataclass(slots=True)
class Tally:
    """One item: ``planned`` after approved changes; ``done`` and ``accepted`` by the ledgers, never typed over."""

    item: QuantityItem
    planned: Decimal
    done: Decimal = NONE
    checked: Decimal = NONE
    accepted: Decimal = NONE

    @property
    def share_done(self) -> Decimal:
        return min(Decimal(1), self.done / self.planned) if self.planned > 0 else Decimal(1)

    @property
    def share_accepted(self) -> Decimal:
        return min(Decimal(1), self.accepted / self.planned) if self.planned > 0 else Decimal(1)


@dataclass(slots=True)
class Money:
    """Of a project's contracts, in fen. ``paid`` counts what the money ledger still holds of what was linked."""

    agreed: int = 0
    changed: int = 0
    paid: int = 0

    @property
    def total(self) -> int:
        return self.agreed + self.changed

    @property
    def left(self) -> int:
        return self.total - self.paid


@dataclass(slots=True)
class Standing:
    """Where a project stands: its items, and its units by state."""

    items: list[Tally] = field(default_factory=list)
    units: dict[str, int] = field(default_factory=dict)
    finally_accepted: bool = False

    @property
    def done(self) -> Decimal | None:
        """The mean of the items' shares; None without an item."""
        return _mean([t.share_done for t in self.items])

    @property
    def accepted(self) -> Decimal | None:
        """The mean of the items' accepted shares; the whole after the final acceptance."""
        return (
            Decimal(1)
            if self.finally_accepted and self.items
            else _mean([t.share_accepted for t in self.items])
        )


def _mean(shares: Sequence[Decimal]) -> Decimal | None:
    return sum(shares, NONE) / len(shares) if shares else None


def approved(projects: Iterable[WorksProject], moment: datetime | None = None) -> list[dict[str, Any]]:
    """What approved change orders come to, by project and item: quantity, amount_fen, days."""
    keys = [project.pk for project in projects]
    rows = as_of(ChangeOrder.objects.filter(project__in=keys, state=ChangeState.APPROVED), moment)
    sums = {name: Sum(name) for name in ("quantity", "amount_fen", "days")}
    return list(rows.order_by().values("project", "item").annotate(**sums))


def tallies(
    projects: Iterable[WorksProject],
    moment: datetime | None = None,
    within: tuple[date, date] | None = None,
    changes: list[dict[str, Any]] | None = None,
) -> dict[UUID, Standing]:
    """Project key → its standing, on the rows as they stood at ``moment``.

    ``within`` counts only what was done or accepted on its days; what is planned is always all. ``changes`` are those
    that ``approved`` gave, where the caller has asked for them already.
    """
    projects = list(projects)
    keys = [project.pk for project in projects]
    found = {key: Standing() for key in keys}
    by_item: dict[UUID, Tally] = {}
    by_unit: dict[UUID, Tally] = {}
    finals = Acceptance.objects.filter(project=OuterRef("project"), kind=AcceptanceKind.FINAL, passed=True)
    final = Exists(_days(as_of(finals, moment), "on", within))
    for item in QuantityItem.objects.filter(project__in=keys).annotate(final=final):
        tally = Tally(item, item.planned)
        found[item.project_id].finally_accepted = item.final
        found[item.project_id].items.append(tally)
        by_item[item.pk] = tally
        if item.by_unit:
            by_unit[item.project_id] = tally
    for row in approved(projects, moment) if changes is None else changes:
        if row["quantity"]:
            by_item[row["item"]].planned += row["quantity"]
    if len(by_item) > len(by_unit):
        _from_progress(keys, by_item, moment, within)
    if by_unit:
        _from_units(found, by_unit, moment, within)
    return found


def _from_progress(
    keys: Sequence[UUID],
    by_item: dict[UUID, Tally],
    moment: datetime | None,
    within: tuple[date, date] | None,
) -> None:
    rows = as_of(Progress.objects.filter(project__in=keys, item__by_unit=False), moment)
    for row in _days(rows, "on", within).order_by().values("item").annotate(n=Sum("amount")):
        by_item[row["item"]].done = row["n"]
    standing = as_of(Acceptance.objects.filter(project__in=keys), moment)
    accepted = AcceptedQuantity.objects.filter(
        acceptance__in=_days(standing, "on", within).values("pk"), item__by_unit=False
    )
    for row in (
        accepted.order_by().values("item").annotate(checked_=Sum("checked"), accepted_=Sum("accepted"))
    ):
        by_item[row["item"]].checked, by_item[row["item"]].accepted = row["checked_"], row["accepted_"]


def _from_units(
    found: dict[UUID, Standing],
    by_unit: dict[UUID, Tally],
    moment: datetime | None,
    within: tuple[date, date] | None,
) -> None:
    rows = as_of(Unit.objects.filter(project__in=list(by_unit)), moment).order_by()
    sums: dict[tuple[UUID, str], Decimal] = {}
    for row in rows.values("project", "state").annotate(n=Count("*"), q=Sum("quantity")):
        found[row["project"]].units[row["state"]] = row["n"]
        sums[row["project"], row["state"]] = row["q"]
    if within:
        # The day of every unit has to be looked at.
        for key, name, amount in _on_days(rows, within):
            setattr(by_unit[key], name, amount)
        return
    for key, tally in by_unit.items():
        done, accepted, rejected = (sums.get((key, state), NONE) for state in _COUNTED)
        tally.done, tally.accepted, tally.checked = done + accepted, accepted, accepted + rejected


_COUNTED = (UnitState.DONE, UnitState.ACCEPTED, UnitState.REJECTED)


def _on_days(rows: QuerySet[Unit], within: tuple[date, date]) -> Iterator[tuple[UUID, str, Decimal]]:
    done, accepted, rejected = _COUNTED
    for name, states, day in (
        ("done", (done, accepted), "done_on"),
        ("checked", (accepted, rejected), "accepted_on"),
        ("accepted", (accepted,), "accepted_on"),
    ):
        counted = _days(rows.filter(state__in=states), day, within)
        for row in counted.values("project").annotate(n=Sum("quantity")):
            yield row["project"], name, row["n"]


def _days(rows: QuerySet[Any], name: str, within: tuple[date, date] | None) -> QuerySet[Any]:
    return rows.filter(**{f"{name}__range": within}) if within else rows


def money(
    projects: Iterable[WorksProject],
    moment: datetime | None = None,
    changes: list[dict[str, Any]] | None = None,
) -> dict[UUID, Money]:
    """Project key → agreed, changed and paid; a linked payment that the money ledger lost counts nothing."""
    projects = list(projects)
    found: dict[UUID, Money] = defaultdict(Money)
    keys = [project.pk for project in projects]
    contracts = as_of(Contract.objects.filter(project__in=keys), moment)
    links = _standing(as_of(PaymentLink.objects.filter(contract=OuterRef("pk")), moment))
    paid = Subquery(links.order_by().values("contract").annotate(n=Sum("amount_fen")).values("n"))
    for project, agreed, given in contracts.annotate(paid=paid).values_list("project", "amount_fen", "paid"):
        found[project].agreed += agreed
        found[project].paid += given or 0
    for row in approved(projects, moment) if changes is None else changes:
        found[row["project"]].changed += row["amount_fen"] or 0
    return found


def paid_links(links: QuerySet[PaymentLink]) -> list[dict[str, Any]]:
    """The links whose payment stands in the money ledger: project, contract, amount."""
    return list(_standing(links).order_by().values("contract", "amount_fen", project=F("contract__project")))


def _standing(links: QuerySet[PaymentLink]) -> QuerySet[PaymentLink]:
    same = {name: OuterRef(name) for name in ("year", "voucher", "line_code")}
    return links.filter(Exists(Payment.objects.current().filter(**same)))
