from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from pyproj import Geod

from anju.kernel.places import geo
from anju.kernel.places.geo import GeometryError, System

LONGITUDE, LATITUDE = 118.18, 39.63  # the middle of Tangshan


def square(west: float, south: float, size: float) -> list[list[float]]:
    """A closed ring, anticlockwise."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


# Measured over the city and written down in the project's notes on coordinates.
@pytest.mark.parametrize(
    ("system", "east", "north"), [(System.GCJ02, 538, 145), (System.BD09, 1090, 841), (System.WGS84, 0, 0)]
)
def test_shifted_systems_come_back_by_their_known_offset(system: System, east: int, north: int) -> None:
    x, y = geo.to_cgcs2000(LONGITUDE, LATITUDE, system)
    ellipsoid = Geod(ellps="GRS80")
    moved_east = ellipsoid.inv(x, LATITUDE, LONGITUDE, LATITUDE)[2] * (1 if x <= LONGITUDE else -1)
    moved_north = ellipsoid.inv(LONGITUDE, y, LONGITUDE, LATITUDE)[2] * (1 if y <= LATITUDE else -1)
    assert moved_east == pytest.approx(east, rel=0.05)
    assert moved_north == pytest.approx(north, rel=0.05)


def test_an_outline_in_gcj02_is_stored_in_cgcs2000() -> None:
    given = polygon(square(LONGITUDE, LATITUDE, 0.1))
    moved = geo.box_of(geo.parse(given, System.GCJ02))
    assert moved.west == pytest.approx(LONGITUDE - 0.0063, abs=0.0003)  # 538 m at 85.8 km a degree
    assert moved.south == pytest.approx(LATITUDE - 0.0013, abs=0.0001)  # 145 m at 111.0 km a degree
    assert geo.box_of(geo.parse(given, System.WGS84)) == pytest.approx((118.18, 39.63, 118.28, 39.73))


def test_self_intersection_is_refused_with_its_place() -> None:
    bow_tie = polygon([[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]])
    with pytest.raises(GeometryError) as refused:
        geo.parse(bow_tie, System.CGCS2000)
    assert refused.value.sentence == "边界自相交，位置在1 1。"
    assert refused.value.next_step == "请在制图软件中修正边界后重新导出，再次导入。"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "轮廓的类型是空，不是面。"),
        ({"type": "Point", "coordinates": [118, 39]}, "轮廓的类型是Point，不是面。"),
        (polygon([[500000, 4380000], [500100, 4380000], [500100, 4380100]]), "轮廓的坐标不是经纬度（度）。"),
        (polygon([[118, 39], [float("inf"), 39], [118, 40], [118, 39]]), "轮廓的坐标不是经纬度（度）。"),
        (polygon([[118, 39], [119, 39]]), "轮廓的坐标残缺，不能组成闭合的面。"),
        ({"type": "Polygon"}, "轮廓的坐标残缺，不能组成闭合的面。"),
        ({"type": "Polygon", "coordinates": [["a", "b"]]}, "轮廓的坐标残缺，不能组成闭合的面。"),
        ({"type": "Polygon", "coordinates": 7}, "轮廓的坐标残缺，不能组成闭合的面。"),
        ({"type": "Polygon", "coordinates": []}, "轮廓没有任何坐标。"),
    ],
)
def test_what_is_no_outline_is_refused(value: object, sentence: str) -> None:
    with pytest.raises(GeometryError) as refused:
        geo.parse(value, System.CGCS2000)
    assert refused.value.sentence == sentence
    assert refused.value.next_step


def test_rings_are_oriented_and_heights_dropped() -> None:
    clockwise = polygon([[0, 0, 9], [0, 1, 9], [1, 1, 9], [1, 0, 9], [0, 0, 9]])
    stored = geo.to_geojson(geo.parse(clockwise, System.CGCS2000))
    ring = stored["coordinates"][0]
    assert all(len(position) == 2 for position in ring)
    # Shoelace formula: positive is anticlockwise, and the unit square has 1.
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2 == 1


def test_an_octant_has_an_eighth_of_the_ellipsoid() -> None:
    octant = geo.parse(polygon([[0, 0], [90, 0], [0, 90], [0, 0]]), System.CGCS2000)
    # The surface of GRS 80 is 510,065,621.7 square kilometres.
    assert geo.square_metres(octant) == pytest.approx(510_065_621.7e6 / 8, rel=1e-6)


def test_holes_are_taken_off() -> None:
    outer, hole = square(118, 39, 0.4), square(118.1, 39.1, 0.2)
    whole, inner, holed = (
        geo.parse(polygon(*rings), System.CGCS2000) for rings in ([outer], [hole], [outer, hole])
    )
    expected = geo.square_metres(whole) - geo.square_metres(inner)
    assert geo.square_metres(holed) == pytest.approx(expected)
    assert len(geo.to_geojson(holed)["coordinates"]) == 2
