"""A plan from its making to its draw: objects with their facts, what would be drawn, the draw that is recorded."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.cases.models import Case, Stage
from anju.kernel.inspections import drawing
from anju.kernel.inspections.drawing import Candidate, Facts, Setting, Slot, Weights
from anju.kernel.inspections.figures import figures
from anju.kernel.inspections.items import InspectionError
from anju.kernel.inspections.models import Cell, Group, Plan, PlanKind, PlanObject, Version, Visit
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area
from anju.kernel.values import periods

GRAINS = ("month", "quarter")
# So that ``inspection.<checklist>@<subject>`` fits the subject of a finding.
LONGEST_SUBJECT = 75
_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Inspected:
    """An object that may be drawn: text subject, name, kind and area of its cell, the body that answers for it.

    ``alarm_days`` and ``complaints`` are told by whoever gives the list; overdue cases and the last visit are looked
    up here, by the subject. The position is CGCS2000 in degrees.
    """

    subject: str
    name: str
    kind: str
    area: Area
    organisation: Organisation
    longitude: float | None = None
    latitude: float | None = None
    alarm_days: int = 0
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gives: the slots in their order, with all that they were drawn from and by."""

    slots: Sequence[Slot]
    setting: Setting
    weights: Weights
    digest: str
    objects: Mapping[tuple[str, str], Inspected] = field(repr=False)
    facts: Mapping[tuple[str, str], Facts] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many objects of each cell are drawn, and the seed; a fresh one where none is given."""

    count: int = 1
    seed: str = ""


_ONE = Sampling()


@transaction.atomic
def create(
    title: str,
    owner: Organisation,
    period: str,
    kinds: Sequence[tuple[str, Version]],
    how: Sampling = _ONE,
    *,
    actor: str,
) -> Plan:
    """A plan for a month or a quarter with its kinds (name, published checklist)."""
    if len(title.strip()) < 2:
        raise InspectionError(gettext("没有写计划名称。"), gettext("请写2个字以上的名称。"))
    try:
        grain = periods.parse(period).grain
    except ValueError as error:
        raise InspectionError(str(error), "") from error
    if grain not in GRAINS:
        raise InspectionError(gettext("计划应按月或按季。"), gettext("请写2021-07或2021Q3。"))
    names = [name.strip() for name, _ in kinds]
    if not names or len(set(names)) < len(names) or not all(names):
        raise InspectionError(gettext("检查类别没有写或有重复。"), gettext("请每行写一个不同的类别。"))
    if any(version.published_at is None for _, version in kinds):
        raise InspectionError(gettext("有类别的清单还没有发布。"), gettext("请先发布清单。"))
    if not 1 <= how.count <= 20:
        raise InspectionError(gettext("每格对象数应为1至20。"), gettext("请改正。"))
    plan = Plan.objects.create(
        title=title.strip()[:120],
        owner=owner,
        period=period,
        count=how.count,
        seed=how.seed or secrets.token_hex(8),
        made_by=actor,
    )
    PlanKind.objects.bulk_create(
        PlanKind(plan=plan, name=name.strip()[:60], version=version, position=n)
        for n, (name, version) in enumerate(kinds, 1)
    )
    audit.record("inspections.plan", plan, actor=actor, after={"seed": plan.seed, "period": period})
    return plan


def plan_draw(plan: Plan, objects: Sequence[Inspected], now: datetime) -> Drawn:
    """What would be drawn, the same however often it is asked on one day. Raises ``InspectionError``."""
    kinds = {kind.name for kind in plan.kinds.all()}
    strange = next((one.kind for one in objects if one.kind not in kinds), None)
    if strange is not None:
        raise InspectionError(
            gettext("计划里没有“{kind}”这个类别。").format(kind=strange), gettext("请改正对象清单。")
        )
    if any(len(one.subject) > LONGEST_SUBJECT for one in objects):
        raise InspectionError(gettext("有对象的编号太长。"), gettext("请缩短到75个字以内。"))
    told = figures(timezone.localdate(now))
    facts = _facts(objects, now)
    rows = {(cell_of(one.kind, one.area), one.subject): one for one in objects}
    if len(rows) < len(objects):
        raise InspectionError(gettext("对象清单里有重复的行。"), gettext("请去掉重复的行。"))
    candidates = [Candidate(cell, one.subject, _rounded(told.weights, facts[one.subject])) for (cell, _), one in rows.items()]  # fmt: skip
    period = periods.parse(plan.period)
    groups = Group.objects.filter(owner=plan.owner, ended_at=None)
    areas = {area.pk: area for area in (one.area for one in objects)}
    setting = Setting(
        plan.seed,
        {cell_of(kind, area): str(area.pk) for area in areas.values() for kind in sorted(kinds)},
        drawing.days_of(period.start, period.end),
        [str(pk) for pk in groups.order_by("name").values_list("pk", flat=True)],
        _last_groups(plan, list(areas)),
        plan.count,
    )
    slots = drawing.draw(candidates, setting)
    by_key = {key: facts[key[1]] for key in rows}
    return Drawn(slots, setting, told.weights, digest(candidates), rows, by_key)


def cell_of(kind: str, area: Area) -> str:
    """How a cell is called in the draw: kind and name of the area, so that a reader can type it."""
    return f"{kind}/{area.name}"


def digest(candidates: Sequence[Candidate]) -> str:
    """SHA-256 of the objects: lines of cell, tab, subject, tab, weight, in their order."""
    lines = sorted(f"{c.cell}\t{c.subject}\t{c.weight}\n" for c in candidates)
    return drawing.digest_of("".join(lines))


def _rounded(weights: Weights, facts: Facts) -> Decimal:
    return weights.of(facts).quantize(_PLACES)


def _facts(objects: Sequence[Inspected], now: datetime) -> dict[str, Facts]:
    """Facts by subject, as they stand now: three queries whatever the number of objects."""
    subjects = {one.subject for one in objects}
    overdue: dict[str, int] = {}
    late = Case.objects.exclude(stage=Stage.CLOSED).filter(deadline__lt=now)
    for subject, n in late.values_list("finding__subject").annotate(n=Count("id")).order_by():
        # Findings of inspections name checklist and object: ``inspection.<checklist>@<object>``.
        key = subject.partition("@")[2] or subject
        overdue[key] = overdue.get(key, 0) + n
    seen = Visit.objects.current().values_list("subject").annotate(last=Max("finished_at")).order_by()
    last = {subject: moment for subject, moment in seen if subject in subjects}
    return {
        one.subject: Facts(
            one.alarm_days,
            overdue.get(one.subject, 0),
            one.complaints,
            max(0, (now - last[one.subject]).days) if one.subject in last else None,
        )
        for one in objects
    }


def _last_groups(plan: Plan, areas: Sequence[object]) -> dict[str, str]:
    """The group of the newest cell of each area in earlier plans of the same body."""
    earlier = Cell.objects.filter(plan__owner=plan.owner, area__in=areas).exclude(plan=plan)
    rows = earlier.order_by("day", "plan__drawn_at", "order").values_list("area_id", "group_id")
    return {str(area): str(group) for area, group in rows}


@transaction.atomic
def record(plan: Plan, objects: Sequence[Inspected], *, actor: str, now: datetime) -> Drawn:
    """Keep the draw: cells, objects in their order, and all that it depended on. Once a plan."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.drawn_at is not None:
        raise InspectionError(gettext("这份计划已经抽过。"), gettext("要重新抽，请另建一份计划。"))
    drawn = plan_draw(plan, objects, now)
    kinds = {kind.name: kind for kind in plan.kinds.all()}
    cells, rows = [], []
    for order, slot in enumerate(drawn.slots, 1):
        first = drawn.objects[slot.cell, slot.objects[0].candidate.subject]
        cell = Cell(plan=plan, kind=kinds[first.kind], area=first.area, group_id=slot.group, day=slot.day, order=order)  # fmt: skip
        cells.append(cell)
        rows += _objects(cell, slot, drawn)
    Cell.objects.bulk_create(cells, batch_size=200)
    PlanObject.objects.bulk_create(rows, batch_size=200)
    plan.setting = _kept(drawn)
    plan.drawn_at, plan.drawn_by = now, actor
    plan.save(update_fields=["setting", "drawn_at", "drawn_by"])
    after = {"seed": plan.seed, "cells": len(cells), "objects": len(rows), "digest": drawn.digest}
    audit.record("inspections.draw", plan, actor=actor, after=after)
    return drawn


