"""The form of a visit as JSON: all that a phone needs to fill it in offline."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from anju.kernel.inspections.items import Item, ItemKind
from anju.kernel.inspections.models import PlanObject, Version

KIND = "inspection.visit"


def visit_form(version: Version, object: PlanObject | None = None) -> dict[str, Any]:
    """The form of a published version, for an object of a plan or for one that is named on the spot.

    ``{kind, version, title, subject, object, place: {lon, lat} or null, sections: [{title, items: [item]}],
    least_inspectors, party_signs, needs_position, needs_signature}``. An item is ``{code, text, kind, required, hint,
    basis, severity, points, photos, options, unit, low, high}``: ``kind`` is ``pass_fail`` (answers pass, fail, na),
    ``number`` (text, as typed), ``choice`` (options ``{value, label, fails}``) or ``text``; ``photos`` is how many are wanted.
    ``subject`` is the text under which the object is known, ``object`` its key in the plan or null.
    What is sent back is described at ``taking.take_visit``.
    """
    place = None
    if object and object.longitude is not None and object.latitude is not None:
        place = {"lon": object.longitude, "lat": object.latitude}
    return {
        "kind": KIND,
        "version": str(version.pk),
        "title": f"{version.checklist.title}　{object.name}" if object else version.checklist.title,
        "subject": object.subject if object else "",
        "object": str(object.pk) if object else None,
        "place": place,
        "sections": [
            {"title": title, "items": [_item(item) for item in items]}
            for title, items in groupby(version.items, key=lambda item: item.section)
        ],
        "least_inspectors": version.least_inspectors,
        "party_signs": version.party_signs,
        "needs_position": True,
        "needs_signature": True,
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        "text": item.text,
        "kind": str(item.kind),
        "required": item.required,
        "hint": item.instruction,
        "basis": item.basis,
        "severity": item.severity,
        "points": item.points,
        "photos": item.photos,
        "options": [{"value": o.code, "label": o.text, "fails": o.fails} for o in item.options]
        if item.kind == ItemKind.CHOICE
        else [],
        "unit": item.unit,
        "low": item.low,
        "high": item.high,
    }
