"""A row of a file beside the one that is registered: what it fills in, and where it contradicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anju.kernel.documents.ledgers import Row
from anju.kernel.places import geo

_SAME_PLACE = 1.0  # metres: systems that are one here differ by centimetres


def fill(row: Row, stored: Any, given: Mapping[str, Any], what: str) -> bool:
    """Put given values where ``stored`` has none; faults where it has others. Whether anything was filled in."""
    filled = False
    for name, value in given.items():
        if value in (None, "", {}):
            continue
        known = getattr(stored, name)
        if known in (None, "", {}):
            setattr(stored, name, value)
            filled = True
        elif name == "attributes":
            filled |= _fill_attributes(row, stored, value, what)
        elif known != value:
            contradict(row, name, known, value, what)
    return filled


def contradict(row: Row, name: str, known: object, given: object, what: str) -> None:
    row.fault(name, f"{what}已登记为“{known}”，与本行的“{given}”不符。请在台账里更改，或改正本行。")


def _fill_attributes(row: Row, stored: Any, given: dict[str, Any], what: str) -> bool:
    for key, value in given.items():
        if stored.attributes.get(key, value) != value:
            contradict(row, key, stored.attributes[key], value, what)
    missing = {key: value for key, value in given.items() if key not in stored.attributes}
    stored.attributes = missing | stored.attributes
    return bool(missing)


def far_from(row: Row, stored: Any, position: geo.Position, what: str) -> None:
    """A fault where the registered point is another than the row's."""
    apart = geo.distance(stored.position, position)
    if apart > _SAME_PLACE:
        row.fault("x", f"{what}的位置与已登记的相差{apart:,.0f}米。请核对坐标系，或在台账里更改。")
