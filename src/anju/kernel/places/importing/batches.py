"""What an import would bring, and bringing it: in one transaction, in chunks, with one audit row for the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from anju.kernel import audit
from anju.kernel.documents.ledgers import ImportRefused, RowError, refuse
from anju.kernel.files.models import StoredFile
from anju.kernel.places.geo import Box
from anju.kernel.places.models import Batch
from anju.kernel.places.systems import Declared
from anju.kernel.values.scope import Scope

_INSERTED, _UPDATED = 500, 200
# From here on the database's planner should know what the table holds now.
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Task:
    """Who imports what: the kind or type of rows that name none, the declared system, the rows that may be touched."""

    actor: str
    scope: Scope
    system: Declared | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """``columns`` are (head in the file, what it is taken for, or ""); with ``errors`` nothing may be kept."""

    columns: list[tuple[str, str]]
    rows: int
    new: Sequence[Any] = ()
    filled: Sequence[Any] = ()
    errors: tuple[RowError, ...] = ()
    kinds: Counter[str] = field(default_factory=Counter)
    box: Box | None = None

    @property
    def same(self) -> int:
        return self.rows - len(self.new) - len(self.filled)


def box_around(rows: Sequence[Any]) -> Box | None:
    """The box of the points of positioned rows."""
    found = [row.position for row in rows if row.position]
    if not found:
        return None
    xs, ys = zip(*found, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def keep(plan: Plan, original: StoredFile, task: Task, content: str, fields: Sequence[str]) -> Batch:
    """Store what the plan brings; ``fields`` are those that may have been filled in.

    The rows are checked before, so that the database is locked only while they are written. Raises ``ImportRefused``
    with the errors by row, and where somebody else registered one of the codes meanwhile.
    """
    refuse(plan.errors)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                original=original,
                content=content,
                system=str(task.system or ""),
                rows=plan.rows,
                new=len(plan.new),
                filled=len(plan.filled),
                imported_by=task.actor,
            )
            _write(plan, batch, fields)
            facts = {"file": original.name, "sha256": original.sha256, "system": batch.system}
            counts = {"rows": plan.rows, "new": batch.new, "filled": batch.filled}
            audit.record(f"places.import.{content}", batch, actor=task.actor, after=facts | counts)
    except IntegrityError as error:
        raise ImportRefused(
            "导入时有人刚登记了同样的编码，没有导入任何一行。", "请重新读取并核对后再保存。"
        ) from error
    return batch


def _write(plan: Plan, batch: Batch, fields: Sequence[str]) -> None:
    for row in plan.new:
        row.batch = batch
    for rows in (plan.new, plan.filled):
        if not rows:
            continue
        model: type[models.Model] = type(rows[0])
        if rows is plan.new:
            model._default_manager.bulk_create(rows, batch_size=_INSERTED)
        else:
            model._default_manager.bulk_update(rows, fields, batch_size=_UPDATED)
    if len(plan.new) >= _MANY:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(type(plan.new[0])._meta.db_table)}")
