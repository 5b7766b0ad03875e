"""Units in their thousands: added, counted and moved from state to state without being overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.works.errors import WorksError
from anju.kernel.works.models import Unit, UnitState, WorksProject

CHUNK = 2000
_T = TypeVar("_T")


def batched(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """The rows in lists of at most ``size``."""
    given = iter(rows)
    while chunk := list(islice(given, size)):
        yield chunk


def add(units: Iterable[Unit]) -> int:
    """Keep new units, each chunk in a transaction of its own, so that nobody else waits. How many."""
    done = 0
    for chunk in batched(units, CHUNK):
        Unit.objects.bulk_create(chunk, batch_size=CHUNK)
        done += len(chunk)
    return done


def change(rows: QuerySet[Unit], **changes: Any) -> int:
    """Supersede each of the rows by a copy with these changes, in one transaction. How many."""
    moment = timezone.now()
    keys = list(rows.order_by().values_list("pk", flat=True))
    own = ("id", "recorded_at", "superseded_at")
    fields = [f.attname for f in Unit._meta.concrete_fields if f.name not in own]
    with transaction.atomic():
        for chunk in batched(keys, CHUNK):
            found = list(Unit.objects.filter(pk__in=chunk).values(*fields))
            Unit.objects.filter(pk__in=chunk).update(superseded_at=moment)
            copies = [Unit(**_handed(row, changes), recorded_at=moment) for row in found]
            Unit.objects.bulk_create(copies, batch_size=CHUNK)
    return len(keys)


def _handed(row: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    named = {f"{name}_id" if f"{name}_id" in row else name: value for name, value in changes.items()}
    return row | {name: getattr(value, "pk", value) for name, value in named.items()}


def counts(project: WorksProject) -> dict[str, int]:
    """State → how many units of a project are in it now."""
    rows = Unit.objects.current().filter(project=project).order_by().values_list("state")
    found = dict(rows.annotate(n=Count("*")))
    return {state: found.get(state, 0) for state in UnitState.values}


def named(project: WorksProject, codes: Sequence[str], states: Sequence[str]) -> list[Unit]:
    """The units of these codes, in their order. ``WorksError`` for one that is not there or in another state."""
    wanted = [code.strip() for code in codes if code.strip()]
    if len(set(wanted)) < len(wanted):
        twice = next(code for code in wanted if wanted.count(code) > 1)
        raise WorksError(gettext("单元{code}写了两次。").format(code=twice), gettext("请删去一个。"), "units")
    known: dict[str, Unit] = {}
    for chunk in batched(wanted, 500):
        rows = Unit.objects.current().filter(project=project, code__in=chunk)
        known |= {unit.code: unit for unit in rows}
    for code in wanted:
        if code not in known:
            raise WorksError(
                gettext("清单里没有单元{code}。").format(code=code), gettext("请核对编码。"), "units"
            )
        if known[code].state not in states:
            raise WorksError(
                gettext("单元{code}现在是“{state}”。").format(
                    code=code, state=known[code].get_state_display()
                ),
                gettext("请从名单里去掉。"),
                "units",
            )
    return [known[code] for code in wanted]