def _objects(cell: Cell, slot: Slot, drawn: Drawn) -> list[PlanObject]:
    made = []
    for ranked in slot.objects:
        key = slot.cell, ranked.candidate.subject
        one = drawn.objects[key]
        made.append(
            PlanObject(
                cell=cell,
                subject=one.subject,
                name=one.name[:200],
                organisation=one.organisation,
                longitude=one.longitude,
                latitude=one.latitude,
                facts=asdict(drawn.facts[key]),
                weight=ranked.candidate.weight,
                key=ranked.key,
                rank=ranked.rank,
                drawn=ranked.drawn,
            )
        )
    return made


def _kept(drawn: Drawn) -> dict[str, Any]:
    setting = drawn.setting
    return {
        "weights": {name: str(value) for name, value in asdict(drawn.weights).items()},
        "days": [str(day) for day in setting.days],
        "groups": list(setting.groups),
        "last": dict(setting.last),
        "digest": drawn.digest,
    }


def replay(plan: Plan) -> bool:
    """Whether the kept objects, weights, days and groups give the same plan again: days, groups, objects, order."""
    cells = list(plan.cells.select_related("kind", "area").prefetch_related("candidates"))
    names = {cell.pk: cell_of(cell.kind.name, cell.area) for cell in cells}
    weights = Weights(**{name: Decimal(text) for name, text in plan.setting["weights"].items()})
    rows = [(names[cell.pk], one) for cell in cells for one in cell.candidates.all()]
    candidates = [Candidate(cell, one.subject, _rounded(weights, Facts(**one.facts))) for cell, one in rows]
    setting = Setting(
        plan.seed,
        {names[cell.pk]: str(cell.area_id) for cell in cells},
        [datetime.fromisoformat(day).date() for day in plan.setting["days"]],
        plan.setting["groups"],
        plan.setting["last"],
        plan.count,
    )
    again = [
        (slot.cell, slot.day, slot.group, [(r.candidate.subject, r.drawn) for r in slot.objects])
        for slot in drawing.draw(candidates, setting)
    ]
    kept = [
        (names[cell.pk], cell.day, str(cell.group_id), [(o.subject, o.drawn) for o in cell.candidates.all()])
        for cell in cells
    ]
    return again == kept and digest(candidates) == plan.setting["digest"]
