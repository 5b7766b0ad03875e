"""The one geometry module: GeoJSON outlines, boxes, points, areas and coordinate systems.

Everything stored is CGCS2000 in degrees, longitude first. WGS 84 differs from it by centimetres, so the two
are one here. GCJ-02 and BD-09 are the shifted systems of Chinese map services; their published approximate
inverses are good to about a metre.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, NamedTuple

import shapely
from django.db.models import Q
from fast_geocn import bd09_to_wgs84, gcj02_to_wgs84
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from anju.kernel.values.refusal import Refusal

Outline = Polygon | MultiPolygon
GeoJson = dict[str, Any]

# CGCS2000 has its own ellipsoid; it differs from GRS 80 only in the flattening's ninth digit.
_ELLIPSOID = Geod(a=6378137.0, rf=298.257222101)
_REDRAW = "请在制图软件中修正边界后重新导出，再次导入。"


class System(StrEnum):
    """The coordinate systems that an import may name."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class GeometryError(Refusal):
    """An outline that cannot be used: one sentence for the person who gave it, and what to do next."""

    def __init__(self, sentence: str, next_step: str = _REDRAW) -> None:
        super().__init__(sentence, next_step)


class Box(NamedTuple):
    """A bounding box in degrees."""

    west: float
    south: float
    east: float
    north: float

    def touching(self) -> Q:
        """The filter for rows whose own box (columns west, south, east, north) shares a point with this."""
        return Q(west__lte=self.east, east__gte=self.west, south__lte=self.north, north__gte=self.south)


def to_cgcs2000(longitude: float, latitude: float, system: System) -> tuple[float, float]:
    """(longitude, latitude) in CGCS2000 of a position given in ``system``; degrees."""
    if system is System.GCJ02:
        return gcj02_to_wgs84(longitude, latitude)
    if system is System.BD09:
        return bd09_to_wgs84(longitude, latitude)
    return longitude, latitude


def parse(value: object, system: System) -> Outline:
    """The outline of a GeoJSON Polygon or MultiPolygon, in CGCS2000, rings oriented as RFC 7946 asks.

    ``GeometryError`` for anything else, for positions that are not degrees, and for a boundary that crosses
    itself.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise GeometryError(f"轮廓的类型是{kind or '空'}，不是面。", "请导出为Polygon或MultiPolygon。")
    try:
        outline = shapely.force_2d(shape(value))
    except (
        AttributeError,
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        shapely.errors.ShapelyError,
    ) as error:
        raise GeometryError("轮廓的坐标残缺，不能组成闭合的面。") from error
    _check_degrees(outline)
    if system in (System.GCJ02, System.BD09):
        outline = shapely.transform(
            outline, lambda points: [to_cgcs2000(float(x), float(y), system) for x, y in points]
        )
    _check_validity(outline)
    return _oriented(outline)


def _check_degrees(outline: Outline) -> None:
    if outline.is_empty:
        raise GeometryError("轮廓没有任何坐标。")
    points = shapely.get_coordinates(outline)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    # Written so that NaN, which min and max pass on, fails too.
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise GeometryError(
            "轮廓的坐标不是经纬度（度）。", "请导出为经纬度坐标，经度在前，再次导入；投影坐标不能直接导入。"
        )


def _check_validity(outline: Outline) -> None:
    if not outline.is_valid:
        reason = explain_validity(outline)
        place = reason[reason.find("[") + 1 : -1] if reason.endswith("]") else ""
        fault = "边界自相交" if reason.startswith("Self-intersection") else "边界不合规"
        raise GeometryError(f"{fault}，位置在{place or '不明处'}。")


def _oriented(outline: Outline) -> Outline:
    if isinstance(outline, Polygon):
        return orient(outline)
    return MultiPolygon([orient(part) for part in outline.geoms])


def to_geojson(outline: Outline) -> GeoJson:
    """GeoJSON of lists and numbers only, as JSON would give it back."""
    geometry: GeoJson = json.loads(json.dumps(mapping(outline)))
    return geometry


def box_of(outline: Outline) -> Box:
    return Box(*outline.bounds)


def square_metres(outline: Outline) -> float:
    """Area on the ellipsoid, holes taken off: a city may lie in two projection zones.

    The rings must be oriented, as ``parse`` leaves them.
    """
    area, _ = _ELLIPSOID.geometry_area_perimeter(outline)
    return abs(float(area))
