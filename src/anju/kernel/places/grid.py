"""Points on a map: half a million rows as a few hundred marks, counted by the database along an index.

Far away rows are counted by their stored squares of 0.01°, nearer by those of 0.001°, at last by their exact
points; the squares are then joined into those of the map asked for. No query reads more than the index of the
rows that the filters and the band of latitudes leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from anju.kernel.places.geo import Box, Position
from anju.kernel.places.models.positions import CELLS_A_DEGREE, SPOTS_A_DEGREE, square

Square = tuple[int, int]
COLUMNS = 24  # of the map's own squares, so that marks do not hide each other


@dataclass(frozen=True, slots=True)
class Mark:
    """Rows near each other: the middle of them, their number, and the box to look into to tell them apart."""

    longitude: float
    latitude: float
    count: int
    box: Box


def marks(rows: QuerySet[Any], box: Box) -> list[Mark]:
    """The rows (of a ``Positioned`` model) within a box, at most about ``COLUMNS`` × ``COLUMNS`` marks; one query."""
    step = _step(box)
    found: dict[Square, list[tuple[float, float, int]]] = defaultdict(list)
    for x, y, n in _counted(rows.order_by(), box, step):
        if box.holds((x, y)):
            found[square_in((x, y), box)].append((x, y, n))
    return [
        _mark(points, (box.west + i * step, box.south + j * step), step) for (i, j), points in found.items()
    ]


def square_in(position: Position, box: Box) -> Square:
    """Column and row of the map's own square in which a position lies."""
    step = _step(box)
    return int((position[0] - box.west) / step), int((position[1] - box.south) / step)


def _step(box: Box) -> float:
    return max(box.east - box.west, box.north - box.south, 1e-7) / COLUMNS


def within(rows: QuerySet[Any], box: Box) -> QuerySet[Any]:
    """The rows whose point lies in a box, found along the index of the squares."""
    narrowed = rows.filter(longitude__gte=box.west, longitude__lte=box.east)
    narrowed = narrowed.filter(latitude__gte=box.south, latitude__lte=box.north)
    return _band(narrowed, box, "spot", SPOTS_A_DEGREE)


def _counted(rows: QuerySet[Any], box: Box, step: float) -> Iterable[tuple[float, float, int]]:
    for name, a_degree in (("cell", CELLS_A_DEGREE), ("spot", SPOTS_A_DEGREE)):
        if step * a_degree >= 1:
            counted = _band(rows, box, name, a_degree).values_list(name).annotate(n=Count("*"))
            return ((*_middle(number, a_degree), n) for number, n in counted)
    return within(rows, box).values_list("longitude", "latitude").annotate(n=Count("*"))


def _band(rows: QuerySet[Any], box: Box, name: str, a_degree: int) -> QuerySet[Any]:
    """The rows in the squares from the south-west corner's to the north-east corner's, which run row by row."""
    low, high = square(box.west, box.south, a_degree), square(box.east, box.north, a_degree)
    return rows.filter(**{f"{name}__gte": low, f"{name}__lte": high})


def _middle(number: int, a_degree: int) -> Position:
    row, column = divmod(number, 360 * a_degree)
    return (column + 0.5) / a_degree - 180, (row + 0.5) / a_degree - 90


def _mark(points: list[tuple[float, float, int]], corner: Position, step: float) -> Mark:
    total = sum(n for _, _, n in points)
    x, y = (sum(point[axis] * point[2] for point in points) / total for axis in (0, 1))
    west, south = corner
    return Mark(x, y, total, Box(west, south, west + step, south + step))
