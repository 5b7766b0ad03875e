"""The list of objects of a plan, read from a workbook or csv."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from anju.kernel import documents
from anju.kernel.documents import typed
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, read_ledger, refuse
from anju.kernel.inspections.planning import LONGEST_SUBJECT, Inspected
from anju.kernel.parties.models import Organisation
from anju.kernel.places.models import Area, Level
from anju.kernel.records.models import ScopedQuerySet
from anju.kernel.values.scope import Scope

HEADS = (
    Head("kind", "类别", ("检查类别",), required=True),
    Head("area", "区县", ("县区", "所在区县"), required=True),
    Head("name", "名称", ("对象", "工地", "项目名称"), required=True),
    Head("organisation", "责任单位", ("单位", "施工单位"), required=True),
    Head("subject", "对象编号", ("编号",)),
    Head("longitude", "经度"),
    Head("latitude", "纬度"),
    Head("alarm_days", "报警天数", ("报警日",)),
    Head("complaints", "投诉数", ("投诉",)),
)
AREAS = (Level.COUNTY, Level.ZONE)


def read(path: Path, kinds: set[str], scope: Scope) -> list[Inspected]:
    """Objects in the scope. Raises ``ImportRefused`` with the errors of all rows, ``DocumentError``.

    A row without a number of its own is known by its responsible body and its name.
    """
    ledger = read_ledger(documents.read(path), HEADS)
    if not ledger.rows:
        raise ImportRefused("文件里没有对象。", "请核对文件，表头下面每行一个对象。")
    today = timezone.localdate()
    areas = {area.name: area for area in _mine(Area.objects.filter(level__in=AREAS).on(today), scope)}
    bodies: dict[str, Organisation] = {}
    for body in _mine(Organisation.objects.on(today), scope):
        bodies |= {name: body for name in (body.name, body.short_name) if name}
    found = [_object(row, kinds, areas, bodies) for row in ledger.rows]
    refuse([error for row in ledger.rows for error in row.errors])
    return [one for one in found if one is not None]


def _mine(rows: ScopedQuerySet, scope: Scope) -> ScopedQuerySet:
    return rows.within(scope)


def _object(
    row: Row, kinds: set[str], areas: dict[str, Area], bodies: dict[str, Organisation]
) -> Inspected | None:
    told = {head.field: row.values.get(head.field, "") for head in HEADS}
    if told["kind"] not in kinds:
        row.fault("kind", f"计划里没有“{told['kind']}”，请改正。")
    area, body = areas.get(told["area"]), bodies.get(told["organisation"])
    if area is None:
        row.fault("area", f"没有“{told['area']}”这个区县，或者不在您的管理范围内。")
    if body is None:
        row.fault("organisation", f"没有“{told['organisation']}”这个单位，请先登记单位。")
    place = typed.degrees(row) or (None, None)
    counts = [typed.whole(row, name) for name in ("alarm_days", "complaints")]
    if area is None or body is None:
        return None
    subject = told["subject"] or f"organisation:{body.pk}#{told['name']}"
    if len(subject) > LONGEST_SUBJECT:
        row.fault("subject", "对象编号或名称太长，请缩短。")
    return Inspected(subject, told["name"], told["kind"], area, body, *place, *counts)
