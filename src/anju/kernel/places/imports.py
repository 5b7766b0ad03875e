"""Putting imported rows into the database: all of them, or none with the errors by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from anju.kernel.places import changes, geo
from anju.kernel.places.models import HIERARCHIES, Area, Membership
from anju.kernel.places.rows import COLUMNS, AreaRow, ImportRefused, RowError, read_rows, refuse
from anju.kernel.places.systems import Declared
from anju.kernel.places.writing import write

Counts = dict[str, int]


def import_file(path: Path, *, actor: str, system: Declared | None = None) -> Counts:
    """Import the areas of a GeoJSON file, workbook or csv; see ``rows.COLUMNS`` and ``save``.

    Raises ``ImportRefused`` with the errors by row, ``DocumentError`` for a file that cannot be read.
    """
    return save(read_rows(path, system), actor=actor, source=f"导入文件{path.name}")


def save(rows: Sequence[AreaRow], *, actor: str, source: str, schematic: bool = False) -> Counts:
    """Create the areas and memberships that are missing, fill in outlines and English names of others.

    Running it again changes nothing. An area never changes its name, level or dates here: that is a
    succession. Returns the number of areas by ``created``, ``changed`` and ``unchanged``. Raises
    ``ImportRefused`` with the errors of all rows; then nothing is stored.
    """
    errors: list[RowError] = []
    counts = Counter({"created": 0, "changed": 0, "unchanged": 0})
    with transaction.atomic():
        changes.lock()
        areas: list[tuple[AreaRow, Area]] = []
        for row in rows:
            try:
                area, outcome = _save_area(row, actor, source, schematic)
            except ValidationError as error:
                errors += _row_errors(row, error)
            else:
                areas.append((row, area))
                counts[outcome] += 1
        for row, area in areas:
            try:
                _save_membership(row, area, actor)
            except ValidationError as error:
                errors += _row_errors(row, error)
        refuse(errors)
    return dict(counts)


def _row_errors(row: AreaRow, error: ValidationError) -> list[RowError]:
    found = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    return [
        RowError(row.place, COLUMNS.get(field, ""), message)
        for field, messages in found.items()
        for message in messages
    ]


def _save_area(row: AreaRow, actor: str, source: str, schematic: bool) -> tuple[Area, str]:
    same = Area.objects.filter(code_system=row.code_system, code=row.code)
    area = same.overlapping(row.valid_from, row.valid_to).order_by("valid_from").last()
    if area:
        _refuse_difference(row, area)
    else:
        area = Area(
            code=row.code,
            code_system=row.code_system,
            name=row.name,
            level=row.level,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
    is_new = area._state.adding
    has_outline = row.outline is not None and area.geometry != geo.to_geojson(row.outline)
    has_name = row.name_en not in ("", area.name_en)
    if not (is_new or has_outline or has_name):
        return area, "unchanged"
    if has_outline:
        area.draw(row.outline, source, schematic=schematic)
    area.name_en = row.name_en or area.name_en
    write(area, actor=actor, reason=source)
    return area, "created" if is_new else "changed"


def _refuse_difference(row: AreaRow, area: Area) -> None:
    for field in ("name", "level", "valid_from", "valid_to"):
        given, stored = getattr(row, field), getattr(area, field)
        if given not in (None, stored):
            raise ValidationError(
                {
                    field: f"代码{row.code}已登记为{area.name}，这里的“{given}”与“{stored or '空'}”不符。"
                    "改名、改代码或合并请登记区域变更，否则请改正本行。"
                }
            )


def _save_membership(row: AreaRow, area: Area, actor: str) -> None:
    if not row.parent:
        return
    parents = list(Area.objects.filter(code=row.parent).overlapping(row.valid_from, row.valid_to)[:2])
    if len(parents) != 1:
        fault = "有不止一个区域" if parents else "找不到区域"
        raise ValidationError(f"上级代码{row.parent}{fault}。请核对，或先导入上级。")
    links = Membership.objects.filter(child=area, hierarchy=row.hierarchy)
    link = links.overlapping(row.valid_from, row.valid_to).first()
    if link is None:
        link = Membership(child=area, parent=parents[0], hierarchy=row.hierarchy)
        link.valid_from, link.valid_to = area.valid_from, area.valid_to
        write(link, actor=actor)
    elif link.parent_id != parents[0].pk:
        raise ValidationError(
            f"{area.name}的{HIERARCHIES[row.hierarchy]}上级已登记为{link.parent.name}。请先结束原隶属关系，或改正本行。"
        )


__all__ = ["Counts", "ImportRefused", "RowError", "import_file", "save"]
