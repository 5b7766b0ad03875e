"""Outlines of areas as SVG paths: a map that needs no script, no tiles and prints. Pure functions.

Longitudes shrink with the cosine of the latitude, so that a square on the ground is a square on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

WIDTH = 720.0
MARGIN = 8.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The box of degrees that is drawn, west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, boxes: Iterable[tuple[float, float, float, float]]) -> Frame | None:
        """The smallest frame that holds all boxes; None for none."""
        found = list(boxes)
        if not found:
            return None
        wests, souths, easts, norths = zip(*found, strict=True)
        return cls(min(wests), min(souths), max(easts), max(norths))

    @property
    def _scale(self) -> float:
        return (WIDTH - 2 * MARGIN) / (max(self.east - self.west, 1e-9) * self._shrink)

    @property
    def _shrink(self) -> float:
        return cos(radians((self.south + self.north) / 2))

    @property
    def height(self) -> float:
        return (self.north - self.south) * self._scale + 2 * MARGIN

    def place(self, longitude: float, latitude: float) -> Point:
        """Where a point stands on the page, in pixels from the upper left."""
        x = MARGIN + (longitude - self.west) * self._shrink * self._scale
        y = MARGIN + (self.north - latitude) * self._scale
        return x, y


def path(geometry: dict[str, Any], frame: Frame) -> str:
    """A GeoJSON Polygon or MultiPolygon as SVG path data."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for polygon in polygons for ring in polygon]
    return " ".join(
        "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (frame.place(*p[:2]) for p in ring)) + "Z"
        for ring in rings
    )
