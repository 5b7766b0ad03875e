"""Keeping what a file said: all rows or none, and nothing twice when it is given again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from anju.kernel import audit
from anju.kernel.documents.ledgers import ImportRefused, RowError, refuse
from anju.kernel.works import money, units
from anju.kernel.works.field import accepting
from anju.kernel.works.field.accepting import AcceptanceTold
from anju.kernel.works.importing.reading import Content, Read, read
from anju.kernel.works.models import (
    Acceptance,
    Contract,
    Origin,
    Progress,
    State,
    Unit,
    UnitState,
    WorksProject,
)
from anju.kernel.works.money import ContractTold

# Work that was done is told later as well; before the beginning and after the end there is none.
_TAKES_PROGRESS = (State.UNDER_WAY, State.SUSPENDED, State.COMPLETED, State.ACCEPTED, State.CARRIED_OVER)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would keep: ``new`` of the rows, the others are there already. With errors nothing is kept."""

    read: Read
    new: list[dict[str, Any]]

    @property
    def same(self) -> int:
        return len(self.read.rows) - len(self.new)


def preview(path: Path, name: str, project: WorksProject, content: str) -> Preview:
    """Raises ``ImportRefused`` or ``DocumentError``; errors of single rows are told in the preview."""
    found = read(path, name, project, content)
    new = _UNKNOWN[content](project, found) if not found.errors else []
    return Preview(found, new)


def keep(path: Path, name: str, project: WorksProject, content: str, *, actor: str, today: date) -> int:
    """Keep the new rows; how many. Units are kept in chunks, so that half a million of them stop nobody else."""
    seen = preview(path, name, project, content)
    refuse(seen.read.errors)
    if content == Content.UNITS:
        kept = units.add(Unit(project=project, **row) for row in seen.new)
        with transaction.atomic():
            audit.record("works.import", project, actor=actor, after={"content": content, "rows": kept})
        return kept
    with transaction.atomic():
        if content == Content.PROGRESS:
            _progress(project, seen.new, actor, today)
        elif content == Content.CONTRACTS:
            for row in seen.new:
                money.new_contract(project, ContractTold(**row), actor=actor)
        else:
            _acceptances(project, seen.new, actor)
        facts = {"content": content, "rows": len(seen.new), "file": name}
        audit.record("works.import", project, actor=actor, after=facts)
    return len(seen.new)


def _new_units(project: WorksProject, found: Read) -> list[dict[str, Any]]:
    known = set(Unit.objects.current().filter(project=project).values_list("code", flat=True))
    return [row for row in found.rows if row["code"] not in known]


def _new_progress(project: WorksProject, found: Read) -> list[dict[str, Any]]:
    _refuse_unknown_units(project, found)
    rows = Progress.objects.current().filter(project=project, origin=Origin.IMPORT)
    keys = dict(Unit.objects.current().filter(project=project).values_list("key", "code"))
    known = {
        (item, on, keys.get(unit, ""), amount if unit is None else None, by)
        for item, on, unit, amount, by in rows.values_list("item", "on", "unit", "amount", "reported_by")
    }

    def mark(row: dict[str, Any]) -> tuple[Any, ...]:
        amount = None if row["unit"] else row["amount"]
        return (row["item"].pk, row["on"], row["unit"], amount, row["by"])

    return [row for row in found.rows if mark(row) not in known]


def _refuse_unknown_units(project: WorksProject, found: Read) -> None:
    wanted = {row["unit"] for row in found.rows if row["unit"]}
    known: set[str] = set()
    for chunk in units.batched(sorted(wanted), 500):
        rows = Unit.objects.current().filter(project=project, code__in=chunk)
        known |= set(rows.values_list("code", flat=True))
    refuse([RowError(code, "单元编码", f"清单里没有单元{code}。") for code in sorted(wanted - known)])


def _new_contracts(project: WorksProject, found: Read) -> list[dict[str, Any]]:
    known = set(Contract.objects.current().filter(project=project).values_list("number", flat=True))
    return [row for row in found.rows if row["number"] not in known]


def _new_acceptances(project: WorksProject, found: Read) -> list[dict[str, Any]]:
    rows = Acceptance.objects.current().filter(project=project, origin=Origin.IMPORT)
    known = set(rows.values_list("on", "accepted_by", "quantities__item"))
    return [row for row in found.rows if (row["on"], row["by"], row["item"].pk) not in known]


_UNKNOWN: dict[str, Callable[[WorksProject, Read], list[dict[str, Any]]]] = {
    Content.UNITS: _new_units,
    Content.PROGRESS: _new_progress,
    Content.CONTRACTS: _new_contracts,
    Content.ACCEPTANCES: _new_acceptances,
}


def _progress(project: WorksProject, rows: list[dict[str, Any]], actor: str, today: date) -> None:
    """The rows as told; a unit that was done already stays so, and the rule says that it was told twice."""
    if project.state not in _TAKES_PROGRESS:
        raise ImportRefused(f"项目现在是“{project.get_state_display()}”，没有进度可导入。", "请先开工。")
    late = [row["on"] for row in rows if row["on"] > today]
    if late:
        raise ImportRefused(f"有{len(late)}行的日期还没有到，如{late[0]}。", "请改正后重新导入。")
    found: dict[str, Unit] = {}
    for chunk in units.batched(sorted({row["unit"] for row in rows if row["unit"]}), 500):
        found |= {u.code: u for u in Unit.objects.current().filter(project=project, code__in=chunk)}
    doer = project.contractor or project.owner
    made = [
        Progress(
            project=project,
            item=row["item"],
            unit=found[row["unit"]].key if row["unit"] else None,
            on=row["on"],
            amount=found[row["unit"]].quantity if row["unit"] else row["amount"],
            note=row["note"],
            organisation=doer,
            reported_by=row["by"] or actor,
            origin=Origin.IMPORT,
        )
        for row in rows
    ]
    Progress.objects.bulk_create(made, batch_size=500)
    for entry, row in zip(made, rows, strict=True):
        unit = found.get(row["unit"])
        if unit and unit.state in (UnitState.PLANNED, UnitState.REJECTED):
            one = Unit.objects.filter(pk=unit.pk)
            units.change(one, state=UnitState.DONE, done_on=entry.on, accepted_on=None, source=entry.key)
            unit.state = UnitState.DONE


def _acceptances(project: WorksProject, rows: list[dict[str, Any]], actor: str) -> None:
    for row in rows:
        told = AcceptanceTold(
            row["kind"],
            row["on"],
            row["organisation"],
            quantities={row["item"].pk: (row["checked"], row["accepted"])},
            note=row["note"],
        )
        accepting.imported(project, told, row["by"], actor=actor)
