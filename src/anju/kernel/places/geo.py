"""The one geometry module: GeoJSON shapes, boxes, points, lengths, areas and distances.

Everything stored is CGCS2000 in degrees, longitude first; ``systems`` leads there from what an import names.
"""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.db.models import Q
from pyproj import Geod
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.polygon import orient
from shapely.validation import explain_validity

from anju.kernel.places import systems
from anju.kernel.places.systems import Declared, System, Zone
from anju.kernel.values.refusal import Refusal

Outline = Polygon | MultiPolygon
Line = LineString | MultiLineString
Shape = Point | Line | Outline
GeoJson = dict[str, Any]
Position = tuple[float, float]

OUTLINES = ("Polygon", "MultiPolygon")
SHAPES = ("Point", "LineString", "MultiLineString", *OUTLINES)
# CGCS2000 has its own ellipsoid; it differs from GRS 80 only in the flattening's ninth digit.
_ELLIPSOID = Geod(a=6378137.0, rf=298.257222101)
_REDRAW = "请在制图软件中修正边界后重新导出，再次导入。"
_DIGITS = 8  # of a degree: a millimetre
_MALFORMED = (
    AttributeError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    shapely.errors.ShapelyError,
)


class GeometryError(Refusal):
    """A shape that cannot be used: one sentence for the person who gave it, and what to do next."""

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

    def holds(self, position: Position, margin: float = 0.0) -> bool:
        """Whether a position lies in the box, or at most ``margin`` degrees outside."""
        x, y = position
        return (
            self.west - margin <= x <= self.east + margin and self.south - margin <= y <= self.north + margin
        )


def to_cgcs2000(longitude: float, latitude: float, system: Declared) -> Position:
    """(longitude, latitude) in CGCS2000 of a position given in ``system``; degrees."""
    x, y = systems.to_cgcs2000(np.array([[longitude, latitude]], dtype=float), system)[0]
    return float(x), float(y)


def parse(value: object, system: Declared) -> Outline:
    """The outline of a GeoJSON Polygon or MultiPolygon, in CGCS2000, rings oriented as RFC 7946 asks.

    ``GeometryError`` for anything else, for positions that are not of the system, and for a boundary that
    crosses itself.
    """
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in OUTLINES:
        raise GeometryError(f"轮廓的类型是{kind or '空'}，不是面。", "请导出为Polygon或MultiPolygon。")
    return parse_shape(value, system)


def parse_shape(value: object, system: Declared) -> Any:
    """A GeoJSON point, line or polygon (``SHAPES``) as a ``Shape`` in CGCS2000; raises like ``parse``."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in SHAPES:
        raise GeometryError(
            f"图形的类型是{kind or '空'}，不是点、线或面。", f"请导出为{'、'.join(SHAPES)}之一。"
        )
    try:
        given = shapely.force_2d(shape(value))
    except _MALFORMED as error:
        broken = "轮廓的坐标残缺，不能组成闭合的面。" if kind in OUTLINES else "图形的坐标残缺。"
        raise GeometryError(broken) from error
    _check_numbers(given, system)
    if system not in (System.CGCS2000, System.WGS84):
        given = shapely.transform(given, lambda points: systems.to_cgcs2000(points, system))
    if kind in OUTLINES:
        _check_validity(given)
        return _oriented(given)
    if kind != "Point" and metres(given) == 0:
        raise GeometryError("线没有长度。")
    return given


def point(x: float, y: float, system: Declared) -> Point:
    """A position in ``system`` (longitude and latitude, or easting and northing) as a point in CGCS2000."""
    _check_bounds((x, y), (x, y), system)
    return Point(*(to_cgcs2000(x, y, system)))


def _check_numbers(given: Any, system: Declared) -> None:
    if given.is_empty:
        raise GeometryError("轮廓没有任何坐标。")
    points = shapely.get_coordinates(given)
    _check_bounds(tuple(points.min(axis=0)), tuple(points.max(axis=0)), system)


def _check_bounds(least: tuple[float, ...], most: tuple[float, ...], system: Declared) -> None:
    (west, south), (east, north) = least, most
    if isinstance(system, Zone):
        if not (0 < west <= east < 50_000_000 and 0 < south <= north < 10_000_000 and east > 1000):
            raise GeometryError(
                f"坐标不是{system}的米制坐标。", "请核对所选投影带，以及东坐标、北坐标的先后。"
            )
        x, y = to_cgcs2000(west, south, system)
        if not (isfinite(x) and isfinite(y) and 70 <= x <= 140):
            raise GeometryError(f"坐标不在{system}的范围内。", "请核对所选投影带，以及东坐标前是否带有带号。")
    # Written so that NaN, which min and max pass on, fails too.
    elif not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise GeometryError(
            "轮廓的坐标不是经纬度（度）。",
            "请导出为经纬度坐标，经度在前，再次导入；投影坐标请写明投影带，如EPSG:4548。",
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


def to_geojson(given: Shape) -> GeoJson:
    """GeoJSON of lists and numbers only, as JSON would give it back; points to the millimetre."""
    if isinstance(given, Point):
        return {"type": "Point", "coordinates": list(representative(given))}
    geometry: GeoJson = json.loads(json.dumps(mapping(given)))
    return geometry


def box_of(given: Shape) -> Box:
    return Box(*given.bounds)


def representative(given: Shape) -> Position:
    """The point that stands for a shape: itself, the middle of a line, a point inside an outline."""
    if isinstance(given, Point):
        found = given
    elif isinstance(given, Polygon | MultiPolygon):
        found = given.representative_point()
    else:
        longest = max(getattr(given, "geoms", [given]), key=lambda part: part.length)
        found = longest.interpolate(0.5, normalized=True)
    return round(found.x, _DIGITS), round(found.y, _DIGITS)


def square_metres(outline: Outline) -> float:
    """Area on the ellipsoid, holes taken off: a city may lie in two projection zones.

    The rings must be oriented, as ``parse`` leaves them.
    """
    area, _ = _ELLIPSOID.geometry_area_perimeter(outline)
    return abs(float(area))


def metres(line: Shape) -> float:
    """Length of a line, or of all rings of an outline, on the ellipsoid."""
    return float(_ELLIPSOID.geometry_length(line))


def distance(one: Position, other: Position) -> float:
    """Metres between two positions (longitude, latitude) on the ellipsoid."""
    _, _, found = _ELLIPSOID.inv(*one, *other)
    return float(found)
