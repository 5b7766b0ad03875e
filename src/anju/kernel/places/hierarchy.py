"""The closure of memberships, derived when asked: a hierarchy holds a few hundred rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from anju.kernel.places.models import Area, Membership


def ancestors(area: Area | UUID, hierarchy: str, on: date) -> list[UUID]:
    """Keys of all areas above, the nearest first, without ``area`` itself."""
    up: dict[UUID, list[UUID]] = {child: [parent] for child, parent in _links(hierarchy, on)}
    return _reached(area, up)


def descendants(area: Area | UUID, hierarchy: str, on: date) -> set[UUID]:
    """Keys of all areas below, without ``area`` itself."""
    start = area.pk if isinstance(area, Area) else area
    return below({start}, hierarchy, on) - {start}


def below(areas: Iterable[UUID], hierarchy: str, on: date) -> set[UUID]:
    """Keys of these areas and of all below them; one query however many they are."""
    return below_each(areas, (hierarchy,), on)


def below_each(areas: Iterable[UUID], hierarchies: Sequence[str], on: date) -> set[UUID]:
    """``below`` by the first hierarchy, then of all found by the next, and so on; one query for all of them."""
    rows = Membership.objects.filter(hierarchy__in=hierarchies).on(on)
    down: dict[tuple[str, UUID], list[UUID]] = defaultdict(list)
    for hierarchy, child, parent in rows.values_list("hierarchy", "child_id", "parent_id"):
        down[hierarchy, parent].append(child)
    found = set(areas)
    for hierarchy in hierarchies:
        todo = list(found)
        for key in todo:
            new = [child for child in down.get((hierarchy, key), ()) if child not in found]
            found.update(new)
            todo += new
    return found


def _links(hierarchy: str, on: date) -> list[tuple[UUID, UUID]]:
    return list(Membership.objects.filter(hierarchy=hierarchy).on(on).values_list("child_id", "parent_id"))


def _reached(area: Area | UUID, steps: Mapping[UUID, list[UUID]]) -> list[UUID]:
    """Everything that ``steps`` lead to, breadth first; a circle, should one ever be stored, ends the walk."""
    start = area.pk if isinstance(area, Area) else area
    found: dict[UUID, None] = {start: None}
    todo = [start]
    for key in todo:
        for following in steps.get(key, ()):
            if following not in found:
                found[following] = None
                todo.append(following)
    return [key for key in found if key != start]
